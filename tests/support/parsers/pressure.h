// The parsers of stalls and CPU time.
#pragma once

#include <array>

#include "collectors/pressure/cpu_times.h"
#include "collectors/pressure/psi.h"
#include "facts/describe.h"
#include "support/parsers/parser.h"

namespace ihc::test {

inline Json run_psi(std::string_view text) {
  const auto parsed = parse_psi(text);
  return with_account(facts_to_json(parsed.value), parsed.unparsed);
}

inline Json run_psi_listing(std::string_view text) {
  const auto parsed = parse_psi_listing(text);
  return with_account({{"resources", facts_to_json(parsed.value)}}, parsed.unparsed);
}

inline Json run_proc_stat(std::string_view text) {
  const auto parsed = parse_proc_stat(text);
  return with_account({{"cpus", parsed.value.cpus}, {"counters", parsed.value.counters}}, parsed.unparsed);
}

inline Json run_load_average(std::string_view text) {
  const auto load = parse_load_average(text);
  return load ? facts_to_json(*load) : Json();
}

inline constexpr std::array kPressureParsers{
    Parser{"psi",
           "some avg10=2.04 avg60=0.75 avg300=0.42 total=157656722\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n",
           run_psi},
    Parser{"psi_listing",
           "/proc/pressure/cpu:some avg10=2.04 avg60=0.75 avg300=0.42 total=157656722\n==> /proc/pressure/io <==\nfull "
           "avg10=0.00 avg60=0.00 avg300=0.00 total=7\n",
           run_psi_listing},
    Parser{"proc_stat", "cpu  30 6 11 897 3 2 3 4 0 0\ncpu0 30 6 11 897 3 2 3 4 0 0\nctxt 38014\nprocs_running 2\n",
           run_proc_stat},
    Parser{"load_average", "0.20 0.18 0.12 1/80 11206\n", run_load_average},
};

}  // namespace ihc::test
