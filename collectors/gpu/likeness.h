// Which of the GPU tools printed a text.
#pragma once

#include <string_view>

#include "collect/foreign_text.h"

namespace ihc {

Likeness like_smi_xml(std::string_view text);
Likeness like_smi_text(std::string_view text);
Likeness like_smi_topo(std::string_view text);
Likeness like_smi_nvlink(std::string_view text);
Likeness like_smi_list(std::string_view text);
Likeness like_smi_csv(std::string_view text);
Likeness like_smi_table(std::string_view text);
Likeness like_rocm_smi(std::string_view text);
Likeness like_amd_smi(std::string_view text);

}  // namespace ihc
