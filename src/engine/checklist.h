// The checklist items as findings decide them.
#pragma once

#include <vector>

#include "engine/risk.h"

namespace ihc {

std::vector<ChecklistItem> assess_checklist(const std::vector<Finding>& findings, const RiskTable& table);

/// Whether an item stands in the way of a level low: it is not assessed, and not because nothing of it applies here.
bool blocks_low(const ChecklistItem& item);

}  // namespace ihc
