#include "facts/describe.h"

#include <algorithm>

namespace ihc {

namespace {

// The kernel's list form, as CpuSet::to_list prints it.
constexpr const char* kCpuListPattern = "^([0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*)?$";

Json object_schema(const TypeInfo& type) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const TypeInfo::Member& member : type.members) {
    Json schema = schema_of(*member.type);
    schema["description"] = member.doc;
    properties[std::string(member.name)] = std::move(schema);
    if (!member.optional) required.push_back(member.name);
  }
  Json schema{{"type", "object"}, {"title", type.name}, {"properties", properties}, {"additionalProperties", false}};
  if (!required.empty()) schema["required"] = required;
  return schema;
}

std::string type_name(const TypeInfo& type) {
  switch (type.kind) {
    case TypeInfo::Kind::boolean:
      return "bool";
    case TypeInfo::Kind::integer:
      return "int";
    case TypeInfo::Kind::number:
      return "double";
    case TypeInfo::Kind::string:
      return "string";
    case TypeInfo::Kind::cpu_list:
      return "CPU list";
    case TypeInfo::Kind::list:
      return "list of " + type_name(*type.element);
    case TypeInfo::Kind::map:
      return "map of " + type_name(*type.element);
    case TypeInfo::Kind::object:
      return std::string(type.name);
  }
  return {};
}

const TypeInfo& innermost(const TypeInfo& type) { return type.element != nullptr ? innermost(*type.element) : type; }

std::string path_suffix(const TypeInfo& type) {
  if (type.kind == TypeInfo::Kind::list) return "[]" + path_suffix(*type.element);
  if (type.kind == TypeInfo::Kind::map) return "[key]" + path_suffix(*type.element);
  return "";
}

void add_reference(const TypeInfo& type, const std::string& path, std::string& page) {
  page += "## `" + path + "`\n\n| member | type | meaning |\n|---|---|---|\n";
  for (const TypeInfo::Member& member : type.members) {
    std::string doc(member.doc);
    for (std::size_t at = 0; (at = doc.find('|', at)) != std::string::npos; at += 2) doc.insert(at, "\\");
    page += "| `" + std::string(member.name) + "` | " + type_name(*member.type) +
            (member.optional ? ", may be absent" : "") + " | " + doc + " |\n";
  }
  page += "\n";
  for (const TypeInfo::Member& member : type.members) {
    const TypeInfo& inner = innermost(*member.type);
    if (inner.kind != TypeInfo::Kind::object) continue;
    add_reference(inner, path + "." + std::string(member.name) + path_suffix(*member.type), page);
  }
}

}  // namespace

const TypeInfo::Member* TypeInfo::member(std::string_view member_name) const {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const Member& candidate) { return candidate.name == member_name; });
  return found == members.end() ? nullptr : &*found;
}

Json schema_of(const TypeInfo& type) {
  switch (type.kind) {
    case TypeInfo::Kind::boolean:
      return {{"type", "boolean"}};
    case TypeInfo::Kind::integer:
      return {{"type", "integer"}};
    case TypeInfo::Kind::number:
      return {{"type", "number"}};
    case TypeInfo::Kind::string:
      return {{"type", "string"}};
    case TypeInfo::Kind::cpu_list:
      return {{"type", "string"}, {"pattern", kCpuListPattern}};
    case TypeInfo::Kind::list:
      return {{"type", "array"}, {"items", schema_of(*type.element)}};
    case TypeInfo::Kind::map:
      return {{"type", "object"}, {"additionalProperties", schema_of(*type.element)}};
    case TypeInfo::Kind::object:
      return object_schema(type);
  }
  return {};
}

std::string reference_of(const TypeInfo& type, std::string_view root) {
  std::string page;
  add_reference(type, std::string(root), page);
  return page;
}

}  // namespace ihc
