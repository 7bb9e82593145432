// What holds a worker: its control group's cpuset, its limits, scheduling classes, capabilities, container and
// /dev/shm.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "collectors/cgroup/cgroup_tree.h"
#include "collectors/reading/evidence_reader.h"
#include "collectors/workers/process_files.h"
#include "facts/workers.h"

namespace ihc {

/// All of them note their sources and gaps below the pointer "" of the reader's builder; `dir` is "root/proc/4242/".
void read_limits(const EvidenceReader& reader, const std::string& dir, Worker& worker);
void read_shm(const EvidenceReader& reader, const std::string& dir, Worker& worker);
void read_sched(const EvidenceReader& reader, const std::string& dir, Worker& worker);
void read_memory_rollup(const EvidenceReader& reader, const std::string& dir, Worker& worker);
/// Cgroup paths, container, effective cpuset; and from the cgroup's memory.numa_stat the drift of its pages within the
/// window, and their placement where the process's own is not known.
void read_cgroup_values(const EvidenceReader& reader, const CgroupPlaces& places, std::string_view proc_cgroup_text,
                        Worker& worker);

/// What one text of /proc/PID/status says, into the facts.
void apply_status(const ProcessStatus& status, Worker& worker);

/// The probe worker-shm: {"call": "statvfs(3)", "path": "/proc/4242/root/dev/shm", "size_bytes": 67108864,
/// "free_bytes": 67108864, "fs_type": "tmpfs"}
Result<std::string> probe_worker_shm(int pid);

/// The size= option of the tmpfs at /dev/shm in a /proc/PID/mountinfo text; nothing when it has none (then it is half
/// of the memory) or there is no such mount. tmpfs(5).
std::optional<std::int64_t> shm_size_of(std::string_view mountinfo);

}  // namespace ihc
