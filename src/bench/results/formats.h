// The formats of other tools' results that are read.
#pragma once

#include <span>

#include "bench/results/result.h"

namespace ihc::bench {

/// By kind.
std::span<const ResultFormat> result_formats();

/// The one whose is_it() says yes to the text's start; null when none does. At most one does for the real files.
const ResultFormat* result_format_of(std::string_view text);

// Each reader's page says what it reads and where the meanings come from.
bool is_vllm_json(std::string_view start);
ReadResults read_vllm_json(std::string_view text);
bool is_sglang_json(std::string_view start);
ReadResults read_sglang_json(std::string_view text);
bool is_serving_text(std::string_view start);
ReadResults read_serving_text(std::string_view text);
bool is_aiperf(std::string_view start);
ReadResults read_aiperf(std::string_view text);
bool is_guidellm(std::string_view start);
ReadResults read_guidellm(std::string_view text);
bool is_inference_perf(std::string_view start);
ReadResults read_inference_perf(std::string_view text);
bool is_fortio(std::string_view start);
ReadResults read_fortio(std::string_view text);
bool is_hyperfine(std::string_view start);
ReadResults read_hyperfine(std::string_view text);
bool is_oha(std::string_view start);
ReadResults read_oha(std::string_view text);
bool is_hey(std::string_view start);
ReadResults read_hey(std::string_view text);
bool is_k6(std::string_view start);
ReadResults read_k6(std::string_view text);
bool is_wrk(std::string_view start);
ReadResults read_wrk(std::string_view text);

}  // namespace ihc::bench
