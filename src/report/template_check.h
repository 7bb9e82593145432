// Mustache skips unknown names without a word, so every tag is checked against the model's description before a
// template is filled.
//
//   consultant.md:12:5: error: "headlin" is not a member of risk [unknown-name]
//     {{headlin}}
//       ^~~~~~~
//     hint: did you mean "headline"?
//
// Tags: {{name}} {{a.b}} {{#section}} {{^inverted}} {{/section}} {{! comment}} {{> partials/name.md}}. A Markdown
// template says the place of a value behind a colon; without one it is running text:
//
//   {{name}}  {{name:prose}}  {{name:cell}}  {{name:code}}  {{name:code_cell}}  {{name:block}}  {{name:url}}
//
// {{#has_rows}} asks once whether the list `rows` has any; {{#rows}} repeats for each.
//
// Sentences of their own (.txt) and HTML have one way to write a text, so there a tag has no place.
//
// Raw tags ({{{name}}}, {{&name}}) exist in theme/page.html only, for its markup members.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/diagnostics.h"
#include "facts/describe.h"
#include "report/template_set.h"

namespace ihc::report {

enum class TemplateKind { markdown, html, plain };

/// All that is wrong in a template and in the partials it includes, each in the scope it is included from.
std::vector<Diagnostic> check_template(const Template& entry, const std::map<std::string, Template>& all,
                                       const TypeInfo& model, TemplateKind kind);

}  // namespace ihc::report
