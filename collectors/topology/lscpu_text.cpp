#include "collectors/topology/lscpu_text.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

// ---- fields --------------------------------------------------------------------------------------------------------

void keep_first(std::optional<std::string>& slot, std::string_view value) {
  if (!slot && !value.empty() && value != "-") slot = to_valid_utf8(value);
}

bool read_count(std::optional<std::int64_t>& slot, std::string_view value) {
  const auto number = parse_number<std::uint32_t>(value);
  if (number && !slot) slot = *number;
  return number.has_value();
}

bool read_list(std::optional<CpuSet>& slot, std::string_view value) {
  auto list = parse_lscpu_list(value);
  if (!list) return false;
  if (!slot) slot = std::move(*list);
  return true;
}

// "node0 CPU(s)" → 0
std::optional<std::int64_t> node_of_key(std::string_view key) {
  constexpr std::string_view kStart = "NUMA node";
  constexpr std::string_view kEnd = " CPU(s)";
  if (!key.starts_with(kStart) || !key.ends_with(kEnd) || key.size() <= kStart.size() + kEnd.size())
    return std::nullopt;
  return parse_number<std::uint16_t>(key.substr(kStart.size(), key.size() - kStart.size() - kEnd.size()));
}

// "128 MiB (16 instances)"
void read_instances(LscpuText& lscpu, std::string_view value) {
  const std::size_t open = value.find('(');
  const auto words =
      open == std::string_view::npos ? std::vector<std::string_view>{} : split_words(value.substr(open + 1));
  const auto count =
      words.size() == 2 && words[1].starts_with("instance") ? parse_number<std::uint32_t>(words[0]) : std::nullopt;
  if (count) lscpu.l3_instances = *count;
}

// Whether the value of a field that we know was understood; fields that we do not need are nobody's fault.
bool read_field(LscpuText& lscpu, std::string_view key, std::string_view value) {
  if (key == "On-line CPU(s) list") return read_list(lscpu.online, value);
  if (key == "On-line CPU(s) mask") {
    if (!lscpu.online) lscpu.online = CpuSet::parse_mask(value.starts_with("0x") ? value.substr(2) : value);
    return lscpu.online.has_value();
  }
  if (key == "Off-line CPU(s) list") return read_list(lscpu.offline, value);
  if (key == "Vendor ID") keep_first(lscpu.vendor, value);
  if (key == "Model name") keep_first(lscpu.model, value);
  if (key == "Thread(s) per core") return read_count(lscpu.threads_per_core, value);
  if (key == "Core(s) per socket") return read_count(lscpu.cores_per_socket, value);
  if (key == "Socket(s)") return value == "-" || read_count(lscpu.sockets, value);
  if (key == "NUMA node(s)") return read_count(lscpu.node_count, value);
  if (key == "L3" || key == "L3 cache") read_instances(lscpu, value);
  if (const auto id = node_of_key(key)) {
    auto cpus = parse_lscpu_list(value);
    if (cpus) lscpu.node_cpus[*id] = std::move(*cpus);
    return cpus.has_value();
  }
  return true;
}

void read_fields(Parsed<LscpuText>& parsed, const std::vector<std::string>& lines) {
  std::string key;
  std::string value;
  const auto flush = [&] {
    if (!key.empty() && !read_field(parsed.value, key, value)) parsed.unparsed.add(key + ": " + value);
    key.clear();
  };
  for (const std::string& whole : lines) {
    const std::string_view line = trim(whole);
    if (line.empty()) continue;
    if (const auto pair = split_key_value(line, ':'); pair && !pair->first.empty()) {
      const bool wrapped_stride = key == "On-line CPU(s) list" && parse_number<std::uint32_t>(pair->first).has_value();
      if (!wrapped_stride) {
        flush();
        key = pair->first;
        value = pair->second;
        continue;
      }
    }
    // A wrapped value goes on; only lists of CPUs matter here.
    if (key.empty()) {
      parsed.unparsed.add(line);
    } else {
      value += line;
    }
  }
  flush();
}

// ---- JSON ----------------------------------------------------------------------------------------------------------

void read_json_fields(Parsed<LscpuText>& parsed, const Json& list) {
  if (!list.is_array()) return;
  for (const Json& entry : list) {
    if (!entry.is_object()) continue;
    const auto field = entry.find("field");
    const auto data = entry.find("data");
    if (field != entry.end() && data != entry.end() && field->is_string() && data->is_string()) {
      std::string key = field->get<std::string>();
      if (key.ends_with(':')) key.pop_back();
      const auto value = data->get<std::string>();
      if (!read_field(parsed.value, key, value)) parsed.unparsed.add(key + ": " + value);
    }
    if (const auto children = entry.find("children"); children != entry.end()) read_json_fields(parsed, *children);
  }
}

