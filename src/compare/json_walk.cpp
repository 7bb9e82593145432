#include "compare/json_walk.h"

#include <cmath>

namespace ihc::compare {

const Json* member_at(const Json& root, std::initializer_list<const char*> keys) {
  const Json* at = &root;
  for (const char* key : keys) {
    if (!at->is_object()) return nullptr;
    const auto found = at->find(key);
    if (found == at->end()) return nullptr;
    at = &*found;
  }
  return at;
}

std::optional<double> number_at(const Json& root, std::initializer_list<const char*> keys) {
  const Json* found = member_at(root, keys);
  if (found == nullptr || !found->is_number() || !std::isfinite(found->get<double>())) return std::nullopt;
  return found->get<double>();
}

std::optional<std::string> text_at(const Json& root, std::initializer_list<const char*> keys) {
  const Json* found = member_at(root, keys);
  if (found == nullptr || !found->is_string()) return std::nullopt;
  return found->get<std::string>();
}

const Json& list_at(const Json& root, std::initializer_list<const char*> keys) {
  static const Json kNone = Json::array();
  const Json* found = member_at(root, keys);
  return found != nullptr && found->is_array() ? *found : kNone;
}

}  // namespace ihc::compare
