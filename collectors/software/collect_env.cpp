#include "collectors/software/collect_env.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "base/text.h"
#include "bundle/secret_names.h"

namespace ihc {

namespace {

struct VersionRow {
  std::string_view heading;  // in lower case, as the report has it before its colon
  std::string_view name;
};

constexpr std::array kVersions = {
    VersionRow{"cuda runtime version", "cuda_runtime"},
    VersionRow{"cuda used to build pytorch", "cuda_of_pytorch"},
    VersionRow{"cudnn version", "cudnn"},
    VersionRow{"gcc version", "gcc"},
    VersionRow{"hip runtime version", "hip_runtime"},
    VersionRow{"libc version", "libc"},
    VersionRow{"nvidia driver version", "nvidia_driver"},
    VersionRow{"os", "os"},
    VersionRow{"python platform", "python_platform"},
    VersionRow{"python version", "python"},
    VersionRow{"pytorch version", "pytorch"},
    VersionRow{"rocm used to build pytorch", "rocm_of_pytorch"},
    VersionRow{"rocm version", "rocm"},
    VersionRow{"vllm version", "vllm"},
};

constexpr std::string_view kTopologyHeading = "GPU Topology:";

// A paste may be quoted ("> ") or fenced; the report's own lines begin at the margin.
std::string_view bare(std::string_view line) {
  while (line.starts_with("> ")) line.remove_prefix(2);
  return line;
}

bool says_nothing(std::string_view value) {
  const std::string lower = to_lower(trim(value));
  return lower.empty() || lower == "n/a" || lower == "none" || lower.starts_with("could not ");
}

// "[pip3] torch==2.9.1+cu129", "[conda] torch    2.3.0    pypi_0    pypi".
std::optional<std::pair<std::string, std::string>> package_of(std::string_view line) {
  if (line.starts_with("[pip")) {
    const std::size_t bracket = line.find(']');
    const std::size_t equals = line.find("==");
    if (bracket == std::string_view::npos || equals == std::string_view::npos || equals < bracket) return std::nullopt;
    const std::string_view name = trim(line.substr(bracket + 1, equals - bracket - 1));
    const std::string_view version = trim(line.substr(equals + 2));
    if (name.empty() || version.empty()) return std::nullopt;
    return std::pair(to_valid_utf8(name), to_valid_utf8(version));
  }
  const auto words = split_words(trim(line));
  if (words.size() < 3 || words[0] != "[conda]") return std::nullopt;
  return std::pair(to_valid_utf8(words[1]), to_valid_utf8(words[2]));
}

bool is_variable_name(std::string_view name) {
  return !name.empty() && !(name.front() >= '0' && name.front() <= '9') && std::ranges::all_of(name, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::optional<std::pair<std::string_view, std::string_view>> variable_of(std::string_view line) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos || !is_variable_name(line.substr(0, equals))) return std::nullopt;
  return std::pair(line.substr(0, equals), trim(line.substr(equals + 1)));
}

bool is_rule(std::string_view line) { return trim(line).starts_with("=========="); }

// What stands in the report, by line: where the texts of other tools begin and end.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;  // one past its last line
  bool contains(std::size_t line) const { return line >= begin && line < end; }
};

Span lscpu_span(const std::vector<std::string_view>& lines) {
  for (std::size_t begin = 0; begin < lines.size(); ++begin) {
    if (!bare(lines[begin]).starts_with("Architecture:")) continue;
    std::size_t end = begin;
    while (end < lines.size() && !trim(bare(lines[end])).empty() && !is_rule(bare(lines[end]))) ++end;
    return {begin, end};
  }
  return {};
}

// The matrix and its legend end where a ruled heading or the first variable begins.
Span topology_span(const std::vector<std::string_view>& lines) {
  for (std::size_t heading = 0; heading < lines.size(); ++heading) {
    if (!bare(lines[heading]).starts_with(kTopologyHeading)) continue;
    std::size_t end = heading + 1;
    while (end < lines.size() && !is_rule(bare(lines[end])) && !variable_of(bare(lines[end]))) ++end;
    return {heading + 1, end};
  }
  return {};
}

std::string joined(const std::vector<std::string_view>& lines, const Span& span) {
  std::string text;
  for (std::size_t line = span.begin; line < span.end; ++line) text += std::string(bare(lines[line])) + "\n";
  return trim(text).empty() ? std::string() : text;
}

void take_heading(std::string_view heading, std::string_view value, CollectEnv& env) {
  const auto row = std::ranges::find(kVersions, to_lower(heading), &VersionRow::heading);
  if (row != kVersions.end() && !says_nothing(value))
    env.versions.try_emplace(std::string(row->name), to_valid_utf8(value));
}

}  // namespace

Parsed<CollectEnv> parse_collect_env(std::string_view text) {
  Parsed<CollectEnv> parsed;
  const auto lines = split_lines(text);
  const Span lscpu = lscpu_span(lines);
  const Span topology = topology_span(lines);
  bool has_variables = false;
  for (std::size_t index = 0; index < lines.size(); ++index) {
    if (lscpu.contains(index) || topology.contains(index)) continue;
    const std::string_view line = bare(lines[index]);
    if (auto package = package_of(line)) {
      parsed.value.packages.insert(std::move(*package));
    } else if (const auto variable = index >= topology.end ? variable_of(line) : std::nullopt) {
      has_variables = true;
      if (is_harmless_variable(variable->first) && !variable->second.empty()) {
        parsed.value.environment.try_emplace(std::string(variable->first), to_valid_utf8(variable->second));
      }
    } else if (const auto pair = split_key_value(line, ':')) {
      take_heading(pair->first, pair->second, parsed.value);
    }
  }
  // What follows the versions is what a cut report lacks.
  const bool is_report = !parsed.value.versions.empty() || !parsed.value.packages.empty();
  if (is_report && topology.end == 0 && !has_variables) {
    parsed.unparsed.add("the report ends before its GPU topology and environment");
  }
  return parsed;
}

Likeness collect_env_likeness(std::string_view text) {
  if (text.find("Collecting environment information...") != std::string_view::npos) return Likeness::sure;
  const bool has_pytorch = text.find("PyTorch version") != std::string_view::npos;
  if (has_pytorch && text.find("Is CUDA available") != std::string_view::npos) return Likeness::sure;
  return has_pytorch && text.find("[pip3]") != std::string_view::npos ? Likeness::maybe : Likeness::no;
}

std::vector<ForeignPart> collect_env_parts(std::string_view text) {
  const auto lines = split_lines(text);
  std::vector<ForeignPart> parts;
  if (std::string lscpu = joined(lines, lscpu_span(lines)); !lscpu.empty())
    parts.push_back({"lscpu", std::move(lscpu)});
  std::string topology = joined(lines, topology_span(lines));
  if (topology.find("GPU0") != std::string::npos) parts.push_back({"nvidia-smi-topo", std::move(topology)});
  return parts;
}

}  // namespace ihc
