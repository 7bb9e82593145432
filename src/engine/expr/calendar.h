// The proleptic Gregorian calendar and time zones, for timestamps.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/expr/value.h"

namespace ihc::expr {

struct CivilTime {
  std::int64_t year = 1970;
  int month = 1;  ///< 1…12
  int day = 1;    ///< 1…31
  int hour = 0;
  int minute = 0;
  int second = 0;
};

CivilTime civil_from_seconds(std::int64_t seconds);
std::int64_t seconds_from_civil(const CivilTime& civil);
bool is_valid_date(const CivilTime& civil);
int day_of_year(const CivilTime& civil);  ///< 0 is the first of January
int day_of_week(std::int64_t seconds);    ///< 0 is Sunday

/// Within 0001-01-01T00:00:00Z … 9999-12-31T23:59:59.999999999Z.
bool is_in_range(const Timestamp& timestamp);

/// Seconds east of UTC at that time: "UTC", a fixed offset ("02:00", "+11:00", "-05:30"), or a name of the system's
/// time zone database such as "America/St_Johns" (tzfile(5)). Nothing for other texts, and where the database is
/// absent.
std::optional<std::int64_t> zone_offset_s(std::string_view zone, std::int64_t seconds);

}  // namespace ihc::expr
