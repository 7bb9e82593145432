// Files, families of files and probes: asked of the helper, scrubbed, stored, accounted for.
#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/text.h"
#include "collect/plan.h"
#include "collect/session.h"

namespace ihc {

namespace {

/// What File and Files have in common.
struct Wanted {
  std::size_t collector = 0;
  std::string_view path;
  std::string family;  // empty: members of their own
  ScrubKind scrub = ScrubKind::none;
  std::size_t max_bytes = 0;
  Needs needs = Needs::nothing;
  ReadKind kind = ReadKind::file;
  std::chrono::milliseconds deadline{0};
};

void note(Session& session, const Wanted& wanted, const std::string& path, StatusAndReason what, bool cut = false) {
  session.account.note(wanted.collector,
                       {.status = what.status, .reason = what.reason, .cut = cut, .needs = wanted.needs, .what = path});
}

void not_read(Session& session, const Wanted& wanted, const std::string& path, StatusAndReason what) {
  session.manifest.not_read.push_back({.path = path,
                                       .collector = std::string(session.name_of(wanted.collector)),
                                       .status = what.status,
                                       .reason = what.reason});
  note(session, wanted, path, what);
}

StatusAndReason store_member(Session& session, const Wanted& wanted, const std::string& path, ReadReply& reply) {
  StatusAndReason what{reply.status, reply.reason.c_str()};
  if (reply.status == EvidenceStatus::ok) {
    const std::string bytes = scrubbed(session, std::move(reply.bytes), wanted.scrub);
    if (session.is_full(bytes.size())) {
      what = {EvidenceStatus::skipped, reason::kOverBudget};
    } else if (session.writer->add_member(root_path(path), bytes, reply.cut)) {
      note(session, wanted, path, what, reply.cut);
      return what;
    } else {
      what = {EvidenceStatus::failed, reason::kFailed};
    }
  }
  not_read(session, wanted, path, what);
  return what;
}

StatusAndReason store_packed(Session& session, const Wanted& wanted, const std::string& path, ReadReply& reply) {
  StatusAndReason what{reply.status, reply.reason.c_str()};
  std::string bytes = scrubbed(session, std::move(reply.bytes), wanted.scrub);
  if (session.is_full(bytes.size())) {
    what = {EvidenceStatus::skipped, reason::kOverBudget};
    bytes.clear();
  }
  if (!session.writer->add_packed(wanted.family, root_path(path), what.status, what.reason, reply.taken_ns, bytes,
                                  reply.cut)) {
    what = {EvidenceStatus::failed, reason::kFailed};
  }
  note(session, wanted, path, what, reply.cut);
  return what;
}

/// The paths below a worker that are more than one worker may have, for example its threads.
std::size_t matches_allowed(const Wanted& wanted) {
  return names_worker(wanted.path) ? limits::kMaxThreadsPerWorker : limits::kMaxGlobMatches;
}

/// All existing paths of the patterns, in order. What no pattern finds, and what may not be listed, is put on record.
std::vector<std::string> expand(Session& session, const Wanted& wanted, std::vector<std::string> patterns) {
  if (!has_wildcard(wanted.path)) return patterns;
  std::vector<ReadRequest> requests;
  for (const std::string& pattern : patterns) {
    requests.push_back({.kind = ReadKind::glob, .path = pattern, .deadline = wanted.deadline});
  }
  std::vector<std::string> paths;
  session.helper->run(requests, session.budget(), [&](std::size_t index, ReadReply&& reply) {
    const auto found = split_nul(reply.bytes);
    const std::size_t taken = std::min(found.size(), matches_allowed(wanted));
    for (std::size_t at = 0; at < taken; ++at) paths.emplace_back(found[at]);
    if (reply.status != EvidenceStatus::ok) {
      not_read(session, wanted, patterns[index], lasting(reply.status, reply.reason));
    } else if (found.empty()) {
      not_read(session, wanted, patterns[index], {EvidenceStatus::absent, reason::kFileAbsent});
    } else if (reply.cut || taken < found.size()) {
      not_read(session, wanted, patterns[index], {EvidenceStatus::skipped, reason::kOverBudget});
    }
  });
  return paths;
}

void capture_wanted(Session& session, const Wanted& wanted) {
  const std::vector<std::string> patterns = with_subjects(wanted.path, session.subjects());
  if (patterns.empty()) {
    session.manifest.not_read.push_back({.path = std::string(wanted.path),
                                         .collector = std::string(session.name_of(wanted.collector)),
                                         .status = EvidenceStatus::skipped,
                                         .reason = reason::kStructural});
    session.account.note(wanted.collector,
                         {.status = EvidenceStatus::skipped, .reason = reason::kStructural, .hint = kNoWorkerHint});
    return;
  }
  std::vector<ReadRequest> requests;
  for (std::string& path : expand(session, wanted, patterns)) {
    const auto [earlier, is_new] = session.taken.try_emplace(root_path(path));
    if (!is_new) {
      note(session, wanted, path, earlier->second);
      continue;
    }
    requests.push_back(
        {.kind = wanted.kind, .path = std::move(path), .max_bytes = wanted.max_bytes, .deadline = wanted.deadline});
  }
  session.helper->run(requests, session.budget(), [&](std::size_t index, ReadReply&& reply) {
    const std::string& path = requests[index].path;
    const StatusAndReason what =
        wanted.family.empty() ? store_member(session, wanted, path, reply) : store_packed(session, wanted, path, reply);
    session.taken[root_path(path)] = lasting(what.status, what.reason);
  });
}

}  // namespace

void Session::report(std::string text) const {
  const std::int64_t now_ns = monotonic_now_ns();
  const std::int64_t left_ns =
      window_end_ns == 0 ? std::chrono::nanoseconds(options.window).count() : window_end_ns - now_ns;
  progress({.stage = stage,
            .text = std::move(text),
            .left = std::chrono::milliseconds(std::max<std::int64_t>(0, left_ns / 1'000'000)),
            .collector = nullptr});
}

bool Session::is_full(std::size_t more_bytes) const {
  return static_cast<std::size_t>(writer->bytes_added()) + more_bytes > limits::kMaxCollectedBytes;
}

std::string scrubbed(Session& session, std::string bytes, ScrubKind kind) {
  return kind == ScrubKind::none || bytes.empty() ? std::move(bytes) : session.scrubber.scrub(bytes, kind);
}

void capture(Session& session, std::size_t collector, const File& file) {
  capture_wanted(session, {.collector = collector,
                           .path = file.path,
                           .family = {},
                           .scrub = file.scrub,
                           .max_bytes = file.max_bytes,
                           .needs = file.needs,
                           .kind = ReadKind::file,
                           .deadline = file.deadline});
}

void capture(Session& session, std::size_t collector, const Files& files) {
  capture_wanted(session, {.collector = collector,
                           .path = files.path,
                           .family = std::string(files.family),
                           .scrub = files.scrub,
                           .max_bytes = files.max_bytes,
                           .needs = files.needs,
                           .kind = files.links ? ReadKind::link : ReadKind::file,
                           .deadline = files.deadline});
}

void capture(Session& session, std::size_t collector, const Probe& probe) {
  const std::vector<int> once{0};
  const std::vector<int>& pids = probe.per_worker ? session.workers : once;
  const std::string name(probe.name);
  if (pids.empty()) {
    session.account.note(collector,
                         {.status = EvidenceStatus::skipped, .reason = reason::kStructural, .hint = kNoWorkerHint});
  }
  std::vector<ReadRequest> requests;
  std::vector<std::string> paths;
  for (const int pid : pids) {
    std::string path = "probes/" + name + (pid > 0 ? "-" + std::to_string(pid) : "") + ".json";
    const auto [earlier, is_new] = session.taken.try_emplace(path);
    if (!is_new) {
      session.account.note(collector, {.status = earlier->second.status, .reason = earlier->second.reason});
      continue;
    }
    requests.push_back(
        {.kind = ReadKind::probe, .path = path, .deadline = limits::kProbeDeadline, .probe = probe.read, .pid = pid});
    paths.push_back(std::move(path));
  }
  session.helper->run(requests, session.budget(), [&](std::size_t index, ReadReply&& reply) {
    StatusAndReason what{reply.status, reply.reason.c_str()};
    const bool is_ok = reply.status == EvidenceStatus::ok;
    if (is_ok && !session.writer->add_member(paths[index], reply.bytes))
      what = {EvidenceStatus::failed, reason::kFailed};
    if (what.status != EvidenceStatus::ok) {
      session.manifest.not_read.push_back({.path = paths[index],
                                           .collector = std::string(session.name_of(collector)),
                                           .status = what.status,
                                           .reason = what.reason});
    }
    session.taken[paths[index]] = lasting(what.status, what.reason);
    session.account.note(collector, {.status = what.status, .reason = what.reason, .what = std::string(probe.call)});
  });
}

}  // namespace ihc
