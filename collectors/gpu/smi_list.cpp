#include "collectors/gpu/smi_list.h"

#include <algorithm>

#include "collectors/gpu/values.h"

namespace ihc {

namespace {

constexpr std::int64_t kMaxLinks = 64;

std::optional<std::string> uuid_of(std::string_view text, std::string_view beginning) {
  const std::size_t at = text.find("(UUID: ");
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = text.substr(at + 7);
  const std::size_t end = rest.find(')');
  if (end == std::string_view::npos || !rest.starts_with(beginning)) return std::nullopt;
  return to_valid_utf8(trim(rest.substr(0, end)));
}

std::optional<SmiListedGpu> gpu_line(std::string_view line) {
  const std::size_t colon = line.find(": ");
  if (!line.starts_with("GPU ") || colon == std::string_view::npos) return std::nullopt;
  const auto index = gpu_count(line.substr(4, colon - 4));
  auto uuid = uuid_of(line, "GPU-");
  if (!index || !uuid) return std::nullopt;
  const std::string_view rest = line.substr(colon + 2);
  return SmiListedGpu{
      .index = *index, .name = to_valid_utf8(trim(rest.substr(0, rest.find("(UUID:")))), .uuid = std::move(uuid)};
}

// "MIG 3g.20gb     Device  0: (UUID: MIG-…)"
std::optional<MigDevice> mig_line(std::string_view line) {
  const auto words = split_words(line);
  if (words.size() < 5 || words[0] != "MIG" || words[2] != "Device") return std::nullopt;
  auto uuid = uuid_of(line, "MIG-");
  const auto index = gpu_count(words[3].substr(0, words[3].find(':')));
  if (!uuid || !index) return std::nullopt;
  return MigDevice{.index = index, .profile = to_valid_utf8(words[1]), .uuid = std::move(uuid)};
}

NvLink& link_of(std::vector<NvLink>& links, std::int64_t number) {
  const auto found = std::find_if(links.begin(), links.end(), [&](const NvLink& link) { return link.link == number; });
  return found != links.end() ? *found : links.emplace_back(NvLink{.link = number});
}

bool take_link(std::vector<NvLink>& links, std::string_view line) {
  const auto pair = split_key_value(line, ':');
  const auto number = pair && pair->first.starts_with("Link ") ? gpu_count(pair->first.substr(5)) : std::nullopt;
  if (!number || *number >= kMaxLinks) return false;
  const std::string_view value = pair->second;
  if (value == "<inactive>" || value == "inactive") {
    link_of(links, *number).active = false;
    return true;
  }
  if (const auto speed = gpu_number(value, "GB/s")) {
    NvLink& link = link_of(links, *number);
    link.active = true;
    link.speed_gbytes_per_second = speed;
    return true;
  }
  const std::size_t colon = value.rfind(": ");
  if (colon == std::string_view::npos) return false;
  const std::string_view counted = trim(value.substr(colon + 2));
  if (const auto count = gpu_count(counted))
    link_of(links, *number).errors[snake_case(value.substr(0, colon))] = *count;
  // Rates ("15e-255"), and what is not supported, are no counts.
  return true;
}

}  // namespace

Parsed<std::vector<SmiListedGpu>> parse_smi_list(std::string_view text) {
  Parsed<std::vector<SmiListedGpu>> parsed;
  const std::string plain = without_escapes(text);
  for (const std::string_view line : split_lines(plain)) {
    const std::string_view content = trim(line);
    if (content.empty() || content.starts_with("```")) continue;
    if (auto gpu = gpu_line(content)) {
      parsed.value.push_back(std::move(*gpu));
      continue;
    }
    if (!parsed.value.empty()) {
      SmiListedGpu& gpu = parsed.value.back();
      if (auto mig = mig_line(content)) {
        gpu.mig_devices.push_back(std::move(*mig));
        continue;
      }
      if (take_link(gpu.nvlinks, content)) continue;
    }
    parsed.unparsed.add(line);
  }
  return parsed;
}

}  // namespace ihc
