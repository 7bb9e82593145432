// The parser of bpftrace's maps.
#pragma once

#include <array>

#include "collectors/traces/bpf_maps.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json run_bpf_maps(std::string_view text) {
  const auto parsed = parse_bpf_maps(text);
  return with_account({{"numbers", parsed.value.numbers}, {"by_key", parsed.value.by_key}}, parsed.unparsed);
}

inline constexpr std::array kTracesParsers{
    Parser{"bpf_maps",
           "{\"type\": \"attached_probes\", \"data\": {\"probes\": 3}}\n\n\n"
           "{\"type\": \"map\", \"data\": {\"@all\": 73}}\n"
           "{\"type\": \"map\", \"data\": {\"@begin\": 36808653404155}}\n"
           "{\"type\": \"map\", \"data\": {\"@moves\": {\"8728,1,0\": 1, \"26439,1,0\": 2}}}\n",
           run_bpf_maps},
};

}  // namespace ihc::test
