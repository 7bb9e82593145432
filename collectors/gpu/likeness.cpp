#include "collectors/gpu/likeness.h"

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "collectors/gpu/smi_csv.h"
#include "collectors/gpu/smi_list.h"
#include "collectors/gpu/smi_topo.h"
#include "collectors/gpu/values.h"

namespace ihc {

namespace {

// A prompt, a fence or a blank line may stand before what a tool printed; a report of another tool has it far below.
constexpr std::size_t kFirstLines = 6;

bool contains(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string beginning(std::string_view text) {
  std::string lines;
  std::size_t count = 0;
  const std::string plain = without_escapes(text.substr(0, 65536));
  for (const std::string_view line : split_lines(plain)) {
    if (trim(line).empty()) continue;
    if (count++ == kFirstLines) break;
    lines += line;
    lines += '\n';
  }
  return lines;
}

}  // namespace

Likeness like_smi_xml(std::string_view text) {
  return contains(text, "<nvidia_smi_log") ? Likeness::sure : Likeness::no;
}

Likeness like_smi_text(std::string_view text) {
  if (contains(text, "=NVSMI LOG=")) return Likeness::sure;
  const std::string first = beginning(text);
  return contains(first, "Attached GPUs ") || contains(first, "Product Name  ") ? Likeness::maybe : Likeness::no;
}

Likeness like_smi_topo(std::string_view text) {
  const SmiTopo topo = parse_smi_topo(beginning(text)).value;
  return !topo.devices.empty() && !topo.gpus.empty() ? Likeness::sure : Likeness::no;
}

Likeness like_smi_nvlink(std::string_view text) {
  const auto gpus = parse_smi_list(beginning(text)).value;
  const bool has_links = std::any_of(gpus.begin(), gpus.end(), [](const auto& gpu) { return !gpu.nvlinks.empty(); });
  return has_links ? Likeness::sure : Likeness::no;
}

Likeness like_smi_list(std::string_view text) {
  const auto gpus = parse_smi_list(beginning(text)).value;
  const bool has_links = std::any_of(gpus.begin(), gpus.end(), [](const auto& gpu) { return !gpu.nvlinks.empty(); });
  return gpus.empty() || has_links ? Likeness::no : Likeness::sure;
}

Likeness like_smi_csv(std::string_view text) {
  const Parsed<SmiCsv> csv = parse_smi_csv(beginning(text));
  if (csv.value.rows.empty() || csv.unparsed.lines > 2) return Likeness::no;
  const auto& columns = csv.value.columns;
  const auto has = [&columns](auto&& holds) { return std::any_of(columns.begin(), columns.end(), holds); };
  const bool has_own_name = has([](const std::string& name) {
    return name == "uuid" || name == "gpu_uuid" || name == "pstate" || name == "pci.bus_id" || name == "gpu_bus_id" ||
           name == "gpu_name" || contains(name, "memory.") || contains(name, "utilization.") ||
           contains(name, "temperature.") || contains(name, "power.") || contains(name, "pcie.") ||
           contains(name, "clocks.") || contains(name, "_reasons.") || contains(name, "ecc.") ||
           contains(name, "retired_pages.") || contains(name, "remapped_rows.");
  });
  if (has_own_name) return Likeness::sure;
  if (!csv.value.has_heading) return Likeness::no;
  const bool all_known = std::none_of(columns.begin(), columns.end(), [](const auto& name) { return name.empty(); });
  return all_known && columns.size() > 1 ? Likeness::maybe : Likeness::no;
}

Likeness like_smi_table(std::string_view text) {
  return contains(text, "| NVIDIA-SMI ") ? Likeness::sure : Likeness::no;
}

Likeness like_rocm_smi(std::string_view text) {
  const bool has_card = contains(text.substr(0, 4096), "\"card0\"") || contains(text.substr(0, 4096), "\"card1\"");
  return has_card && contains(text, "{") ? Likeness::sure : Likeness::no;
}

Likeness like_amd_smi(std::string_view text) {
  const std::string_view first = text.substr(0, 4096);
  if (contains(first, "\"gpu_data\"")) return Likeness::sure;
  if (!contains(first, "\"gpu\":")) return Likeness::no;
  for (const std::string_view section : {"\"asic\"", "\"usage\"", "\"mem_usage\"", "\"process_list\"", "\"bdf\""}) {
    if (contains(first, section)) return Likeness::sure;
  }
  return Likeness::no;
}

}  // namespace ihc
