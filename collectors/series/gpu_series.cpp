#include "collectors/series/gpu_series.h"

#include <cmath>

#include "base/clock.h"
#include "collectors/gpu/smi_csv.h"
#include "collectors/gpu/smi_fields.h"

namespace ihc {

namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;

std::optional<double> number(const std::optional<std::int64_t>& value) {
  return value ? std::optional(static_cast<double>(*value)) : std::nullopt;
}

// ---- the table: a series is a row, the most telling first -----------------------------------------------------------

struct GpuRow {
  const char* name;
  const char* unit;
  std::optional<double> (*value)(const Gpu& gpu);
};

constexpr GpuRow kRows[] = {
    {"sm_clock", "MHz", [](const Gpu& gpu) { return gpu.clocks ? gpu.clocks->sm_mhz : std::nullopt; }},
    {"power", "W", [](const Gpu& gpu) { return gpu.power ? gpu.power->draw_w : std::nullopt; }},
    {"utilization", "%", [](const Gpu& gpu) { return gpu.utilization ? gpu.utilization->gpu_pct : std::nullopt; }},
    {"temperature", "°C",
     [](const Gpu& gpu) { return gpu.temperatures ? gpu.temperatures->gpu_celsius : std::nullopt; }},
    {"memory_clock", "MHz", [](const Gpu& gpu) { return gpu.clocks ? gpu.clocks->memory_mhz : std::nullopt; }},
    {"pcie_generation", "",
     [](const Gpu& gpu) { return gpu.pcie ? number(gpu.pcie->gen_current) : std::optional<double>(); }},
    {"pcie_width", "lanes",
     [](const Gpu& gpu) { return gpu.pcie ? number(gpu.pcie->width_current) : std::optional<double>(); }},
};

// One row of nvidia-smi: a GPU at a time.
struct GpuReading1Hz {
  std::int64_t taken_ns = 0;
  Gpu gpu;
};

using ByGpu = std::map<std::string, std::vector<GpuReading1Hz>>;

std::string key_of(const Gpu& gpu) {
  if (gpu.address) return *gpu.address;
  if (gpu.uuid) return *gpu.uuid;
  return gpu.index ? "index " + std::to_string(*gpu.index) : std::string();
}

std::optional<std::int64_t> stamp_of(const std::vector<std::pair<std::string, std::string>>& row) {
  for (const auto& [name, value] : row) {
    if (name == "timestamp") return smi_time_ms(value);
  }
  return std::nullopt;
}

// Turns time stamps into the axis's clock.
class StampClock {
 public:
  explicit StampClock(const Manifest& manifest) : manifest_(manifest) {}

  bool is_known() const { return manifest_.window_started_ns && manifest_.window_started_utc_ms; }

  std::int64_t to_ns(std::int64_t stamp_ms) {
    const std::int64_t since_start_ms = stamp_ms - *manifest_.window_started_utc_ms;
    // The first reading comes within seconds of the window's start: what lies between is the time zone.
    if (!has_zone_) {
      has_zone_ = true;
      constexpr double kQuarterMs = 15 * 60 * 1000;
      zone_ms_ = static_cast<std::int64_t>(std::round(static_cast<double>(since_start_ms) / kQuarterMs) * kQuarterMs);
    }
    return *manifest_.window_started_ns + (since_start_ms - zone_ms_) * kNsPerMs;
  }

