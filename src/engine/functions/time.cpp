// Parts of timestamps, in UTC or a time zone, and of durations.
#include "engine/expr/calendar.h"
#include "engine/functions/function.h"

namespace ihc::expr {

namespace {

struct LocalTime {
  CivilTime civil;
  std::int64_t seconds;  ///< shifted by the zone's offset
  std::int32_t nanos;
};

std::int64_t year_of(const LocalTime& time) { return time.civil.year; }
std::int64_t month_of(const LocalTime& time) { return time.civil.month - 1; }
std::int64_t date_of(const LocalTime& time) { return time.civil.day; }
std::int64_t day_of_month_of(const LocalTime& time) { return time.civil.day - 1; }
std::int64_t day_of_week_of(const LocalTime& time) { return day_of_week(time.seconds); }
std::int64_t day_of_year_of(const LocalTime& time) { return day_of_year(time.civil); }
std::int64_t hours_of(const LocalTime& time) { return time.civil.hour; }
std::int64_t minutes_of(const LocalTime& time) { return time.civil.minute; }
std::int64_t seconds_of(const LocalTime& time) { return time.civil.second; }
std::int64_t milliseconds_of(const LocalTime& time) { return time.nanos / 1'000'000; }

constexpr std::int64_t kSecond = 1'000'000'000;

Value timestamp_part(CallContext& context, std::string_view name, std::span<const Value> arguments,
                     std::int64_t (*part)(const LocalTime&)) {
  const auto* timestamp = arguments[0].as<Timestamp>();
  if (timestamp == nullptr || arguments.size() > 2) return context.no_overload(name, arguments);
  std::int64_t offset_s = 0;
  if (arguments.size() == 2) {
    const auto* zone = arguments[1].as<std::string>();
    if (zone == nullptr) return context.no_overload(name, arguments);
    if (!context.spend_steps(100)) return context.limit_error();
    const auto offset = zone_offset_s(*zone, timestamp->seconds);
    if (!offset) return context.error(ErrorKind::invalid_argument, "the time zone \"" + *zone + "\" is not known here");
    offset_s = *offset;
  }
  const std::int64_t local = timestamp->seconds + offset_s;
  return part({civil_from_seconds(local), local, timestamp->nanos});
}

template <std::int64_t (*kPart)(const LocalTime&)>
Value part(CallContext& context, std::span<const Value> arguments) {
  return timestamp_part(context, "time accessor", arguments, kPart);
}

// The same names count whole hours, minutes and seconds of a duration, and the milliseconds within its last second.
template <std::int64_t (*kPart)(const LocalTime&), std::int64_t kUnit, std::int64_t kWithin>
Value part_or_length(CallContext& context, std::span<const Value> arguments) {
  const auto* duration = arguments[0].as<Duration>();
  if (duration == nullptr || arguments.size() != 1) return part<kPart>(context, arguments);
  return kWithin == 0 ? duration->nanoseconds / kUnit : duration->nanoseconds % kWithin / kUnit;
}

const Function kFunctions[] = {
    {"getFullYear",
     {"timestamp.getFullYear() -> int", "timestamp.getFullYear(string) -> int"},
     "the year",
     part<year_of>},
    {"getMonth", {"timestamp.getMonth() -> int", "timestamp.getMonth(string) -> int"}, "0 is January", part<month_of>},
    {"getDate",
     {"timestamp.getDate() -> int", "timestamp.getDate(string) -> int"},
     "day of the month from 1",
     part<date_of>},
    {"getDayOfMonth",
     {"timestamp.getDayOfMonth() -> int", "timestamp.getDayOfMonth(string) -> int"},
     "day of the month from 0",
     part<day_of_month_of>},
    {"getDayOfWeek",
     {"timestamp.getDayOfWeek() -> int", "timestamp.getDayOfWeek(string) -> int"},
     "0 is Sunday",
     part<day_of_week_of>},
    {"getDayOfYear",
     {"timestamp.getDayOfYear() -> int", "timestamp.getDayOfYear(string) -> int"},
     "from 0",
     part<day_of_year_of>},
    {"getHours",
     {"timestamp.getHours() -> int", "timestamp.getHours(string) -> int", "duration.getHours() -> int"},
     "hour of the day; whole hours of a duration",
     part_or_length<hours_of, 3600 * kSecond, 0>},
    {"getMinutes",
     {"timestamp.getMinutes() -> int", "timestamp.getMinutes(string) -> int", "duration.getMinutes() -> int"},
     "minute of the hour; whole minutes of a duration",
     part_or_length<minutes_of, 60 * kSecond, 0>},
    {"getSeconds",
     {"timestamp.getSeconds() -> int", "timestamp.getSeconds(string) -> int", "duration.getSeconds() -> int"},
     "second of the minute; whole seconds of a duration",
     part_or_length<seconds_of, kSecond, 0>},
    {"getMilliseconds",
     {"timestamp.getMilliseconds() -> int", "timestamp.getMilliseconds(string) -> int",
      "duration.getMilliseconds() -> int"},
     "milliseconds within the second",
     part_or_length<milliseconds_of, 1'000'000, kSecond>}};

}  // namespace

std::span<const Function> time_functions() { return kFunctions; }

}  // namespace ihc::expr
