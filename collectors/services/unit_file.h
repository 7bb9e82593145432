// Unit files and drop-ins, one after the other as `systemctl cat` prints them.
//
//   # /etc/systemd/system/vllm.service
//   [Service]
//   ExecStart=/usr/local/bin/vllm serve meta-llama/Llama-3.1-8B
//
//   # /etc/systemd/system/vllm.service.d/10-placement.conf
//   [Service]
//   ExecStart=
//   ExecStart=numactl -N0 /usr/local/bin/vllm serve m
//   CPUAffinity=0-3
//
// Source: systemd.syntax(7): a backslash at the end of a line joins the next one with a blank, comment lines in between
// are skipped; blanks around "=" are of no meaning; lines before the first section are ignored. systemd.exec(5) and
// systemd.service(5): the options named as lists add up, and an empty assignment empties them; of the others the last
// assignment holds. Specifiers (%i, %h) are left as they stand.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"
#include "facts/services.h"

namespace ihc {

struct UnitAssignment {
  std::string section;
  std::string name;
  std::string value;
};

struct UnitFile {
  std::string path;  ///< empty when the text does not say
  std::vector<UnitAssignment> assignments;
};

/// A text without headers is one file without a path.
Parsed<std::vector<UnitFile>> parse_unit_files(std::string_view text);

/// "Service.ExecStart" → what holds after all files, in order; a reset leaves an empty list.
std::map<std::string, std::vector<std::string>> applied_assignments(const std::vector<UnitFile>& files);

/// The files of each unit: a drop-in (…/NAME.d/x.conf) belongs to the unit file before it.
std::vector<std::vector<UnitFile>> split_units(std::vector<UnitFile> files);

ServiceSettings settings_of(const std::map<std::string, std::vector<std::string>>& assignments);

}  // namespace ihc
