#include "base/resources.h"

#include <algorithm>
#include <system_error>

#include "base/files.h"
#include "base/limits.h"

namespace ihc {

namespace {

namespace fs = std::filesystem;

Result<std::vector<Resource>> load_directory(const fs::path& directory) {
  std::vector<Resource> resources;
  std::error_code error;
  for (fs::recursive_directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    if (!it->is_regular_file(error)) continue;
    auto bytes = read_file(it->path(), limits::kMaxYamlBytes);
    if (!bytes) return fail(bytes.error());
    resources.push_back(
        {it->path().lexically_relative(directory).generic_string(), it->path().string(), std::move(*bytes)});
  }
  if (error) return fail(error_from_errno(error.value(), directory.string(), "name an existing, readable folder"));
  std::sort(resources.begin(), resources.end(), [](const Resource& a, const Resource& b) { return a.path < b.path; });
  return resources;
}

fs::path installed_directory(std::string_view kind) {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) return {};
  const fs::path directory = program.parent_path().parent_path() / "share" / "ihc" / kind;
  return fs::is_directory(directory, error) ? directory : fs::path{};
}

std::vector<Resource> load_embedded(std::string_view kind) {
  std::vector<Resource> resources;
  const std::string prefix = std::string(kind) + "/";
  for (const EmbeddedResource& embedded : embedded_resources()) {
    if (!embedded.path.starts_with(prefix)) continue;
    resources.push_back({std::string(embedded.path.substr(prefix.size())), "(built in) " + std::string(embedded.path),
                         std::string(embedded.bytes)});
  }
  return resources;
}

}  // namespace

Result<std::vector<Resource>> load_resources(std::string_view kind, const fs::path& override_dir) {
  if (!override_dir.empty()) return load_directory(override_dir);
  const fs::path installed = installed_directory(kind);
  if (!installed.empty()) return load_directory(installed);
  return load_embedded(kind);
}

}  // namespace ihc
