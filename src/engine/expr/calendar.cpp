#include "engine/expr/calendar.h"

#include <chrono>
#include <filesystem>

#include "base/files.h"
#include "base/text.h"

namespace ihc::expr {

namespace {

constexpr std::int64_t kSecondsPerDay = 86400;
constexpr std::int64_t kFirstSecond = -62135596800;  // 0001-01-01T00:00:00Z
constexpr std::int64_t kLastSecond = 253402300799;   // 9999-12-31T23:59:59Z
constexpr std::size_t kMaxZoneFileBytes = 65536;

constexpr std::int64_t floor_divide(std::int64_t value, std::int64_t divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

std::chrono::sys_days date_of(const CivilTime& civil) {
  return std::chrono::year_month_day(std::chrono::year(static_cast<int>(civil.year)),
                                     std::chrono::month(static_cast<unsigned>(civil.month)),
                                     std::chrono::day(static_cast<unsigned>(civil.day)));
}

std::int64_t days_of(std::chrono::sys_days date) { return date.time_since_epoch().count(); }

// tzfile(5): big-endian header, then the 64-bit block of versions 2 and later after the 32-bit one.
class ZoneFile {
 public:
  explicit ZoneFile(std::string_view bytes) : bytes_(bytes) {}

  std::optional<std::int64_t> offset_at(std::int64_t seconds) const {
    const auto first = header(0);
    if (!first || first->version < '2') return std::nullopt;
    const std::size_t start = kHeaderBytes + first->block_bytes(4);
    const auto counts = header(start);
    if (!counts) return std::nullopt;
    return offset_in_block(*counts, start + kHeaderBytes, seconds);
  }

 private:
  static constexpr std::size_t kHeaderBytes = 44;
  struct Header {
    char version;
    std::size_t utc_indicators, standard_indicators, leaps, transitions, types, name_bytes;
    std::size_t block_bytes(std::size_t time_bytes) const {
      return transitions * (time_bytes + 1) + types * 6 + name_bytes + leaps * (time_bytes + 4) + standard_indicators +
             utc_indicators;
    }
  };

  std::optional<Header> header(std::size_t at) const {
    if (bytes_.size() < at + kHeaderBytes || bytes_.substr(at, 4) != "TZif") return std::nullopt;
    const auto count = [&](std::size_t index) { return static_cast<std::size_t>(number(at + 20 + 4 * index, 4)); };
    return Header{bytes_[at + 4], count(0), count(1), count(2), count(3), count(4), count(5)};
  }

  std::optional<std::int64_t> offset_in_block(const Header& counts, std::size_t at, std::int64_t seconds) const {
    if (counts.types == 0 || bytes_.size() < at || bytes_.size() - at < counts.block_bytes(8)) return std::nullopt;
    std::size_t next = 0;
    while (next < counts.transitions && signed_number(at + 8 * next) <= seconds) ++next;
    // Past the last transition the footer's rule holds; one with daylight saving names its changes after a comma, and
    // without reading it any answer would be a guess.
    const std::string_view footer = bytes_.substr(at + counts.block_bytes(8));
    if (next == counts.transitions && footer.find(',') != std::string_view::npos) return std::nullopt;
    const std::size_t type =
        next == 0 ? 0 : static_cast<std::size_t>(number(at + 8 * counts.transitions + next - 1, 1));
    if (type >= counts.types) return std::nullopt;
    const auto raw = static_cast<std::uint32_t>(number(at + 9 * counts.transitions + 6 * type, 4));
    return static_cast<std::int32_t>(raw);
  }

  std::uint64_t number(std::size_t at, std::size_t length) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < length; ++i) value = (value << 8U) | static_cast<unsigned char>(bytes_[at + i]);
    return value;
  }
  std::int64_t signed_number(std::size_t at) const { return static_cast<std::int64_t>(number(at, 8)); }

  std::string_view bytes_;
};

std::optional<std::int64_t> fixed_offset_s(std::string_view zone) {
  const bool west = zone.substr(0, 1) == "-";
  if (west || zone.substr(0, 1) == "+") zone.remove_prefix(1);
  const auto parts = split(zone, ':');
  if (parts.size() != 2 || parts[0].size() != 2 || parts[1].size() != 2) return std::nullopt;
  const auto hours = parse_number<unsigned>(parts[0]);
  const auto minutes = parse_number<unsigned>(parts[1]);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  return (west ? -1 : 1) * static_cast<std::int64_t>(*hours * 3600 + *minutes * 60);
}

// A zone's name becomes a path: letters, digits, '_', '-', '+' and single slashes inside, nothing that climbs.
bool is_zone_name(std::string_view zone) {
  if (zone.empty() || zone.size() > 64 || zone.front() == '/' || zone.back() == '/') return false;
  return zone.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+/") ==
         std::string_view::npos;
}

}  // namespace

CivilTime civil_from_seconds(std::int64_t seconds) {
  const std::int64_t days = floor_divide(seconds, kSecondsPerDay);
  const auto second_of_day = static_cast<int>(seconds - days * kSecondsPerDay);
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  return {.year = static_cast<int>(date.year()),
          .month = static_cast<int>(static_cast<unsigned>(date.month())),
          .day = static_cast<int>(static_cast<unsigned>(date.day())),
          .hour = second_of_day / 3600,
          .minute = second_of_day % 3600 / 60,
          .second = second_of_day % 60};
}

std::int64_t seconds_from_civil(const CivilTime& civil) {
  return days_of(date_of(civil)) * kSecondsPerDay + civil.hour * 3600LL + civil.minute * 60LL + civil.second;
}

bool is_valid_date(const CivilTime& civil) {
  return std::chrono::year_month_day(std::chrono::year(static_cast<int>(civil.year)),
                                     std::chrono::month(static_cast<unsigned>(civil.month)),
                                     std::chrono::day(static_cast<unsigned>(civil.day)))
      .ok();
}

int day_of_year(const CivilTime& civil) {
  return static_cast<int>(days_of(date_of(civil)) - days_of(date_of({.year = civil.year})));
}

int day_of_week(std::int64_t seconds) {
  // 1970-01-01 was a Thursday.
  const std::int64_t days = floor_divide(seconds, kSecondsPerDay) + 4;
  return static_cast<int>(days - floor_divide(days, 7) * 7);
}

bool is_in_range(const Timestamp& timestamp) {
  return timestamp.seconds >= kFirstSecond && timestamp.seconds <= kLastSecond;
}

std::optional<std::int64_t> zone_offset_s(std::string_view zone, std::int64_t seconds) {
  if (zone == "UTC" || zone == "Z") return 0;
  if (const auto fixed = fixed_offset_s(zone)) return fixed;
  if (!is_zone_name(zone)) return std::nullopt;
  const auto bytes = read_file(std::filesystem::path("/usr/share/zoneinfo") / std::string(zone), kMaxZoneFileBytes);
  if (!bytes) return std::nullopt;
  return ZoneFile(*bytes).offset_at(seconds);
}

}  // namespace ihc::expr
