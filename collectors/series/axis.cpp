#include "collectors/series/axis.h"

#include <algorithm>
#include <cmath>

namespace ihc {

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kMostSteps = 120;

double rounded(double value) { return std::round(value * 1000) / 1000; }

// The files whose readings bound the window where the manifest does not say when it began.
constexpr const char* kEverySecond[] = {"root/proc/stat", "root/proc/vmstat", "root/proc/pressure/cpu"};

}  // namespace

std::int64_t TimeAxis::step_of(std::int64_t taken_ns) const {
  return std::llround(static_cast<double>(taken_ns - start_ns) / static_cast<double>(step_ns));
}

double TimeAxis::seconds_of(std::int64_t taken_ns) const {
  return rounded(static_cast<double>(taken_ns - start_ns) / static_cast<double>(kSecondNs));
}

std::optional<TimeAxis> time_axis(const Bundle& bundle) {
  const Manifest& manifest = bundle.manifest();
  std::optional<std::int64_t> start_ns = manifest.window_started_ns;
  std::int64_t last_ns = 0;
  for (const char* path : kEverySecond) {
    const std::vector<Reading> readings = bundle.samples(path);
    if (readings.empty()) continue;
    last_ns = std::max(last_ns, readings.back().taken_ns);
    if (!manifest.window_started_ns) {
      start_ns = std::min(start_ns.value_or(readings.front().taken_ns), readings.front().taken_ns);
    }
  }
  if (!start_ns) return std::nullopt;
  const double observed_ns = manifest.window_observed_s * static_cast<double>(kSecondNs);
  const std::int64_t length_ns = std::max({last_ns - *start_ns, static_cast<std::int64_t>(observed_ns), kSecondNs});
  const std::int64_t seconds = (length_ns + kMostSteps * kSecondNs - 1) / (kMostSteps * kSecondNs);
  return TimeAxis{.start_ns = *start_ns, .step_ns = std::max<std::int64_t>(seconds, 1) * kSecondNs};
}

void Steps::add(std::int64_t taken_ns, double sum, double weight) {
  Step& step = steps_[std::max(first_step_, axis_.step_of(taken_ns))];
  step.sum += sum;
  step.weight += weight;
  step.end_ns = std::max(step.end_ns, taken_ns);
}

void Steps::add_values(const Steps& other) {
  for (const auto& [number, theirs] : other.steps_) {
    if (theirs.weight <= 0) continue;
    Step& step = steps_[number];
    step.sum += theirs.sum / theirs.weight;
    step.weight = 1;
    step.end_ns = std::max(step.end_ns, theirs.end_ns);
  }
}

void Steps::fill(TimeSeries& series, double scale) const {
  for (const auto& [number, step] : steps_) {
    if (step.weight <= 0) continue;
    series.at_s.push_back(axis_.seconds_of(step.end_ns));
    series.values.push_back(rounded(step.sum / step.weight * scale));
  }
}

Steps growth_of(const std::vector<Reading>& readings, const TimeAxis& axis, const ValueOf& value, int longest_steps) {
  Steps steps(axis);
  std::optional<double> before;
  std::int64_t before_ns = 0;
  for (const Reading& reading : readings) {
    if (reading.status != EvidenceStatus::ok) continue;
    const auto now = value(reading.bytes);
    const std::int64_t passed_ns = reading.taken_ns - before_ns;
    const bool is_gap = longest_steps > 0 && passed_ns > longest_steps * axis.step_ns;
    if (before && now && *now >= *before && passed_ns > 0 && !is_gap) {
      steps.add(reading.taken_ns, *now - *before, static_cast<double>(passed_ns) / static_cast<double>(kSecondNs));
    }
    before = now;
    before_ns = reading.taken_ns;
  }
  return steps;
}

}  // namespace ihc
