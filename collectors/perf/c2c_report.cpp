#include "collectors/perf/c2c_report.h"

#include <algorithm>
#include <array>

#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

constexpr std::size_t kMaxUsers = 16;  // of one line: the first ones cause most of it

enum class Section { none, trace, table, pareto, other };

std::optional<Section> section_of(std::string_view line) {
  constexpr auto kTitles = std::to_array<std::pair<std::string_view, Section>>(
      {{"Trace Event Information", Section::trace},
       {"Global Shared Cache Line Event Information", Section::other},
       {"c2c details", Section::other},
       {"Shared Data Cache Line Table", Section::table},
       {"Shared Cache Line Distribution Pareto", Section::pareto}});
  for (const auto& [title, section] : kTitles) {
    if (line.starts_with(title)) return section;
  }
  return std::nullopt;
}

struct Row {
  std::string_view name;
  std::optional<std::int64_t> CacheToCache::*member;
};

constexpr auto kRows = std::to_array<Row>({{"Total records", &CacheToCache::total_records},
                                           {"Load Operations", &CacheToCache::loads},
                                           {"Store Operations", &CacheToCache::stores},
                                           {"Load Local HITM", &CacheToCache::load_local_hitm},
                                           {"Load Remote HITM", &CacheToCache::load_remote_hitm},
                                           {"Load Local DRAM", &CacheToCache::load_local_dram},
                                           {"Load Remote DRAM", &CacheToCache::load_remote_dram},
                                           {"Load LLC Misses", &CacheToCache::load_llc_misses}});

std::optional<std::int64_t> count_of(std::string_view word) {
  const auto count = parse_number<std::int64_t>(word);
  return count && *count >= 0 ? count : std::nullopt;
}

std::optional<double> pct_of(std::string_view word) {
  if (!word.ends_with('%')) return std::nullopt;
  const auto pct = parse_decimal(word.substr(0, word.size() - 1));
  return pct && *pct >= 0 ? pct : std::nullopt;
}

// "Load Remote HITM                  :        139"
bool read_trace_line(std::string_view line, CacheToCache& report) {
  const auto pair = split_key_value(line, ':');
  if (!pair || (!count_of(pair->second) && !pct_of(pair->second))) return false;
  for (const Row& row : kRows) {
    if (row.name == pair->first) report.*row.member = count_of(pair->second);
  }
  return true;
}

// Index, address, node, PA count, …, share of all HITM, HITM, local, remote, …
std::optional<SharedLine> read_table_row(std::string_view line) {
  const auto words = split_words(line);
  if (words.size() < 8 || !count_of(words[0]) || !words[1].starts_with("0x")) return std::nullopt;
  const auto share =
      std::find_if(words.begin(), words.end(), [](std::string_view word) { return word.ends_with('%'); });
  if (words.end() - share < 4 || !pct_of(*share)) return std::nullopt;
  const auto total = count_of(share[1]);
  const auto local = count_of(share[2]);
  const auto remote = count_of(share[3]);
  if (!total || !local || !remote) return std::nullopt;
  SharedLine shared{.address = to_valid_utf8(words[1]),
                    .hitm_pct = *pct_of(*share),
                    .total_hitm = *total,
                    .local_hitm = *local,
                    .remote_hitm = *remote};
  if (words[2] != "N/A") shared.node = to_valid_utf8(words[2]);
  return shared;
}

// "      0        0     2374        0        0        0  0xff1100088366d880" opens the users of a line.
std::optional<std::string> read_pareto_heading(std::string_view line) {
  const auto words = split_words(line);
  if (words.size() < 4 || !words.back().starts_with("0x")) return std::nullopt;
  if (!std::all_of(words.begin(), words.end() - 1, [](std::string_view word) { return count_of(word).has_value(); })) {
    return std::nullopt;
  }
  return to_valid_utf8(words.back());
}

