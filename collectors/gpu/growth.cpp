#include "collectors/gpu/growth.h"

#include <algorithm>

#include "collectors/gpu/smi_list.h"
#include "collectors/gpu/smi_log.h"
#include "collectors/gpu/values.h"

namespace ihc {

namespace {

constexpr double kNsPerSecond = 1e9;

template <class T>
T& made(std::optional<T>& member) {
  return member ? *member : member.emplace();
}

std::optional<GpuCounts> growth(const std::optional<GpuCounts>& before, const std::optional<GpuCounts>& after) {
  if (!before || !after) return std::nullopt;
  GpuCounts grown;
  for (const auto& [name, count] : *after) {
    const auto found = before->find(name);
    if (found != before->end() && count >= found->second) grown[name] = count - found->second;
  }
  return grown.empty() ? std::nullopt : std::optional(std::move(grown));
}

std::optional<double> seconds_between(const Bundle& bundle, const std::string& before, const std::string& after) {
  const CommandRecord* first = bundle.manifest().command(before);
  const CommandRecord* last = bundle.manifest().command(after);
  if (first == nullptr || last == nullptr || last->started_ns <= first->started_ns) return std::nullopt;
  return static_cast<double>(last->started_ns - first->started_ns) / kNsPerSecond;
}

template <class Holds>
GatheredGpu* find_gpu(std::vector<GatheredGpu>& gpus, Holds&& holds) {
  const auto found = std::find_if(gpus.begin(), gpus.end(), holds);
  return found == gpus.end() ? nullptr : &*found;
}

GpuDelta delta_of(const Gpu& then, const Gpu& now) {
  GpuDelta delta;
  if (then.pcie && now.pcie && then.pcie->replay_count && now.pcie->replay_count &&
      *now.pcie->replay_count >= *then.pcie->replay_count) {
    delta.replay_count = *now.pcie->replay_count - *then.pcie->replay_count;
  }
  if (then.ecc && now.ecc) delta.ecc_volatile = growth(then.ecc->volatile_counts, now.ecc->volatile_counts);
  delta.event_reasons_us = growth(then.event_reasons_us, now.event_reasons_us);
  return delta;
}

void add_report_growth(const Bundle& bundle, std::vector<GatheredGpu>& gpus) {
  const std::string path = "commands/nvidia-smi-q-xml-after/stdout";
  const auto before = bundle.text("commands/nvidia-smi-q-xml/stdout");
  const auto after = bundle.text(path);
  if (!before || !after) return;
  const SmiLog first = parse_smi_xml(*before).value;
  for (const SmiGpu& smi : parse_smi_xml(*after).value.gpus) {
    const auto address = sysfs_pci_address(smi.id);
    const auto same = std::find_if(first.gpus.begin(), first.gpus.end(), [&](const SmiGpu& known) {
      return address && sysfs_pci_address(known.id) == address;
    });
    GatheredGpu* gathered = find_gpu(gpus, [&](const GatheredGpu& known) { return known.gpu.address == address; });
    if (!address || same == first.gpus.end() || gathered == nullptr) continue;
    gathered->gpu.delta = delta_of(gpu_of_smi(*same, SmiLayout::xml).gpu, gpu_of_smi(smi, SmiLayout::xml).gpu);
    gathered->gpu.delta->seconds = seconds_between(bundle, "nvidia-smi-q-xml", "nvidia-smi-q-xml-after");
    gathered->sources.push_back(path);
  }
}

GpuCounts link_errors(const std::vector<NvLink>& links) {
  GpuCounts errors;
  for (const NvLink& link : links) {
    for (const auto& [name, count] : link.errors) errors[std::to_string(link.link) + "/" + name] = count;
  }
  return errors;
}

void add_nvlink_growth(const Bundle& bundle, std::vector<GatheredGpu>& gpus) {
  const std::string path = "commands/nvidia-smi-nvlink-errors-after/stdout";
  const auto before = bundle.text("commands/nvidia-smi-nvlink-errors/stdout");
  const auto after = bundle.text(path);
  if (!before || !after) return;
  const auto first = parse_smi_list(*before).value;
  for (const SmiListedGpu& now : parse_smi_list(*after).value) {
    const auto then =
        std::find_if(first.begin(), first.end(), [&](const SmiListedGpu& known) { return known.uuid == now.uuid; });
    GatheredGpu* gathered = find_gpu(gpus, [&](const GatheredGpu& known) { return known.gpu.uuid == now.uuid; });
    if (then == first.end() || gathered == nullptr) continue;
    auto grown = growth(link_errors(then->nvlinks), link_errors(now.nvlinks));
    if (!grown) continue;
    made(gathered->gpu.delta).nvlink_errors = std::move(grown);
    gathered->sources.push_back(path);
  }
}

}  // namespace

void add_gpu_growth(const Bundle& bundle, std::vector<GatheredGpu>& gpus) {
  add_report_growth(bundle, gpus);
  add_nvlink_growth(bundle, gpus);
}

}  // namespace ihc
