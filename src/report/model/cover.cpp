#include "report/model/cover.h"

#include "base/json_read.h"
#include "report/model/known.h"

namespace ihc::report {

namespace {

std::string day_of(const std::string& utc) { return utc.substr(0, utc.find('T')); }

std::string pack_list(const Json& findings) {
  std::string text;
  for (const Json& pack : list_at(findings, "packs")) {
    const Json& version = at(pack, "version");
    const std::string number = version.is_string()   ? version.get<std::string>()
                               : version.is_number() ? version.dump()
                                                     : "";
    text += (text.empty() ? "" : ", ") + string_at(pack, "name") + (number.empty() ? "" : " " + number);
  }
  return text;
}

}  // namespace

Cover make_cover(const ReportInput& input, const Words& words) {
  const KnownFacts facts(input.facts, words);
  const std::string ended = string_at(input.manifest, "ended_utc");
  Cover cover;
  cover.node = text_at(at(input.facts, "node"), "label").value_or(string_at(input.manifest, "node"));
  if (cover.node.empty()) cover.node = words.text("states.unnamed_node");
  cover.client = input.client;
  cover.date = input.as_of.empty() ? day_of(ended) : day_of(input.as_of);
  if (cover.date.empty()) cover.date = words.text("states.not_known");
  cover.tool_version = string_at(input.manifest, "tool_version");
  cover.packs = pack_list(input.findings);
  cover.risk_table_version = string_at(at(input.findings, "risk"), "table_version");
  cover.bundle_name = input.bundle_name;
  cover.bundle_sha256 = input.bundle_sha256;
  cover.bundle_is_folder = input.bundle_is_folder;
  const std::string started = string_at(input.manifest, "started_utc");
  cover.collected_from = started.empty() ? words.text("states.not_known") : started;
  cover.collected_to = ended.empty() ? words.text("states.not_known") : ended;
  cover.system = facts.text("/node/os_name") + ", Linux " + facts.text("/kernel/release");
  cover.processor = facts.text("/topology/cpu_model");
  return cover;
}

}  // namespace ihc::report
