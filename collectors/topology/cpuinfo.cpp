#include "collectors/topology/cpuinfo.h"

#include <algorithm>

namespace ihc {

namespace {

void keep_first(std::optional<std::string>& slot, std::string_view value) {
  if (!slot && !value.empty()) slot = to_valid_utf8(value);
}

void read_flags(CpuInfo& info, std::string_view value) {
  if (info.has_hypervisor_flag) return;
  const auto words = split_words(value);
  info.has_hypervisor_flag = std::find(words.begin(), words.end(), "hypervisor") != words.end();
}

// s390: "processor 0: version = FF, …" — the number stands before the colon.
void read_processor(CpuInfo& info, std::string_view key, std::string_view value) {
  const std::string_view number = key.size() > 9 ? trim(key.substr(9)) : value;
  if (const auto id = parse_number<std::uint32_t>(number)) info.processors.insert(*id);
}

void read_line(CpuInfo& info, std::string_view key, std::string_view value) {
  if (key.starts_with("processor")) return read_processor(info, key, value);
  if (key == "vendor_id" || key == "CPU implementer") return keep_first(info.vendor, value);
  if (key == "flags") return read_flags(info, value);
  if (key == "microcode" && !value.empty()) {
    info.microcodes.insert(to_valid_utf8(value));
    return;
  }
  // "cpu" and "cpu model" are POWER's and MIPS', "uarch" is RISC-V's, "Processor" 32-bit Arm's spelling of the model.
  if (key == "model name" || key == "Model Name" || key == "cpu" || key == "cpu model" || key == "uarch" ||
      key == "Processor") {
    keep_first(info.model, value);
  }
}

}  // namespace

Parsed<CpuInfo> parse_cpuinfo(std::string_view text) {
  Parsed<CpuInfo> parsed;
  for (const std::string_view line : split_lines(text)) {
    if (trim(line).empty()) continue;
    const auto pair = split_key_value(line, ':');
    if (!pair) {
      parsed.unparsed.add(line);
      continue;
    }
    read_line(parsed.value, pair->first, pair->second);
  }
  return parsed;
}

}  // namespace ihc
