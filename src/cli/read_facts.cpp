#include "cli/read_facts.h"

#include "collect/collector.h"

namespace ihc {

FactsBuilder read_facts(const Bundle& bundle) {
  FactsBuilder builder;
  for (const Collector* collector : all_collectors()) collector->read(bundle, builder);
  for (const Collector* collector : all_collectors()) {
    if (collector->read_after != nullptr) collector->read_after(bundle, builder);
  }
  return builder;
}

}  // namespace ihc
