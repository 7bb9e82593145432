#include "base/json.h"

#include <charconv>
#include <cmath>
#include <set>

#include "base/limits.h"

namespace ihc {

namespace {

// A SAX pass that only counts: nlohmann's own parser recurses nowhere, but a deep document would overflow whoever walks
// it.
class LimitChecker : public nlohmann::json_sax<Json> {
 public:
  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t value, const string_t&) override {
    return std::isfinite(value) || refuse("a number is outside the range of a double");
  }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return open(); }
  bool key(string_t& name) override {
    return keys_.back().insert(name).second || refuse("the key \"" + name + "\" stands twice in one object");
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override {
    return refuse("not JSON at byte " + std::to_string(position));
  }

  const std::string& problem() const { return problem_; }

 private:
  bool open() {
    keys_.emplace_back();
    return keys_.size() <= limits::kMaxJsonDepth ||
           refuse("nested deeper than " + std::to_string(limits::kMaxJsonDepth) + " levels");
  }
  bool close() {
    keys_.pop_back();
    return true;
  }
  bool refuse(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  std::vector<std::set<std::string>> keys_;
  std::string problem_;
};

std::string dump(const Json& json, int indent) { return json.dump(indent, ' ', false, Json::error_handler_t::replace); }

}  // namespace

Result<Json> parse_json(std::string_view text, const std::string& where) {
  if (text.size() > limits::kMaxJsonBytes) {
    return fail(ErrorCode::too_large, "more than " + std::to_string(limits::kMaxJsonBytes) + " bytes of JSON", where);
  }
  LimitChecker checker;
  if (!Json::sax_parse(text, &checker)) return fail(ErrorCode::malformed, checker.problem(), where);
  Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) return fail(ErrorCode::malformed, "not JSON", where);
  return json;
}

std::string to_pretty_text(const Json& json) { return dump(json, 2) + "\n"; }

std::string to_compact_text(const Json& json) { return dump(json, -1); }

std::string number_to_text(double value) {
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  return error == std::errc{} ? std::string(buffer, end) : std::string("nan");
}

}  // namespace ihc