 private:
  const Manifest& manifest_;
  bool has_zone_ = false;
  std::int64_t zone_ms_ = 0;
};

// The rows of each GPU in the order they were printed; without clocks the n-th of a GPU is n seconds from the start.
ByGpu readings_of(const SmiCsv& csv, const Manifest& manifest, const TimeAxis& axis, Series& series) {
  ByGpu readings;
  StampClock clock(manifest);
  const CommandRecord* command = manifest.command("nvidia-smi-loop");
  const std::int64_t first_ns = command != nullptr && command->started_ns > 0 ? command->started_ns : axis.start_ns;
  bool by_order = !clock.is_known();
  for (const auto& row : csv.rows) by_order = by_order || !stamp_of(row);
  for (const auto& row : csv.rows) {
    Gpu gpu = gpu_of_query(row).gpu;
    const std::string key = key_of(gpu);
    if (key.empty()) continue;
    auto& of_gpu = readings[key];
    const std::int64_t taken_ns =
        by_order ? first_ns + static_cast<std::int64_t>(of_gpu.size()) * 1000 * kNsPerMs : clock.to_ns(*stamp_of(row));
    of_gpu.push_back({.taken_ns = taken_ns, .gpu = std::move(gpu)});
  }
  if (!readings.empty()) series.gpu_clock = by_order ? "order" : "wall_clock";
  return readings;
}

TimeSeries series_of(const char* name, const char* unit, const std::string& key) {
  return {.name = name,
          .unit = unit,
          .subject = "gpu",
          .subject_key = key,
          .part = {},
          .covers = "moment",
          .at_s = {},
          .values = {}};
}

// Every reason that held at least once: 1 in the readings where it did, 0 in the others.
void add_event_reasons(const ByGpu& by_gpu, const TimeAxis& axis, SeriesShelf& shelf) {
  for (const auto& [key, readings] : by_gpu) {
    std::map<std::string, bool> ever;
    for (const GpuReading1Hz& reading : readings) {
      if (!reading.gpu.event_reasons) continue;
      for (const auto& [reason, holds] : *reading.gpu.event_reasons) ever[reason] = ever[reason] || holds;
    }
    for (const auto& [reason, held] : ever) {
      if (!held) continue;
      Steps steps(axis, 0);
      for (const GpuReading1Hz& reading : readings) {
        if (!reading.gpu.event_reasons) continue;
        const auto found = reading.gpu.event_reasons->find(reason);
        steps.add(reading.taken_ns, found != reading.gpu.event_reasons->end() && found->second ? 1 : 0, 1);
      }
      TimeSeries series = series_of("event_reason", "share", key);
      series.part = reason;
      shelf.put(std::move(series), steps, kSmiLoopPath);
    }
  }
}

}  // namespace

std::optional<std::int64_t> smi_time_ms(std::string_view text) {
  constexpr std::size_t kLength = 23;
  text = trim(text);
  if (text.size() != kLength || text[4] != '/' || text[7] != '/' || text[10] != ' ' || text[19] != '.') {
    return std::nullopt;
  }
  std::string iso(text.substr(0, 19));
  iso[4] = iso[7] = '-';
  iso[10] = 'T';
  const auto seconds = utc_from_text(iso + "Z");
  const auto thousandths = parse_number<std::uint32_t>(text.substr(20));
  return seconds && thousandths ? std::optional(*seconds * 1000 + *thousandths) : std::nullopt;
}

void add_gpu_series(const EvidenceReader& reader, const TimeAxis& axis, SeriesShelf& shelf) {
  const auto evidence = reader.bundle().find(kSmiLoopPath);
  // What a command that hung or failed had printed until then is as good as the rest.
  if (!evidence || evidence->bytes.empty()) return reader.explain(kSmiLoopPath, "/series/gpu_clock");
  const Parsed<SmiCsv> csv = parse_smi_csv(evidence->bytes);
  if (csv.unparsed.any()) reader.unparsed("/series/gpu_clock", std::string("partial: ") + kSmiLoopPath, csv.unparsed);
  const ByGpu by_gpu = readings_of(csv.value, reader.bundle().manifest(), axis, shelf.series());
  if (by_gpu.empty()) return reader.explain(kSmiLoopPath, "/series/gpu_clock");
  for (const GpuRow& row : kRows) {
    for (const auto& [key, readings] : by_gpu) {
      Steps steps(axis, 0);
      for (const GpuReading1Hz& reading : readings) {
        if (const auto value = row.value(reading.gpu)) steps.add(reading.taken_ns, *value, 1);
      }
      shelf.put(series_of(row.name, row.unit, key), steps, kSmiLoopPath);
    }
    if (std::string_view(row.name) == "utilization") add_event_reasons(by_gpu, axis, shelf);
  }
}

}  // namespace ihc
