#include "collect/runner.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/priority.h"
#include "base/text.h"
#include "base/version.h"
#include "collect/plan.h"
#include "collect/privileges.h"
#include "collect/session.h"

namespace ihc {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::int64_t kNsPerMillisecond = 1'000'000;

/// User and system time of this process and of all it has waited for.
double used_cpu_seconds() {
  double seconds = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    ::getrusage(who, &usage);
    for (const timeval& time : {usage.ru_utime, usage.ru_stime}) {
      seconds += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    }
  }
  return seconds;
}

/// The high-water mark of this program's own memory. Not getrusage(2): its figure survives execve(2) and would be the
/// caller's where that was larger.
std::int64_t peak_memory_bytes(std::string_view status_text) {
  return parse_size_bytes(status_value(status_text, "VmHWM")).value_or(0);
}

std::string first_line(ReadHelper& helper, const std::string& path) {
  const ReadReply reply = helper.ask({.path = path, .max_bytes = 4096});
  const auto lines = split_lines(reply.bytes);
  return lines.empty() ? std::string() : std::string(trim(lines.front()));
}

/// The node's name for people and for the file name. Below --root the kernel's own answer is about whoever asks (a
/// container has a host name of its own), so the tree's is taken.
std::string node_label(ReadHelper& helper, const std::string& root_dir) {
  std::string name;
  if (root_dir.empty()) {
    utsname names{};
    if (::uname(&names) == 0) name = names.nodename;
  } else {
    name = first_line(helper, "/etc/hostname");
    if (name.empty()) name = first_line(helper, "/proc/sys/kernel/hostname");
  }
  std::erase_if(name, [](char c) {
    const bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return !is_word && c != '-' && c != '.' && c != '_';
  });
  while (name.starts_with('.')) name.erase(0, 1);
  return name.empty() ? "node" : name;
}

fs::path default_output(const std::string& node, const std::string& started_utc) {
  std::string time = started_utc;
  std::erase_if(time, [](char c) { return c == '-' || c == ':'; });
  return node + "-" + time + ".ihc.tar.zst";
}

std::vector<std::string> names_of(std::span<const Collector* const> collectors) {
  std::vector<std::string> names;
  for (const Collector* collector : collectors) names.emplace_back(collector->name);
  return names;
}

void start_manifest(Session& session) {
  Manifest& manifest = session.manifest;
  manifest.tool_version = kVersion;
  manifest.started_utc = utc_to_text(utc_now_s());
  manifest.started_ns = monotonic_now_ns();
  manifest.labels = session.options.labels;
  manifest.effective_uid = static_cast<int>(::geteuid());
  manifest.capabilities = capability_names(status_value(own_status(), "CapEff"));
  manifest.root_dir = session.root_dir;
  manifest.window_s = static_cast<double>(session.options.window.count()) / 1e3;
  manifest.arguments = session.scrubber.scrub_argv(session.options.arguments);
  manifest.node = node_label(*session.helper, session.root_dir);
  manifest.boot_id = first_line(*session.helper, "/proc/sys/kernel/random/boot_id");
}

Result<void> find_workers(Session& session) {
  session.stage = CollectProgress::Stage::discovery;
  session.report("workers");
  Result<Discovery> found = discover(*session.helper, session.options, session.budget());
  if (!found) return fail(std::move(found.error()));
  session.discovery = std::move(*found);
  auto& selector = session.discovery.selector;
  if (selector) selector = session.scrubber.scrub_argv({*selector}).front();
  for (const Subject& worker : session.discovery.workers) session.workers.push_back(worker.pid);
  return session.writer->add_member("probes/discovery.json", to_pretty_text(to_json(session.discovery)));
}

bool is_of_the_window(const Capture& row) {
  return std::holds_alternative<Sampled>(row) || std::holds_alternative<Scraped>(row) ||
         std::holds_alternative<Counted>(row);
}

void capture_all(Session& session, Moment moment) {
  for (std::size_t index = 0; index < session.collectors.size(); ++index) {
    if (!session.chosen[index]) continue;
    for (const Capture& row : session.collectors[index]->captures) {
      if (is_of_the_window(row) || moment_of(row) != moment || session.aborted()) continue;
      session.report(std::string(session.name_of(index)));
      std::visit(
          [&](const auto& what) {
            if constexpr (requires { capture(session, index, what); }) capture(session, index, what);
          },
          row);
    }
  }
}

bool has_later_captures(const Collector& collector) {
  return std::any_of(collector.captures.begin(), collector.captures.end(),
                     [](const Capture& capture) { return moment_of(capture) != Moment::before; });
}

CollectorRecord record_of(const Session& session, std::size_t index) {
  const auto unasked = unasked_record(*session.collectors[index], session.options);
  if (session.chosen[index] && unasked) return *unasked;
  if (session.chosen[index]) return session.account.record(index);
  return {.name = std::string(session.name_of(index)),
          .state = CollectorState::skipped,
          .reason = reason::kNotAsked,
          .hint = "collect again without --only and --skip"};
}

enum class Finished { without_later_captures, the_rest };

void report_collectors(Session& session, Finished which) {
  for (std::size_t index = 0; index < session.collectors.size(); ++index) {
    if (!session.chosen[index]) continue;
    if (has_later_captures(*session.collectors[index]) == (which == Finished::without_later_captures)) continue;
    const CollectorRecord record = record_of(session, index);
    session.progress({.stage = CollectProgress::Stage::collector_done, .text = record.name, .collector = &record});
  }
}

