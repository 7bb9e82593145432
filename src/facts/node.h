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

template <>
struct Describe<Node> {
  static constexpr std::string_view kName = "node";
  static constexpr auto kFields = std::tuple{
      field("label", &Node::label, "the node's name in reports: its host name unless told otherwise"),
      field("hostname", &Node::hostname, "/proc/sys/kernel/hostname"),
      field("architecture", &Node::architecture, "uname machine, for example x86_64"),
      field("os_name", &Node::os_name, "PRETTY_NAME of /etc/os-release, os-release(5)"),
      field("boot_id", &Node::boot_id, "/proc/sys/kernel/random/boot_id, random(4)"),
      field("is_virtual_machine", &Node::is_virtual_machine,
            "the hypervisor flag of /proc/cpuinfo on x86, else DMI or device tree; absent when neither can tell"),
      field("hypervisor", &Node::hypervisor,
            "kvm, vmware, microsoft, xen, amazon, …: from DMI or /sys/hypervisor/type"),
      field("is_container", &Node::is_container, "whether the collector itself ran inside a container"),
      field("system_vendor", &Node::system_vendor, "/sys/class/dmi/id/sys_vendor"),
      field("system_product", &Node::system_product, "/sys/class/dmi/id/product_name"),
      field("uptime_seconds", &Node::uptime_seconds, "/proc/uptime, first column"),
      field("collected_from", &Node::collected_from, "start of the collection, UTC"),
      field("collected_to", &Node::collected_to, "end of the collection, UTC"),
      field("window_seconds", &Node::window_seconds, "observed length of the sampling window"),
      field("interrupted", &Node::interrupted, "whether the window was ended early by a person"),
      field("as_root", &Node::as_root, "whether the collection ran with effective user id 0"),
      field("tool_version", &Node::tool_version, "the ihc that collected"),
      field("labels", &Node::labels, "free labels given with --label")};
};

}  // namespace ihc
