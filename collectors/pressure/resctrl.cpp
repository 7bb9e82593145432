#include "collectors/pressure/resctrl.h"

#include "collectors/reading/window_texts.h"

namespace ihc {

namespace {

const std::string kDir = "root/sys/fs/resctrl/";

using ByDomain = std::map<std::string, std::int64_t>;

// The growth of one counter of a group, by L3 domain: mon_L3_00 → "0".
std::optional<ByDomain> traffic(const Bundle& bundle, const std::string& group_dir, const std::string& counter_name) {
  ByDomain growth;
  for (const std::string& path : bundle.sampled(group_dir + "mon_data/*/" + counter_name)) {
    const auto texts = window_texts(bundle, path);
    const auto first = texts && texts->first ? parse_number<std::int64_t>(*texts->first) : std::nullopt;
    const auto last = texts ? parse_number<std::int64_t>(texts->last) : std::nullopt;
    const std::string domain = components_after({path}, group_dir + "mon_data/").front();
    const auto number = parse_number<std::uint32_t>(std::string_view(domain).substr(domain.rfind('_') + 1));
    if (first && last && number && *last >= *first) growth[std::to_string(*number)] = *last - *first;
  }
  return growth.empty() ? std::nullopt : std::optional(std::move(growth));
}

}  // namespace

Parsed<std::map<std::string, std::string>> parse_schemata(std::string_view text) {
  Parsed<std::map<std::string, std::string>> parsed;
  for (const std::string_view line : split_lines(text)) {
    if (trim(line).empty()) continue;
    const auto pair = split_key_value(line, ':');
    if (pair && !pair->first.empty() && pair->second.find('=') != std::string_view::npos) {
      parsed.value[to_valid_utf8(pair->first)] = to_valid_utf8(pair->second);
    } else {
      parsed.unparsed.add(line);
    }
  }
  return parsed;
}

std::optional<std::vector<ResctrlGroup>> read_resctrl(const EvidenceReader& reader) {
  const std::string pointer = "/pressure/resctrl_groups";
  const Bundle& bundle = reader.bundle();
  if (!bundle.text(kDir + "schemata")) {
    reader.explain(kDir + "schemata", pointer);
    return std::nullopt;
  }
  std::vector<std::string> names{"."};
  for (std::string& name : components_after(bundle.glob(kDir + "*/schemata"), kDir)) names.push_back(std::move(name));
  std::vector<ResctrlGroup> groups;
  for (const std::string& name : names) {
    const std::string dir = name == "." ? kDir : kDir + name + "/";
    const auto schemata = parse_schemata(bundle.text(dir + "schemata").value_or(std::string_view{}));
    reader.facts().source(pointer + "/" + std::to_string(groups.size()), dir + "schemata");
    groups.push_back({.name = to_valid_utf8(name),
                      .schemata = schemata.value,
                      .cpus = cpu_set_at(bundle, dir + "cpus_list"),
                      .memory_bytes_delta = traffic(bundle, dir, "mbm_total_bytes"),
                      .local_memory_bytes_delta = traffic(bundle, dir, "mbm_local_bytes")});
  }
  return groups;
}

}  // namespace ihc
