#include "collect/window_counters.h"

#include "base/text.h"

namespace ihc {

namespace {

std::string command_path(const Counted& row) { return "commands/" + std::string(row.instead_of); }

std::string probe_path(const Counted& row) { return "probes/" + std::string(row.name) + ".json"; }

/// "/proc/4242/task/4243" → 4243
std::vector<int> threads_of(Session& session) {
  std::vector<int> threads;
  for (const int pid : session.workers) {
    const ReadReply reply =
        session.helper->ask({.kind = ReadKind::glob, .path = "/proc/" + std::to_string(pid) + "/task/*"});
    for (const std::string_view path : split_nul(reply.bytes)) {
      if (const auto thread = parse_number<int>(path.substr(path.rfind('/') + 1))) threads.push_back(*thread);
    }
  }
  return threads;
}

}  // namespace

WindowCounters::WindowCounters(Session& session) : session_(session) {
  for (std::size_t index = 0; index < session.collectors.size(); ++index) {
    if (!session.chosen[index]) continue;
    for (const Capture& capture : session.collectors[index]->captures) {
      if (const auto* row = std::get_if<Counted>(&capture))
        rows_.push_back({.collector = index, .row = row, .counters = {}});
    }
  }
}

void WindowCounters::open_where_needed() {
  for (Row& row : rows_) {
    if (row.was_tried || session_.workers.empty()) continue;
    const auto became = session_.taken.find(command_path(*row.row));
    // An entry without a reason is of a command that runs still, or did what it should.
    if (became == session_.taken.end() || became->second.status == EvidenceStatus::ok) continue;
    row.was_tried = true;
    open(row);
  }
}

void WindowCounters::open(Row& row) {
  if (!session_.root_dir.empty())
    return put_on_record(row, {EvidenceStatus::skipped, reason::kStructural}, kCountOnTheHost);
  const StatusAndReason what = row.counters.open(threads_of(session_));
  if (what.status != EvidenceStatus::ok) put_on_record(row, what);
}

void WindowCounters::store() {
  for (Row& row : rows_) {
    if (!row.counters.is_open()) continue;
    const std::string text = to_pretty_text(row.counters.take());
    const bool is_stored = !session_.is_full(text.size()) && session_.writer->add_member(probe_path(*row.row), text);
    put_on_record(row, is_stored ? StatusAndReason{} : StatusAndReason{EvidenceStatus::skipped, reason::kOverBudget});
  }
}

void WindowCounters::put_on_record(const Row& row, StatusAndReason what, const char* hint) {
  if (what.status != EvidenceStatus::ok) {
    session_.manifest.not_read.push_back({.path = probe_path(*row.row),
                                          .collector = std::string(session_.name_of(row.collector)),
                                          .status = what.status,
                                          .reason = what.reason});
  }
  session_.account.note(
      row.collector, {.status = what.status, .reason = what.reason, .what = std::string(row.row->call), .hint = hint});
}

}  // namespace ihc
