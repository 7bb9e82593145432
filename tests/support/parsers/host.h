// The parsers of the machine's health, and of the kernel's command line.
#pragma once

#include <array>

#include "collectors/host/probes.h"
#include "collectors/host/texts.h"
#include "collectors/kernel/command_line.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json run_timers(std::string_view text) {
  const auto parsed = parse_timers(text);
  return with_account({{"timers", facts_to_json(parsed.value)}}, parsed.unparsed);
}

inline Json run_schemata(std::string_view text) {
  const auto parsed = parse_schemata(text);
  return with_account({{"schemata", parsed.value}}, parsed.unparsed);
}

inline Json run_mount_options(std::string_view text) { return {{"options", shown(mount_options(text, "/dev/shm"))}}; }

inline Json run_blocked_tasks(std::string_view text) {
  const auto tasks = parse_blocked_tasks(text);
  if (!tasks) return nullptr;
  Json list = Json::array();
  for (const ProbedTask& task : *tasks) list.push_back({{"pid", task.pid}, {"tid", task.tid}, {"name", task.name}});
  return {{"tasks", std::move(list)}};
}

inline Json run_shared_memory(std::string_view text) {
  const auto memory = parse_shared_memory(text);
  return memory ? facts_to_json(*memory) : Json();
}

inline Json run_command_line(std::string_view text) {
  const auto parameters = parse_command_line(text);
  Json json{{"parameters", parameters}};
  const auto isolcpus = parameters.find("isolcpus");
  if (isolcpus == parameters.end()) return json;
  const IsolatedCpus isolated = parse_isolcpus(isolcpus->second);
  json["isolcpus"] = {{"flags", isolated.flags}, {"cpus", shown(isolated.cpus)}};
  return json;
}

inline constexpr std::array kHostParsers{
    Parser{"timers",
           "NEXT                        LEFT      LAST PASSED UNIT             ACTIVATES\n"
           "Tue 2026-09-15 20:00:00 UTC 7min left n/a  n/a    logrotate.timer  logrotate.service\n\n1 timers listed.\n",
           run_timers},
    Parser{"schemata", "    MB:0=100;1=100\n    L3:0=fffff;1=fffff\n", run_schemata},
    Parser{"mount_options", "tmpfs /dev/shm tmpfs rw,nosuid,size=65536k 0 0\n", run_mount_options},
    Parser{"blocked_tasks",
           "{\"tasks\": [{\"pid\": 42, \"tid\": 43, \"name\": \"nvidia-smi\", \"start_time_ticks\": 7}]}\n",
           run_blocked_tasks},
    Parser{"shared_memory", "{\"path\": \"/dev/shm\", \"size_bytes\": 67108864, \"available_bytes\": 67108860}\n",
           run_shared_memory},
    Parser{"command_line", "root=/dev/vda1 ro isolcpus=managed_irq,domain,2-15 nohz_full=2-15 -- single\n",
           run_command_line},
};

}  // namespace ihc::test
