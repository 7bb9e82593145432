// The memory slots that the firmware describes, as `dmidecode -t 17` prints SMBIOS type 17 (dmidecode(8); SMBIOS
// Reference Specification DSP0134, 7.18). Older versions write MHz where newer ones write MT/s; both mean transfers.
//
//   Handle 0x0022, DMI type 17, 92 bytes
//   Memory Device
//           Size: 32 GB                          or "No Module Installed"
//           Locator: CPU1_DIMM_A1
//           Bank Locator: P0 CHANNEL A
//           Type: DDR4
//           Speed: 3200 MT/s
//           Configured Memory Speed: 2933 MT/s   before 3.2: "Configured Clock Speed"
#pragma once

#include <string_view>
#include <vector>

#include "collect/foreign_text.h"
#include "collectors/reading/parsed.h"
#include "facts/topology.h"

namespace ihc {

struct MemorySlots {
  std::vector<MemorySlot> slots;
  bool cut = false;  ///< the text ends within a slot; that slot is left out
};

Parsed<MemorySlots> parse_dmidecode_memory(std::string_view text);

Likeness like_dmidecode_memory(std::string_view text);

}  // namespace ihc
