#include "cli/metrics_map_file.h"

#include "base/files.h"
#include "base/limits.h"
#include "base/yaml_document.h"
#include "collectors/runtime_metrics/metrics_map.h"

namespace ihc {

Result<std::string> read_metrics_map_file(const std::filesystem::path& file) {
  auto text = read_file(file, limits::kMaxYamlBytes);
  if (!text) return fail(std::move(text.error()));
  YamlNode root;
  std::vector<Diagnostic> diagnostics;
  if (!YamlSource(file.string(), *text).parse(root, diagnostics)) {
    const bool has_line = !diagnostics.empty() && diagnostics.front().line > 0;
    return fail(ErrorCode::malformed, diagnostics.empty() ? "is no YAML" : diagnostics.front().message,
                file.string() + (has_line ? ":" + std::to_string(diagnostics.front().line) : ""),
                "give roles: {role: {metrics: [name]}}");
  }
  std::string json = to_pretty_text(to_json(root));
  if (auto map = parse_metrics_map(json, file.string()); !map) return fail(std::move(map.error()));
  return json;
}

}  // namespace ihc
