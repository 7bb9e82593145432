// The parsers of the software family.
#pragma once

#include <array>

#include "collectors/software/collect_env.h"
#include "collectors/software/saved_settings.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json run_collect_env(std::string_view text) {
  const auto parsed = parse_collect_env(text);
  Json parts = Json::object();
  for (const ForeignPart& part : collect_env_parts(text)) parts[std::string(part.kind)] = part.text;
  return with_account({{"versions", parsed.value.versions},
                       {"packages", parsed.value.packages},
                       {"environment", parsed.value.environment},
                       {"parts", std::move(parts)}},
                      parsed.unparsed);
}

inline Json shown_parts(const std::vector<ForeignPart>& parts) {
  Json json = Json::object();
  for (const ForeignPart& part : parts) json[part.path] = part.text;
  return json;
}
inline Json run_sysctl(std::string_view text) { return shown_parts(sysctl_parts(text)); }
inline Json run_uname(std::string_view text) { return shown_parts(uname_parts(text)); }

inline constexpr std::array kSoftwareParsers{
    Parser{"collect_env",
           "Collecting environment information...\n"
           "OS                           : Debian GNU/Linux 12 (bookworm) (x86_64)\n"
           "CUDA runtime version         : Could not collect\n"
           "\nArchitecture:            x86_64\nCPU(s):                  4\n\n"
           "[pip3] torch==2.9.1+cu129\n"
           "vLLM Version                 : 0.16.0\n"
           "GPU Topology:\n\tGPU0\tCPU Affinity\tNUMA Affinity\nGPU0\t X \t0-3\t0\n\n"
           "OMP_NUM_THREADS=4\n",
           run_collect_env},
    Parser{"sysctl", "kernel.numa_balancing = 1\nnet.ipv4.conf.eth0/100.forwarding = 0\nvm.swappiness = 60\n",
           run_sysctl},
    Parser{"uname", "Linux node-1 6.1.0-28-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.119-1 x86_64 GNU/Linux\n",
           run_uname},
};

}  // namespace ihc::test
