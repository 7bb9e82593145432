#include "collectors/reading/huge_pages.h"

#include <algorithm>

#include "collectors/reading/evidence_reader.h"

namespace ihc {

namespace {

// "hugepages-2048kB" → bytes
std::optional<std::int64_t> page_size_of(std::string_view folder) {
  constexpr std::string_view kStart = "hugepages-";
  if (!folder.starts_with(kStart) || !folder.ends_with("kB")) return std::nullopt;
  return parse_size_bytes(folder.substr(kStart.size()));
}

}  // namespace

std::vector<HugePages> huge_pages_at(const Bundle& bundle, const std::string& dir, std::vector<std::string>& used) {
  std::vector<HugePages> pools;
  for (const std::string& name : components_after(bundle.glob(dir + "hugepages-*/*_hugepages"), dir)) {
    const auto size = page_size_of(name);
    if (!size) continue;
    HugePages pool{.size_bytes = *size};
    const auto read = [&](const char* file) {
      const std::string path = dir + name + "/" + file;
      const auto value = integer_at(bundle, path);
      if (value) used.push_back(path);
      return value && *value >= 0 ? value : std::nullopt;
    };
    pool.total = read("nr_hugepages");
    pool.free = read("free_hugepages");
    pool.surplus = read("surplus_hugepages");
    pool.reserved = read("resv_hugepages");
    pool.overcommit = read("nr_overcommit_hugepages");
    pools.push_back(pool);
  }
  std::ranges::sort(pools, {}, &HugePages::size_bytes);
  return pools;
}

}  // namespace ihc
