#include "report/model/known.h"

#include "base/json_read.h"
#include "report/format.h"

namespace ihc::report {

namespace {

constexpr std::size_t kMaxFactBytes = 400;

}  // namespace

const Json* KnownFacts::why_missing(std::string_view pointer) const {
  const Json& missing = at(facts_, "missing");
  for (std::string_view prefix = pointer; !prefix.empty(); prefix = prefix.substr(0, prefix.rfind('/'))) {
    const Json& why = at(missing, prefix);
    if (why.is_object()) return &why;
  }
  return nullptr;
}

std::string KnownFacts::not_known(std::string_view pointer) const {
  const std::string plain = words_.text("states.not_known");
  const Json* why = why_missing(pointer);
  if (why == nullptr) return plain;
  const std::string reason = string_at(*why, "reason");
  return reason.empty() ? plain : plain + " (" + words_.text("reasons", reason, "label") + ")";
}

std::string KnownFacts::text(std::string_view pointer) const {
  const Json& value = at_pointer(facts_, pointer);
  if (value.is_null()) return not_known(pointer);
  if (value.is_array()) {
    std::string joined;
    for (const Json& element : value)
      joined += (joined.empty() ? "" : ", ") + fact_text(element, kMaxFactBytes, words_);
    return joined.empty() ? words_.text("states.none") : joined;
  }
  const std::string text = fact_text(value, kMaxFactBytes, words_);
  return text.empty() ? words_.text("states.none") : text;
}

std::string KnownFacts::bytes(std::string_view pointer) const {
  const Json& value = at_pointer(facts_, pointer);
  return value.is_number_integer() ? bytes_text(value.get<std::int64_t>(), words_) : not_known(pointer);
}

std::string KnownFacts::count(std::string_view pointer) const {
  const Json& value = at_pointer(facts_, pointer);
  return value.is_number_integer() ? grouped_text(value.get<std::int64_t>()) : not_known(pointer);
}

std::string KnownFacts::flag(std::string_view pointer) const {
  const Json& value = at_pointer(facts_, pointer);
  return value.is_boolean() ? words_.text(value.get<bool>() ? "states.yes" : "states.no") : not_known(pointer);
}

}  // namespace ihc::report