void run_stages(Session& session) {
  const std::int64_t start_ns = session.manifest.started_ns;
  const std::int64_t grace_ns = std::chrono::nanoseconds(limits::kCollectGrace).count();
  const std::int64_t window_ns = std::chrono::nanoseconds(session.options.window).count();
  session.stage = CollectProgress::Stage::before;
  capture_all(session, Moment::before);
  report_collectors(session, Finished::without_later_captures);

  session.stage_deadline_ns = start_ns + window_ns + grace_ns;
  session.stage = CollectProgress::Stage::window;
  if (!session.aborted()) run_window(session);

  session.stage = CollectProgress::Stage::after;
  capture_all(session, Moment::after);
  report_collectors(session, Finished::the_rest);
}

void close_manifest(Session& session, double cpu_seconds_before) {
  Manifest& manifest = session.manifest;
  manifest.interrupted = session.interrupted();
  for (std::size_t index = 0; index < session.collectors.size(); ++index) {
    manifest.collectors.push_back(record_of(session, index));
  }
  session.helper->stop();
  ReadCost read = session.helper->cost();
  for (const SlowRead& slow : session.scrape_cost.slowest)
    read.note(slow.path, 0, slow.duration_ms * kNsPerMillisecond);
  manifest.cost.bytes_read = read.bytes + session.scrape_cost.bytes;
  manifest.cost.reads = session.helper->cost().reads + session.scrape_cost.reads;
  manifest.cost.slowest = read.slowest;
  manifest.cost.cpu_seconds =
      std::max(0.0, used_cpu_seconds() - cpu_seconds_before - manifest.cost.commands_cpu_seconds);
  manifest.cost.peak_memory_bytes = peak_memory_bytes(own_status());
  manifest.scrubbed = session.scrubber.counts();
  manifest.ended_ns = monotonic_now_ns();
  // From one clock: a second that began before the start must not make the collection end before it.
  const std::int64_t elapsed_s = (manifest.ended_ns - manifest.started_ns) / kNsPerSecond;
  manifest.ended_utc = utc_to_text(utc_from_text(manifest.started_utc).value_or(0) + elapsed_s);
}

Result<CollectOutcome> run(Session& session, double cpu_seconds_before) {
  start_manifest(session);
  // Two thirds of the grace for what comes before the window, so that a sick node still has its window.
  session.stage_deadline_ns =
      session.manifest.started_ns + std::chrono::nanoseconds(limits::kCollectGrace).count() / 3 * 2;
  fs::path output = session.options.output;
  if (output.empty()) output = default_output(session.manifest.node, session.manifest.started_utc);
  auto writer = BundleWriter::create(output);
  if (!writer) return fail(std::move(writer.error()));
  session.writer = std::move(*writer);

  if (auto found = find_workers(session); !found) return fail(std::move(found.error()));
  run_stages(session);
  const std::string after = to_pretty_text(look_again(*session.helper, session.discovery, session.budget()));
  if (auto added = session.writer->add_member("probes/discovery-after.json", after); !added)
    return fail(std::move(added.error()));
  for (const auto& [member, bytes] : session.options.attachments) {
    if (auto added = session.writer->add_member(member, bytes); !added) return fail(std::move(added.error()));
  }
  if (session.aborted()) return fail(ErrorCode::io, "interrupted twice, nothing was written", output.string());

  session.stage = CollectProgress::Stage::writing;
  session.report(output.string());
  close_manifest(session, cpu_seconds_before);
  auto path = session.writer->finish(session.manifest);
  if (!path) return fail(std::move(path.error()));
  const bool in_part = session.account.in_part() || session.manifest.interrupted;
  return CollectOutcome{.path = std::move(*path),
                        .manifest = std::move(session.manifest),
                        .worker_count = session.workers.size(),
                        .in_part = in_part};
}

}  // namespace

Result<void> check_collect_options(const CollectOptions& options, std::span<const Collector* const> collectors) {
  if (auto chosen = chosen_collectors(options, collectors); !chosen) return fail(std::move(chosen.error()));
  if (auto deep = check_deep(options, collectors); !deep) return deep;
  if (options.match) return check_match(*options.match);
  return {};
}

Result<CollectOutcome> collect(const CollectOptions& options, std::span<const Collector* const> collectors,
                               const std::atomic<int>& interrupts,
                               const std::function<void(const CollectProgress&)>& progress) {
  const double cpu_seconds_before = used_cpu_seconds();
  Session session{.options = options,
                  .collectors = collectors,
                  .interrupts = interrupts,
                  .progress = progress,
                  .account = Account(names_of(collectors))};
  if (auto good = check_collect_options(options, collectors); !good) return fail(std::move(good.error()));
  session.chosen = chosen_collectors(options, collectors).value();
  auto root_dir = absolute_root(options);
  if (!root_dir) return fail(std::move(root_dir.error()));
  session.root_dir = std::move(*root_dir);
  lower_own_priority();
  auto helper = ReadHelper::start(session.root_dir);
  if (!helper) return fail(std::move(helper.error()));
  session.helper = std::move(*helper);
  return run(session, cpu_seconds_before);
}

}  // namespace ihc
