#include "bench/line_fields.h"

#include <cmath>
#include <limits>
#include <utility>

namespace ihc::bench {

namespace {

constexpr std::size_t kMostKeys =
    64;  // each new one is looked for among all: a stranger's line must not make that long

}  // namespace

std::string LineFields::read(std::string_view line) {
  count_ = 0;
  depth_ = 0;
  is_object_ = false;
  problem_.clear();
  nlohmann::json_sax<Json>* const as_listener = this;
  if (Json::sax_parse(line, as_listener) && !is_object_) return "no JSON object";
  return problem_;
}

const LineValue* LineFields::find(std::string_view key) const {
  for (std::size_t at = 0; at < count_; ++at) {
    if (fields_[at].key == key) return &fields_[at].value;
  }
  return nullptr;
}

// A value of the object, or one of a list in it; what lies deeper is nobody's.
bool LineFields::put(LineValue::Kind kind, std::int64_t number) {
  if (!is_object_) return true;
  if (depth_ == 1) {
    latest().kind = kind;
    latest().integer = number;
  } else if (depth_ == 2 && latest().kind == LineValue::Kind::list) {
    latest().items.push_back({.kind = kind, .integer = number});
  }
  return true;
}

bool LineFields::boolean(bool flag) {
  if (is_object_ && depth_ == 1) latest().flag = flag;
  return put(LineValue::Kind::boolean, 0);
}

bool LineFields::number_unsigned(number_unsigned_t number) {
  constexpr auto kMost = static_cast<number_unsigned_t>(std::numeric_limits<std::int64_t>::max());
  if (number > kMost) return put(LineValue::Kind::other, 0);
  return put(LineValue::Kind::integer, static_cast<std::int64_t>(number));
}

bool LineFields::number_float(number_float_t number, const string_t&) {
  return std::isfinite(number) ? put(LineValue::Kind::other, 0) : refuse("a number is outside the range of a double");
}

bool LineFields::string(string_t& text) {
  if (is_object_ && depth_ == 1) latest().text = text;
  return put(LineValue::Kind::text, 0);
}

bool LineFields::start_object(std::size_t) {
  if (depth_ == 0)
    is_object_ = true;
  else
    put(LineValue::Kind::other, 0);
  ++depth_;
  return true;
}

bool LineFields::start_array(std::size_t) {
  if (depth_ == 1 && is_object_) {
    latest().kind = LineValue::Kind::list;
    latest().items.clear();
  } else {
    put(LineValue::Kind::other, 0);
  }
  ++depth_;
  return true;
}

bool LineFields::key(string_t& name) {
  if (depth_ != 1 || !is_object_) return true;
  if (count_ == kMostKeys) return refuse("more than " + std::to_string(kMostKeys) + " keys in one object");
  if (find(name) != nullptr) return refuse("the key \"" + name + "\" stands twice in one object");
  if (count_ == fields_.size()) fields_.emplace_back();
  fields_[count_].key = name;
  ++count_;
  return true;
}

bool LineFields::close() {
  --depth_;
  return true;
}

bool LineFields::parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) {
  return refuse("not JSON at byte " + std::to_string(position));
}

bool LineFields::refuse(std::string problem) {
  problem_ = std::move(problem);
  return false;
}

}  // namespace ihc::bench
