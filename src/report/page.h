// What theme/page.html sees: the frame of the HTML of a report or a comparison. `style`, `contents` and `body` are
// finished markup and may stand in triple braces; everything else is text.
#pragma once

#include <array>

#include "report/comparison/cover.h"
#include "report/model/model.h"

namespace ihc::report {

struct Page {
  std::string title;
  std::string language;
  std::string subject;
  std::string style;
  std::string contents;
  std::string body;
  std::string risk_figure;
  bool is_for_pdf = false;
  bool has_cover = false;
  bool is_comparison = false;
  ComparisonCover comparison;
  Cover cover;
  Risk risk;
  Counts counts;
  Checklist checklist;
};

/// The members of Page that are markup.
inline constexpr std::array<std::string_view, 4> kMarkupMembers{"body", "contents", "risk_figure", "style"};

}  // namespace ihc::report

namespace ihc {

template <>
struct Describe<report::Page> {
  using T = report::Page;
  static constexpr std::string_view kName = "page";
  static constexpr auto kFields =
      std::tuple{field("title", &T::title, "of the report"),
                 field("language", &T::language, "BCP 47"),
                 field("subject", &T::subject, "what it is about: the node, or which two were compared"),
                 field("style", &T::style, "theme/style.css; markup"),
                 field("contents", &T::contents, "the list of contents; markup"),
                 field("body", &T::body, "the views; markup"),
                 field("risk_figure", &T::risk_figure, "the risk figure as SVG, or nothing; markup"),
                 field("is_for_pdf", &T::is_for_pdf, "whether ihc-pdf will print it"),
                 field("has_cover", &T::has_cover, "whether this is a whole report"),
                 field("is_comparison", &T::is_comparison, "whether it is of a comparison, not of a node"),
                 field("comparison", &T::comparison, "the first page of a comparison"),
                 field("cover", &T::cover, "the first page of a node's report"),
                 field("risk", &T::risk, "the level and its arithmetic"),
                 field("counts", &T::counts, "how many results of each kind"),
                 field("checklist", &T::checklist, "five items")};
};

}  // namespace ihc
