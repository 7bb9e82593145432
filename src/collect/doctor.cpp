#include "collect/doctor.h"

#include <algorithm>
#include <optional>

#include <unistd.h>

#include "base/clock.h"
#include "base/subprocess.h"
#include "base/text.h"
#include "collect/account.h"
#include "collect/plan.h"
#include "collect/preconditions.h"
#include "collect/privileges.h"

namespace ihc {

namespace {

// A person waits for the answer: less time for each read than a collection gives it, and an end to all of it.
constexpr std::chrono::milliseconds kDeadline{1000};
constexpr std::int64_t kPatienceNs = 6'000'000'000;
// Paths of one pattern are alike; more of them are a matter of time, not of permission.
constexpr std::size_t kPathsOfPattern = 16;
constexpr std::size_t kPathsOfRow = 256;
constexpr std::size_t kTextBytes = 1 * limits::kMiB;

using ProbeFunction = Result<std::string> (*)(int);

struct Program {
  StatusAndReason what;
  bool brings_privileges = false;
};

/// What all rows share. A program is looked up once and a value asked for once, whoever wants it.
struct Round {
  ReadHelper& helper;
  const ReadBudget& budget;
  const Subjects& subjects;
  Asking asking;
  bool is_below_root = false;
  std::map<std::string, Program> programs{};
  std::map<std::pair<ProbeFunction, int>, StatusAndReason> probes{};
};

/// Looks at one row; the notes are those that a collection would put on its account.
class RowDoctor {
 public:
  explicit RowDoctor(Round& round) : round_(round) {}

  void operator()(const File& row) { look_at_files(row.path, ReadKind::access, is_cheap(row)); }
  void operator()(const Files& row) {
    look_at_files(row.path, row.links ? ReadKind::link : ReadKind::access, !row.links && is_cheap(row));
  }
  void operator()(const Sampled& row) { look_at_files(row.path, ReadKind::access, true); }
  /// Which endpoints there are is said at collection; asking them is not this command's business.
  void operator()(const Scraped& row) {
    note({EvidenceStatus::skipped, reason::kNotAsked}, std::string(row.family), kNoMetricsUrlHint);
  }
  void operator()(const CommandOutput& row);
  void operator()(const Counted& row);
  void operator()(const Probe& row);

  std::vector<CaptureNote> take_notes() { return std::move(notes_); }

 private:
  /// What says what it needs is guarded when it is opened, and what has a deadline of its own is expensive to read.
  template <class Row>
  static bool is_cheap(const Row& row) {
    return row.needs == Needs::nothing && row.deadline == limits::kReadDeadline;
  }
  void note(StatusAndReason what, const std::string& name, const std::string& hint = {}) {
    notes_.push_back({.status = what.status, .reason = what.reason, .what = name, .hint = hint});
  }
  void look_at_files(std::string_view pattern, ReadKind kind, bool may_be_read);
  std::vector<std::string> paths_of(const std::string& pattern);
  void read_until_one_answers(const std::vector<std::string>& paths, std::vector<StatusAndReason>& answers);
  const Program& program(const std::string& name);
  ReadReply ask(const ReadRequest& request) { return round_.helper.ask(request, round_.budget); }

