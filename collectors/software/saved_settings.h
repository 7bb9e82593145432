// Outputs that hold the values of many small files of /proc/sys.
//
//   sysctl -a                                      uname -a
//   kernel.numa_balancing = 1                      Linux compute4 5.4.0-97-generic #110-Ubuntu SMP Thu … x86_64
//   GNU/Linux net.ipv4.conf.eth0/100.forwarding = 0 vm.swappiness = 60
//
// Source: sysctl(8): '.' and '/' change places in a name of /proc/sys; a file of several lines is several lines of its
// name. uname(1): kernel name, node name, release, ….
#pragma once

#include <string_view>
#include <vector>

#include "collect/foreign_text.h"

namespace ihc {

Likeness sysctl_likeness(std::string_view text);
/// One file a name, its lines in order.
std::vector<ForeignPart> sysctl_parts(std::string_view text);

Likeness uname_likeness(std::string_view text);
/// proc/sys/kernel/{hostname,osrelease}.
std::vector<ForeignPart> uname_parts(std::string_view text);

}  // namespace ihc
