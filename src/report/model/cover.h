// The first page: which node, for whom, when, made from which bundle by which versions.
#pragma once

#include "facts/describe.h"
#include "report/input.h"
#include "report/words.h"

namespace ihc::report {

struct Cover {
  std::string node;
  std::string client;
  std::string date;
  std::string tool_version;
  std::string packs;
  std::string risk_table_version;
  std::string bundle_name;
  std::string bundle_sha256;
  bool bundle_is_folder = false;
  std::string collected_from;
  std::string collected_to;
  std::string system;
  std::string processor;
};

Cover make_cover(const ReportInput& input, const Words& words);

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::Cover> {
  using Cover = report::Cover;
  static constexpr std::string_view kName = "cover";
  static constexpr auto kFields =
      std::tuple{field("node", &Cover::node, "the node's label"),
                 field("client", &Cover::client, "from --client; empty when not given"),
                 field("date", &Cover::date, "--as-of, else the day the collection ended"),
                 field("tool_version", &Cover::tool_version, "the ihc that collected"),
                 field("packs", &Cover::packs, "rule packs with their versions"),
                 field("risk_table_version", &Cover::risk_table_version, "version of the risk table"),
                 field("bundle_name", &Cover::bundle_name, "file or folder name of the bundle"),
                 field("bundle_sha256", &Cover::bundle_sha256, "of the archive, or of manifest.json for a folder"),
                 field("bundle_is_folder", &Cover::bundle_is_folder, "whether the hash is that of manifest.json"),
                 field("collected_from", &Cover::collected_from, "start of the collection, UTC"),
                 field("collected_to", &Cover::collected_to, "end of the collection, UTC"),
                 field("system", &Cover::system, "operating system and kernel"),
                 field("processor", &Cover::processor, "processor model")};
};

}  // namespace ihc
