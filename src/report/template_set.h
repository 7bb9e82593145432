// The templates as loaded: views, partials, theme and words, checked before anything is filled in.
//
// views.json says which views there are and which of them each selection of --view shows, in order:
//
//   {"title": "Inference Health Check",
//    "language": "en",
//    "front": "front.md",
//    "views": [{"id": "consultant", "title": "Consultant View", "template": "consultant.md"}, …],
//    "selections": {"full": ["consultant", "checklist"], "consultant": ["consultant"]},
//    "comparison": {"title": "Before and After", "front": "comparison/front.md", "claim": "comparison/claim.txt",
//                   "verdict": "comparison/verdict.txt", "views": [{"id": …, "title": …, "template": …}, …]}}
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostics.h"
#include "base/resources.h"
#include "report/words.h"

namespace ihc::report {

struct Template {
  std::string name;    ///< path among the templates: "consultant.md", "partials/glossary.md"
  std::string origin;  ///< for diagnostics
  std::string text;
};

struct View {
  std::string id;
  std::string title;
  std::string template_name;
};

/// Of `ihc compare`. Without views: these templates have no comparison.
struct ComparisonTemplates {
  std::string title;
  std::string front;
  std::string claim;    ///< a sentence of plain text
  std::string verdict;  ///< likewise
  std::vector<View> views;
};

struct TemplateSet {
  std::string title;  ///< of every report
  std::string language = "en";
  std::string front;  ///< template of the Markdown's first page; HTML has its own in the theme
  std::vector<View> views;
  std::map<std::string, std::vector<std::string>> selections;  ///< of --view → view ids
  ComparisonTemplates comparison;
  std::map<std::string, Template> templates;  ///< by name
  Words words{Json::object()};

  const View* view(std::string_view id) const;
  const Template* find(std::string_view name) const;
};

struct LoadedTemplates {
  TemplateSet set;
  std::vector<Diagnostic> diagnostics;  ///< with an error among them the set must not be used
};

/// Reads and checks everything in load_resources("templates", …); all that is wrong is reported.
LoadedTemplates load_templates(const std::vector<Resource>& resources);

}  // namespace ihc::report
