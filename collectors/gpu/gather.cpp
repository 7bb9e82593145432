#include "collectors/gpu/gather.h"

#include <algorithm>

#include "base/text.h"

namespace ihc {

namespace {

// NVLinks come in two texts, the states and the errors.
void merge_nvlinks(std::optional<std::vector<NvLink>>& into, const std::optional<std::vector<NvLink>>& from) {
  if (!from) return;
  if (!into) into.emplace();
  for (const NvLink& link : *from) {
    const auto found =
        std::find_if(into->begin(), into->end(), [&](const NvLink& known) { return known.link == link.link; });
    if (found == into->end()) {
      into->push_back(link);
      continue;
    }
    if (!found->active) found->active = link.active;
    if (!found->speed_gbytes_per_second) found->speed_gbytes_per_second = link.speed_gbytes_per_second;
    for (const auto& [name, count] : link.errors) found->errors.try_emplace(name, count);
  }
  std::sort(into->begin(), into->end(), [](const NvLink& left, const NvLink& right) { return left.link < right.link; });
}

// Only -L has the profile and UUID of a MIG device, only -q its memory; -L counts them as -q does.
void merge_mig(std::optional<std::vector<MigDevice>>& into, const std::optional<std::vector<MigDevice>>& from) {
  if (!from || !into) {
    if (!into) into = from;
    return;
  }
  std::vector<GpuDifference> ignored;
  for (const MigDevice& device : *from) {
    const auto found = std::find_if(into->begin(), into->end(), [&](const MigDevice& known) {
      return device.index && known.index == device.index;
    });
    if (found == into->end()) continue;
    const auto merge = [](auto& known, const auto& told) {
      if (!known) known = told;
    };
    merge(found->gpu_instance_id, device.gpu_instance_id);
    merge(found->compute_instance_id, device.compute_instance_id);
    merge(found->profile, device.profile);
    merge(found->uuid, device.uuid);
    merge(found->memory_total_bytes, device.memory_total_bytes);
    merge(found->memory_used_bytes, device.memory_used_bytes);
  }
}

}  // namespace

void GpuGathering::begin(std::vector<Gpu> devices) {
  for (Gpu& device : devices) gpus_.push_back({.gpu = std::move(device)});
}

GatheredGpu* GpuGathering::of_index(std::int64_t index) {
  const auto found =
      std::find_if(gpus_.begin(), gpus_.end(), [&](const GatheredGpu& known) { return known.gpu.index == index; });
  return found == gpus_.end() ? nullptr : &*found;
}

GatheredGpu* GpuGathering::find(const Gpu& gpu) {
  const auto first = [this](auto&& holds) -> GatheredGpu* {
    const auto found = std::find_if(gpus_.begin(), gpus_.end(), holds);
    return found == gpus_.end() ? nullptr : &*found;
  };
  if (gpu.address) {
    auto* found = first([&](const GatheredGpu& known) { return known.gpu.address == gpu.address; });
    if (found != nullptr) return found;
  }
  if (gpu.uuid) {
    auto* found = first([&](const GatheredGpu& known) { return known.gpu.uuid == gpu.uuid; });
    if (found != nullptr) return found;
  }
  if (!gpu.index) return nullptr;
  // The numbers of two vendors' tools are not of one series, and one address is not another.
  return first([&](const GatheredGpu& known) {
    const bool other_vendor = gpu.vendor && known.gpu.vendor && gpu.vendor != known.gpu.vendor;
    const bool other_address = gpu.address && known.gpu.address;
    const bool other_uuid = gpu.uuid && known.gpu.uuid;
    return known.gpu.index == gpu.index && !other_vendor && !other_address && !other_uuid;
  });
}

void GpuGathering::add(const GpuReading& reading, const std::string& source) {
  GatheredGpu* gathered = find(reading.gpu);
  if (gathered == nullptr) gathered = &gpus_.emplace_back();
  std::vector<GpuDifference> differences;
  GpuReading told = reading;
  merge_nvlinks(gathered->gpu.nvlinks, told.gpu.nvlinks);
  merge_mig(gathered->gpu.mig_devices, told.gpu.mig_devices);
  merge_described(gathered->gpu, told.gpu, "", differences);
  for (GpuDifference& difference : differences) gathered->differences.emplace_back(source, std::move(difference));
  for (const auto& [fact, printed] : reading.unknown) gathered->unknown.try_emplace(fact, printed);
  gathered->sources.push_back(source);
}

void GpuGathering::number(std::string_view vendor, std::size_t count) {
  std::vector<GatheredGpu*> same;
  for (GatheredGpu& known : gpus_) {
    if (known.gpu.index && (!known.gpu.vendor || known.gpu.vendor == vendor)) return;
    if (known.gpu.vendor == vendor && known.gpu.address) same.push_back(&known);
  }
  if (same.size() != count) return;
  std::sort(same.begin(), same.end(),
            [](const GatheredGpu* left, const GatheredGpu* right) { return *left->gpu.address < *right->gpu.address; });
  for (std::size_t index = 0; index < same.size(); ++index) same[index]->gpu.index = static_cast<std::int64_t>(index);
}

std::vector<GatheredGpu> GpuGathering::take() {
  std::stable_sort(gpus_.begin(), gpus_.end(), [](const GatheredGpu& left, const GatheredGpu& right) {
    if (left.gpu.address != right.gpu.address) return left.gpu.address.value_or("~") < right.gpu.address.value_or("~");
    return left.gpu.index.value_or(INT64_MAX) < right.gpu.index.value_or(INT64_MAX);
  });
  return std::move(gpus_);
}

}  // namespace ihc
