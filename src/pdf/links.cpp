#include "pdf/links.h"

#include <algorithm>

namespace ihc {
namespace {

std::string uri_of(QPDFObjectHandle annotation) {
  QPDFObjectHandle action = annotation.getKey("/A");
  if (!action.isDictionary() || !action.getKey("/URI").isString()) return {};
  return action.getKey("/URI").getStringValue();
}

}  // namespace

std::vector<PageLink> links_of(QPDFObjectHandle page) {
  std::vector<PageLink> links;
  QPDFObjectHandle annotations = page.getKey("/Annots");
  if (!annotations.isArray()) return links;
  for (QPDFObjectHandle annotation : annotations.getArrayAsVector()) {
    if (!annotation.isDictionary() || !annotation.getKey("/Rect").isRectangle()) continue;
    const auto box = annotation.getKey("/Rect").getArrayAsRectangle();
    links.push_back({annotation,
                     {std::min(box.llx, box.urx), std::min(box.lly, box.ury), std::max(box.llx, box.urx),
                      std::max(box.lly, box.ury)},
                     uri_of(annotation)});
  }
  return links;
}

}  // namespace ihc
