// facts.workers: the processes (with all their threads) that serve inference.
// Sources: proc(5), Documentation/filesystems/proc.rst, Documentation/scheduler/sched-stats.rst.
#pragma once

#include "facts/describe.h"

namespace ihc {

struct WorkerThread {
  std::int64_t tid = 0;
  std::string name;
  std::optional<CpuSet> cpus_allowed;
  std::optional<std::int64_t> last_cpu;
  std::optional<double> cpu_ms;
  std::optional<double> run_delay_ms;
  std::optional<std::int64_t> voluntary_switches;
  std::optional<std::int64_t> involuntary_switches;
};

struct Worker {
  std::string key;
  std::int64_t pid = 0;
  std::optional<std::int64_t> parent_pid;
  std::string name;
  std::optional<std::string> framework;
  std::string found_by;
  std::optional<std::string> command_line;
  std::optional<std::string> unit;
  std::optional<std::string> unit_kind;
  std::optional<std::string> cgroup;
  std::optional<bool> in_container;
  std::optional<std::int64_t> thread_count;
  std::optional<CpuSet> cpus_allowed;
  std::optional<std::vector<CpuSet>> distinct_thread_cpus_allowed;
  std::optional<CpuSet> mems_allowed;
  std::optional<std::vector<std::string>> memory_policies;
  std::optional<std::map<std::string, std::int64_t>> pages_by_node;
  std::optional<std::map<std::string, std::int64_t>> bytes_by_node;
  std::optional<std::map<std::string, std::int64_t>> file_bytes_by_node;
  std::optional<std::string> placement_source;
  std::optional<std::int64_t> resident_bytes;
  std::optional<std::int64_t> swap_bytes;
  std::optional<CpuSet> gpu_nodes;
  std::optional<CpuSet> gpu_local_cpus;
  std::optional<std::vector<std::string>> gpus;
  std::optional<std::map<std::string, std::string>> environment;
  std::optional<double> cpu_ms;
  std::optional<double> run_delay_ms;
  std::optional<double> run_delay_share;
  std::optional<std::int64_t> voluntary_switches;
  std::optional<std::int64_t> involuntary_switches;
  std::optional<double> busy_cpus;
  std::optional<CpuSet> last_cpus;
  std::optional<bool> alive_at_end;
  std::optional<std::vector<WorkerThread>> threads;
};

template <>
struct Describe<WorkerThread> {
  static constexpr std::string_view kName = "worker_thread";
  static constexpr auto kFields = std::tuple{
      field("tid", &WorkerThread::tid, "thread id"),
      field("name", &WorkerThread::name, "task/TID/comm"),
      field("cpus_allowed", &WorkerThread::cpus_allowed, "Cpus_allowed_list of task/TID/status"),
      field("last_cpu", &WorkerThread::last_cpu, "field 39 of task/TID/stat at the end"),
      field("cpu_ms", &WorkerThread::cpu_ms, "time on a CPU within the window (task/TID/schedstat, first number)"),
      field("run_delay_ms", &WorkerThread::run_delay_ms,
            "time runnable but waiting within the window (schedstat, second number)"),
      field("voluntary_switches", &WorkerThread::voluntary_switches, "voluntary_ctxt_switches within the window"),
      field("involuntary_switches", &WorkerThread::involuntary_switches,
            "nonvoluntary_ctxt_switches within the window")};
};

template <>
struct Describe<Worker> {
  static constexpr std::string_view kName = "worker";
  static constexpr auto kFields = std::tuple{
      field("key", &Worker::key,
            "subject key: survives restarts (its unit and role, else framework, model, port and GPUs)"),
      field("pid", &Worker::pid, "process id"),
      field("parent_pid", &Worker::parent_pid, "PPid of status"),
      field("name", &Worker::name, "comm"),
      field("framework", &Worker::framework, "vllm, sglang, tgi, triton, llama_cpp, ollama, tensorrt_llm, ray, …"),
      field("found_by", &Worker::found_by, "command_line, gpu, pid, unit, match or child: how discovery found it"),
      field("command_line", &Worker::command_line, "arguments joined with blanks, secrets scrubbed"),
      field("unit", &Worker::unit, "systemd unit from /proc/PID/cgroup"),
      field("unit_kind", &Worker::unit_kind, "service, scope, slice or session: what kind of unit holds it"),
      field("cgroup", &Worker::cgroup, "its cgroup path (v2, else the systemd hierarchy of v1)"),
      field("in_container", &Worker::in_container, "whether its cgroup is a container's or a pod's"),
      field("thread_count", &Worker::thread_count, "threads at the end of the window"),
      field("cpus_allowed", &Worker::cpus_allowed, "union of all its threads' masks, restricted to online CPUs"),
      field("distinct_thread_cpus_allowed", &Worker::distinct_thread_cpus_allowed,
            "the different masks its threads have"),
      field("mems_allowed", &Worker::mems_allowed, "Mems_allowed_list of status: node list"),
      field("memory_policies", &Worker::memory_policies,
            "distinct policies of /proc/PID/numa_maps: default, bind:0, prefer:1, …"),
      field("pages_by_node", &Worker::pages_by_node,
            "resident pages of anonymous and shared memory by node, in kernel pages of each mapping"),
      field("bytes_by_node", &Worker::bytes_by_node, "the same in bytes, page size of each mapping respected"),
      field("file_bytes_by_node", &Worker::file_bytes_by_node,
            "file-backed page cache it maps, by node: shared, hence apart"),
      field("placement_source", &Worker::placement_source,
            "numa_maps, or cgroup_numa_stat: where the placement was read"),
      field("resident_bytes", &Worker::resident_bytes, "VmRSS of status"),
      field("swap_bytes", &Worker::swap_bytes, "VmSwap of status"),
      field("gpu_nodes", &Worker::gpu_nodes, "NUMA nodes of its GPUs; absent when it has none or no node is known"),
      field("gpu_local_cpus", &Worker::gpu_local_cpus, "union of local_cpulist of its GPUs"),
      field("gpus", &Worker::gpus, "PCI addresses of GPUs whose device files it holds open"),
      field("environment", &Worker::environment,
            "harmless environment values only (OMP_NUM_THREADS, CUDA_VISIBLE_DEVICES, …)"),
      field("cpu_ms", &Worker::cpu_ms, "CPU time of all threads within the window"),
      field("run_delay_ms", &Worker::run_delay_ms, "time its threads waited for a CPU within the window"),
      field("run_delay_share", &Worker::run_delay_share,
            "run_delay_ms / (cpu_ms + run_delay_ms); absent when neither moved"),
      field("voluntary_switches", &Worker::voluntary_switches, "context switches by blocking within the window"),
      field("involuntary_switches", &Worker::involuntary_switches, "context switches by preemption within the window"),
      field("busy_cpus", &Worker::busy_cpus, "cpu_ms divided by the window: average number of CPUs in use"),
      field("last_cpus", &Worker::last_cpus,
            "CPUs on which its threads that used CPU time in the window were last seen"),
      field("alive_at_end", &Worker::alive_at_end, "whether the same process still ran when the window ended"),
      field("threads", &Worker::threads, "its threads, by tid")};
};

}  // namespace ihc
