// A study's plan of a stranger: read or refused in one line, and what is read names no bundle outside the study.
#include <cstdint>
#include <cstdlib>

#include "bundle/member_path.h"
#include "bundle/study.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto plan = ihc::read_study_plan(text, "fuzz");
  if (!plan) {
    if (plan.error().what.empty() || ihc::to_string(plan.error()).find('\n') != std::string::npos) std::abort();
    return 0;
  }
  std::size_t bundles = 0;
  for (const ihc::StudyArm& arm : plan->arms) {
    if (!ihc::is_arm_label(arm.label)) std::abort();
    for (const std::string& name : arm.bundles) {
      if (!ihc::check_bundle_path(name, ihc::PathKind::member)) std::abort();
      ++bundles;
    }
  }
  if (plan->order.size() != bundles) std::abort();
  return 0;
}
