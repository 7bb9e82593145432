// facts.node: which machine this is and how it was looked at.
#pragma once

#include "facts/describe.h"

namespace ihc {

struct Node {
  std::string label;
  std::optional<std::string> hostname;
  std::optional<std::string> architecture;
  std::optional<std::string> os_name;
  std::optional<std::string> boot_id;
  std::optional<bool> is_virtual_machine;
  std::optional<std::string> hypervisor;
  std::optional<bool> is_container;
  std::optional<std::string> system_vendor;
  std::optional<std::string> system_product;
  std::optional<double> uptime_seconds;
  std::optional<std::string> collected_from;
  std::optional<std::string> collected_to;
  double window_seconds = 0;
  bool interrupted = false;
  std::optional<bool> as_root;
  std::string tool_version;
  std::map<std::string, std::string> labels;
};

}  // namespace ihc
