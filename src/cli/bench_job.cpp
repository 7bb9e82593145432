#include "cli/bench_job.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file_descriptor.h"
#include "base/json.h"
#include "base/limits.h"
#include "bundle/scrub.h"
#include "cli/bench_report.h"
#include "cli/interrupts.h"

namespace ihc {

namespace {

using bench::LoadSettings;
using bench::RunRecord;

/// In the bundle, so that facts.missing can say why it has no benchmark.
constexpr const char* kErrorMember = "bench/error.json";
constexpr std::chrono::milliseconds kUsualLongest{3'600'000};
/// Looking at the server, and what is under way when the time is over.
constexpr std::chrono::seconds kAround{30};
constexpr int kStopRounds = 300;
constexpr useconds_t kStopRoundUs = 20'000;

bool write_all(int file, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t count = ::write(file, bytes, size);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    bytes += count;
    size -= static_cast<std::size_t>(count);
  }
  return true;
}

/// A member in the file between the processes: two lengths, path, bytes.
void write_member(int file, const std::string& path, const std::string& bytes) {
  const std::array<std::uint64_t, 2> sizes{path.size(), bytes.size()};
  std::array<char, sizeof sizes> head{};
  std::memcpy(head.data(), sizes.data(), sizeof sizes);
  if (write_all(file, head.data(), head.size()) && write_all(file, path.data(), path.size()))
    write_all(file, bytes.data(), bytes.size());
}

std::string read_all(int file) {
  std::string bytes;
  const off_t size = ::lseek(file, 0, SEEK_END);
  if (size <= 0) return bytes;
  bytes.resize(static_cast<std::size_t>(size));
  std::size_t had = 0;
  while (had < bytes.size()) {
    const ssize_t count = ::pread(file, bytes.data() + had, bytes.size() - had, static_cast<off_t>(had));
    if (count <= 0) break;
    had += static_cast<std::size_t>(count);
  }
  bytes.resize(had);
  return bytes;
}

std::map<std::string, std::string> members_in(std::string_view bytes) {
  std::map<std::string, std::string> members;
  std::array<std::uint64_t, 2> sizes{};
  while (bytes.size() >= sizeof sizes) {
    std::memcpy(sizes.data(), bytes.data(), sizeof sizes);
    bytes.remove_prefix(sizeof sizes);
    if (sizes[0] > bytes.size() || sizes[1] > bytes.size() - sizes[0]) break;
    members[std::string(bytes.substr(0, sizes[0]))] = bytes.substr(sizes[0], sizes[1]);
    bytes.remove_prefix(sizes[0] + sizes[1]);
  }
  return members;
}

[[noreturn]] void be_the_benchmark(int go, int file, const LoadSettings& settings,
                                   const std::map<std::string, bench::Floor>& floor, bool quiet) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  const InterruptGuard guard;
  char byte = 0;
  ssize_t count = 0;
  do {
    count = ::read(go, &byte, 1);
  } while (count < 0 && errno == EINTR && interrupts() == 0);
  if (count != 1) ::_exit(0);
  {
    LiveLine line(quiet);
    bench::BenchmarkHooks hooks{.on_progress = {}, .is_interrupted = [] { return interrupts() > 0; }};
    if (line.is_drawn()) hooks.on_progress = [&line](const bench::LiveState& state) { line.draw(live_line(state)); };
    const auto runs = bench::run_benchmark(settings, floor, hooks);
    if (!runs) {
      const Error& error = runs.error();
      const std::string told = to_pretty_text(
          {{"code", static_cast<int>(error.code)}, {"what", error.what}, {"where", error.where}, {"hint", error.hint}});
      write_member(file, kErrorMember, Scrubber().scrub(told, ScrubKind::text));
    } else {
      for (const RunRecord& run : *runs) {
        for (const auto& [path, bytes] : members_of(run)) write_member(file, path, bytes);
      }
    }
  }
  ::_exit(0);
}

