// One GPU from several texts: what an earlier one told stays, a later one adds.
#pragma once

#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "facts/described/gpu.h"

namespace ihc {

/// A fact that two texts tell differently.
struct GpuDifference {
  std::string fact;  ///< JSON pointer below the GPU
  std::string used;
  std::string other;
};

namespace gpu_detail {

template <class T, class = void>
struct IsDescribed : std::false_type {};
template <class T>
struct IsDescribed<T, std::void_t<decltype(Describe<T>::kFields)>> : std::true_type {};

// Readings of two moments may differ; what a GPU is may not.
inline bool is_lasting(const std::string& fact) {
  for (const char* lasting : {"/uuid", "/name", "/device", "/vendor", "/index", "/numa_node", "/local_cpus",
                              "/minor_number", "/memory/total_bytes", "/pcie/width_max"}) {
    if (fact == lasting) return true;
  }
  return false;
}

}  // namespace gpu_detail

template <class T>
void merge_described(T& into, const T& from, const std::string& pointer, std::vector<GpuDifference>& differences) {
  const auto merge_member = [&](std::string_view name, auto& member, const auto& other) {
    using Member = std::remove_reference_t<decltype(member)>;
    const std::string fact = pointer + "/" + std::string(name);
    if constexpr (facts_detail::IsOptional<Member>::value) {
      if (!other) return;
      if (!member) {
        member = other;
        return;
      }
      if constexpr (gpu_detail::IsDescribed<typename Member::value_type>::value) {
        merge_described(*member, *other, fact, differences);
      } else {
        const Json used = facts_to_json(*member);
        const Json told = facts_to_json(*other);
        if (used != told && gpu_detail::is_lasting(fact)) differences.push_back({fact, used.dump(), told.dump()});
      }
    }
  };
  std::apply([&](const auto&... fields) { (merge_member(fields.name, into.*fields.member, from.*fields.member), ...); },
             Describe<T>::kFields);
}

}  // namespace ihc