// Shares of the line's remote and local HITM come first; the symbol is behind "[k]" or "[.]".
std::optional<SharedLineUser> read_pareto_row(std::string_view line) {
  const auto words = split_words(line);
  if (words.size() < 4) return std::nullopt;
  const auto remote = pct_of(words[0]);
  const auto local = pct_of(words[1]);
  const auto space = std::find_if(words.begin(), words.end(), [](std::string_view word) {
    return word.size() == 3 && word.front() == '[' && word.back() == ']';
  });
  if (!remote || !local || words.end() - space < 2) return std::nullopt;
  SharedLineUser user{.symbol = to_valid_utf8(space[1]), .remote_hitm_pct = *remote, .local_hitm_pct = *local};
  if (words.end() - space > 2) user.object = to_valid_utf8(space[2]);
  if (words.end() - space > 3 && space[3].find(':') != std::string_view::npos) {
    user.source_line = to_valid_utf8(space[3]);
  }
  return user;
}

class ReportReader {
 public:
  Parsed<CacheToCache> read(std::string_view text) {
    parsed_.value.display = "hitm";
    const auto lines = plain_lines(text);
    for (std::size_t at = 0; at < lines.size(); ++at) {
      const bool may_be_cut = at + 1 == lines.size() && ends_unfinished(text);
      read_line(trim(lines[at]), may_be_cut);
    }
    derive();
    return std::move(parsed_);
  }

 private:
  void read_line(std::string_view line, bool may_be_cut) {
    if (line.empty() || line.front() == '=' || line.front() == '-') return;
    if (const auto section = section_of(line)) {
      section_ = *section;
      return;
    }
    if (line.front() == '#') {
      if (section_ == Section::table && line.find("Load Peer") != std::string_view::npos)
        parsed_.value.display = "peer";
      return;
    }
    // Without the title of the first section, which quotes often leave out, its lines are known by their names.
    if (section_ == Section::none && is_trace_line(line)) section_ = Section::trace;
    if (may_be_cut || !read_in_section(line)) parsed_.unparsed.add(line);
  }

  static bool is_trace_line(std::string_view line) {
    const auto pair = split_key_value(line, ':');
    return pair && std::any_of(kRows.begin(), kRows.end(), [&pair](const Row& row) { return row.name == pair->first; });
  }

  bool read_in_section(std::string_view line) {
    if (section_ == Section::trace) return read_trace_line(line, parsed_.value);
    if (section_ == Section::table) {
      auto row = read_table_row(line);
      if (row) parsed_.value.lines.push_back(std::move(*row));
      return row.has_value();
    }
    if (section_ == Section::pareto) return read_pareto_line(line);
    return section_ == Section::other;
  }

  bool read_pareto_line(std::string_view line) {
    if (const auto address = read_pareto_heading(line)) {
      auto& lines = parsed_.value.lines;
      const auto found = std::find_if(lines.begin(), lines.end(),
                                      [&](const SharedLine& shared) { return shared.address == *address; });
      users_of_ = found == lines.end() ? nullptr : &*found;
      return true;
    }
    auto user = read_pareto_row(line);
    if (user && users_of_ != nullptr && users_of_->users.size() < kMaxUsers) {
      users_of_->users.push_back(std::move(*user));
    }
    return user.has_value();
  }

  void derive() {
    CacheToCache& report = parsed_.value;
    if (!report.load_remote_hitm || !report.load_llc_misses || *report.load_llc_misses == 0) return;
    constexpr double kPercent = 100;
    report.remote_hitm_of_llc_misses_pct =
        kPercent * static_cast<double>(*report.load_remote_hitm) / static_cast<double>(*report.load_llc_misses);
  }

  Parsed<CacheToCache> parsed_;
  Section section_ = Section::none;
  SharedLine* users_of_ = nullptr;
};

}  // namespace

Parsed<CacheToCache> parse_c2c_report(std::string_view text) { return ReportReader().read(text); }

}  // namespace ihc
