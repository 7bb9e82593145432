// One line of a file of JSON objects as its keys and values: without a document of it, because a benchmark's file has a
// hundred thousand such lines and more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"

namespace ihc::bench {

struct LineValue {
  enum class Kind { null, boolean, integer, text, list, other };  ///< integer: of 64 bits with a sign; other: all else
  struct Item {
    Kind kind = Kind::null;
    std::int64_t integer = 0;
  };
  Kind kind = Kind::null;
  bool flag = false;
  std::int64_t integer = 0;
  std::string text;
  std::vector<Item> items;  ///< of a list
};

class LineFields : private nlohmann::json_sax<Json> {
 public:
  /// Takes the place of what was read before. Empty when the line is one JSON object of at most 64 keys, none of
  /// which stands twice, else why not, for people; then `find` means nothing.
  std::string read(std::string_view line);

  /// The value of a key of the object itself; nullptr: it is not there. Valid until the next `read`.
  const LineValue* find(std::string_view key) const;

 private:
  struct Field {
    std::string key;
    LineValue value;
  };

  bool null() override { return put(LineValue::Kind::null, 0); }
  bool boolean(bool flag) override;
  bool number_integer(number_integer_t number) override { return put(LineValue::Kind::integer, number); }
  bool number_unsigned(number_unsigned_t number) override;
  bool number_float(number_float_t number, const string_t&) override;
  bool string(string_t& text) override;
  bool binary(binary_t&) override { return false; }
  bool start_object(std::size_t) override;
  bool key(string_t& name) override;
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override;
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception&) override;

  bool put(LineValue::Kind kind, std::int64_t number);
  bool close();
  bool refuse(std::string problem);
  LineValue& latest() { return fields_[count_ - 1].value; }

  std::vector<Field> fields_;  // the first count_ are of this line: their memory is used again for the next
  std::size_t count_ = 0;
  std::size_t depth_ = 0;
  bool is_object_ = false;
  std::string problem_;
};

}  // namespace ihc::bench
