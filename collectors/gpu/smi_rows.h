// Which value of nvidia-smi is which fact: one row a fact, with its path in the XML and in the text and its column of
// --query-gpu. Layouts of several drivers stand side by side.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "facts/gpu.h"

namespace ihc {

struct SmiRow {
  std::string_view fact;  ///< JSON pointer below the GPU
  std::array<std::string_view, 4> xml;
  std::array<std::string_view, 4> text;
  std::array<std::string_view, 4> query;
  bool (*set)(Gpu& gpu, std::string_view value);  ///< false: the value is not of the expected form
};

std::span<const SmiRow> smi_rows();

}  // namespace ihc
