#include "report/claim_text.h"

#include "report/comparison/claim.h"
#include "report/escape.h"
#include "report/terminal_page.h"

namespace ihc::report {

Result<std::string> claims_text(const std::vector<ComparedPair>& pairs, const TemplateSet& templates,
                                const TerminalStyle& style) {
  const Words& words = templates.words;
  TerminalPage page(words, style);
  for (const ComparedPair& pair : pairs) {
    const auto sentence = claim_sentence(pair, templates);
    if (!sentence) return fail(sentence.error());
    const Claim claim = make_claim(pair, ComparisonTexts(words));
    if (!claim.is_possible || (sentence->empty() && claim.missing.empty())) continue;
    const std::string which = pairs.size() > 1 ? ": " + printable(pair.label) : "";
    page.heading(words.text("compare.claim") + which);
    const std::string lacks = words.text("compare.claim_lacks") + " " + printable(claim.missing);
    page.wrapped("  ", sentence->empty() ? lacks : *sentence, 2);
  }
  const std::string text = page.take();
  return text.empty() ? text : "\n" + text;
}

}  // namespace ihc::report
