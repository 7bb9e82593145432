// Which events of a CPU tell where its loads were served from: the names and encodings differ by vendor and generation.
#pragma once

#include <string>
#include <string_view>

namespace ihc {

/// A list as perf stat -e takes it, of at most three events, so that they need not share counters with others; empty
/// for a CPU of which none is known. `cpuinfo` is /proc/cpuinfo or its first processor. The encodings are spelled out,
/// with the vendor's names, because an older perf knows no names for a newer CPU.
std::string memory_events_of(std::string_view cpuinfo);

}  // namespace ihc
