#include "collectors/workers/activity.h"

#include <algorithm>
#include <set>

#include "base/text.h"
#include "collectors/reading/task_sched_text.h"
#include "collectors/workers/process_files.h"

namespace ihc {

namespace {

constexpr double kNsPerMs = 1e6;
constexpr double kMsPerTick = 10;  // USER_HZ is 100 on every architecture that serves inference

// The window as this worker's own readings bound it.
struct Bounds {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;

  bool is_end(std::int64_t taken_ns) const { return taken_ns > begin_ns + (end_ns - begin_ns) / 2; }
};

struct Ends {
  std::optional<std::string_view> first;  ///< at the start of the window
  std::optional<std::string_view> last;   ///< at its end
};

Ends ends_of(const Bundle& bundle, const std::string& path, const Bounds& bounds) {
  Ends ends;
  for (const Reading& reading : bundle.samples(path)) {
    if (reading.status != EvidenceStatus::ok) continue;
    if (bounds.is_end(reading.taken_ns)) {
      ends.last = reading.bytes;
    } else if (!ends.first) {
      ends.first = reading.bytes;
    }
  }
  return ends;
}

// Growth from the first reading, from 0 for what was born within the window; nothing when it went backwards.
std::optional<std::int64_t> growth(const std::optional<std::int64_t>& first, const std::optional<std::int64_t>& last,
                                   bool born_within) {
  if (!last || (!first && !born_within)) return std::nullopt;
  const std::int64_t from = first.value_or(0);
  return *last >= from ? std::optional(*last - from) : std::nullopt;
}

template <class Parsed, class Member>
std::optional<std::int64_t> member_of(const std::optional<Parsed>& parsed, Member Parsed::*member) {
  return parsed ? std::optional<std::int64_t>(parsed.value().*member) : std::nullopt;
}

struct ThreadFiles {
  std::optional<TaskStat> stat;
  std::optional<SchedStat> sched;
  ProcessStatus status;
};

ThreadFiles parse_files(const std::optional<std::string_view>& stat, const std::optional<std::string_view>& sched,
                        const std::optional<std::string_view>& status) {
  return {.stat = stat ? parse_task_stat(*stat) : std::nullopt,
          .sched = sched ? parse_schedstat(*sched) : std::nullopt,
          .status = status ? parse_process_status(*status).value : ProcessStatus{}};
}

// All zeros although the thread has run: the kernel was built without CONFIG_SCHED_INFO.
bool counts_nothing(const ThreadFiles& files) {
  return files.sched && files.sched->cpu_ns == 0 && files.sched->slices == 0 && files.stat && files.stat->cpu_ticks > 0;
}

void set_times(WorkerThread& thread, const ThreadFiles& first, const ThreadFiles& last, bool born_within) {
  const bool usable = last.sched && !counts_nothing(last);
  if (usable) {
    const auto cpu = growth(member_of(first.sched, &SchedStat::cpu_ns), last.sched->cpu_ns, born_within);
    const auto delay = growth(member_of(first.sched, &SchedStat::run_delay_ns), last.sched->run_delay_ns, born_within);
    if (cpu) thread.cpu_ms = static_cast<double>(*cpu) / kNsPerMs;
    if (delay) thread.run_delay_ms = static_cast<double>(*delay) / kNsPerMs;
    return;
  }
  const auto ticks =
      growth(member_of(first.stat, &TaskStat::cpu_ticks), member_of(last.stat, &TaskStat::cpu_ticks), born_within);
  if (ticks) thread.cpu_ms = static_cast<double>(*ticks) * kMsPerTick;
}

// Moves from CPU to CPU; the kernel offers the count only where it was built with CONFIG_SCHED_DEBUG.
std::optional<std::int64_t> migrations_of(const std::optional<std::string_view>& text) {
  if (!text) return std::nullopt;
  const auto accounts = parse_task_sched(*text).value;
  if (accounts.empty()) return std::nullopt;
  const auto found = accounts.front().counters.find("nr_migrations");
  return found == accounts.front().counters.end() ? std::nullopt : std::optional(found->second);
}

void set_scheduling(WorkerThread& thread, const TaskStat& stat) {
  thread.nice = stat.nice;
  thread.realtime_priority = stat.realtime_priority;
  if (stat.policy) thread.scheduling_policy = scheduling_policy_name(*stat.policy);
}

bool was_there_at_start(const Bundle& bundle, const std::string& dir, const Bounds& bounds) {
  return ends_of(bundle, dir + "stat", bounds).first || ends_of(bundle, dir + "status", bounds).first ||
         ends_of(bundle, dir + "schedstat", bounds).first;
}

constexpr const char* kThreadFiles[] = {"stat", "status", "schedstat", "sched"};

// Whether a file of a thread that lived through the window was never read, or could not be at its end. Of one that came
// or went while the collection was looking, some files have one reading: that is no gap.
bool was_not_read(const Bundle& bundle, const std::string& path, const Bounds& bounds) {
  const auto readings = bundle.samples(path);
  return readings.empty() || std::any_of(readings.begin(), readings.end(), [&](const Reading& reading) {
           return bounds.is_end(reading.taken_ns) && reading.status != EvidenceStatus::ok &&
                  reading.status != EvidenceStatus::absent;
         });
}

// A thread that lived through the window, of which neither stat nor status was read.
void note_left_out(const Bundle& bundle, const std::string& dir, const Bounds& bounds, WorkerActivity& activity) {
  if (!ends_of(bundle, dir + "schedstat", bounds).last || !was_there_at_start(bundle, dir, bounds)) return;
  activity.read_in_part.emplace("", dir + "stat");
}

void note_read_in_part(const Bundle& bundle, const std::string& tasks, const Bounds& bounds, std::size_t seen,
                       WorkerActivity& activity) {
  for (const char* file : kThreadFiles) {
    const std::string pattern = tasks + "*/" + file;
    std::optional<std::string> unread;
    // Of more threads than the collection follows, the record is by the pattern.
    if (const auto record = bundle.find(pattern); record && record->status != EvidenceStatus::absent) unread = pattern;
    bool any_read = false;
    for (const WorkerThread& thread : activity.threads) {
      const std::string dir = tasks + std::to_string(thread.tid) + "/";
      any_read = any_read || ends_of(bundle, dir + file, bounds).last;
      if (!unread && was_not_read(bundle, dir + file, bounds) && was_there_at_start(bundle, dir, bounds)) {
        unread = dir + file;
      }
    }
    if (any_read && unread) activity.read_in_part.emplace(file, *unread);
  }
  // Threads that the process counts and of which there is no file.
  if (activity.thread_count && static_cast<std::int64_t>(seen) < *activity.thread_count) {
    activity.read_in_part.emplace("", tasks + "*/stat");
  }
}

std::optional<WorkerThread> read_thread(const Bundle& bundle, const std::string& dir, std::int64_t tid,
                                        const Bounds& bounds, WorkerActivity& activity) {
  const Ends stat = ends_of(bundle, dir + "stat", bounds);
  const Ends sched = ends_of(bundle, dir + "schedstat", bounds);
  const Ends status = ends_of(bundle, dir + "status", bounds);
  const Ends moves = ends_of(bundle, dir + "sched", bounds);
  if (!stat.last && !status.last) return std::nullopt;
  const ThreadFiles first = parse_files(stat.first, sched.first, status.first);
  const ThreadFiles last = parse_files(stat.last, sched.last, status.last);
  const bool born_within = !stat.first && !status.first && !sched.first;
  activity.counts_no_delay = activity.counts_no_delay || counts_nothing(last);
  WorkerThread thread{.tid = tid};
  if (last.status.name) {
    thread.name = *last.status.name;
  } else if (last.stat) {
    thread.name = last.stat->name;
  }
  thread.cpus_allowed = last.status.cpus_allowed;
  thread.last_cpu = member_of(last.stat, &TaskStat::last_cpu);
  thread.voluntary_switches = growth(first.status.voluntary_switches, last.status.voluntary_switches, born_within);
  thread.involuntary_switches =
      growth(first.status.involuntary_switches, last.status.involuntary_switches, born_within);
  set_times(thread, first, last, born_within);
  thread.cpu_migrations = growth(migrations_of(moves.first), migrations_of(moves.last), born_within);
  if (last.stat) set_scheduling(thread, *last.stat);
  return thread;
}

template <class Number>
void add(std::optional<Number>& sum, const std::optional<Number>& part) {
  if (part) sum = sum.value_or(Number{}) + *part;
}

// The process file that bounds the window, and whether the same process was there at both ends.
std::optional<Bounds> bounds_of(const Bundle& bundle, const std::string& path, WorkerActivity& activity) {
  const std::vector<Reading> readings = bundle.samples(path);
  if (readings.empty()) return std::nullopt;
  activity.has_samples = readings.size() > 1;
  const Bounds bounds{readings.front().taken_ns, readings.back().taken_ns};
  if (!activity.has_samples) return bounds;
  activity.window_seconds = static_cast<double>(bounds.end_ns - bounds.begin_ns) / 1e9;
  const auto first =
      readings.front().status == EvidenceStatus::ok ? parse_task_stat(readings.front().bytes) : std::nullopt;
  const auto last =
      readings.back().status == EvidenceStatus::ok ? parse_task_stat(readings.back().bytes) : std::nullopt;
  if (last) activity.thread_count = last->thread_count;
  if (!first) return bounds;
  activity.alive_at_end = last && last->start_time_ticks == first->start_time_ticks && last->state != 'Z';
  return bounds;
}

std::set<std::int64_t> threads_of(const Bundle& bundle, const std::string& tasks) {
  std::set<std::int64_t> tids;
  for (const char* file : kThreadFiles) {
    for (const std::string& path : bundle.sampled(tasks + "*/" + file)) {
      const std::string_view rest = std::string_view(path).substr(tasks.size());
      const auto tid = parse_number<std::int64_t>(rest.substr(0, rest.find('/')));
      if (tid) tids.insert(*tid);
    }
  }
  return tids;
}

}  // namespace

WorkerActivity read_activity(const Bundle& bundle, std::int64_t pid) {
  WorkerActivity activity;
  const std::string dir = "root/proc/" + std::to_string(pid) + "/";
  const auto bounds = bounds_of(bundle, dir + "stat", activity);
  if (!bounds || !activity.has_samples) return activity;
  const std::string tasks = dir + "task/";
  const std::set<std::int64_t> tids = threads_of(bundle, tasks);
  for (const std::int64_t tid : tids) {
    auto thread = read_thread(bundle, tasks + std::to_string(tid) + "/", tid, *bounds, activity);
    if (!thread) {
      note_left_out(bundle, tasks + std::to_string(tid) + "/", *bounds, activity);
      continue;
    }
    add(activity.cpu_ms, thread->cpu_ms);
    add(activity.run_delay_ms, thread->run_delay_ms);
    add(activity.voluntary_switches, thread->voluntary_switches);
    add(activity.involuntary_switches, thread->involuntary_switches);
    add(activity.cpu_migrations, thread->cpu_migrations);
    activity.threads.push_back(std::move(*thread));
  }
  note_read_in_part(bundle, tasks, *bounds, tids.size(), activity);
  return activity;
}

}  // namespace ihc
