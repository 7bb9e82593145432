// What a capture is: the rows that a collector declares and the runner executes. Types only; dry run, size estimates
// and the scrubbing test read the same rows.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "bundle/scrub.h"

namespace ihc {

// Paths may hold '*' (within one path component) and the subject placeholders {worker} (each discovered worker's PID)
// and, at their beginning, {cgroup} (each control group directory of the workers and of their ancestors, every
// hierarchy's root included: "/sys/fs/cgroup/system.slice").

/// When a capture runs, relative to the window.
enum class Moment { before, during, after };

/// What a capture needs beyond an ordinary user, for the dry run and for hints.
enum class Needs { nothing, root, ptrace, perf };

/// Single files, each a member of its own at its path below root/.
struct File {
  std::string_view path;
  ScrubKind scrub = ScrubKind::none;
  std::size_t max_bytes = limits::kMaxFileBytes;
  Moment moment = Moment::before;
  Needs needs = Needs::nothing;
  std::chrono::milliseconds deadline = limits::kReadDeadline;
};

/// Many small files in packed members: `path` has a '*' or {worker}. With links=true the target of a symbolic link is
/// stored instead of a file's content.
struct Files {
  std::string_view family;
  std::string_view path;
  ScrubKind scrub = ScrubKind::none;
  std::size_t max_bytes = 64 * limits::kKiB;
  Moment moment = Moment::before;
  Needs needs = Needs::nothing;
  bool links = false;
  std::chrono::milliseconds deadline = limits::kReadDeadline;
};

/// How a file of each of a worker's threads is read through the window.
enum class Follow {
  none,
  /// At least limits::kCpuSampleRounds times however short the window is, and every second in a long one. Of all
  /// threads while they are few, else of the limits::kFollowedThreads that ran most when the window began; the rest at
  /// both ends.
  threads,
  threads_that_ran,  ///< the same, but only when a `threads` file of that thread has changed since it was last read
};

/// Files read again through the window: at its start, every `limits::kSampleInterval`, and at its end; with
/// ends_only=true only at start and end (counters whose rate inside the window nobody needs).
struct Sampled {
  std::string_view family;
  std::string_view path;
  bool ends_only = false;
  std::size_t max_bytes = limits::kMaxFileBytes;
  Follow follow = Follow::none;
};

/// The endpoints that --metrics-url names, asked by GET at every tick of the window. The readings of the first are
/// samples of "<family>/1", those of the second of "<family>/2"; probes/metrics-scrape.json says what became of each.
struct Scraped {
  std::string_view family;
};

/// A part of the window: the third of four is {3, 4}. Counters of a CPU are few; groups of events that would have to
/// share them are counted one after the other.
struct Pass {
  int number = 0;  ///< from 1; 0: the whole window
  int of = 0;
};

/// A command. Arguments may hold {worker} (run once per worker), {workers} (all PIDs joined with commas; skipped when
/// there is none), {window} (whole seconds), and of a recording {recording} (its file) and {recording_seconds} (the
/// window's, at most limits::kMaxRecordingTime); the argument {units} stands for one argument a systemd unit on the
/// workers' cgroup paths (skipped when there is none), {memory_events} for the events of perf that tell where this
/// CPU's loads were served from (skipped where none is known), and {file:PATH} for the text of a file of the source
/// tree that is compiled in. Its output is stored at commands/<slug>/stdout and stderr; with {worker} the slug gets
/// "-<pid>".
struct CommandOutput {
  std::string_view slug;
  std::array<std::string_view, 24> argv{};  ///< unused places are empty
  std::chrono::milliseconds timeout = limits::kCommandTimeout;
  Moment moment = Moment::before;  ///< `during`: started with the window, interrupted at its end
  Needs needs = Needs::nothing;
  ScrubKind scrub = ScrubKind::text;
  std::string_view hint;  ///< what to do when the tool is missing: "install the package numactl"
  /// A missing tool means that there is no such thing on this node ("structural"), not that evidence is missing.
  bool is_optional = false;
  /// What it printed counts whatever its exit status: a search in folders of which some need not exist.
  bool counts_when_failed = false;
  /// Runs only where `--deep` asks for it by this word, as it costs the node something: see `cost`.
  std::string_view deep;
  std::string_view cost;  ///< of the first row of a `deep` word, for people: what it records and where that ends
  /// A file that the tool needs between two rows of one name: made `during` the window, told of `after` it. It stands
  /// in a folder beside the bundle that is gone at the end; a row that makes it has done so when the file is not empty,
  /// and its slug is that of the row that tells of it with "record-" before it.
  std::string_view recording;
  std::string_view environment;  ///< "NAME=value" beside what every command gets
  Pass pass{};                   ///< of a command `during` the window
};

/// Software counters of the workers' threads that this program opens itself, where the command `instead_of` came to
/// nothing: from then to the window's end. Stored at probes/<name>.json.
struct Counted {
  std::string_view name;
  std::string_view call;        ///< "perf_event_open(2)", for the dry run
  std::string_view instead_of;  ///< the slug of that command
};

/// A value that a system call returns; `read` runs in the helper process and returns the JSON text stored at
/// probes/<name>.json, which names the call it made. With per_worker=true it runs once for each worker's PID and the
/// file is probes/<name>-<pid>.json; otherwise `pid` is 0.
struct Probe {
  std::string_view name;
  std::string_view call;  ///< "get_mempolicy(2)", for the dry run
  Result<std::string> (*read)(int pid);
  bool per_worker = false;
  Moment moment = Moment::before;
};

using Capture = std::variant<File, Files, Sampled, Scraped, CommandOutput, Counted, Probe>;

}  // namespace ihc
