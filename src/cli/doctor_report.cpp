#include "cli/doctor_report.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "bundle/member_path.h"
#include "collect/plan.h"
#include "collect/reasons.h"
#include "collectors/node/os_release.h"
#include "report/wrap.h"

namespace ihc {

namespace {

constexpr std::size_t kNameWidth = 16;
constexpr std::size_t kStateWidth = 6;
constexpr std::size_t kIndent = kNameWidth + kStateWidth;
constexpr std::size_t kMinColumns = 60;
constexpr std::size_t kMaxColumns = 120;

/// What a node merely lacks: no failure, and not worth a line without an explanation.
bool is_lacking(std::string_view reason_word) {
  constexpr std::array<std::string_view, 3> kLacking{reason::kFileAbsent, reason::kStructural,
                                                     reason::kEventUnsupported};
  return std::find(kLacking.begin(), kLacking.end(), reason_word) != kLacking.end();
}

Had had_of(const CollectorRecord& record) {
  if (record.state == CollectorState::collected) return Had::all;
  return record.state == CollectorState::partial ? Had::part : Had::none;
}

std::string first_line_of(const DoctorLook& look, const std::string& path) {
  const auto found = look.texts.find(path);
  if (found == look.texts.end()) return {};
  const auto lines = split_lines(found->second);
  return lines.empty() ? std::string() : std::string(trim(lines.front()));
}

std::string os_name(const DoctorLook& look) {
  const auto found = look.texts.find("/etc/os-release");
  if (found == look.texts.end()) return {};
  const auto values = parse_os_release(found->second).value;
  const auto name = values.find("PRETTY_NAME");
  return name == values.end() ? std::string() : name->second;
}

/// A collector that is asked something; those that only read what others collected have no row.
bool has_rows(const DoctorReport& report, std::size_t collector) {
  return std::any_of(report.look.rows.begin(), report.look.rows.end(),
                     [&](const RowLook& row) { return row.collector == collector; });
}

bool concerns(const DoctorReport& report, const Remedy& remedy, std::size_t collector) {
  return std::any_of(remedy.rows.begin(), remedy.rows.end(),
                     [&](std::size_t row) { return report.look.rows[row].collector == collector; });
}

bool is_explained(const DoctorReport& report, std::size_t row) {
  return std::any_of(report.remedies.begin(), report.remedies.end(), [&](const Remedy& remedy) {
    return std::find(remedy.rows.begin(), remedy.rows.end(), row) != remedy.rows.end();
  });
}

std::vector<std::string> collectors_of(const DoctorReport& report, const Remedy& remedy) {
  std::vector<std::string> names;
  for (std::size_t index = 0; index < report.collectors.size(); ++index) {
    if (concerns(report, remedy, index)) names.emplace_back(report.collectors[index]->name);
  }
  return names;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

/// Every command once, in the order of the remedies, with the collectors that it would help.
struct NumberedCommand {
  RemedyCommand command;
  std::vector<std::string> collectors;
};

std::vector<NumberedCommand> numbered_commands(const DoctorReport& report) {
  std::vector<NumberedCommand> numbered;
  for (const Remedy& remedy : report.remedies) {
    for (const RemedyCommand& command : remedy.commands) {
      auto same = std::find_if(numbered.begin(), numbered.end(),
                               [&](const NumberedCommand& one) { return one.command.run == command.run; });
      if (same == numbered.end()) same = numbered.insert(numbered.end(), {command, {}});
      for (std::string& name : collectors_of(report, remedy)) {
        auto& names = same->collectors;
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
      }
    }
  }
  return numbered;
}

struct Counts {
  std::size_t ok = 0;
  std::size_t part = 0;
  std::size_t no = 0;
};

Counts counts_of(const DoctorReport& report) {
  Counts counts;
  for (std::size_t index = 0; index < report.collectors.size(); ++index) {
    if (!has_rows(report, index)) continue;
    const Had had = had_of(report.look.collectors[index]);
    ++(had == Had::all ? counts.ok : had == Had::part ? counts.part : counts.no);
  }
  return counts;
}

Json to_json(const RowLook& row, const DoctorReport& report, std::size_t index) {
  const CaptureText text = describe(*row.capture, std::chrono::seconds(1));
  Json json{{"kind", text.kind},      {"what", text.what},    {"had", to_word(row.had)}, {"reason", row.reason},
            {"example", row.example}, {"looked", row.looked}, {"good", row.good},        {"remedies", Json::array()}};
  if (const auto* command = std::get_if<CommandOutput>(row.capture)) json["slug"] = command->slug;
  if (const auto* probe = std::get_if<Probe>(row.capture)) json["slug"] = probe->name;
  if (const auto* counted = std::get_if<Counted>(row.capture)) {
    json["slug"] = counted->name;
    json["instead_of"] = counted->instead_of;
  }
  for (const Remedy& remedy : report.remedies) {
    if (std::find(remedy.rows.begin(), remedy.rows.end(), index) != remedy.rows.end()) {
      json["remedies"].push_back(remedy.id);
    }
  }
  return json;
}

Json collector_json(const DoctorReport& report, std::size_t collector) {
  const CollectorRecord& record = report.look.collectors[collector];
  Json rows = Json::array();
  for (std::size_t index = 0; index < report.look.rows.size(); ++index) {
    const RowLook& row = report.look.rows[index];
    if (row.collector == collector) rows.push_back(to_json(row, report, index));
  }
  return {{"name", record.name},
          {"about", report.collectors[collector]->about},
          {"had", to_word(had_of(record))},
          {"state", to_word(record.state)},
          {"reason", record.reason},
          {"hint", record.hint},
          {"rows", std::move(rows)}};
}

Json remedy_json(const DoctorReport& report, const Remedy& remedy) {
  Json commands = Json::array();
  for (const RemedyCommand& command : remedy.commands) {
    commands.push_back({{"run", command.run}, {"undo", command.undo}});
  }
  return {{"id", remedy.id},
          {"why", remedy.why},
          {"commands", std::move(commands)},
          {"host_side", remedy.host_side},
          {"advice", remedy.is_advice},
          {"collectors", collectors_of(report, remedy)}};
}

Json workers_json(const Discovery& discovery) {
  Json pids = Json::array();
  for (const Subject& worker : discovery.workers) pids.push_back(worker.pid);
  Json not_seen = Json::array();
  for (const NotSeen& what : discovery.not_seen) {
    not_seen.push_back({{"what", what.what}, {"count", what.count}, {"reason", what.reason}});
  }
  return {{"method", discovery.method},
          {"pids", std::move(pids)},
          {"units", discovery.units},
          {"cgroups", discovery.cgroups},
          {"not_seen", std::move(not_seen)}};
}

class DoctorPage {
 public:
  DoctorPage(const DoctorReport& report, const report::Words& words, const report::TerminalStyle& style)
      : report_(report),
        words_(words),
        columns_(std::clamp(style.columns, kMinColumns, kMaxColumns)),
        is_colored_(style.color == report::TerminalColor::ansi),
        commands_(numbered_commands(report)) {}

  std::string take() {
    head();
    for (std::size_t index = 0; index < report_.collectors.size(); ++index) {
      if (has_rows(report_, index)) collector(index);
    }
    commands();
    summary();
    return std::move(out_);
  }

 private:
  void head();
  void collector(std::size_t index);
  std::vector<std::string> reasons_of(std::size_t collector) const;
  std::string examples_of(const Remedy& remedy, std::size_t collector) const;
  std::string numbers_of(const Remedy& remedy) const;
  void commands();
  void summary();
  std::string painted(const std::string& text, std::string_view code) const {
    return is_colored_ ? "\033[" + std::string(code) + "m" + text + "\033[0m" : text;
  }
  void paragraph(const std::string& text, std::size_t indent = 0) {
    out_ += std::string(indent, ' ') + report::wrapped(printable_path(text), indent, indent, columns_) + "\n";
  }

  const DoctorReport& report_;
  const report::Words& words_;
  std::size_t columns_;
  bool is_colored_;
  std::vector<NumberedCommand> commands_;
  std::string out_;
};

void DoctorPage::head() {
  const DoctorLook& look = report_.look;
  std::string node = first_line_of(look, "/proc/sys/kernel/hostname");
  for (const std::string& part : {os_name(look), first_line_of(look, "/proc/sys/kernel/osrelease")}) {
    if (!part.empty()) node += (node.empty() ? "" : ", ") + part;
  }
  if (!node.empty()) paragraph(node);
  const bool is_root = look.effective_uid == 0;
  std::string who = "as " + (is_root ? std::string("root") : "user " + std::to_string(look.effective_uid));
  if (!is_root && !look.capabilities.empty()) who += " with " + joined(look.capabilities);
  std::vector<std::string> workers;
  for (const Subject& worker : look.discovery.workers) {
    workers.push_back(std::to_string(worker.pid) + " (" + worker.comm + ")");
  }
  constexpr std::size_t kShown = 4;
  const std::size_t more = workers.size() - std::min(workers.size(), kShown);
  workers.resize(workers.size() - more);
  who += workers.empty() ? "; no worker found"
                         : "; workers: " + joined(workers) + (more > 0 ? " and " + std::to_string(more) + " more" : "");
  paragraph(who);
  for (const NotSeen& what : look.discovery.not_seen) {
    paragraph("not seen: " + what.what + " of " + std::to_string(what.count) + " (" + what.reason + ")");
  }
  out_ += "\n";
}

std::string DoctorPage::numbers_of(const Remedy& remedy) const {
  if (remedy.host_side) return " [host]";
  std::string numbers;
  for (const RemedyCommand& command : remedy.commands) {
    const auto found = std::find_if(commands_.begin(), commands_.end(),
                                    [&](const NumberedCommand& one) { return one.command.run == command.run; });
    numbers += (numbers.empty() ? "" : "|") + std::to_string(found - commands_.begin() + 1);
  }
  return numbers.empty() ? "" : " [" + numbers + "]";
}

/// What a refusal is about; a missing program or file is named by the remedy itself.
std::string DoctorPage::examples_of(const Remedy& remedy, std::size_t collector) const {
  std::string example;
  std::size_t more = 0;
  for (const std::size_t index : remedy.rows) {
    const RowLook& row = report_.look.rows[index];
    if (row.collector != collector || row.reason.empty() || is_lacking(row.reason)) continue;
    if (row.reason == reason::kToolMissing) continue;
    if (example.empty()) {
      example = row.example;
    } else {
      ++more;
    }
  }
  if (example.empty()) return {};
  return ": " + example + (more > 0 ? " and " + std::to_string(more) + " more" : "");
}

std::vector<std::string> DoctorPage::reasons_of(std::size_t collector) const {
  std::vector<std::string> reasons;
  for (const Remedy& remedy : report_.remedies) {
    if (concerns(report_, remedy, collector))
      reasons.push_back(remedy.why + examples_of(remedy, collector) + numbers_of(remedy));
  }
  std::size_t lacking = 0;
  std::size_t good = 0;
  std::size_t all = 0;
  for (std::size_t index = 0; index < report_.look.rows.size(); ++index) {
    const RowLook& row = report_.look.rows[index];
    if (row.collector != collector) continue;
    ++all;
    if (row.good > 0) ++good;
    if (row.had == Had::all || is_explained(report_, index)) continue;
    if (is_lacking(row.reason)) {
      ++lacking;
    } else {
      reasons.push_back(words_.text("reasons", row.reason, "label") + ": " + row.example + "; " + row.hint);
    }
  }
  std::string count = std::to_string(good) + " of " + std::to_string(all) + " sources";
  if (lacking > 0) count += ", " + std::to_string(lacking) + " not on this node";
  reasons.insert(reasons.begin(), std::move(count));
  return reasons;
}

void DoctorPage::collector(std::size_t index) {
  const Had had = had_of(report_.look.collectors[index]);
  const std::string name(report_.collectors[index]->name);
  const std::string word(to_word(had));
  const std::string_view color = had == Had::all ? "32" : had == Had::part ? "33" : "31";
  const auto padding = [](std::size_t width, std::size_t used) {
    return std::string(width > used ? width - used : 1, ' ');
  };
  out_ += name + padding(kNameWidth, name.size()) + painted(word, color) + padding(kStateWidth, word.size());
  bool is_first = true;
  for (const std::string& one : reasons_of(index)) {
    if (!is_first) out_ += std::string(kIndent, ' ');
    is_first = false;
    out_ += report::wrapped(printable_path(one), kIndent, kIndent + 2, columns_) + "\n";
  }
}

void DoctorPage::commands() {
  if (!commands_.empty()) out_ += "\n" + painted("What would change it", "1") + "\n";
  // Commands are copied from the screen, so they are not broken.
  for (std::size_t index = 0; index < commands_.size(); ++index) {
    const NumberedCommand& one = commands_[index];
    const std::string number = "[" + std::to_string(index + 1) + "] ";
    out_ += number + printable_path(one.command.run) + "\n";
    const std::string indent(number.size(), ' ');
    if (!one.command.undo.empty()) out_ += indent + "and back: " + printable_path(one.command.undo) + "\n";
    out_ += indent + "for " + report::wrapped(joined(one.collectors), number.size() + 4, number.size() + 4, columns_) +
            "\n";
  }
}

void DoctorPage::summary() {
  const Counts counts = counts_of(report_);
  const bool has_host_side = std::any_of(report_.remedies.begin(), report_.remedies.end(),
                                         [](const Remedy& remedy) { return remedy.host_side; });
  out_ += "\n";
  if (has_host_side) paragraph("[host] " + words_.text("reasons", "host_side", "hint"));
  paragraph(std::to_string(counts.ok) + " ok, " + std::to_string(counts.part) + " in part, " +
            std::to_string(counts.no) + " no. Nothing was changed.");
}

}  // namespace

Json doctor_json(const DoctorReport& report) {
  const DoctorLook& look = report.look;
  const Counts counts = counts_of(report);
  Json collectors = Json::array();
  for (std::size_t index = 0; index < report.collectors.size(); ++index) {
    if (has_rows(report, index)) collectors.push_back(collector_json(report, index));
  }
  Json remedies = Json::array();
  for (const Remedy& remedy : report.remedies) remedies.push_back(remedy_json(report, remedy));
  return {
      {"node",
       {{"name", first_line_of(look, "/proc/sys/kernel/hostname")},
        {"os", os_name(look)},
        {"kernel", first_line_of(look, "/proc/sys/kernel/osrelease")}}},
      {"user", {{"uid", look.effective_uid}, {"capabilities", look.capabilities}}},
      {"workers", workers_json(look.discovery)},
      {"collectors", std::move(collectors)},
      {"remedies", std::move(remedies)},
      {"summary",
       {{"ok", counts.ok}, {"part", counts.part}, {"no", counts.no}, {"commands", numbered_commands(report).size()}}}};
}

std::string doctor_text(const DoctorReport& report, const report::Words& words, const report::TerminalStyle& style) {
  return DoctorPage(report, words, style).take();
}

}  // namespace ihc
