// The machine as the scheduler sees it: packages, NUMA nodes, what hangs off each, and where the workers may run.
#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/cpu_set.h"
#include "base/json_read.h"
#include "report/charts/charts.h"
#include "report/charts/svg.h"
#include "report/format.h"

namespace ihc::report {

namespace {

constexpr std::size_t kMaxNodes = 16;
constexpr std::size_t kMaxDevices = 12;  ///< in one node's box
constexpr std::size_t kMaxWorkers = 8;
constexpr double kBoxWidth = 312;
constexpr double kGap = 16;
constexpr double kLine = 15;
constexpr double kStripLeft = 34;

struct Worker {
  std::string label;  ///< "W1"
  std::string key;
  std::optional<CpuSet> cpus;
};

struct NodeBox {
  std::string title;
  std::string cpu_text;
  std::string memory_text;
  std::optional<CpuSet> cpus;
  std::vector<std::string> devices;
  bool is_unknown = false;
};

std::optional<CpuSet> cpus_at(const Json& object, std::string_view key) {
  const auto text = text_at(object, key);
  return text ? CpuSet::parse_list(*text) : std::nullopt;
}

std::vector<Worker> read_workers(const Json& facts) {
  std::vector<Worker> workers;
  for (const Json& worker : list_at(facts, "workers")) {
    if (workers.size() == kMaxWorkers) break;
    workers.push_back({.label = "W" + std::to_string(workers.size() + 1),
                       .key = string_at(worker, "key"),
                       .cpus = cpus_at(worker, "cpus_allowed")});
  }
  return workers;
}

std::string package_of(const CpuSet& cpus, const Json& facts, const Words& words) {
  for (const Json& package : list_at(at(facts, "topology"), "packages")) {
    const auto package_cpus = cpus_at(package, "cpus");
    const auto id = integer_at(package, "id");
    if (id && package_cpus && !cpus.empty() && cpus.is_subset_of(*package_cpus))
      return ", " + words.text("figures.package") + " " + std::to_string(*id);
  }
  return {};
}

NodeBox make_box(const Json& node, const Json& facts, const Words& words) {
  NodeBox box;
  box.cpus = cpus_at(node, "cpus");
  const auto id = integer_at(node, "id");
  const std::string unknown = words.text("states.not_known");
  box.title = words.text("figures.node") + " " + (id ? std::to_string(*id) : unknown);
  if (box.cpus) box.title += package_of(*box.cpus, facts, words);
  const std::string list = box.cpus ? box.cpus->to_list() : unknown;
  box.cpu_text = words.text("figures.cpus") + " " + (list.empty() ? words.text("states.none") : list);
  const auto memory = integer_at(node, "memory_total_bytes");
  box.memory_text = words.text("figures.memory") + " " + (memory ? bytes_text(*memory, words) : unknown);
  return box;
}

std::string device_text(const Json& device, std::string_view section, const Words& words) {
  const std::string name = string_at(device, section == "nics" ? "name" : "address");
  return words.text("devices", section, "label") + " " + name;
}

// The boxes of all nodes, and one more for devices whose node nobody knows.
std::vector<NodeBox> make_boxes(const Json& facts, const Words& words) {
  std::vector<NodeBox> boxes;
  std::map<std::int64_t, std::size_t> box_of_node;
  for (const Json& node : list_at(at(facts, "topology"), "numa_nodes")) {
    if (boxes.size() == kMaxNodes) break;
    if (const auto id = integer_at(node, "id")) box_of_node.emplace(*id, boxes.size());
    boxes.push_back(make_box(node, facts, words));
  }
  NodeBox unknown{.title = words.text("figures.node_unknown"), .is_unknown = true};
  for (const char* section : {"gpus", "nics"}) {
    for (const Json& device : list_at(facts, section)) {
      const auto id = integer_at(device, "numa_node");
      const auto found = id ? box_of_node.find(*id) : box_of_node.end();
      std::vector<std::string>& devices = found == box_of_node.end() ? unknown.devices : boxes[found->second].devices;
      devices.push_back(device_text(device, section, words));
    }
  }
  if (!unknown.devices.empty()) boxes.push_back(std::move(unknown));
  return boxes;
}

double box_height(const NodeBox& box, std::size_t workers) {
  const std::size_t devices = std::min(box.devices.size(), kMaxDevices + 1);
  const double strips = box.cpus && !box.cpus->empty() ? 6 + 13 * static_cast<double>(workers) : 0;
  return (box.is_unknown ? 30 : 62) + kLine * static_cast<double>(devices) + strips;
}

// Which of the node's CPUs a worker may use, as runs along a strip.
void draw_strip(Svg& svg, const Worker& worker, const CpuSet& node_cpus, const Box& strip) {
  svg.text(strip.x - 6, strip.y + 8, worker.label, {.size = 9, .color = ink::kMuted, .anchor = Anchor::end});
  svg.rectangle(strip, ink::kWhite, {.color = ink::kLine, .width = 0.6});
  if (!worker.cpus) return;
  const std::vector<std::uint32_t> cpus = node_cpus.numbers();
  const double width = strip.width / static_cast<double>(cpus.size());
  for (std::size_t first = 0; first < cpus.size();) {
    if (!worker.cpus->contains(cpus[first])) {
      ++first;
      continue;
    }
    std::size_t last = first;
    while (last + 1 < cpus.size() && worker.cpus->contains(cpus[last + 1])) ++last;
    const double x = strip.x + width * static_cast<double>(first);
    svg.rectangle({x, strip.y, width * static_cast<double>(last - first + 1), strip.height}, ink::kAccent);
    first = last + 1;
  }
}

void draw_devices(Svg& svg, const NodeBox& box, double x, double& y, const Words& words) {
  for (std::size_t i = 0; i < box.devices.size(); ++i) {
    const bool cut = i == kMaxDevices;
    const std::string text =
        cut ? words.text("states.and_more") + " " + std::to_string(box.devices.size() - kMaxDevices) : box.devices[i];
    svg.rectangle({x, y, kBoxWidth - 24, kLine - 3}, ink::kWhite, {.color = ink::kLine, .width = 0.6}, 2);
    svg.text(x + 6, y + 9, fit_text(text, kBoxWidth - 40, 9.5), {.size = 9.5});
    y += kLine;
    if (cut) return;
  }
}

void draw_box(Svg& svg, const NodeBox& box, const std::vector<Worker>& workers, const Box& place, const Words& words) {
  const Stroke border{.color = ink::kText, .width = 1, .dashes = box.is_unknown ? "5 3" : ""};
  svg.rectangle(place, box.is_unknown ? ink::kWhite : ink::kPanel, border, 4);
  const double x = place.x + 12;
  svg.text(x, place.y + 19, fit_text(box.title, kBoxWidth - 24, 11.5), {.size = 11.5, .bold = true});
  double y = place.y + 28;
  if (!box.is_unknown) {
    svg.text(x, place.y + 34, fit_text(box.cpu_text, kBoxWidth - 24, 10), {.size = 10});
    svg.text(x, place.y + 48, fit_text(box.memory_text, kBoxWidth - 24, 10), {.size = 10});
    y = place.y + 56;
  }
  draw_devices(svg, box, x, y, words);
  if (!box.cpus || box.cpus->empty()) return;
  y += 4;
  for (const Worker& worker : workers) {
    draw_strip(svg, worker, *box.cpus, {place.x + kStripLeft, y, kBoxWidth - kStripLeft - 12, 9});
    y += 13;
  }
}

double draw_legend(Svg* svg, const std::vector<Worker>& workers, std::size_t all_workers, double y,
                   const Words& words) {
  if (workers.empty()) return y;
  if (svg != nullptr) svg->text(0, y + 10, words.text("figures.masks"), {.size = 9.5, .color = ink::kMuted});
  y += kLine;
  for (const Worker& worker : workers) {
    const std::string mask = worker.cpus ? worker.cpus->to_list() : words.text("states.not_known");
    const std::string line = worker.label + "  " + worker.key + ": " + words.text("figures.cpus") + " " + mask;
    if (svg != nullptr) svg->text(0, y + 10, fit_text(line, kFigureWidth, 9.5), {.size = 9.5});
    y += kLine;
  }
  if (all_workers > workers.size()) {
    const std::string rest = words.text("states.and_more") + " " + std::to_string(all_workers - workers.size());
    if (svg != nullptr) svg->text(0, y + 10, rest, {.size = 9.5, .color = ink::kMuted});
    y += kLine;
  }
  return y;
}

}  // namespace

std::string topology_svg(const Json& facts, const Words& words) {
  const std::vector<NodeBox> boxes = make_boxes(facts, words);
  const std::vector<Worker> workers = read_workers(facts);
  const std::size_t all_workers = list_at(facts, "workers").size();
  std::vector<Box> places;
  double y = 2;
  for (std::size_t row = 0; row < boxes.size(); row += 2) {
    double height = box_height(boxes[row], workers.size());
    if (row + 1 < boxes.size()) height = std::max(height, box_height(boxes[row + 1], workers.size()));
    for (std::size_t i = row; i < std::min(row + 2, boxes.size()); ++i)
      places.push_back({i == row ? 0.5 : kBoxWidth + kGap - 0.5, y, kBoxWidth, height});
    y += height + kGap;
  }
  Svg svg(kFigureWidth, draw_legend(nullptr, workers, all_workers, y, words) + 2);
  for (std::size_t i = 0; i < boxes.size(); ++i) draw_box(svg, boxes[i], workers, places[i], words);
  draw_legend(&svg, workers, all_workers, y, words);
  return svg.finish(words.text("figures.topology_title"));
}

}  // namespace ihc::report
