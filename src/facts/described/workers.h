// The description of the structs of facts/workers.h.
#pragma once

#include "facts/describe.h"
#include "facts/workers.h"

namespace ihc {

template <>
struct Describe<WorkerShm> {
  static constexpr std::string_view kName = "worker_shm";
  static constexpr auto kFields = std::tuple{field("size_bytes", &WorkerShm::size_bytes, "size of the file system"),
                                             field("free_bytes", &WorkerShm::free_bytes, "free for an ordinary user")};
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
            "nonvoluntary_ctxt_switches within the window"),
      field("cpu_migrations", &WorkerThread::cpu_migrations,
            "se.nr_migrations of task/TID/sched within the window: moves from CPU to CPU"),
      field("scheduling_policy", &WorkerThread::scheduling_policy,
            "other, fifo, rr, batch, idle or deadline (field 41 of stat)"),
      field("realtime_priority", &WorkerThread::realtime_priority, "field 40 of stat; 0 when not real-time"),
      field("nice", &WorkerThread::nice, "field 19 of stat, as the kernel numbers it: -20 to 19"),
      field("cpus_used", &WorkerThread::cpus_used, "CPUs it was seen on whenever it had run since the reading before"),
      field("cpu_samples", &WorkerThread::cpu_samples,
            "readings of its last CPU for which it had run since the reading before"),
      field("cross_node_sample_share", &WorkerThread::cross_node_sample_share,
            "of cpu_samples, the share on another NUMA node than at the one before; absent with fewer than 20"),
      field("cross_l3_sample_share", &WorkerThread::cross_l3_sample_share,
            "the same for CPUs that share a level 3 cache")};
};

