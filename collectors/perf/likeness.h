// Which of perf's texts a text is, by what only that one has.
#pragma once

#include <string_view>

#include "collect/foreign_text.h"

namespace ihc {

Likeness like_perf_stat_text(std::string_view text);
Likeness like_perf_stat_csv(std::string_view text);
Likeness like_perf_stat_json(std::string_view text);
Likeness like_sched_latency(std::string_view text);
Likeness like_c2c_report(std::string_view text);
Likeness like_mem_report(std::string_view text);

}  // namespace ihc