std::int64_t json_number(const Json& row, const char* name, std::int64_t otherwise) {
  const auto found = row.find(name);
  if (found == row.end()) return otherwise;
  if (found->is_number_unsigned()) return found->get<std::uint16_t>();
  const auto number = found->is_string() ? parse_number<std::uint16_t>(found->get<std::string>()) : std::nullopt;
  return number ? *number : otherwise;
}

// ---- tables --------------------------------------------------------------------------------------------------------

struct CpuRow {
  std::int64_t cpu = -1;
  std::int64_t core = -1;
  std::int64_t socket = -1;
  std::int64_t node = -1;
  bool online = true;
};

void add_row(LscpuText& lscpu, const CpuRow& row) {
  const auto cpu = static_cast<std::uint32_t>(row.cpu);
  if (!row.online) {
    if (!lscpu.offline) lscpu.offline.emplace();
    return lscpu.offline->insert(cpu);
  }
  if (!lscpu.online) lscpu.online.emplace();
  lscpu.online->insert(cpu);
  if (row.node >= 0) lscpu.node_cpus[row.node].insert(cpu);
  if (row.socket < 0) return;
  lscpu.socket_cpus[row.socket].insert(cpu);
  if (row.core >= 0) lscpu.core_cpus[{row.socket, row.core}].insert(cpu);
}

// "# CPU,Core,Socket,Node,,L1d,…" then "0,0,0,0,,0,…"; "CPU NODE SOCKET CORE … ONLINE" then "0 0 0 0 … yes".
bool fill_row(CpuRow& row, const std::vector<std::string>& names, const std::vector<std::string_view>& cells) {
  if (cells.size() < names.size() && names.size() - cells.size() > 2) return false;
  for (std::size_t column = 0; column < std::min(names.size(), cells.size()); ++column) {
    const auto number = parse_number<std::uint16_t>(cells[column]);
    const std::int64_t value = number ? *number : -1;
    if (names[column] == "cpu") row.cpu = value;
    if (names[column] == "core") row.core = value;
    if (names[column] == "socket") row.socket = value;
    if (names[column] == "node") row.node = value;
    if (names[column] == "online") row.online = !to_lower(cells[column]).starts_with("n");
  }
  return row.cpu >= 0;
}

std::vector<std::string> lower_all(const std::vector<std::string_view>& names) {
  std::vector<std::string> lower;
  for (const std::string_view name : names) lower.push_back(to_lower(trim(name)));
  return lower;
}

// Reads a table when there is one; rows that do not fit are not understood.
bool read_table(Parsed<LscpuText>& parsed, const std::vector<std::string>& lines, bool unfinished) {
  std::vector<std::string> names;
  char separator = ' ';
  for (std::size_t index = 0; index < lines.size(); ++index) {
    const std::string_view line = trim(lines[index]);
    if (line.starts_with("# CPU")) {
      if (!names.empty()) break;  // a second table, as lscpu -p --physical
      names = lower_all(split(line.substr(2), ','));
      separator = ',';
    } else if (names.empty() && line.starts_with("CPU ") && line.find("SOCKET") != std::string_view::npos) {
      names = lower_all(split_words(line));
    } else if (!names.empty() && !line.empty() && !line.starts_with('#')) {
      CpuRow row;
      const bool half = unfinished && index + 1 == lines.size();
      const bool read = fill_row(row, names, separator == ',' ? split(line, ',') : split_words(line));
      if (read && !half) {
        add_row(parsed.value, row);
      } else {
        parsed.unparsed.add(line);
        parsed.value.cut = parsed.value.cut || half;
      }
    }
  }
  if (parsed.value.online) {
    parsed.value.sockets = parsed.value.socket_cpus.empty()
                               ? std::nullopt
                               : std::optional(static_cast<std::int64_t>(parsed.value.socket_cpus.size()));
    if (!parsed.value.node_cpus.empty())
      parsed.value.node_count = static_cast<std::int64_t>(parsed.value.node_cpus.size());
  }
  return !names.empty();
}

