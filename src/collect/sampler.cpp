#include "collect/sampler.h"

#include <algorithm>
#include <set>
#include <string_view>

#include "base/text.h"
#include "collect/plan.h"

namespace ihc {

namespace {

// Thread readings a second, so that a short window has enough of them too.
int readings_per_second(std::chrono::milliseconds window) {
  const auto wanted = std::int64_t{limits::kCpuSampleRounds} * 1000;
  const std::int64_t window_ms = std::max<std::int64_t>(window.count(), 1);
  return static_cast<int>(std::clamp<std::int64_t>((wanted + window_ms - 1) / window_ms, 1, limits::kCpuSampleRounds));
}

// Requests that are written down before they are sent: those of ten thousand threads would be as large as their
// answers.
constexpr std::size_t kAskedAtOnce = 2048;

std::size_t limit_of(int readings) { return limits::kFollowedThreads / static_cast<std::size_t>(readings); }

std::string directory_of(const std::string& path) { return path.substr(0, path.rfind('/')); }

}  // namespace

/// What is asked for at once, and for whom.
struct Sampler::Batch {
  std::vector<ReadRequest> requests;
  std::vector<const SampledPattern*> owners;
  std::unordered_set<std::string> owned;
};

Sampler::Sampler(Session& session)
    : session_(session),
      readings_per_second_(readings_per_second(session.options.window)),
      followed_(limit_of(readings_per_second_)) {
  gather();
  // What is read most often owns a path that another row wants less often. What tells whether a thread ran comes
  // before what is read only then.
  const auto rank = [](const SampledPattern& pattern) {
    if (pattern.row->follow != Follow::none) return pattern.row->follow == Follow::threads ? 0 : 1;
    return pattern.row->ends_only ? 3 : 2;
  };
  std::stable_sort(patterns_.begin(), patterns_.end(),
                   [&](const SampledPattern& left, const SampledPattern& right) { return rank(left) < rank(right); });
  paths_.resize(patterns_.size());
  const bool follows = !patterns_.empty() && patterns_.front().row->follow != Follow::none;
  if (!follows) readings_per_second_ = 1;
}

void Sampler::gather() {
  for (std::size_t index = 0; index < session_.collectors.size(); ++index) {
    if (!session_.chosen[index]) continue;
    for (const Capture& capture : session_.collectors[index]->captures) {
      const auto* row = std::get_if<Sampled>(&capture);
      if (row == nullptr) continue;
      for (std::string& pattern : with_subjects(row->path, session_.subjects())) {
        SampledPattern sampled{.collector = index, .row = row, .pattern = std::move(pattern)};
        const std::size_t star = names_worker(row->path) ? sampled.pattern.find("/task/*/") : std::string::npos;
        if (star != std::string::npos) {
          sampled.directories = sampled.pattern.substr(0, star + 7);
          sampled.file = sampled.pattern.substr(star + 7);
        }
        patterns_.push_back(std::move(sampled));
      }
      if (names_worker(row->path) && session_.workers.empty()) {
        session_.account.note(
            index, {.status = EvidenceStatus::skipped, .reason = reason::kStructural, .hint = kNoWorkerHint});
      }
    }
  }
}

void Sampler::read(Tick tick) {
  if (tick != Tick::threads) threads_.clear();  // threads come and go
  if (tick == Tick::first || tick == Tick::last) return read_all(tick);
  const bool was_measured = follow(tick);
  Batch batch;
  for (std::size_t index = 0; index < patterns_.size(); ++index) {
    const SampledPattern& pattern = patterns_[index];
    if (pattern.row->follow == Follow::threads && !was_measured) {
      add_row(batch, pattern, followed_paths(pattern), tick);
    } else if (pattern.row->follow == Follow::none && !pattern.row->ends_only && tick == Tick::second) {
      if (!pattern.directories.empty()) find_paths(index);
      add_row(batch, pattern, paths_[index], tick);
    }
  }
  run(batch, tick);
  Batch of_those_that_ran;
  for (const SampledPattern& pattern : patterns_) {
    if (pattern.row->follow != Follow::threads_that_ran) continue;
    std::vector<std::string> paths = followed_paths(pattern);
    std::erase_if(paths, [&](const std::string& path) { return !followed_.may_have_run(directory_of(path)); });
    add_row(of_those_that_ran, pattern, paths, tick);
  }
  run(of_those_that_ran, tick);
}

void Sampler::read_all(Tick tick) {
  Batch batch;
  for (std::size_t index = 0; index < patterns_.size(); ++index) {
    // The machine's own files stay what they are; what is below a worker is looked up again.
    if (tick == Tick::first || !patterns_[index].directories.empty()) find_paths(index);
    add_row(batch, patterns_[index], paths_[index], tick);
    if (batch.requests.size() >= kAskedAtOnce) run(batch, tick);
  }
  run(batch, tick);
}

// Settles which threads this reading is of; true when they had to be measured for it, and so have been read.
bool Sampler::follow(Tick tick) {
  if (followed_.has_chosen() || (tick == Tick::threads && !read_now_.empty())) return false;
  read_now_.clear();
  std::set<std::string_view> seen;
  for (const SampledPattern& pattern : patterns_) {
    if (pattern.row->follow == Follow::none || !seen.insert(pattern.directories).second) continue;
    const Threads& threads = threads_of(pattern);
    read_now_.insert(read_now_.end(), threads.directories.begin(), threads.directories.end());
  }
  if (!followed_.is_too_many(read_now_.size())) return false;
  Batch batch;
  for (const SampledPattern& pattern : patterns_) {
    if (pattern.row->follow == Follow::threads) add_row(batch, pattern, followed_paths(pattern), tick);
  }
  run(batch, tick);
  followed_.choose(read_now_);
  read_now_ = followed_.chosen();
  return true;
}

std::vector<std::string> Sampler::followed_paths(const SampledPattern& sampled) const {
  const std::string_view prefix = std::string_view(sampled.directories).substr(0, sampled.directories.size() - 1);
  std::vector<std::string> paths;
  for (const std::string& directory : read_now_) {
    if (directory.starts_with(prefix)) paths.push_back(directory + sampled.file);
  }
  return paths;
}

const Sampler::Threads& Sampler::threads_of(const SampledPattern& sampled) {
  const auto [entry, is_new] = threads_.try_emplace(sampled.directories);
  Threads& threads = entry->second;
  if (!is_new) return threads;
  const ReadReply found = session_.helper->ask({.kind = ReadKind::glob, .path = sampled.directories});
  threads.status = found.status;
  threads.reason = found.reason;
  for (const std::string_view match : split_nul(found.bytes)) {
    threads.is_cut = threads.directories.size() >= limits::kMaxThreadsPerWorker;
    if (threads.is_cut) break;
    threads.directories.emplace_back(match);
  }
  return threads;
}

void Sampler::find_paths(std::size_t index) {
  const SampledPattern& sampled = patterns_[index];
  std::vector<std::string>& paths = paths_[index];
  const bool is_first = paths.empty();
  paths.clear();
  if (!has_wildcard(sampled.pattern)) {
    paths = {sampled.pattern};
    return;
  }
  Threads found;
  if (!sampled.directories.empty()) {
    found = threads_of(sampled);
    for (const std::string& directory : found.directories) paths.push_back(directory + sampled.file);
  } else {
    const ReadReply reply = session_.helper->ask({.kind = ReadKind::glob, .path = sampled.pattern});
    const auto matches = split_nul(reply.bytes);
    found = {.status = reply.status, .reason = reply.reason, .is_cut = reply.cut};
    paths.assign(matches.begin(), matches.end());
  }
  if (!is_first) return;
  if (found.status != EvidenceStatus::ok) {
    put_on_record(sampled, found.status, found.reason);
  } else if (paths.empty()) {
    put_on_record(sampled, EvidenceStatus::absent, reason::kFileAbsent);
  } else if (found.is_cut) {
    put_on_record(sampled, EvidenceStatus::skipped, reason::kOverBudget);
  }
}

void Sampler::put_on_record(const SampledPattern& sampled, EvidenceStatus status, const std::string& reason) {
  session_.manifest.not_read.push_back({.path = sampled.pattern,
                                        .collector = std::string(session_.name_of(sampled.collector)),
                                        .status = status,
                                        .reason = reason});
  session_.account.note(sampled.collector, {.status = status, .reason = reason, .what = sampled.pattern});
}

void Sampler::add_row(Batch& batch, const SampledPattern& pattern, const std::vector<std::string>& paths, Tick tick) {
  for (const std::string& path : paths) {
    if (gone_.contains(path)) continue;
    if (!batch.owned.insert(path).second) {
      if (tick == Tick::first) session_.account.note(pattern.collector, {});
      continue;
    }
    batch.requests.push_back({.path = path, .max_bytes = pattern.row->max_bytes});
    batch.owners.push_back(&pattern);
  }
}

void Sampler::run(Batch& batch, Tick tick) {
  session_.helper->run(batch.requests, session_.budget(), [&](std::size_t index, ReadReply&& reply) {
    store(*batch.owners[index], batch.requests[index].path, reply, tick);
  });
  batch.requests.clear();
  batch.owners.clear();
}

void Sampler::store(const SampledPattern& owner, const std::string& path, ReadReply& reply, Tick tick) {
  const bool is_full = session_.is_full(reply.bytes.size());
  if (is_full)
    reply = {.status = EvidenceStatus::skipped, .reason = reason::kOverBudget, .bytes = {}, .taken_ns = reply.taken_ns};
  const bool is_ok = reply.status == EvidenceStatus::ok;
  if (is_ok && owner.row->follow == Follow::threads) followed_.note(directory_of(path), reply.bytes);
  // A process that ended, a file that hung: said once, not every second.
  if (!is_ok) gone_.insert(path);
  const auto added = session_.writer->add_sample(std::string(owner.row->family), root_path(path), reply.status,
                                                 reply.taken_ns, reply.bytes);
  if (!added) gone_.insert(path);
  const bool is_news = tick == Tick::first || (!is_ok && reply.status != EvidenceStatus::absent) || reply.cut;
  if (!is_news) return;
  session_.account.note(owner.collector, {.status = added ? reply.status : EvidenceStatus::failed,
                                          .reason = added ? reply.reason : reason::kFailed,
                                          .cut = reply.cut,
                                          .what = path});
}

}  // namespace ihc
