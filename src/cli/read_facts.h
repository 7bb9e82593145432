// From a bundle to its facts: every collector reads its family's evidence.
#pragma once

#include "bundle/bundle.h"
#include "facts/document.h"

namespace ihc {

/// A pure function of the bundle; the order of collectors does not matter to what they find.
FactsBuilder read_facts(const Bundle& bundle);

}  // namespace ihc
