// facts.software: versions of what serves inference, and the environment it was started in. Source:
// vllm/collect_env.py.
#pragma once

#include "facts/describe.h"

namespace ihc {

struct Software {
  std::optional<std::map<std::string, std::string>> versions;
  std::optional<std::map<std::string, std::string>> packages;
  std::optional<std::map<std::string, std::string>> environment;
};

}  // namespace ihc
