// What AMD's tools print as JSON.
//
//   rocm-smi … --json     {"card0": {"GPU use (%)": "12", "PCI Bus": "0000:C9:00.0",
//                                    "VRAM Total Memory (B)": "68702699520",
//                                    "Temperature (Sensor junction) (C)": "45.0"}, "system": {"Driver version":
//                                    "6.7.0"}}
//   amd-smi metric --json [{"gpu": 0, "usage": {"gfx_activity": {"value": 42, "unit": "%"}},
//                           "power": {"socket_power": {"value": 142, "unit": "W"}}}]
//   amd-smi static --json {"gpu_data": [{"gpu": 0, "asic": {"market_name": "…"}, "bus": {"bdf": "0000:C9:00.0"}}]}
//
// Names changed between releases (Average Graphics Package Power, Current Socket Graphics Package Power); a value may
// be a number, a text or an object with its unit, and a line of warning may stand before the document. Sources: the
// tools' user guides (rocm.docs.amd.com/projects/rocm_smi_lib, …/amdsmi).
#pragma once

#include <string_view>
#include <vector>

#include "collectors/reading/parsed.h"
#include "facts/gpu.h"

namespace ihc {

struct AmdReport {
  std::optional<std::string> driver_version;
  std::vector<Gpu> gpus;
};

Parsed<AmdReport> parse_rocm_smi_json(std::string_view text);
Parsed<AmdReport> parse_amd_smi_json(std::string_view text);

}  // namespace ihc
