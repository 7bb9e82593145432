#include "base/clock.h"

#include <cstdio>
#include <ctime>

#include "base/text.h"

namespace ihc {

std::int64_t monotonic_now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::int64_t utc_now_s() { return std::time(nullptr); }

std::int64_t utc_now_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
}

std::string utc_to_text(std::int64_t epoch_s) {
  const std::time_t time = epoch_s;
  std::tm parts{};
  gmtime_r(&time, &parts);
  char buffer[32];
  const std::size_t length = std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {buffer, length};
}

std::optional<std::int64_t> utc_from_text(std::string_view text) {
  constexpr std::size_t kDateLength = 10;
  constexpr std::size_t kTimeLength = 20;
  if (text.size() != kDateLength && text.size() != kTimeLength) return std::nullopt;
  const auto number = [&](std::size_t begin, std::size_t length) {
    return parse_number<int>(text.substr(begin, length));
  };
  const auto year = number(0, 4);
  const auto month = number(5, 2);
  const auto day = number(8, 2);
  if (!year || !month || !day || text[4] != '-' || text[7] != '-') return std::nullopt;
  std::tm parts{};
  parts.tm_year = *year - 1900;
  parts.tm_mon = *month - 1;
  parts.tm_mday = *day;
  if (text.size() == kTimeLength) {
    const auto hour = number(11, 2);
    const auto minute = number(14, 2);
    const auto second = number(17, 2);
    if (!hour || !minute || !second || text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z') {
      return std::nullopt;
    }
    parts.tm_hour = *hour;
    parts.tm_min = *minute;
    parts.tm_sec = *second;
  }
  const std::int64_t epoch_s = timegm(&parts);
  // timegm carries 32 January over into February; a date that does not come back as typed is none.
  return utc_to_text(epoch_s).substr(0, text.size() == kDateLength ? kDateLength : kTimeLength) == text
             ? std::optional(epoch_s)
             : std::nullopt;
}

}  // namespace ihc
