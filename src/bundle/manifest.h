// manifest.json: what a bundle says of itself. DESIGN "The bundle, format 1" has the words; tests/unit/bundle has the
// examples.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace ihc {

inline constexpr int kBundleFormat = 1;

/// What became of one capture. The words below are those of the manifest and of packed members.
enum class EvidenceStatus {
  ok,
  absent,      ///< no such file, directory entry, program or device: reason file_absent or tool_missing
  permission,  ///< this user may not read or run it
  timed_out,   ///< its deadline passed
  failed,      ///< an I/O error, or a command's exit status other than 0
  skipped,     ///< not tried: the reason says why (no worker, over budget, --skip, needs root)
};
std::string_view to_word(EvidenceStatus status);
std::optional<EvidenceStatus> evidence_status_from_word(std::string_view word);

enum class CollectorState { collected, partial, skipped, failed, timed_out };
std::string_view to_word(CollectorState state);
std::optional<CollectorState> collector_state_from_word(std::string_view word);

struct CollectorRecord {
  std::string name;
  CollectorState state = CollectorState::collected;
  std::string reason;  ///< a reason code of DESIGN "Words" (permission, tool_missing, …); empty when collected
  std::string hint;    ///< what a person can do about it; empty when collected
};

struct MemberRecord {
  std::string path;  ///< in the bundle: "root/proc/stat", "packed/cpufreq/000"
  std::int64_t size_bytes = 0;
  std::string sha256;
  bool cut = false;  ///< the source had more bytes than the capture's cap
};

struct CommandRecord {
  std::string slug;
  std::vector<std::string> argv;
  EvidenceStatus status = EvidenceStatus::ok;
  std::string reason;
  std::optional<int> exit_code;  ///< absent when it never ran or was killed
  std::int64_t duration_ms = 0;
  std::int64_t started_ns = 0;  ///< CLOCK_MONOTONIC
  double cpu_seconds = 0;
  bool cut = false;
};

/// A single (unpacked) file that was asked for and is not in the bundle.
struct NotReadRecord {
  std::string path;  ///< on the node: "/proc/1234/numa_maps"
  std::string collector;
  EvidenceStatus status = EvidenceStatus::absent;
  std::string reason;
};

struct SlowRead {
  std::string path;
  std::int64_t duration_ms = 0;
};

struct CollectionCost {
  double cpu_seconds = 0;           ///< this program and its helper, user + system
  double commands_cpu_seconds = 0;  ///< programs it ran
  std::int64_t peak_memory_bytes = 0;
  std::int64_t bytes_read = 0;
  std::int64_t reads = 0;
  std::vector<SlowRead> slowest;  ///< at most ten, slowest first
};

/// Where an imported member came from. A member that ends with '/' stands for everything below it.
struct ImportRecord {
  std::string member;  ///< "root/", "commands/numastat-p/stdout"
  std::string
      origin;  ///< the file as it was named, with its path inside an archive: "sos.tar.xz: sos_commands/numa/numastat"
  std::string kind;  ///< "tree", or the kind of text: "numastat-p"
};

/// Those of `records` that stand for something that was given, without the values inside them: for people.
std::vector<const ImportRecord*> given_records(const std::vector<ImportRecord>& records);

/// What a source of an import held besides, and was not taken.
struct LeftOutRecord {
  std::string origin;
  std::string what;  ///< "larger than 16777216 bytes"
  std::int64_t count = 0;
};

struct Manifest {
  int format = kBundleFormat;
  std::string tool_version;
  std::string node;         ///< label: the host name unless --node says otherwise
  std::string started_utc;  ///< "2026-11-21T08:40:00Z"; empty when an import does not know it
  std::string ended_utc;
  std::int64_t started_ns = 0;  ///< CLOCK_MONOTONIC
  std::int64_t ended_ns = 0;
  std::string boot_id;  ///< /proc/sys/kernel/random/boot_id; empty when not readable
  std::vector<std::string> arguments;
  std::map<std::string, std::string> labels;
  std::optional<int> effective_uid;       ///< absent: ihc did not collect this itself
  std::vector<std::string> capabilities;  ///< effective, by name: "cap_sys_ptrace"
  std::string root_dir;                   ///< --root DIR; empty: the node itself
  double window_s = 0;                    ///< as asked
  double window_observed_s = 0;           ///< as it was
  bool interrupted = false;
  std::map<std::string, std::int64_t> scrubbed;  ///< kind of secret → how many were replaced
  bool redacted = false;
  std::vector<CollectorRecord> collectors;
  std::vector<MemberRecord> members;  ///< every member but manifest.json, sorted by path
  std::vector<CommandRecord> commands;
  std::vector<NotReadRecord> not_read;
  CollectionCost cost;
  std::vector<ImportRecord> imported;  ///< sorted by member; empty unless `ihc import` made the bundle
  std::vector<LeftOutRecord> left_out;
  /// The window's start on two clocks, read one after the other: CLOCK_MONOTONIC, and the wall clock in milliseconds
  /// since 1970. Absent in bundles of older versions and in imports.
  std::optional<std::int64_t> window_started_ns;
  std::optional<std::int64_t> window_started_utc_ms;
  /// Of `cost.cpu_seconds`, what reading between the window's first and last readings took.
  std::optional<double> sampling_cpu_seconds;

  const CollectorRecord* collector(std::string_view name) const;
  const MemberRecord* member(std::string_view path) const;
  const CommandRecord* command(std::string_view slug) const;
};

Json to_json(const Manifest& manifest);
/// Fails (malformed) naming the key that is missing or of the wrong type; unknown keys are ignored, a format above
/// kBundleFormat is refused (unsupported) with the advice to use a newer ihc.
Result<Manifest> manifest_from_json(const Json& json);

}  // namespace ihc
