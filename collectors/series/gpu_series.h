// Series of each GPU, from nvidia-smi asked once a second while the window ran.
//
//   timestamp, index, pci.bus_id, clocks.current.sm [MHz], power.draw [W], clocks_event_reasons.active
//   2026/03/07 00:20:37.071, 0, 00000000:18:00.0, 345 MHz, 76.78 W, 0x0000000000000001
//
// Its time stamps are the node's wall clock in the node's time zone, which the window's start on both clocks turns into
// seconds of the axis: time zones differ by whole quarters of an hour. Where that start is not known, the readings are
// taken to be a second apart, from the start of the command. Source: nvidia-smi --help-query-gpu.
#pragma once

#include "collectors/series/shelf.h"

namespace ihc {

/// The member that holds what nvidia-smi printed through the window.
inline constexpr const char* kSmiLoopPath = "commands/nvidia-smi-loop/stdout";

/// "2026/03/07 00:20:37.071" → milliseconds since 1970 as if it were UTC. Nothing for another text.
std::optional<std::int64_t> smi_time_ms(std::string_view text);

void add_gpu_series(const EvidenceReader& reader, const TimeAxis& axis, SeriesShelf& shelf);

}  // namespace ihc
