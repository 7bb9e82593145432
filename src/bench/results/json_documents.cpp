#include "bench/results/json_documents.h"

#include <array>

#include "base/limits.h"

namespace ihc::bench {

namespace {

constexpr std::size_t kMaxProblems = 8;

// Finds where documents begin and end by counting brackets outside of strings, and writes each without the words that
// JSON does not know.
class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  JsonDocuments take() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
    while (at_ < text_.size()) {
      if (is_opening(text_[at_])) {
        document();
      } else {
        between();
      }
    }
    return std::move(result_);
  }

 private:
  static bool is_opening(char c) { return c == '{' || c == '['; }
  static bool is_closing(char c) { return c == '}' || c == ']'; }

  void problem(std::string what) {
    if (result_.problems.size() < kMaxProblems) result_.problems.push_back(std::move(what));
  }

  // Blanks and commas part documents; a line of anything else is none of ours.
  void between() {
    const std::size_t start = at_;
    while (at_ < text_.size() && !is_opening(text_[at_]) && text_[at_] != '\n') ++at_;
    const std::string_view rest = text_.substr(start, at_ - start);
    if (rest.find_first_not_of(" \t\r,") != std::string_view::npos) {
      problem("byte " + std::to_string(start) + " begins no JSON document");
    }
    if (at_ < text_.size() && text_[at_] == '\n') ++at_;
  }

  void string() {
    const std::size_t start = at_++;
    while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_ + 1, text_.size());
    document_.append(text_.substr(start, at_ - start));
  }

  bool word_that_is_no_json() {
    static constexpr std::array<std::string_view, 3> kWords{"-Infinity", "Infinity", "NaN"};
    for (const std::string_view word : kWords) {
      if (!text_.substr(at_).starts_with(word)) continue;
      at_ += word.size();
      document_ += "null";
      ++result_.not_finite;
      return true;
    }
    return false;
  }

  void document() {
    const std::size_t start = at_;
    document_.clear();
    std::size_t depth = 0;
    std::size_t deepest = 0;
    do {
      const char c = text_[at_];
      if (c == '"') {
        string();
        continue;
      }
      if (word_that_is_no_json()) continue;
      if (is_opening(c)) deepest = std::max(deepest, ++depth);
      if (is_closing(c)) --depth;
      document_ += c;
      ++at_;
    } while (depth > 0 && at_ < text_.size());
    const std::string where = "the document at byte " + std::to_string(start);
    if (depth > 0) return problem(where + " is cut");
    if (deepest > limits::kMaxJsonDepth) return problem(where + " is nested too deep");
    add(Json::parse(document_, nullptr, false), where);
  }

  void add(Json json, const std::string& where) {
    if (json.is_discarded()) return problem(where + " is not JSON");
    if (json.is_object()) {
      result_.documents.push_back(std::move(json));
      return;
    }
    for (Json& element : json) {
      if (element.is_object()) result_.documents.push_back(std::move(element));
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string document_;
  JsonDocuments result_;
};

}  // namespace

JsonDocuments read_json_documents(std::string_view text) {
  if (text.size() > limits::kMaxJsonBytes) {
    JsonDocuments result;
    result.problems.push_back("more than " + std::to_string(limits::kMaxJsonBytes) + " bytes of JSON");
    return result;
  }
  return Splitter(text).take();
}

}  // namespace ihc::bench
