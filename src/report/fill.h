// A checked template and a model become text. Every text of the model is offered in the spelling of each place a value
// can stand (report/escape.h), so nothing is escaped while filling and nothing can be forgotten.
#pragma once

#include <string>

#include "base/json.h"
#include "base/result.h"
#include "report/template_set.h"

namespace ihc::report {

/// Fills a Markdown template. `model` is facts_to_json(Model).
Result<std::string> fill_markdown(const TemplateSet& set, const std::string& template_name, const Json& model);

/// Fills a template of plain text, which is escaped where it is printed, not here.
Result<std::string> fill_text(const TemplateSet& set, const std::string& template_name, const Json& model);

/// Fills theme/page.html. `page` is facts_to_json(Page).
Result<std::string> fill_page(const TemplateSet& set, const Json& page);

}  // namespace ihc::report