  Round& round_;
  std::vector<CaptureNote> notes_;
};

std::vector<std::string> RowDoctor::paths_of(const std::string& pattern) {
  if (!has_wildcard(pattern)) return {pattern};
  std::vector<std::string> paths;
  const ReadReply reply = ask({.kind = ReadKind::glob, .path = pattern, .deadline = kDeadline});
  const auto found = split_nul(reply.bytes);
  for (const std::string_view path : found) {
    if (paths.size() < kPathsOfPattern) paths.emplace_back(path);
  }
  if (reply.status != EvidenceStatus::ok) {
    note(lasting(reply.status, reply.reason), pattern);
  } else if (found.empty()) {
    note({EvidenceStatus::absent, reason::kFileAbsent}, pattern);
  }
  return paths;
}

/// Some files may be opened and have no value (/sys/class/net/lo/speed); a byte of one that has is enough.
void RowDoctor::read_until_one_answers(const std::vector<std::string>& paths, std::vector<StatusAndReason>& answers) {
  for (std::size_t index = 0; index < paths.size(); ++index) {
    if (answers[index].status != EvidenceStatus::ok) continue;
    const ReadReply reply = ask({.path = paths[index], .max_bytes = 1, .deadline = kDeadline});
    answers[index] = lasting(reply.status, reply.reason);
    if (answers[index].status == EvidenceStatus::ok) return;
  }
}

void RowDoctor::look_at_files(std::string_view pattern, ReadKind kind, bool may_be_read) {
  const std::vector<std::string> patterns = with_subjects(pattern, round_.subjects);
  if (patterns.empty()) {
    return note({EvidenceStatus::skipped, reason::kStructural}, std::string(pattern), kNoWorkerHint);
  }
  std::vector<std::string> paths;
  std::vector<ReadRequest> requests;
  for (const std::string& one : patterns) {
    if (paths.size() >= kPathsOfRow) break;
    for (std::string& path : paths_of(one)) {
      requests.push_back({.kind = kind, .path = path, .deadline = kDeadline});
      paths.push_back(std::move(path));
    }
  }
  std::vector<StatusAndReason> answers(paths.size());
  round_.helper.run(requests, round_.budget, [&](std::size_t index, ReadReply&& reply) {
    answers[index] = lasting(reply.status, reply.reason);
  });
  if (may_be_read) read_until_one_answers(paths, answers);
  for (std::size_t index = 0; index < paths.size(); ++index) note(answers[index], paths[index]);
}

const Program& RowDoctor::program(const std::string& name) {
  const auto [known, is_new] = round_.programs.try_emplace(name);
  Program& program = known->second;
  if (!is_new) return program;
  program.what = {EvidenceStatus::absent, reason::kToolMissing};
  for (std::string& path : program_candidates(name)) {
    const ReadReply reply = ask({.kind = ReadKind::program, .path = std::move(path), .deadline = kDeadline});
    if (reply.status == EvidenceStatus::absent) continue;
    program = {.what = lasting(reply.status, reply.reason), .brings_privileges = !reply.bytes.empty()};
    if (reply.status == EvidenceStatus::ok) break;
  }
  return program;
}

void RowDoctor::operator()(const CommandOutput& row) {
  const std::string name(row.argv.front());
  const auto refused = refusal_of(row, round_.subjects, round_.is_below_root, round_.asking.capabilities);
  if (refused) return note(refused->why, name, refused->hint);
  const Program& found = program(name);
  if (found.what.reason == std::string_view(reason::kToolMissing)) {
    if (row.is_optional) return note({EvidenceStatus::absent, reason::kStructural}, name);
    return note(found.what, name, missing_tool_hint(row));
  }
  if (found.what.status != EvidenceStatus::ok) return note(found.what, name);
  note(outlook_of(round_.helper, row, round_.asking, found.brings_privileges), name);
}

void RowDoctor::operator()(const Counted& row) {
  const std::string name(row.call);
  if (round_.asking.workers.empty()) return note({EvidenceStatus::skipped, reason::kStructural}, name, kNoWorkerHint);
  if (round_.is_below_root) return note({EvidenceStatus::skipped, reason::kStructural}, name, kCountOnTheHost);
  note(own_counters(round_.helper, round_.asking), name);
}

void RowDoctor::operator()(const Probe& row) {
  static const std::vector<int> kOnce{0};
  const std::span<const int> pids = row.per_worker ? round_.subjects.workers : std::span<const int>(kOnce);
  if (pids.empty()) note({EvidenceStatus::skipped, reason::kStructural}, std::string(row.call), kNoWorkerHint);
  for (const int pid : pids.first(std::min(pids.size(), kPathsOfRow))) {
    const auto [known, is_new] = round_.probes.try_emplace({row.read, pid});
    if (is_new) {
      const ReadReply reply = ask({.kind = ReadKind::probe,
                                   .path = std::string(row.name),
                                   .deadline = kDeadline,
                                   .probe = row.read,
                                   .pid = pid});
      known->second = lasting(reply.status, reply.reason);
    }
    note(known->second, std::string(row.call));
  }
}

Had had_of(CollectorState state) {
  if (state == CollectorState::collected) return Had::all;
  return state == CollectorState::partial ? Had::part : Had::none;
}

/// A row's own sum, by the rules by which a collector's captures are summed up.
RowLook row_of(std::size_t collector, const Capture& capture, const std::vector<CaptureNote>& notes) {
  Account account({""});
  RowLook row{.collector = collector, .capture = &capture};
  for (const CaptureNote& one : notes) {
    account.note(0, one);
    ++row.looked;
    if (one.status == EvidenceStatus::ok) ++row.good;
  }
  const CollectorRecord record = account.record(0);
  row.had = had_of(record.state);
  row.reason = record.reason;
  row.hint = record.hint;
  const auto about =
      std::find_if(notes.begin(), notes.end(), [&](const CaptureNote& one) { return one.reason == row.reason; });
  if (about != notes.end()) row.example = about->what;
  return row;
}

void look_at_rows(Round& round, const CollectOptions& options, std::span<const Collector* const> collectors,
                  DoctorLook& look) {
  std::vector<std::string> names;
  for (const Collector* collector : collectors) names.emplace_back(collector->name);
  Account account(names);
  const std::vector<bool> chosen = chosen_collectors(options, collectors).value();
  for (std::size_t index = 0; index < collectors.size(); ++index) {
    if (!chosen[index]) continue;
    for (const Capture& capture : collectors[index]->captures) {
      const auto* command = std::get_if<CommandOutput>(&capture);
      if (command != nullptr && !is_asked_for(*command, options)) continue;
      RowDoctor doctor(round);
      std::visit(doctor, capture);
      std::vector<CaptureNote> notes = doctor.take_notes();
      for (CaptureNote& one : notes) {
        one.needs = needs_of(capture);
        account.note(index, one);
      }
      look.rows.push_back(row_of(index, capture, notes));
    }
  }
  for (std::size_t index = 0; index < collectors.size(); ++index) {
    const auto unasked = unasked_record(*collectors[index], options);
    look.collectors.push_back(unasked ? *unasked : account.record(index));
  }
}

void read_texts(ReadHelper& helper, const ReadBudget& budget, std::span<const std::string> files, DoctorLook& look) {
  std::vector<ReadRequest> requests;
  for (const std::string& path : files) {
    requests.push_back({.path = path, .max_bytes = kTextBytes, .deadline = kDeadline});
  }
  helper.run(requests, budget, [&](std::size_t index, ReadReply&& reply) {
    if (reply.status == EvidenceStatus::ok) look.texts[files[index]] = std::move(reply.bytes);
  });
}

}  // namespace

std::string_view to_word(Had had) {
  switch (had) {
    case Had::all:
      return "ok";
    case Had::part:
      return "part";
    case Had::none:
      return "no";
  }
  return "";
}

Result<DoctorLook> look_at_node(const CollectOptions& options, std::span<const Collector* const> collectors,
                                std::span<const std::string> files) {
  if (auto good = check_collect_options(options, collectors); !good) return fail(std::move(good.error()));
  auto root_dir = absolute_root(options);
  if (!root_dir) return fail(std::move(root_dir.error()));
  auto helper = ReadHelper::start(*root_dir);
  if (!helper) return fail(std::move(helper.error()));

  const ReadBudget budget{.deadline_ns = monotonic_now_ns() + kPatienceNs, .max_timeouts = 1};
  DoctorLook look;
  look.effective_uid = static_cast<int>(::geteuid());
  const std::string status = own_status();
  look.capabilities = capability_names(status_value(status, "CapEff"));
  const auto program_capabilities =
      look.effective_uid == 0 ? look.capabilities : capability_names(status_value(status, "CapAmb"));
  auto discovery = discover(**helper, options, budget);
  if (!discovery) return fail(std::move(discovery.error()));
  look.discovery = std::move(*discovery);
  read_texts(**helper, budget, files, look);

  std::vector<int> workers;
  for (const Subject& worker : look.discovery.workers) workers.push_back(worker.pid);
  const Subjects subjects{.workers = workers,
                          .units = look.discovery.units,
                          .cgroups = look.discovery.cgroups,
                          .memory_events = look.discovery.memory_events};
  Round round{.helper = **helper,
              .budget = budget,
              .subjects = subjects,
              .asking = {.effective_uid = look.effective_uid,
                         .capabilities = look.capabilities,
                         .program_capabilities = program_capabilities,
                         .workers = workers,
                         .budget = budget},
              .is_below_root = !root_dir->empty()};
  look_at_rows(round, options, collectors, look);
  return look;
}

}  // namespace ihc
