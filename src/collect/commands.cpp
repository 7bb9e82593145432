// Commands: started, watched, their outcome put into the bundle's words.
#include <algorithm>
#include <array>
#include <csignal>

#include "base/clock.h"
#include "base/resources.h"
#include "base/text.h"
#include "collect/plan.h"
#include "collect/session.h"

namespace ihc {

namespace {

constexpr std::chrono::milliseconds kPollStep{100};
// Once a person has pressed Ctrl-C a command may still finish, but not take its whole time.
constexpr std::chrono::milliseconds kHurriedTimeout{2000};
constexpr std::size_t kMaxPhraseBytes = 4096;

/// What common tools say when they could not do what they were asked, in lower case. Without such a word an exit status
/// other than 0 is a failure.
struct Phrase {
  std::string_view text;
  StatusAndReason what;
};
constexpr StatusAndReason kRefused{EvidenceStatus::permission, reason::kPermission};
constexpr StatusAndReason kNoSuchThing{EvidenceStatus::absent, reason::kStructural};
constexpr auto kPhrases = std::to_array<Phrase>({
    {"access to performance monitoring", kRefused},
    {"no permission to enable", kRefused},
    {"permission denied", kRefused},
    {"operation not permitted", kRefused},
    {"must be root", kRefused},
    {"need to be root", kRefused},
    {"authentication required", kRefused},
    {"access denied", kRefused},
    {"insufficient permissions", kRefused},
    {"not been booted with systemd", kNoSuchThing},
    {"failed to connect to bus", kNoSuchThing},
    {"failed to connect to system scope bus", kNoSuchThing},
    {"does not support numa", kNoSuchThing},
    {"no numa", kNoSuchThing},
    {"couldn't communicate with the nvidia driver", kNoSuchThing},
    {"no devices were found", kNoSuchThing},
    {"no devices found", kNoSuchThing},
    {"no such device", kNoSuchThing},
    {"driver not loaded", kNoSuchThing},
    {"driver/library version mismatch", {EvidenceStatus::failed, reason::kFailed}},
    {"not supported", {EvidenceStatus::absent, reason::kEventUnsupported}},
    {"event syntax error", {EvidenceStatus::absent, reason::kEventUnsupported}},  // perf: no such event here, or no PMU
    {"no files found for", kNoSuchThing},      // systemctl cat, of a unit made at run time
    {"/dev/mem: no such file", kNoSuchThing},  // dmidecode where the firmware left no table
    {"no smbios nor dmi entry point", kNoSuchThing},
    {"no such process", {EvidenceStatus::absent, reason::kFileAbsent}},
});

StatusAndReason classify_exit(const SubprocessOutcome& outcome) {
  const std::string said = to_lower(outcome.stderr_bytes.substr(0, kMaxPhraseBytes)) + "\n" +
                           to_lower(outcome.stdout_bytes.substr(0, kMaxPhraseBytes));
  for (const Phrase& phrase : kPhrases) {
    if (said.find(phrase.text) != std::string::npos) return phrase.what;
  }
  return {EvidenceStatus::failed, reason::kFailed};
}

bool makes_recording(const CommandOutput& command) {
  return !command.recording.empty() && command.moment == Moment::during;
}

StatusAndReason classify(const CommandOutput& command, const SubprocessOutcome& outcome, bool was_interrupted) {
  switch (outcome.status) {
    case SubprocessStatus::exited:
      if (command.counts_when_failed && !outcome.stdout_bytes.empty()) return {};
      return outcome.exit_code == 0 ? StatusAndReason{} : classify_exit(outcome);
    case SubprocessStatus::signalled:
      // perf prints its counts on SIGINT and then ends itself by it, as a polite program does. One that had not begun
      // to count, on a machine with no time for it, ends by it without a word.
      if (was_interrupted && outcome.exit_code == SIGINT) {
        const bool has_told = !outcome.stdout_bytes.empty() || makes_recording(command);
        return has_told ? StatusAndReason{} : StatusAndReason{EvidenceStatus::skipped, reason::kIntervalTooShort};
      }
      return {EvidenceStatus::failed, reason::kFailed};
    case SubprocessStatus::timed_out:
      return {EvidenceStatus::timed_out, reason::kTimedOut};
    case SubprocessStatus::tool_missing:
      return command.is_optional ? kNoSuchThing : StatusAndReason{EvidenceStatus::absent, reason::kToolMissing};
    case SubprocessStatus::permission:
      return kRefused;
    case SubprocessStatus::failed:
      return {EvidenceStatus::failed, reason::kFailed};
  }
  return {EvidenceStatus::failed, reason::kFailed};
}

std::string joined(const std::vector<std::string>& argv) {
  std::string text;
  for (const std::string& argument : argv) {
    // A whole program as an argument is no line for a person: the manifest has it.
    const bool is_long = argument.find('\n') != std::string::npos;
    text += (text.empty() ? "" : " ") + (is_long ? "'…'" : argument);
  }
  return text;
}

std::string hint_of(const CommandOutput& command, const CommandRecord& record) {
  if (record.reason == reason::kToolMissing) return missing_tool_hint(command);
  if (record.reason == reason::kTimedOut) return "run it by hand, it did not end in time: " + joined(record.argv);
  if (record.reason == reason::kFailed) return "read commands/" + record.slug + "/stderr in the bundle";
  return {};
}

void put_on_record(Session& session, std::size_t collector, const CommandOutput& command, CommandRecord record,
                   std::string hint) {
  session.account.note(collector, {.status = record.status,
                                   .reason = record.reason,
                                   .cut = record.cut,
                                   .needs = command.needs,
                                   .what = "commands/" + record.slug,
                                   .hint = std::move(hint)});
  session.taken["commands/" + record.slug] = lasting(record.status, record.reason);
  session.manifest.commands.push_back(std::move(record));
}

// ---- arguments -----------------------------------------------------------------------------------------------------

constexpr std::string_view kRecording = "{recording}";
constexpr std::string_view kFile = "{file:";

std::string embedded_text(std::string_view path) {
  for (const EmbeddedResource& resource : embedded_resources()) {
    if (resource.path == path) return std::string(resource.bytes);
  }
  return {};
}

std::string recording_path(const Session& session, const CommandOutput& command) {
  return (session.recordings->path() / std::string(command.recording)).string();
}

/// What only a run knows, put into the arguments of the plan.
std::vector<std::string> run_arguments(const Session& session, const CommandOutput& command, int worker_pid) {
  auto argv = command_arguments(command, worker_pid, session.subjects(), session.options.window);
  for (std::string& argument : argv) {
    if (argument == kRecording && session.recordings) argument = recording_path(session, command);
    if (argument.starts_with(kFile))
      argument = embedded_text(argument.substr(kFile.size(), argument.size() - kFile.size() - 1));
  }
  return argv;
}

// ---- what is not tried ---------------------------------------------------------------------------------------------

/// A recording needs a folder of its own, and what tells of it needs the recording.
std::optional<Refusal> refused_recording(Session& session, const CommandOutput& command) {
  if (command.recording.empty()) return std::nullopt;
  if (!session.root_dir.empty()) {
    return Refusal{{EvidenceStatus::skipped, reason::kStructural},
                   "record on the host itself: below --root there is no place for the recording"};
  }
  if (!session.recordings) {
    auto folder = RecordingFolder::create(session.writer->target().parent_path());
    if (!folder) return Refusal{{EvidenceStatus::failed, reason::kFailed}, to_string(folder.error())};
    session.recordings = std::make_unique<RecordingFolder>(std::move(*folder));
  }
  if (makes_recording(command) || session.recordings->has(command.recording)) return std::nullopt;
  const std::string record = "record-" + std::string(command.slug);
  const auto made = session.taken.find("commands/" + record);
  const StatusAndReason why =
      made == session.taken.end() ? StatusAndReason{EvidenceStatus::failed, reason::kFailed} : made->second;
  return Refusal{{EvidenceStatus::skipped, why.reason},
                 "nothing was recorded: read commands/" + record + "/stderr in the bundle"};
}

std::optional<Refusal> refusal(Session& session, const CommandOutput& command) {
  auto refused = refusal_of(command, session.subjects(), !session.root_dir.empty(), session.manifest.capabilities);
  if (refused) return refused;
  const std::string program(command.argv.front());
  if (session.hung_programs.contains(program) || monotonic_now_ns() >= session.stage_deadline_ns) {
    return Refusal{{EvidenceStatus::skipped, reason::kTimedOut},
                   "run " + program + " by hand: an earlier call did not end in time"};
  }
  return refused_recording(session, command);
}

bool store_output(Session& session, const std::string& path, std::string bytes, ScrubKind kind, bool cut) {
  const std::string text = scrubbed(session, std::move(bytes), kind);
  return !session.is_full(text.size()) && session.writer->add_member(path, text, cut).has_value();
}

}  // namespace

std::vector<RunningCommand> start_commands(Session& session, std::size_t collector, const CommandOutput& command,
                                           std::chrono::milliseconds timeout) {
  std::vector<RunningCommand> started;
  if (!is_asked_for(command, session.options)) return started;
  if (const auto refused = refusal(session, command)) {
    skip_command(session, collector, command, refused->why, refused->hint);
    return started;
  }
  const std::vector<int> once{0};
  for (const int pid : runs_per_worker(command) ? session.workers : once) {
    const std::string slug = std::string(command.slug) + (pid > 0 ? "-" + std::to_string(pid) : "");
    const auto [earlier, is_new] = session.taken.try_emplace("commands/" + slug);
    if (!is_new) {
      session.account.note(collector, {.status = earlier->second.status, .reason = earlier->second.reason});
      continue;
    }
    std::vector<std::string> argv = run_arguments(session, command, pid);
    CommandRecord record;
    record.slug = slug;
    record.argv = session.scrubber.scrub_argv(argv);
    record.started_ns = monotonic_now_ns();
    SubprocessOptions options;
    options.argv = std::move(argv);
    options.timeout = timeout;
    if (!command.environment.empty()) options.extra_environment = {std::string(command.environment)};
    options.chroot_dir = session.root_dir;
    options.low_priority = true;
    started.push_back({.collector = collector,
                       .command = &command,
                       .record = std::move(record),
                       .process = Subprocess::start(std::move(options))});
  }
  return started;
}

void finish_command(Session& session, RunningCommand& running) {
  SubprocessOutcome outcome = running.process.wait();
  CommandRecord& record = running.record;
  StatusAndReason what = classify(*running.command, outcome, running.was_interrupted);
  // perf ends by the signal with which it ended its workload when the recording has reached its size.
  if (makes_recording(*running.command) && what.status == EvidenceStatus::failed &&
      session.recordings->has(running.command->recording))
    what = {};
  record.cut = outcome.stdout_cut || outcome.stderr_cut;
  record.duration_ms = outcome.duration.count();
  record.cpu_seconds = outcome.cpu_seconds;
  if (outcome.status == SubprocessStatus::exited) record.exit_code = outcome.exit_code;
  if (outcome.status == SubprocessStatus::timed_out)
    session.hung_programs.insert(std::string(running.command->argv.front()));
  session.manifest.cost.commands_cpu_seconds += outcome.cpu_seconds;

  const bool ran = outcome.status == SubprocessStatus::exited || outcome.status == SubprocessStatus::signalled ||
                   outcome.status == SubprocessStatus::timed_out;
  const std::string directory = "commands/" + record.slug + "/";
  const ScrubKind kind = running.command->scrub;
  if (ran &&
      (!store_output(session, directory + "stdout", std::move(outcome.stdout_bytes), kind, outcome.stdout_cut) ||
       !store_output(session, directory + "stderr", std::move(outcome.stderr_bytes), kind, outcome.stderr_cut))) {
    what = {EvidenceStatus::skipped, reason::kOverBudget};
  }
  record.status = what.status;
  record.reason = what.reason;
  std::string hint = hint_of(*running.command, record);
  put_on_record(session, running.collector, *running.command, std::move(record), std::move(hint));
}

void skip_command(Session& session, std::size_t collector, const CommandOutput& command, StatusAndReason why,
                  const std::string& hint) {
  if (!is_asked_for(command, session.options)) return;
  CommandRecord record;
  record.slug = std::string(command.slug);
  record.argv = session.scrubber.scrub_argv(command_arguments(command, 0, session.subjects(), session.options.window));
  record.status = why.status;
  record.reason = why.reason;
  put_on_record(session, collector, command, std::move(record), hint);
}

void capture(Session& session, std::size_t collector, const CommandOutput& command) {
  const std::chrono::milliseconds timeout =
      session.interrupted() ? std::min(command.timeout, kHurriedTimeout) : command.timeout;
  for (RunningCommand& running : start_commands(session, collector, command, timeout)) {
    session.report(joined(running.record.argv));
    while (!running.process.poll(kPollStep)) {
      if (!session.interrupted() || running.was_interrupted) continue;
      running.was_interrupted = true;
      running.process.interrupt(session.aborted() ? std::chrono::milliseconds(0) : kHurriedTimeout);
    }
    finish_command(session, running);
  }
}

}  // namespace ihc
