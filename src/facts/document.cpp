#include "facts/document.h"

#include <algorithm>

#include "facts/described/document.h"

namespace ihc {

template const TypeInfo& type_of<Facts>();
template Json facts_to_json<Facts>(const Facts& value);

void FactsBuilder::source(const std::string& pointer, const std::string& evidence_path) {
  std::vector<std::string>& paths = sources_[pointer];
  if (std::find(paths.begin(), paths.end(), evidence_path) == paths.end()) paths.push_back(evidence_path);
}

void FactsBuilder::missing(const std::string& pointer, MissingFact why) { missing_.emplace(pointer, std::move(why)); }

void FactsBuilder::found(const std::string& pointer) { missing_.erase(pointer); }

void FactsBuilder::conflict(FactConflict conflict) { conflicts_.push_back(std::move(conflict)); }

Json to_json(const FactsBuilder& builder) {
  Json document = facts_to_json(builder.facts);
  document["sources"] = builder.sources();
  document["missing"] = Json::object();
  for (const auto& [pointer, why] : builder.missing()) {
    document["missing"][pointer] = {{"reason", why.reason}, {"collector", why.collector}, {"hint", why.hint}};
  }
  document["conflicts"] = Json::array();
  for (const FactConflict& conflict : builder.conflicts()) {
    document["conflicts"].push_back({{"pointer", conflict.pointer},
                                     {"used", conflict.used},
                                     {"other", conflict.other},
                                     {"detail", conflict.detail}});
  }
  return document;
}

Json facts_schema() {
  const Json text{{"type", "string"}};
  Json schema = schema_of(type_of<Facts>());
  schema["$schema"] = "http://json-schema.org/draft-07/schema#";
  schema["properties"]["sources"] = {{"type", "object"},
                                     {"additionalProperties", {{"type", "array"}, {"items", text}}}};
  schema["properties"]["missing"] = {{"type", "object"},
                                     {"additionalProperties",
                                      {{"type", "object"},
                                       {"properties", {{"reason", text}, {"collector", text}, {"hint", text}}},
                                       {"required", {"reason", "collector", "hint"}},
                                       {"additionalProperties", false}}}};
  schema["properties"]["conflicts"] = {
      {"type", "array"},
      {"items",
       {{"type", "object"},
        {"properties", {{"pointer", text}, {"used", text}, {"other", text}, {"detail", text}}},
        {"required", {"pointer", "used", "other", "detail"}},
        {"additionalProperties", false}}}};
  for (const char* key : {"sources", "missing", "conflicts"}) schema["required"].push_back(key);
  return schema;
}

std::string facts_reference() {
  return "# Facts\n\nWritten by `ihc facts --reference` from the descriptions in src/facts. A member that may be "
         "absent is left out of the\n"
         "document when it is not known; `missing` then says why.\n\n" +
         reference_of(type_of<Facts>(), "facts");
}

}  // namespace ihc
