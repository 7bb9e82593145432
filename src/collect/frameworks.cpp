#include "collect/frameworks.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace ihc {

namespace {

enum class By {
  title,    ///< the process title starts with it (setproctitle overwrites the argument vector)
  program,  ///< the name of the program or script is it, and the first argument that is no option is `subcommand`
  module,   ///< python -m, this module or one below it; `subcommand` likewise
  script,   ///< a Python file whose path ends with it
  java,     ///< the main class
};

struct Row {
  By by;
  std::string_view pattern;
  std::string_view subcommand;  // empty: any
  std::string_view framework;
  std::string_view role;
};

// First match wins, so a longer prefix stands before a shorter one.
constexpr auto kRows = std::to_array<Row>({
    // vLLM names its processes since 0.9 (vllm.utils.system_utils.set_process_title); the prefix is VLLM unless set.
    {By::title, "VLLM::EngineCore", "", "vllm", "engine"},
    {By::title, "VLLM::APIServer", "", "vllm", "server"},
    {By::title, "VLLM::", "", "vllm", "worker"},
    {By::title, "ray::RayWorkerWrapper", "", "vllm", "worker"},
    {By::program, "vllm", "serve", "vllm", "server"},
    {By::module, "vllm.entrypoints.cli.main", "serve", "vllm", "server"},
    {By::module, "vllm.entrypoints.openai", "", "vllm", "server"},
    {By::module, "vllm.entrypoints.api_server", "", "vllm", "server"},
    {By::module, "vllm.entrypoints.grpc_server", "", "vllm", "server"},
    {By::script, "vllm/entrypoints/openai/api_server.py", "", "vllm", "server"},
    {By::script, "vllm/entrypoints/api_server.py", "", "vllm", "server"},
    {By::title, "sglang::scheduler", "", "sglang", "worker"},
    {By::title, "sglang::", "", "sglang", "engine"},
    {By::program, "sglang", "serve", "sglang", "server"},
    {By::module, "sglang.launch_server", "", "sglang", "server"},
    {By::module, "sglang_router.launch_server", "", "sglang", "server"},
    {By::module, "sglang_router.launch_router", "", "sglang", "router"},
    {By::script, "sglang/launch_server.py", "", "sglang", "server"},
    {By::program, "text-generation-launcher", "", "tgi", "launcher"},
    {By::program, "text-generation-router", "", "tgi", "router"},
    {By::program, "text-generation-router-v2", "", "tgi", "router"},
    {By::program, "text-generation-router-llamacpp", "", "tgi", "router"},
    {By::program, "text-generation-server", "serve", "tgi", "server"},
    {By::program, "text-embeddings-router", "", "tei", "router"},
    {By::program, "tritonserver", "", "triton", "server"},
    {By::program, "triton_python_backend_stub", "", "triton", "worker"},
    {By::program, "llama-server", "", "llama_cpp", "server"},
    {By::program, "llama-rpc-server", "", "llama_cpp", "worker"},
    {By::program, "rpc-server", "", "llama_cpp", "worker"},
    {By::module, "llama_cpp.server", "", "llama_cpp", "server"},
    {By::program, "ollama", "serve", "ollama", "server"},
    {By::program, "ollama", "runner", "ollama", "runner"},
    {By::program, "ollama_llama_server", "", "ollama", "runner"},
    {By::program, "trtllm-serve", "", "tensorrt_llm", "server"},
    {By::module, "tensorrt_llm.commands.serve", "", "tensorrt_llm", "server"},
    {By::module, "tensorrt_llm.llmapi.mgmn_worker_node", "", "tensorrt_llm", "worker"},
    {By::program, "lmdeploy", "serve", "lmdeploy", "server"},
    {By::module, "lmdeploy", "serve", "lmdeploy", "server"},
    {By::module, "lmdeploy.serve", "", "lmdeploy", "server"},
    {By::java, "org.pytorch.serve.ModelServer", "", "torchserve", "server"},
    {By::program, "torchserve", "", "torchserve", "launcher"},
    {By::script, "ts/model_service_worker.py", "", "torchserve", "worker"},
    {By::program, "mlc_llm", "serve", "mlc", "server"},
    {By::module, "mlc_llm", "serve", "mlc", "server"},
    {By::module, "mlc_llm.serve", "", "mlc", "server"},
    {By::module, "dynamo.vllm", "", "vllm", "engine"},
    {By::module, "dynamo.sglang", "", "sglang", "engine"},
    {By::module, "dynamo.trtllm", "", "tensorrt_llm", "engine"},
    {By::module, "lightllm.server.api_server", "", "lightllm", "server"},
    {By::program, "aphrodite", "run", "aphrodite", "server"},
    {By::program, "mistralrs-server", "", "mistral_rs", "server"},
    {By::program, "infinity_emb", "v2", "infinity", "server"},
    {By::program, "ihc", "mock-server", "ihc_mock", "server"},  // our own stand-in (bench/mock)
    {By::title, "ray::IDLE", "", "ray", "idle"},
    {By::title, "ray::", "", "ray", "worker"},
});

// Monitors, persistence daemons and display servers: they keep /dev/nvidia0 or a render node open and compute nothing.
// As /proc/PID/comm has them, so cut at 15 bytes.
constexpr auto kGpuBystanders = std::to_array<std::string_view>({
    "nvidia-persiste",
    "nv-hostengine",
    "nv-fabricmanage",
    "nvidia-powerd",
    "nvidia-smi",
    "dcgm-exporter",
    "dcgmi",
    "nvtop",
    "nvitop",
    "gpustat",
    "nvidia-device-p",
    "gpu-feature-dis",
    "rocm-smi",
    "amd-smi",
    "amdgpu_top",
    "radeontop",
    "Xorg",
    "Xwayland",
    "Xvfb",
    "gnome-shell",
    "kwin_x11",
    "kwin_wayland",
    "systemd-logind",
    "mutter-x11-fram",
    "telegraf",
    "node_exporter",
});

constexpr std::size_t kCommBytes = 15;

/// What runs: the program's own name, or what an interpreter was told to run.
struct Invocation {
  By by = By::program;
  std::string_view name;                        // base name, module, path or class
  std::span<const std::string_view> arguments;  // after it
};

std::string_view base_name(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string_view first_operand(std::span<const std::string_view> arguments) {
  const auto found = std::find_if(arguments.begin(), arguments.end(), [](std::string_view argument) {
    return !argument.empty() && argument.front() != '-';
  });
  return found == arguments.end() ? std::string_view() : *found;
}

/// python [options] -m module … | python [options] script …; options that take a value as a word of their own are -W
/// and -X (python(1)). With -c the text is the program, and tells nothing.
std::optional<Invocation> python_invocation(std::span<const std::string_view> arguments) {
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    const std::string_view argument = arguments[at];
    const auto rest = arguments.subspan(at + 1);
    if (argument == "-m") {
      if (rest.empty()) return std::nullopt;
      return Invocation{By::module, rest.front(), rest.subspan(1)};
    }
    if (argument == "-c") return std::nullopt;
    if (argument == "-W" || argument == "-X") {
      ++at;
    } else if (!argument.starts_with('-')) {
      return Invocation{argument.ends_with(".py") ? By::script : By::program, argument, rest};
    }
  }
  return std::nullopt;
}

std::optional<Invocation> java_invocation(std::span<const std::string_view> arguments) {
  for (std::size_t at = 0; at < arguments.size(); ++at) {
    const std::string_view argument = arguments[at];
    if (argument == "-cp" || argument == "-classpath" || argument == "--class-path" || argument == "-p") {
      ++at;
    } else if (!argument.starts_with('-')) {
      return Invocation{By::java, argument, arguments.subspan(at + 1)};
    }
  }
  return std::nullopt;
}

std::optional<Invocation> invocation_of(std::span<const std::string_view> argv) {
  const std::string_view program = base_name(argv.front());
  if (program.starts_with("python") || program.starts_with("pypy")) return python_invocation(argv.subspan(1));
  if (program == "java") return java_invocation(argv.subspan(1));
  return Invocation{By::program, program, argv.subspan(1)};
}

bool matches(const Row& row, const Invocation& invocation) {
  if (row.by != invocation.by) return false;
  if (!row.subcommand.empty() && first_operand(invocation.arguments) != row.subcommand) return false;
  const std::string_view name = invocation.name;
  switch (row.by) {
    case By::title:
      return false;
    case By::program:
      return base_name(name) == row.pattern;
    case By::module:
      return name == row.pattern || (name.starts_with(row.pattern) && name.substr(row.pattern.size()).starts_with('.'));
    case By::script:
      return name == row.pattern || (name.ends_with(row.pattern) && name[name.size() - row.pattern.size() - 1] == '/');
    case By::java:
      return name == row.pattern;
  }
  return false;
}

std::optional<FrameworkMatch> by_title(std::string_view title) {
  for (const Row& row : kRows) {
    if (row.by == By::title && title.starts_with(row.pattern)) return FrameworkMatch{row.framework, row.role};
  }
  return std::nullopt;
}

/// A title or a program that needs no subcommand; both as the kernel cuts them.
std::optional<FrameworkMatch> by_comm(std::string_view comm) {
  if (comm.empty()) return std::nullopt;
  for (const Row& row : kRows) {
    const bool is_title = row.by == By::title && comm.starts_with(row.pattern.substr(0, kCommBytes));
    const bool is_program =
        row.by == By::program && row.subcommand.empty() && comm == row.pattern.substr(0, kCommBytes);
    if (is_title || is_program) return FrameworkMatch{row.framework, row.role};
  }
  return std::nullopt;
}

std::string_view word(By by) {
  switch (by) {
    case By::title:
      return "title";
    case By::program:
      return "program";
    case By::module:
      return "module";
    case By::script:
      return "script";
    case By::java:
      return "class";
  }
  return "";
}

}  // namespace

std::optional<FrameworkMatch> framework_of(std::string_view comm, std::span<const std::string_view> argv) {
  if (argv.empty() || trim(argv.front()).empty()) return by_comm(comm);
  if (const auto titled = by_title(argv.front())) return titled;
  const std::optional<Invocation> invocation = invocation_of(argv);
  if (!invocation) return std::nullopt;
  for (const Row& row : kRows) {
    if (matches(row, *invocation)) return FrameworkMatch{row.framework, row.role};
  }
  return std::nullopt;
}

bool is_gpu_bystander(std::string_view comm) {
  return std::find(kGpuBystanders.begin(), kGpuBystanders.end(), comm) != kGpuBystanders.end();
}

std::vector<std::string> framework_patterns() {
  std::vector<std::string> lines;
  for (const Row& row : kRows) {
    std::string line = std::string(row.framework) + ": " + std::string(word(row.by)) + " " + std::string(row.pattern);
    if (!row.subcommand.empty()) line += " " + std::string(row.subcommand);
    lines.push_back(std::move(line));
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

}  // namespace ihc
