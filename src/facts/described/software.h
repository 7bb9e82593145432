// The description of the structs of facts/software.h.
#pragma once

#include "facts/describe.h"
#include "facts/software.h"

namespace ihc {

template <>
struct Describe<Software> {
  static constexpr std::string_view kName = "software";
  static constexpr auto kFields = std::tuple{
      field("versions", &Software::versions,
            "by name: vllm, pytorch, python, cuda_runtime, nvidia_driver, libc, …, as collect_env prints them"),
      field("packages", &Software::packages, "Python packages that collect_env lists, with their versions"),
      field("environment", &Software::environment,
            "variables that configure threads, devices or the engine; others are not kept")};
};

}  // namespace ihc
