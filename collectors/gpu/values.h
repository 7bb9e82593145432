// The values that GPU tools print: numbers with a unit, words for yes and no, and many words for "not known".
//
//   81559 MiB    67.03 W    27 C    1980 MHz    16x    4251825415 us    0 %    Enabled    Not Active    N/A
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ihc {

/// What a value is before its type is asked for.
enum class GpuValue {
  given,
  unsupported,  ///< "N/A", "[Not Supported]", "Requested functionality has been deprecated", "": there is none
  denied,       ///< "[Insufficient Permissions]"
  failed,       ///< "ERR!", "[Unknown Error]", "[GPU is lost]", "[GPU requires reset]": the driver could not read it
};

GpuValue gpu_value_state(std::string_view value);

/// A number at or above zero and its unit: "81559 MiB", "81559MiB", "27C", "16x", "0 %" . Nothing where the unit is
/// another, and where the number is followed by anything else.
std::optional<double> gpu_number(std::string_view value, std::string_view unit);
/// "81559 MiB", "512 KiB", "1 GiB", "0 B" → bytes.
std::optional<std::int64_t> gpu_bytes(std::string_view value);
/// A whole number without unit.
std::optional<std::int64_t> gpu_count(std::string_view value);
/// Enabled, Active, Yes, On, 1 → true; Disabled, Not Active, No, Off, 0 → false.
std::optional<bool> gpu_flag(std::string_view value);

/// "00000000:3B:00.0" → "0000:3b:00.0": sysfs has four digits of domain (more only where they are needed), in lower
/// case. "3B:00.0" is in domain 0. Nothing for any other text.
std::optional<std::string> sysfs_pci_address(std::string_view text);

/// "SRAM Uncorrectable SEC-DED" → "sram_uncorrectable_secded": letters and digits in lower case, the rest one '_'.
std::string snake_case(std::string_view text);

/// Without terminal escapes (ESC [ … letter) and carriage returns: nvidia-smi underlines even into a file.
std::string without_escapes(std::string_view text);

}  // namespace ihc
