#include "bench/load/request.h"

#include <array>
#include <cmath>

#include "base/json.h"
#include "base/limits.h"
#include "base/version.h"

namespace ihc::bench {

namespace {

constexpr double kNsPerSecond = 1e9;

constexpr auto kWords = std::to_array<std::string_view>(
    {"time",      "year",       "people",      "way",       "day",    "man",       "thing",      "woman",   "life",
     "child",     "world",      "school",      "state",     "family", "student",   "group",      "country", "problem",
     "hand",      "part",       "place",       "case",      "week",   "company",   "system",     "program", "question",
     "work",      "government", "number",      "night",     "point",  "home",      "water",      "room",    "mother",
     "area",      "money",      "story",       "fact",      "month",  "lot",       "right",      "study",   "book",
     "eye",       "job",        "word",        "business",  "issue",  "side",      "kind",       "head",    "house",
     "service",   "friend",     "father",      "power",     "hour",   "game",      "line",       "end",     "member",
     "law",       "car",        "city",        "community", "name",   "president", "team",       "minute",  "idea",
     "kid",       "body",       "information", "back",      "parent", "face",      "others",     "level",   "office",
     "door",      "health",     "person",      "art",       "war",    "history",   "party",      "result",  "change",
     "morning",   "reason",     "research",    "girl",      "guy",    "moment",    "air",        "teacher", "force",
     "education", "foot",       "boy",         "age",       "policy", "music",     "market",     "sense",   "nation",
     "plan",      "college",    "interest",    "death",     "course", "someone",   "experience", "behind",  "reach",
     "local",     "six",        "field",       "road",      "church", "paper",     "space",      "ground",  "form",
     "event",     "table"});

std::uint64_t mixed(std::int64_t seed, const RequestId& id) {
  // Runs, the warm-up and requests each have their own numbers: no two share a generator.
  const auto number = static_cast<std::uint64_t>(id.run) << 40U | (id.is_warmup ? 1ULL << 39U : 0ULL) |
                      static_cast<std::uint64_t>(id.index);
  return Random(static_cast<std::uint64_t>(seed) ^ Random(number).next()).next();
}

const FilePrompt* file_prompt(const LoadSettings& settings, const RequestId& id) {
  if (settings.prompts.empty()) return nullptr;
  return &settings.prompts[static_cast<std::size_t>(id.index) % settings.prompts.size()];
}

/// JSON of the prompt, with its key.
std::string prompt_json(const LoadSettings& settings, const RequestId& id) {
  const FilePrompt* given = file_prompt(settings, id);
  if (given != nullptr && given->is_messages) return "\"messages\":" + given->content;
  const std::string text =
      given != nullptr ? given->content : to_compact_text(made_prompt(settings.seed, id, settings.prompt_tokens));
  if (!settings.is_chat) return "\"prompt\":" + text;
  return R"("messages":[{"role":"user","content":)" + text + "}]";
}

std::string head(const LoadSettings& settings, std::string_view method, const std::string& target) {
  std::string text = std::string(method) + " " + target + " HTTP/1.1\r\nhost: " + settings.url.authority() +
                     "\r\nuser-agent: ihc/" + kVersion + "\r\n";
  if (!settings.api_key.empty()) text += "authorization: Bearer " + settings.api_key + "\r\n";
  return text;
}

}  // namespace

std::uint64_t Random::next() {
  state_ += 0x9E3779B97F4A7C15ULL;
  std::uint64_t mix = state_;
  mix = (mix ^ (mix >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  mix = (mix ^ (mix >> 27U)) * 0x94D049BB133111EBULL;
  return mix ^ (mix >> 31U);
}

double Random::unit() { return (static_cast<double>(next() >> 11U) + 1) * 0x1p-53; }

std::string made_prompt(std::int64_t seed, const RequestId& id, std::int64_t words) {
  Random random(mixed(seed, id));
  std::string text;
  for (std::int64_t at = 0; at < words; ++at) {
    if (at > 0) text += ' ';
    text += kWords[random.next() % kWords.size()];
  }
  return text;
}

std::int64_t seed_of(const LoadSettings& settings, const RequestId& id) {
  return settings.seed + (id.run - 1) * limits::kMaxBenchRequests + id.index;
}

std::int64_t max_tokens_of(const LoadSettings& settings, const RequestId& id) {
  const FilePrompt* given = file_prompt(settings, id);
  return given != nullptr ? given->max_tokens.value_or(settings.max_tokens) : settings.max_tokens;
}

std::string request_text(const LoadSettings& settings, const RequestId& id) {
  std::string body = "{";
  if (settings.model) body += "\"model\":" + to_compact_text(*settings.model) + ",";
  body += prompt_json(settings, id) + ",\"max_tokens\":" + std::to_string(max_tokens_of(settings, id)) +
          ",\"temperature\":" + number_to_text(settings.temperature) +
          ",\"seed\":" + std::to_string(seed_of(settings, id));
  if (settings.ignore_eos.value_or(false)) body += ",\"ignore_eos\":true";
  body += settings.is_streaming ? R"(,"stream":true,"stream_options":{"include_usage":true}})" : R"(,"stream":false})";
  return head(settings, "POST", settings.url.target) + "content-type: application/json\r\naccept: " +
         (settings.is_streaming ? "text/event-stream" : "application/json") +
         "\r\ncontent-length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string get_text(const LoadSettings& settings, const std::string& path) {
  return head(settings, "GET", path) + "accept: */*\r\n\r\n";
}

Schedule::Schedule(double rate_rps, bool is_poisson, std::uint64_t seed)
    : random_(seed), gap_ns_(kNsPerSecond / rate_rps), is_poisson_(is_poisson) {}

std::int64_t Schedule::next_ns() {
  if (!std::exchange(is_first_, false)) due_ns_ += is_poisson_ ? -std::log(random_.unit()) * gap_ns_ : gap_ns_;
  return std::llround(due_ns_);
}

}  // namespace ihc::bench
