// The parsers of what systemd prints and reads.
#pragma once

#include <array>

#include "collectors/services/launch_wrapper.h"
#include "collectors/services/systemctl_show.h"
#include "collectors/services/unit_file.h"
#include "collectors/services/unit_list.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json run_systemctl_show(std::string_view text) {
  const auto parsed = parse_systemctl_show(text);
  Json units = Json::array();
  for (const ShownUnit& unit : parsed.value) {
    units.push_back(
        {{"unit", unit.unit}, {"properties", unit.properties}, {"settings", facts_to_json(settings_of(unit))}});
  }
  return with_account({{"units", std::move(units)}}, parsed.unparsed);
}

inline Json run_unit_files(std::string_view text) {
  const auto parsed = parse_unit_files(text);
  Json units = Json::array();
  for (const auto& files : split_units(parsed.value)) {
    Json paths = Json::array();
    for (const UnitFile& file : files) paths.push_back(file.path);
    const auto applied = applied_assignments(files);
    units.push_back(
        {{"paths", std::move(paths)}, {"applied", applied}, {"settings", facts_to_json(settings_of(applied))}});
  }
  return with_account({{"units", std::move(units)}}, parsed.unparsed);
}

inline Json run_unit_list(std::string_view text) {
  const auto parsed = parse_unit_list(text);
  Json units = Json::array();
  for (const ListedUnit& unit : parsed.value) {
    units.push_back({{"unit", unit.unit},
                     {"load", unit.load},
                     {"active", unit.active},
                     {"sub", unit.sub},
                     {"description", unit.description}});
  }
  return with_account({{"units", std::move(units)}}, parsed.unparsed);
}

inline Json run_unit_status(std::string_view text) {
  const auto parsed = parse_unit_status(text);
  return with_account({{"units", facts_to_json(parsed.value)}}, parsed.unparsed);
}

inline Json run_launch_wrappers(std::string_view text) {
  return facts_to_json(launch_wrappers(split_command_line(text)));
}

inline constexpr std::array kServicesParsers{
    Parser{"systemctl_show",
           "Id=vllm.service\nExecStart={ path=/usr/bin/numactl ; argv[]=/usr/bin/numactl -N0 -m0 vllm serve m ; "
           "ignore_errors=no ; pid=0 }\nAllowedCPUs=0-31\nCPUWeight=[not set]\nMemoryMax=infinity\nLimitNOFILE=524288\n"
           "\nId=system.slice\nAllowedCPUs=\n",
           run_systemctl_show},
    Parser{
        "unit_files",
        "# /etc/systemd/system/vllm.service\n[Unit]\nAfter=network-online.target\n[Service]\nExecStart=vllm serve \\\n"
        "  m\nLimitNOFILE=1024:65536\n\n# /etc/systemd/system/vllm.service.d/10.conf\n[Service]\nCPUAffinity=0-3\n",
        run_unit_files},
    Parser{"unit_list",
           "  UNIT          LOAD   ACTIVE SUB     DESCRIPTION\n  tuned.service loaded active running Tuning Daemon\n"
           "1 loaded units listed.\n",
           run_unit_list},
    Parser{"unit_status",
           "● tuned.service - Tuning Daemon\n     Loaded: loaded (/usr/lib/systemd/system/tuned.service; enabled)\n"
           "     Active: active (running) since Thu 2022-03-10 00:00:10 UTC; 3h ago\n   Main PID: 812 (tuned)\n"
           "      Tasks: 4 (limit: 2274)\n",
           run_unit_status},
    Parser{"launch_wrappers", "/usr/bin/numactl -N 0 --membind=0 taskset -c 0-15 chrt -f 10 vllm serve m\n",
           run_launch_wrappers},
};

}  // namespace ihc::test
