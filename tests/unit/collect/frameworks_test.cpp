// Command lines as ps prints them on real servers, with their blanks between the arguments (real vectors have NULs).
#include "collect/frameworks.h"

#include <string>

#include <gtest/gtest.h>

#include "base/text.h"

namespace ihc {
namespace {

struct CommandLine {
  const char* comm;
  const char* line;      // arguments separated by blanks; '|' stands for a blank within one argument
  const char* expected;  // "framework role", or "" for none
};

std::string recognised(const CommandLine& row) {
  std::vector<std::string> arguments;
  for (const std::string_view word : split_words(row.line)) {
    std::string argument(word);
    for (char& c : argument) c = c == '|' ? ' ' : c;
    arguments.push_back(std::move(argument));
  }
  const std::vector<std::string_view> argv(arguments.begin(), arguments.end());
  const auto match = framework_of(row.comm, argv);
  return match ? std::string(match->framework) + " " + std::string(match->role) : "";
}

class Frameworks : public testing::TestWithParam<CommandLine> {};

TEST_P(Frameworks, AreRecognised) { EXPECT_EQ(recognised(GetParam()), GetParam().expected) << GetParam().line; }

INSTANTIATE_TEST_SUITE_P(
    Servers, Frameworks,
    testing::Values(
        CommandLine{"vllm", "/usr/bin/python3 /usr/local/bin/vllm serve meta-llama/Llama-3.1-8B-Instruct --port 8000",
                    "vllm server"},
        CommandLine{"vllm", "/opt/venv/bin/python3.12 -X faulthandler /opt/venv/bin/vllm serve Qwen/Qwen3-8B",
                    "vllm server"},
        CommandLine{"vllm", "vllm serve Qwen/Qwen3-8B --tensor-parallel-size 2", "vllm server"},
        CommandLine{"python3", "python3 -m vllm.entrypoints.openai.api_server --model facebook/opt-125m",
                    "vllm server"},
        CommandLine{"python", "python -u -m vllm.entrypoints.api_server --model x", "vllm server"},
        CommandLine{"python3", "python3 -m vllm.entrypoints.cli.main serve x", "vllm server"},
        CommandLine{"python3", "python3 /usr/lib/python3/dist-packages/vllm/entrypoints/openai/api_server.py",
                    "vllm server"},
        CommandLine{"VLLM::EngineCor", "VLLM::EngineCore", "vllm engine"},
        CommandLine{"VLLM::EngineCor", "VLLM::EngineCore_DP0", "vllm engine"},
        CommandLine{"VLLM::Worker_TP", "VLLM::Worker_TP0", "vllm worker"},
        CommandLine{"VLLM::Worker_TP", "VLLM::Worker_TP1_EP1", "vllm worker"},
        CommandLine{"VLLM::APIServer", "VLLM::APIServer_3", "vllm server"},
        CommandLine{"VLLM::DPCoordin", "VLLM::DPCoordinator", "vllm worker"},
        CommandLine{"VLLM::EngineCor", "", "vllm engine"},
        CommandLine{"ray::RayWorkerW", "ray::RayWorkerWrapper.execute_method", "vllm worker"},
        CommandLine{"python3", "python3 -m dynamo.vllm --model x", "vllm engine"},
        CommandLine{"python3", "python3 -m sglang.launch_server --model-path x --tp 4", "sglang server"},
        CommandLine{"sglang::schedul", "sglang::scheduler_TP3", "sglang worker"},
        CommandLine{"sglang::schedul", "sglang::scheduler_DP0_TP1_EP1", "sglang worker"},
        CommandLine{"sglang::detoken", "sglang::detokenizer", "sglang engine"},
        CommandLine{"sglang", "/usr/bin/python3 /usr/local/bin/sglang serve --model-path x", "sglang server"},
        CommandLine{"python3", "python3 -m sglang_router.launch_router --worker-urls http://a", "sglang router"},
        CommandLine{"text-generation", "text-generation-launcher --json-output", "tgi launcher"},
        CommandLine{"text-generation", "text-generation-router --max-concurrent-requests 128 --max-best-of 2",
                    "tgi router"},
        CommandLine{"text-generation",
                    "/opt/conda/bin/python3.10 /opt/conda/bin/text-generation-server serve google/flan-t5-small "
                    "--uds-path /tmp/t",
                    "tgi server"},
        CommandLine{"text-embeddings", "text-embeddings-router --model-id BAAI/bge-large-en-v1.5", "tei router"},
        CommandLine{"tritonserver", "/opt/tritonserver/bin/tritonserver --model-repository=/models", "triton server"},
        CommandLine{
            "triton_python_b",
            "/opt/tritonserver/backends/python/triton_python_backend_stub /models/post/1/model.py region_4 1048576",
            "triton worker"},
        CommandLine{"llama-server", "./llama-server -m model.gguf -c 4096 --port 8080", "llama_cpp server"},
        CommandLine{"llama-server", "/opt/llama.cpp/build/bin/llama-server --hf-repo x", "llama_cpp server"},
        CommandLine{"python3", "python3 -m llama_cpp.server --model m.gguf", "llama_cpp server"},
        CommandLine{"ihc", "build/release/ihc mock-server --ttft 80ms", "ihc_mock server"},
        CommandLine{"ollama", "/usr/local/bin/ollama serve", "ollama server"},
        CommandLine{"ollama",
                    "/usr/bin/ollama runner --model /root/.ollama/models/blobs/sha256-8c --ctx-size 8192 --port 33405",
                    "ollama runner"},
        CommandLine{"ollama", "/mnt/data/ollama/bin/ollama runner --ollama-engine --model /b --port 35253",
                    "ollama runner"},
        CommandLine{"ollama_llama_se",
                    "/usr/local/lib/ollama/runners/cuda_v12_avx/ollama_llama_server runner --model /m",
                    "ollama runner"},
        CommandLine{"trtllm-serve", "/usr/bin/python3 /usr/local/bin/trtllm-serve serve model --tp_size 4",
                    "tensorrt_llm server"},
        CommandLine{"python3", "python3 -m tensorrt_llm.llmapi.mgmn_worker_node", "tensorrt_llm worker"},
        CommandLine{"ray::IDLE", "ray::IDLE", "ray idle"},
        CommandLine{"ray::ServeRepli", "ray::ServeReplica:default:LLM", "ray worker"},
        CommandLine{"lmdeploy", "/opt/conda/bin/python /opt/conda/bin/lmdeploy serve api_server internlm/x --tp 8",
                    "lmdeploy server"},
        CommandLine{
            "java",
            "java -Dmodel_server_home=/usr -cp .:/ts/* -Xmx30g org.pytorch.serve.ModelServer --python /usr/bin/python3",
            "torchserve server"},
        CommandLine{"python3", "/home/venv/bin/python /home/venv/lib/ts/model_service_worker.py --sock-type unix",
                    "torchserve worker"},
        CommandLine{"python3", "python3 -m mlc_llm serve HF://mlc-ai/TinyLlama --device cuda --port 8002",
                    "mlc server"},
        CommandLine{"mlc_llm",
                    "/opt/miniconda3/envs/p/bin/python /opt/miniconda3/envs/p/bin/mlc_llm serve /m --mode interactive",
                    "mlc server"},
        CommandLine{"python3", "python3 -W ignore -X dev -m lightllm.server.api_server --tp 2", "lightllm server"}));

INSTANTIATE_TEST_SUITE_P(
    Others, Frameworks,
    testing::Values(CommandLine{"vim", "vim vllm.py", ""}, CommandLine{"grep", "grep -r vllm /opt", ""},
                    CommandLine{"tail", "tail -f /var/log/vllm.log", ""},
                    CommandLine{"less", "less /srv/vllm serve", ""},
                    CommandLine{"bash", "bash -c vllm|serve|Qwen/Qwen3-8B", ""},
                    CommandLine{"sh", "/bin/sh /usr/local/bin/start-vllm.sh", ""},
                    CommandLine{"docker", "docker run --gpus all vllm/vllm-openai:latest --model x", ""},
                    CommandLine{"kubectl", "kubectl logs -f vllm-0", ""},
                    CommandLine{"ssh", "ssh node vllm serve x", ""},
                    CommandLine{"vllm", "/usr/bin/python3 /usr/local/bin/vllm bench serve --model x", ""},
                    CommandLine{"python3", "python3 train.py --model vllm serve", ""},
                    CommandLine{"python3", "python3 -m pytest tests/vllm", ""},
                    CommandLine{"python3", "python3 -c import|vllm", ""}, CommandLine{"python3", "python3", ""},
                    CommandLine{"python3", "python3 -m", ""}, CommandLine{"python3", "python3 -X", ""},
                    CommandLine{"python3", "python3 vllm.py serve", ""},
                    CommandLine{"pip", "/usr/bin/python3 /usr/bin/pip install vllm", ""},
                    CommandLine{"python3", "python3 -m vllm_benchmark.entrypoints", ""},
                    CommandLine{"ihc", "ihc bench --url http://127.0.0.1:8000", ""},
                    CommandLine{"ollama", "ollama run llama3", ""}, CommandLine{"ollama", "ollama ps", ""},
                    CommandLine{"ollama", "ollama", ""}, CommandLine{"java", "java -jar app.jar", ""},
                    CommandLine{"java", "java", ""}, CommandLine{"nginx", "nginx: worker process", ""},
                    CommandLine{"kthreadd", "", ""}, CommandLine{"", "", ""}, CommandLine{"python3", "", ""}));

TEST(Frameworks, AnUnreadableCommandLineLeavesTheKernelsShortName) {
  EXPECT_EQ(recognised({"tritonserver", "", ""}), "triton server");
  EXPECT_EQ(recognised({"text-generation", "", ""}), "tgi launcher");
  EXPECT_EQ(recognised({"ollama", "", ""}), "") << "serve or run: the name alone does not tell";
}

TEST(Frameworks, MonitorsAndDisplaysAreNoWorkers) {
  EXPECT_TRUE(is_gpu_bystander("nvidia-persiste"));
  EXPECT_TRUE(is_gpu_bystander("Xorg"));
  EXPECT_FALSE(is_gpu_bystander("python3"));
}

TEST(Frameworks, EveryPatternIsPrinted) {
  const std::vector<std::string> patterns = framework_patterns();
  EXPECT_GT(patterns.size(), 40U);
  EXPECT_TRUE(std::is_sorted(patterns.begin(), patterns.end()));
  EXPECT_NE(std::find(patterns.begin(), patterns.end(), "vllm: program vllm serve"), patterns.end());
}

}  // namespace
}  // namespace ihc
