// Markdown → HTML by walking cmark-gfm's node tree (tables, task lists, strikethrough, autolinks). Nothing in the
// Markdown becomes markup by itself: raw HTML nodes are printed as text, links lead to http(s) addresses and to places
// of this document only, and an image is one of our figures or its description.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "report/charts/charts.h"

namespace ihc::report {

enum class HtmlTarget {
  screen,  ///< report.html: whole tables, plain anchors
  pdf,     ///< for ihc-pdf: marker links at headings, tables in blocks that fit a page (pdf/protocol.h)
};

/// One view: its id, and its Markdown as filled in.
struct ViewText {
  std::string id;
  std::string markdown;
};

struct Heading {
  int level = 1;
  std::string id;
  std::string title;
};

struct HtmlBody {
  std::string html;  ///< one <section class="view"> a view
  std::vector<Heading> headings;
};

/// A heading "F3 · …" gets the id "f3", a first table cell "E4" the id "e4", other headings an id made of their words.
HtmlBody to_html(const std::vector<ViewText>& views, const std::vector<Figure>& figures, HtmlTarget target);

}  // namespace ihc::report
