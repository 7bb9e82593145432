// A rule pack of a stranger: read or refused with located diagnostics; what is read judges facts without harm.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "engine/evaluate.h"
#include "engine/pack.h"
#include "engine/risk.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const ihc::LoadedPack loaded = ihc::load_rule_pack(
      {{"packs/fuzz.yaml", "fuzz.yaml", text}, {"params/p.yaml", "p.yaml", text}, {"risk.yaml", "risk.yaml", text}});
  for (const ihc::Diagnostic& diagnostic : loaded.diagnostics) {
    if (diagnostic.code.empty() || diagnostic.message.empty() || to_text(diagnostic).empty()) std::abort();
  }
  static const ihc::Json facts = ihc::Json::parse(
      R"({"workers": [{"key": "a", "cpus_allowed": "0-3", "bytes_by_node": {"0": 5}}], "kernel": {"zone_reclaim_mode": 1}})");
  // Even a pack that must not be used is evaluated here: nothing in it may break the engine.
  const auto findings = ihc::evaluate(loaded.pack, facts);
  const auto risk = ihc::assess_risk(findings, loaded.pack.risk);
  if (ihc::to_pretty_text(ihc::findings_to_json(findings, risk, loaded.pack)).empty()) std::abort();
  return 0;
}