template <>
struct Describe<Worker> {
  static constexpr std::string_view kName = "worker";
  static constexpr auto kFields = std::tuple{
      field("key", &Worker::key,
            "subject key: survives restarts (its unit and role, else framework, model, port and GPUs)"),
      field("pid", &Worker::pid, "process id; absent when an imported text does not say"),
      field("parent_pid", &Worker::parent_pid, "PPid of status"),
      field("name", &Worker::name, "comm"),
      field("framework", &Worker::framework, "vllm, sglang, tgi, triton, llama_cpp, ollama, tensorrt_llm, ray, …"),
      field("found_by", &Worker::found_by,
            "command_line, gpu, pid, unit, match or child: how discovery found it; import: a text names it"),
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
            "numa_maps, numastat_p (its megabytes, file pages included), or cgroup_numa_stat: where the placement was "
            "read"),
      field("placement_scope", &Worker::placement_scope,
            "process, or cgroup: then the placement is that of all processes of its control group"),
      field("placement_drift_bytes", &Worker::placement_drift_bytes,
            "change of its memory on each node within the window; the pages that moved left one node for another"),
      field("drift_source", &Worker::drift_source,
            "cgroup_numa_stat: both ends of the window were read from its control group"),
      field("bytes_by_kind", &Worker::bytes_by_kind,
            "huge, heap, stack and private bytes by node, where numastat -p was the source"),
      field("memory_rollup_bytes", &Worker::memory_rollup_bytes,
            "smaps_rollup: pss, anonymous huge pages, hugetlb, locked, swap and their like"),
      field("resident_bytes", &Worker::resident_bytes, "VmRSS of status"),
      field("swap_bytes", &Worker::swap_bytes, "VmSwap of status"),
      field("peak_resident_bytes", &Worker::peak_resident_bytes, "VmHWM of status"),
      field("anonymous_bytes", &Worker::anonymous_bytes, "RssAnon of status"),
      field("file_bytes", &Worker::file_bytes, "RssFile of status"),
      field("shared_bytes", &Worker::shared_bytes, "RssShmem of status"),
      field("locked_bytes", &Worker::locked_bytes, "VmLck of status: mlock(2)"),
      field("pinned_bytes", &Worker::pinned_bytes, "VmPin of status: pinned for devices by the kernel's account"),
      field("hugetlb_bytes", &Worker::hugetlb_bytes, "HugetlbPages of status"),
      field("data_bytes", &Worker::data_bytes, "VmData of status: size of its data, resident or not"),
      field("stack_bytes", &Worker::stack_bytes, "VmStk of status: size of its first thread's stack"),
      field("leader_cpu_ns", &Worker::leader_cpu_ns,
            "first number of /proc/PID/schedstat: time that its first thread has had a CPU since it started"),
      field("leader_run_delay_ns", &Worker::leader_run_delay_ns,
            "second number of it: time that thread was runnable and waited"),
      field("nproc", &Worker::nproc, "CPUs of its first thread's mask that are online: what nproc prints for it"),
      field("cpus_effective", &Worker::cpus_effective,
            "cpus_allowed within its cpuset's effective CPUs; the whole cpuset where they have none in common"),
      field("cgroup_paths", &Worker::cgroup_paths, "cgroup path by v1 controllers; \"\" is version 2"),
      field("cpuset_cpus_effective", &Worker::cpuset_cpus_effective, "cpuset.cpus.effective of its control group"),
      field("cpuset_mems_effective", &Worker::cpuset_mems_effective, "cpuset.mems.effective of its control group"),
      field("limits", &Worker::limits,
            "/proc/PID/limits: open_files, processes, locked_memory_bytes, stack_bytes, realtime_priority, …"),
      field("open_files", &Worker::open_files, "entries of /proc/PID/fd"),
      field("oom_score_adjust", &Worker::oom_score_adjust, "oom_score_adj, -1000 to 1000"),
      field("scheduling_policies", &Worker::scheduling_policies, "the different policies of its threads"),
      field("max_realtime_priority", &Worker::max_realtime_priority, "highest real-time priority of its threads"),
      field("min_nice", &Worker::min_nice, "lowest niceness of its threads"),
      field("capabilities", &Worker::capabilities, "CapEff of status: effective capabilities by name"),
      field("seccomp", &Worker::seccomp, "disabled, strict or filter"),
      field("no_new_privileges", &Worker::no_new_privileges, "NoNewPrivs of status"),
      field("numa_scheduling", &Worker::numa_scheduling,
            "of /proc/PID/sched: nr_migrations, numa_pages_migrated, numa_preferred_nid, total_numa_faults, … since it "
            "started"),
      field("framework_flags", &Worker::framework_flags,
            "harmless options of the server by their long name: tensor_parallel_size, port, numa_bind, …"),
      field("shm", &Worker::shm, "/dev/shm as it sees it"),
      field("container_runtime", &Worker::container_runtime,
            "docker, containerd, cri-o, podman, lxc, nspawn: told by its cgroup"),
      field("container_id", &Worker::container_id, "container id in its cgroup path"),
      field("pod_uid", &Worker::pod_uid, "Kubernetes pod uid in its cgroup path"),
      field("qos_class", &Worker::qos_class, "Guaranteed, Burstable or BestEffort: the kubelet's cgroup that holds it"),
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
      field("cpu_migrations", &Worker::cpu_migrations,
            "moves of its threads from CPU to CPU within the window (/proc/PID/task/*/sched)"),
      field("busy_cpus", &Worker::busy_cpus, "cpu_ms divided by the window: average number of CPUs in use"),
      field("last_cpus", &Worker::last_cpus,
            "CPUs on which its threads that used CPU time in the window were last seen"),
      field("busy_samples_by_cpu", &Worker::busy_samples_by_cpu,
            "readings of its threads in which the thread had run since the one before: how many on which CPU"),
      field("cpus_used", &Worker::cpus_used, "the CPUs of busy_samples_by_cpu: what it used of cpus_allowed"),
      field("nodes_used", &Worker::nodes_used, "NUMA nodes of cpus_used"),
      field("nodes_allowed", &Worker::nodes_allowed, "NUMA nodes of cpus_allowed"),
      field("cpu_samples", &Worker::cpu_samples, "their number: the sum of its threads' cpu_samples"),
      field("cross_node_sample_share", &Worker::cross_node_sample_share,
            "of cpu_samples, the share on another NUMA node than at the same thread's sample before; absent with fewer "
            "than 20, and when its threads were read fewer than 20 times"),
      field("cross_l3_sample_share", &Worker::cross_l3_sample_share, "the same for CPUs that share a level 3 cache"),
      field("followed_thread_count", &Worker::followed_thread_count,
            "threads that were read all through the window: all of them, or of very many those that ran most when it "
            "began"),
      field("followed_cpu_share", &Worker::followed_cpu_share, "share of cpu_ms that these threads used"),
      field("alive_at_end", &Worker::alive_at_end, "whether the same process still ran when the window ended"),
      field("threads", &Worker::threads, "its threads, by tid")};
};

}  // namespace ihc