// The last line of an unfinished text may be half a list: then the nodes do not hold all CPUs.
void drop_half_list(LscpuText& lscpu, std::string_view last_line) {
  const auto pair = split_key_value(last_line, ':');
  const auto id = pair ? node_of_key(pair->first) : std::nullopt;
  if (!id || !lscpu.online) return;
  CpuSet covered;
  for (const auto& [node, cpus] : lscpu.node_cpus) covered = covered | cpus;
  if (lscpu.online->is_subset_of(covered)) return;
  lscpu.node_cpus.erase(*id);
  lscpu.cut = true;
}

bool read_json(Parsed<LscpuText>& parsed, std::string_view text) {
  const std::string_view body = trim(text);
  if (!body.starts_with('{')) return false;
  const auto json = parse_json(body, "lscpu");
  if (!json || !json->is_object()) {
    parsed.value.cut = true;
    return true;
  }
  if (const auto list = json->find("lscpu"); list != json->end()) read_json_fields(parsed, *list);
  const auto cpus = json->find("cpus");
  if (cpus == json->end() || !cpus->is_array()) return true;
  for (const Json& entry : *cpus) {
    if (!entry.is_object()) continue;
    const auto online = entry.find("online");
    const CpuRow row{.cpu = json_number(entry, "cpu", -1),
                     .core = json_number(entry, "core", -1),
                     .socket = json_number(entry, "socket", -1),
                     .node = json_number(entry, "node", -1),
                     .online = online == entry.end() || *online == true || *online == "yes" || *online == "Y"};
    if (row.cpu >= 0) add_row(parsed.value, row);
  }
  return true;
}

}  // namespace

std::optional<CpuSet> parse_lscpu_list(std::string_view text) {
  std::string kernel_form;
  for (const std::string_view part : split(text, ',')) {
    if (!kernel_form.empty()) kernel_form += ',';
    const std::size_t colon = part.find(':');
    const bool stride = colon != std::string_view::npos && part.find('/') == std::string_view::npos;
    kernel_form += stride ? std::string(part.substr(0, colon)) + ":1/" + std::string(trim(part.substr(colon + 1)))
                          : std::string(part);
  }
  return CpuSet::parse_list(kernel_form);
}

Parsed<LscpuText> parse_lscpu(std::string_view text) {
  Parsed<LscpuText> parsed;
  if (read_json(parsed, text)) return parsed;
  const auto lines = pasted_lines(text);
  // The list comes first where both are pasted one after the other.
  std::vector<std::string> fields;
  for (const std::string& line : lines) {
    if (trim(line).starts_with("#") || (trim(line).starts_with("CPU ") && line.find("SOCKET") != std::string::npos))
      break;
    fields.push_back(line);
  }
  read_fields(parsed, fields);
  if (fields.size() != lines.size() && !parsed.value.online) read_table(parsed, lines, ends_unfinished(text));
  LscpuText& lscpu = parsed.value;
  const bool any = lscpu.online || lscpu.sockets || lscpu.model || lscpu.node_count || !lscpu.node_cpus.empty();
  if (any && !lscpu.online) lscpu.cut = true;
  if (lscpu.node_count && static_cast<std::size_t>(*lscpu.node_count) > lscpu.node_cpus.size()) lscpu.cut = true;
  if (ends_unfinished(text) && !lines.empty()) drop_half_list(lscpu, lines.back());
  return parsed;
}

Likeness like_lscpu(std::string_view text) {
  if (trim(text).starts_with('{')) {
    return text.find("\"lscpu\"") != std::string_view::npos ? Likeness::sure : Likeness::no;
  }
  std::size_t seen = 0;
  for (const std::string& whole : pasted_lines(text)) {
    const std::string_view line = trim(whole);
    if (line.starts_with("# CPU,Core,Socket")) return Likeness::sure;
    if (line.starts_with("CPU NODE ") && line.find(" SOCKET ") != std::string_view::npos) return Likeness::sure;
    for (const char* start :
         {"CPU op-mode(s):", "On-line CPU(s) list:", "Socket(s):", "Thread(s) per core:", "NUMA node(s):"}) {
      if (line.starts_with(start)) ++seen;
    }
    // A longer report that has an lscpu in it, such as vLLM's collect_env, is that report.
    if (line.starts_with("PyTorch version:") || line.starts_with("Collecting environment")) return Likeness::no;
  }
  return seen >= 3 ? Likeness::sure : seen >= 1 ? Likeness::maybe : Likeness::no;
}

}  // namespace ihc
