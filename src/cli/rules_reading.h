// ihc rules list | show | explain: the rules for people to read, and how one came to its answer on a bundle.
#pragma once

#include <string>

#include "cli/exit_codes.h"
#include "engine/pack.h"

namespace ihc {

enum class RulesFormat { text, json };

ExitCode list_rules(const RulePack& pack, RulesFormat format);
/// Everything a rule says, readable; an unknown id is refused with the nearest known one.
ExitCode show_rule(const RulePack& pack, const std::string& id, RulesFormat format);
/// The rule's expressions with the value of each part on this bundle, the facts read, and the files behind them.
ExitCode explain_rule(const RulePack& pack, const std::string& id, const std::string& bundle_path, RulesFormat format);

}  // namespace ihc
