#include "collectors/gpu/smi_topo.h"

#include <algorithm>
#include <array>

#include "collectors/gpu/values.h"

namespace ihc {

namespace {

constexpr std::size_t kMaxDevices = 512;

std::optional<std::int64_t> gpu_index(std::string_view label) {
  if (!label.starts_with("GPU")) return std::nullopt;
  return gpu_count(label.substr(3));
}

// GPU0, NIC3, mlx5_0, hfi1_0, … : a word that is no part of "CPU Affinity".
bool is_device(std::string_view word) {
  if (gpu_index(word)) return true;
  return word != "CPU" && !word.empty() && word.back() >= '0' && word.back() <= '9' &&
         (word.starts_with("NIC") || word.find('_') != std::string_view::npos || word.starts_with("ib"));
}

bool is_path(std::string_view cell) {
  for (const std::string_view known : {"X", "SYS", "NODE", "PHB", "PXB", "PIX", "PSB", "SOC"}) {
    if (cell == known) return true;
  }
  return cell.starts_with("NV") && gpu_count(cell.substr(2));
}

// Cells between tabs keep empty ones apart; where a paste has lost the tabs, words are all there is.
std::vector<std::string_view> cells_of(std::string_view line) {
  if (line.find('\t') == std::string_view::npos) return split_words(line);
  std::vector<std::string_view> cells;
  for (const std::string_view cell : split(line, '\t')) cells.push_back(trim(cell));
  return cells;
}

std::vector<std::string> heading_devices(std::string_view line) {
  std::vector<std::string> devices;
  for (const std::string_view word : split_words(line)) {
    if (word == "CPU") break;
    if (!is_device(word) || devices.size() >= kMaxDevices) return {};
    devices.emplace_back(word);
  }
  const bool has_gpu = std::any_of(devices.begin(), devices.end(), [](const auto& name) { return gpu_index(name); });
  return has_gpu ? devices : std::vector<std::string>{};
}

class TopoReader {
 public:
  Parsed<SmiTopo> read(std::string_view text) {
    const std::string plain = without_escapes(text);
    for (const std::string_view line : split_lines(plain)) read_line(line);
    collect_links();
    return std::move(parsed_);
  }

 private:
  void read_line(std::string_view line) {
    const std::string_view content = trim(line);
    if (content.empty() || content.starts_with("```")) return;
    if (topo().devices.empty()) {
      topo().devices = heading_devices(content);
      has_node_column_ = content.find("NUMA Affinity") != std::string_view::npos;
      if (topo().devices.empty()) parsed_.unparsed.add(line);
      return;
    }
    if (content == "Legend:" || content == "NIC Legend:") {
      in_legend_ = true;
      return;
    }
    if (in_legend_) return read_legend(line, content);
    read_row(line, content);
  }

  void read_legend(std::string_view line, std::string_view content) {
    const auto pair = split_key_value(content, ':');
    if (pair && is_device(pair->first) && !pair->second.empty()) {
      topo().nics[std::string(pair->first)] = to_valid_utf8(pair->second);
    } else if (content.find('=') == std::string_view::npos) {
      parsed_.unparsed.add(line);
    }
  }

  void read_row(std::string_view line, std::string_view content) {
    const std::vector<std::string_view> cells = cells_of(content);
    const auto& devices = topo().devices;
    const auto label = std::find(devices.begin(), devices.end(), cells.front());
    if (label == devices.end() || cells.size() <= devices.size()) return parsed_.unparsed.add(line);
    for (std::size_t column = 0; column < devices.size(); ++column) {
      if (!is_path(cells[column + 1])) return parsed_.unparsed.add(line);
    }
    const auto row = static_cast<std::size_t>(label - devices.begin());
    for (std::size_t column = 0; column < devices.size(); ++column) {
      cells_[{std::min(row, column), std::max(row, column)}].emplace_back(cells[column + 1]);
    }
    if (const auto index = gpu_index(*label)) read_place(*index, cells, devices.size() + 1);
  }

  // What follows the matrix in a GPU's row: CPU affinity, NUMA affinity, (an empty cell,) GPU NUMA ID.
  void read_place(std::int64_t index, const std::vector<std::string_view>& cells, std::size_t at) {
    SmiTopoGpu gpu{.index = index};
    std::vector<std::string_view> rest(cells.begin() + static_cast<std::ptrdiff_t>(at), cells.end());
    if (!rest.empty() && !rest[0].empty() && rest[0] != "N/A") {
      gpu.cpus = CpuSet::parse_list(rest[0]);
      // A row that ends here although a column should follow may end within the list.
      const bool row_is_cut = has_node_column_ && rest.size() < 2;
      gpu.cpus_may_be_cut = row_is_cut || topo_list_may_be_cut(rest[0]);
      if (row_is_cut) parsed_.unparsed.add("the row of GPU" + std::to_string(index) + " has no NUMA affinity");
      if (!gpu.cpus) parsed_.unparsed.add(rest[0]);
    }
    if (rest.size() > 1 && !rest[1].empty() && rest[1] != "N/A") {
      gpu.nodes = CpuSet::parse_list(rest[1]);
      if (!gpu.nodes) parsed_.unparsed.add(rest[1]);
    }
    if (rest.size() > 2) gpu.memory_node = gpu_count(rest.back());
    topo().gpus.push_back(std::move(gpu));
  }

  void collect_links() {
    const auto& devices = topo().devices;
    for (const auto& [pair, paths] : cells_) {
      if (pair.first == pair.second) continue;
      if (!std::all_of(paths.begin(), paths.end(),
                       [&first = paths.front()](const auto& path) { return path == first; })) {
        parsed_.unparsed.add(devices[pair.first] + " and " + devices[pair.second] + " differ in their two cells");
        continue;
      }
      topo().links.push_back({devices[pair.first], devices[pair.second], paths.front()});
    }
    // A device of the heading without a row was cut off; NICs have rows of their own as GPUs have.
    if (!devices.empty()) {
      for (std::size_t index = 0; index < devices.size(); ++index) {
        if (!cells_.contains({index, index})) parsed_.unparsed.add("no row for " + devices[index]);
      }
    }
  }

  SmiTopo& topo() { return parsed_.value; }

  Parsed<SmiTopo> parsed_;
  std::map<std::pair<std::size_t, std::size_t>, std::vector<std::string>> cells_;
  bool in_legend_ = false;
  bool has_node_column_ = false;
};

}  // namespace

Parsed<SmiTopo> parse_smi_topo(std::string_view text) { return TopoReader().read(text); }

bool topo_list_may_be_cut(std::string_view list) {
  // Seen cut at 12 characters ("0,2,4,6,8,10" of 64 even CPUs) and whole at 15 ("112-127,240-255"): the buffer has 16
  // bytes and takes a part only if it fits. A list shorter than this had room for any further part.
  constexpr std::size_t kSurelyWhole = 9;
  list = trim(list);
  if (list.size() <= kSurelyWhole) return false;
  const auto parts = split(list, ',');
  const bool all_ranges = std::all_of(parts.begin(), parts.end(),
                                      [](std::string_view part) { return part.find('-') != std::string_view::npos; });
  // One range for each hardware thread of a node is the usual whole list.
  return !(all_ranges && parts.size() <= 2);
}

}  // namespace ihc
