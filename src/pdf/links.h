// The links of a page, as libwkhtmltox writes them: /Annots of /Subtype /Link with a /URI action.
#pragma once

#include <string>
#include <vector>

#include <qpdf/QPDFObjectHandle.hh>

namespace ihc {

/// A rectangle on a page, in points from its lower left corner.
struct PageBox {
  double left = 0;
  double bottom = 0;
  double right = 0;
  double top = 0;
};

struct PageLink {
  QPDFObjectHandle annotation;
  PageBox box;
  std::string uri;  ///< empty when it has another action, or none
};

/// All annotations of the page that are dictionaries with a rectangle, in the order of the file.
std::vector<PageLink> links_of(QPDFObjectHandle page);

}  // namespace ihc