std::chrono::milliseconds longest_of(const LoadSettings& settings) {
  if (!settings.duration_ns || settings.warmup > 0) return kUsualLongest;
  const std::chrono::nanoseconds one(*settings.duration_ns + settings.timeout_ns);
  const auto all = std::chrono::duration_cast<std::chrono::milliseconds>(one) * settings.runs + kAround;
  return std::min<std::chrono::milliseconds>(all, kUsualLongest);
}

class ForkedJob : public BenchJob {
 public:
  explicit ForkedJob(const LoadSettings& settings) : longest_(longest_of(settings)) {}
  ForkedJob(const ForkedJob&) = delete;
  ForkedJob& operator=(const ForkedJob&) = delete;
  ~ForkedJob() override { stop(); }

  Result<void> fork_with(const LoadSettings& settings, const std::map<std::string, bench::Floor>& floor, bool quiet) {
    std::array<int, 2> pair{};
    file_ = FileDescriptor(::memfd_create("ihc-bench", MFD_CLOEXEC));
    if (!file_ || ::pipe2(pair.data(), O_CLOEXEC) != 0)
      return fail(error_from_errno(errno, "benchmark process", "raise the limit of open files"));
    FileDescriptor theirs(pair[0]);
    go_ = FileDescriptor(pair[1]);
    pid_ = ::fork();
    if (pid_ < 0) return fail(error_from_errno(errno, "benchmark process", "raise the limit of processes"));
    if (pid_ == 0) {
      go_ = FileDescriptor();
      be_the_benchmark(theirs.get(), file_.get(), settings, floor, quiet);
    }
    return {};
  }

  void start() override {
    [[maybe_unused]] const bool is_told = write_all(go_.get(), "g", 1);
    was_started_ = true;
  }

  bool is_over() override {
    if (pid_ > 0) take_end(WNOHANG);
    return pid_ <= 0;
  }

  void stop() override {
    go_ = FileDescriptor();
    if (is_over()) return;
    ::kill(pid_, SIGINT);
    for (int round = 0; round < kStopRounds && !is_over(); ++round) ::usleep(kStopRoundUs);
    if (is_over()) return;
    ::kill(pid_, SIGKILL);
    take_end(0);
  }

  std::chrono::milliseconds longest() const override { return longest_; }

  std::map<std::string, std::string> members() override {
    stop();
    all_ = members_in(read_all(file_.get()));
    return all_;
  }

  double cpu_seconds() const override { return cpu_seconds_; }

  Result<std::vector<RunRecord>> runs() override {
    const auto error = all_.find(kErrorMember);
    if (error != all_.end()) return fail(error_in(error->second));
    auto runs = bench::runs_of(all_);
    if (runs.empty()) {
      return fail(ErrorCode::io, was_started_ ? "it ended without a result" : "the window was over before it began",
                  "benchmark");
    }
    return runs;
  }

 private:
  static Error error_in(const std::string& text) {
    const auto json = parse_json(text, "");
    if (!json) return {.code = ErrorCode::io, .what = "it failed", .where = "benchmark", .hint = {}};
    return {.code = static_cast<ErrorCode>(json->value("code", static_cast<int>(ErrorCode::io))),
            .what = json->value("what", std::string()),
            .where = json->value("where", std::string()),
            .hint = json->value("hint", std::string())};
  }

  void take_end(int options) {
    rusage usage{};
    const pid_t ended = ::wait4(pid_, nullptr, options, &usage);
    if (ended == 0 || (ended < 0 && errno == EINTR)) return;
    for (const timeval& time : {usage.ru_utime, usage.ru_stime})
      cpu_seconds_ += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    pid_ = -1;
  }

  std::chrono::milliseconds longest_;
  FileDescriptor file_;
  FileDescriptor go_;
  pid_t pid_ = -1;
  bool was_started_ = false;
  double cpu_seconds_ = 0;
  std::map<std::string, std::string> all_;
};

}  // namespace

Result<std::shared_ptr<BenchJob>> BenchJob::create(const LoadSettings& settings,
                                                   const std::map<std::string, bench::Floor>& floor, bool quiet) {
  auto job = std::make_shared<ForkedJob>(settings);
  if (auto forked = job->fork_with(settings, floor, quiet); !forked) return fail(std::move(forked.error()));
  return job;
}

}  // namespace ihc
