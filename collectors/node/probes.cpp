// The two probes of the node: what the CPU and the kernel answer without a file.

#include <cerrno>
#include <cstring>

#include <sys/utsname.h>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include "base/json.h"
#include "base/text.h"
#include "collectors/node/virtualization.h"

namespace ihc {

namespace {

#if defined(__x86_64__) || defined(__i386__)
// Leaf 1 ECX bit 31 says that there is a hypervisor; only then is leaf 0x40000000 its own.
std::optional<std::string> cpuid_signature() {
  constexpr unsigned kHypervisorBit = 1U << 31;
  constexpr unsigned kHypervisorLeaf = 0x40000000;
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0 || (ecx & kHypervisorBit) == 0) return std::nullopt;
  __cpuid(kHypervisorLeaf, eax, ebx, ecx, edx);
  const unsigned words[] = {ebx, ecx, edx};
  char text[sizeof words + 1] = {};
  std::memcpy(text, words, sizeof words);
  return to_valid_utf8(text);
}
#else
std::optional<std::string> cpuid_signature() { return std::nullopt; }
#endif

}  // namespace

Result<std::string> probe_cpuid(int) {
  Json document{{"call", "cpuid leaf 0x40000000"}};
  if (const auto signature = cpuid_signature()) document["signature"] = *signature;
  return to_pretty_text(document);
}

Result<std::string> probe_uname(int) {
  utsname name{};
  if (uname(&name) != 0) return fail(error_from_errno(errno, "uname(2)"));
  const Json document{{"call", "uname(2)"},
                      {"sysname", name.sysname},
                      {"release", name.release},
                      {"version", name.version},
                      {"machine", name.machine}};
  return to_pretty_text(document);
}

}  // namespace ihc
