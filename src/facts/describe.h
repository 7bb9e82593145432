// One description of each facts struct: name, unit and meaning of every member, once. JSON, JSON Schema, the expression
// checker's types and the reference page all come from it.
//
//   struct Cache { std::int64_t level; std::optional<std::int64_t> size_bytes; };
//   template <> struct Describe<Cache> {
//     static constexpr std::string_view kName = "cache";
//     static constexpr auto kFields = std::tuple{
//         field("level", &Cache::level, "cache level, 1 is nearest to the core (sysfs cache/index*/level)"),
//         field("size_bytes", &Cache::size_bytes, "size in bytes (cache/index*/size)")};
//   };
//
// Members may be bool, std::int64_t, double, std::string, CpuSet, described structs, std::vector and
// std::map<std::string, …> of these, and std::optional of any: an empty optional is not printed, because what is not
// known is absent.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "base/cpu_set.h"
#include "base/json.h"

namespace ihc {

template <class Struct>
struct Describe;

template <class Struct, class Member>
struct Field {
  std::string_view name;
  Member Struct::*member;
  std::string_view doc;
};

template <class Struct, class Member>
constexpr Field<Struct, Member> field(std::string_view name, Member Struct::*member, std::string_view doc) {
  return {name, member, doc};
}

/// The type of a fact as the expression checker, the JSON Schema and the reference page see it.
struct TypeInfo {
  enum class Kind { boolean, integer, number, string, cpu_list, list, map, object };
  struct Member {
    std::string_view name;
    const TypeInfo* type = nullptr;
    bool optional = false;
    std::string_view doc;
  };
  Kind kind = Kind::object;
  std::string_view name;              ///< objects: the described name
  const TypeInfo* element = nullptr;  ///< lists and maps: of what
  std::vector<Member> members;        ///< objects: in the order of description

  const Member* member(std::string_view member_name) const;
};

namespace facts_detail {

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsList : std::false_type {};
template <class T>
struct IsList<std::vector<T>> : std::true_type {};
template <class T>
struct IsMap : std::false_type {};
template <class T>
struct IsMap<std::map<std::string, T>> : std::true_type {};

template <class T>
struct Unwrapped {
  using Type = T;
};
template <class T>
struct Unwrapped<std::optional<T>> {
  using Type = T;
};

}  // namespace facts_detail

template <class T>
const TypeInfo& type_of();

namespace facts_detail {

template <class T>
TypeInfo make_type() {
  if constexpr (std::is_same_v<T, bool>) {
    return {.kind = TypeInfo::Kind::boolean};
  } else if constexpr (std::is_same_v<T, std::int64_t>) {
    return {.kind = TypeInfo::Kind::integer};
  } else if constexpr (std::is_same_v<T, double>) {
    return {.kind = TypeInfo::Kind::number};
  } else if constexpr (std::is_same_v<T, std::string>) {
    return {.kind = TypeInfo::Kind::string};
  } else if constexpr (std::is_same_v<T, CpuSet>) {
    return {.kind = TypeInfo::Kind::cpu_list};
  } else if constexpr (IsList<T>::value) {
    return {.kind = TypeInfo::Kind::list, .element = &type_of<typename T::value_type>()};
  } else if constexpr (IsMap<T>::value) {
    return {.kind = TypeInfo::Kind::map, .element = &type_of<typename T::mapped_type>()};
  } else {
    TypeInfo type{.kind = TypeInfo::Kind::object, .name = Describe<T>::kName};
    std::apply(
        [&type]<class... Members>(const Field<T, Members>&... fields) {
          (type.members.push_back(
               {fields.name, &type_of<typename Unwrapped<Members>::Type>(), IsOptional<Members>::value, fields.doc}),
           ...);
        },
        Describe<T>::kFields);
    return type;
  }
}

}  // namespace facts_detail

/// The one TypeInfo of a described type; lives as long as the program.
template <class T>
const TypeInfo& type_of() {
  static const TypeInfo kType = facts_detail::make_type<T>();
  return kType;
}

/// JSON of any described value: CPU sets as kernel lists, absent optionals left out.
template <class T>
Json facts_to_json(const T& value) {
  if constexpr (std::is_same_v<T, CpuSet>) {
    return value.to_list();
  } else if constexpr (facts_detail::IsOptional<T>::value) {
    return value ? facts_to_json(*value) : Json(nullptr);
  } else if constexpr (facts_detail::IsList<T>::value) {
    Json array = Json::array();
    for (const auto& element : value) array.push_back(facts_to_json(element));
    return array;
  } else if constexpr (facts_detail::IsMap<T>::value) {
    Json object = Json::object();
    for (const auto& [key, element] : value) object[key] = facts_to_json(element);
    return object;
  } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
    return value;
  } else {
    Json object = Json::object();
    std::apply(
        [&object, &value]<class... Members>(const Field<T, Members>&... fields) {
          const auto add = [&object](std::string_view name, const auto& member) {
            Json json = facts_to_json(member);
            if (!json.is_null()) object[std::string(name)] = std::move(json);
          };
          (add(fields.name, value.*fields.member), ...);
        },
        Describe<T>::kFields);
    return object;
  }
}

/// The draft-07 JSON Schema of a type; objects refuse unknown members, because every member is described here.
Json schema_of(const TypeInfo& type);

/// The reference page's tables, Markdown: one heading and table per object type reachable from `type`, paths spelled
/// from `root`.
std::string reference_of(const TypeInfo& type, std::string_view root);

}  // namespace ihc
