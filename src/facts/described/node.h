// The description of the structs of facts/node.h.
#pragma once

#include "facts/describe.h"
#include "facts/node.h"

namespace ihc {

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
