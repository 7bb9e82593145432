#include "pdf/navigation.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include <qpdf/QPDFNameTreeObjectHelper.hh>
#include <qpdf/QPDFPageDocumentHelper.hh>

#include "pdf/links.h"

namespace ihc {
namespace {

// A jump shows a little of the page above the heading.
constexpr double kAbovePt = 8;

bool starts_with(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

bool is_kept(std::string_view uri) {
  return starts_with(uri, "https://") || starts_with(uri, "http://") || starts_with(uri, "mailto:");
}

/// The id behind a link within the document, which WebKit has made "file:///<its temporary file>#<id,
/// percent-encoded>".
std::optional<std::string> local_target(std::string_view uri) {
  const std::size_t hash = uri.find('#');
  if (!starts_with(uri, "file:") || hash == std::string_view::npos) return std::nullopt;
  return percent_decode(uri.substr(hash + 1));
}

/// For a person: without the path of our temporary file.
std::string shown_target(std::string_view uri) {
  if (!starts_with(uri, "file:")) return to_valid_utf8(uri);
  const std::size_t name = uri.find_first_of('#') != std::string_view::npos ? uri.find('#') : uri.rfind('/') + 1;
  return to_valid_utf8(uri.substr(name));
}

class LinkMender {
 public:
  explicit LinkMender(const std::vector<PlacedMarker>& markers) {
    for (const PlacedMarker& placed : markers) ids_.insert(placed.marker.id);
  }

  void mend(QPDFObjectHandle page) {
    QPDFObjectHandle kept = QPDFObjectHandle::newArray();
    for (PageLink& link : links_of(page)) {
      if (keep(link)) kept.appendItem(link.annotation);
    }
    if (kept.getArrayNItems() == 0) {
      page.removeKey("/Annots");
    } else {
      page.replaceKey("/Annots", kept);
    }
  }

  std::vector<std::string> dropped() const { return {dropped_.begin(), dropped_.end()}; }

 private:
  bool keep(PageLink& link) {
    if (starts_with(link.uri, kPdfMarkerScheme) || link.uri == kRulerHref) return false;
    if (link.uri.empty()) return link.annotation.hasKey("/Dest");
    if (is_kept(link.uri)) return true;
    const auto id = local_target(link.uri);
    if (id && ids_.count(*id) != 0) {
      QPDFObjectHandle jump = QPDFObjectHandle::parse("<< /S /GoTo >>");
      jump.replaceKey("/D", QPDFObjectHandle::newUnicodeString(*id));
      link.annotation.replaceKey("/A", jump);
      return true;
    }
    dropped_.insert(shown_target(link.uri));
    return false;
  }

  std::set<std::string> ids_;
  std::set<std::string> dropped_;
};

/// [page /XYZ null top null]: there, at the reader's own magnification.
QPDFObjectHandle destination(const std::vector<QPDFPageObjectHelper>& pages, const PlacedMarker& placed) {
  QPDFPageObjectHelper page = pages.at(placed.page - 1);
  return QPDFObjectHandle::newArray(
      {page.getObjectHandle(), QPDFObjectHandle::newName("/XYZ"), QPDFObjectHandle::newNull(),
       QPDFObjectHandle::newReal(placed.top_pt + kAbovePt, 2), QPDFObjectHandle::newNull()});
}

/// One entry of the outline that may still get entries below it.
struct OpenEntry {
  QPDFObjectHandle object;
  int level = 0;
};

/// Hangs `entry` behind the last entry of `parent`. /Count is how many entries show: all are open down to the second
/// level.
void append_entry(QPDFObjectHandle parent, QPDFObjectHandle entry) {
  QPDFObjectHandle last = parent.getKey("/Last");
  entry.replaceKey("/Parent", parent);
  if (last.isDictionary()) {
    last.replaceKey("/Next", entry);
    entry.replaceKey("/Prev", last);
  } else {
    parent.replaceKey("/First", entry);
  }
  parent.replaceKey("/Last", entry);
}

/// ISO 32000-1, 12.3.3: the number of entries below that show; negative in an entry that is closed.
int set_counts(QPDFObjectHandle entry, int depth) {
  int below = 0;
  for (QPDFObjectHandle child = entry.getKey("/First"); child.isDictionary(); child = child.getKey("/Next")) {
    below += 1 + set_counts(child, depth + 1);
  }
  if (below == 0) return 0;
  const bool is_open = depth == 0;
  entry.replaceKey("/Count", QPDFObjectHandle::newInteger(is_open ? below : -below));
  return is_open ? below : 0;
}

}  // namespace

std::vector<std::string> mend_links(QPDF& document, const std::vector<PlacedMarker>& markers) {
  LinkMender mender(markers);
  for (auto& page : QPDFPageDocumentHelper(document).getAllPages()) mender.mend(page.getObjectHandle());
  return mender.dropped();
}

void add_destinations(QPDF& document, const std::vector<PlacedMarker>& markers) {
  if (markers.empty()) return;
  const auto pages = QPDFPageDocumentHelper(document).getAllPages();
  auto tree = QPDFNameTreeObjectHelper::newEmpty(document);
  for (const PlacedMarker& placed : markers) {
    if (!tree.hasName(placed.marker.id)) tree.insert(placed.marker.id, destination(pages, placed));
  }
  QPDFObjectHandle names = QPDFObjectHandle::newDictionary();
  names.replaceKey("/Dests", tree.getObjectHandle());
  document.getRoot().replaceKey("/Names", names);
}

void add_outline(QPDF& document, const std::vector<PlacedMarker>& markers) {
  const auto pages = QPDFPageDocumentHelper(document).getAllPages();
  QPDFObjectHandle outline = document.makeIndirectObject(QPDFObjectHandle::parse("<< /Type /Outlines >>"));
  std::vector<OpenEntry> open{{outline, 0}};
  for (const PlacedMarker& placed : markers) {
    if (placed.marker.level == 0) continue;
    while (open.back().level >= placed.marker.level) open.pop_back();
    QPDFObjectHandle entry = document.makeIndirectObject(QPDFObjectHandle::newDictionary());
    entry.replaceKey("/Title", QPDFObjectHandle::newUnicodeString(placed.marker.title));
    entry.replaceKey("/Dest", destination(pages, placed));
    append_entry(open.back().object, entry);
    open.push_back({entry, placed.marker.level});
  }
  if (!outline.hasKey("/First")) return;
  set_counts(outline, 0);
  document.getRoot().replaceKey("/Outlines", outline);
  document.getRoot().replaceKey("/PageMode", QPDFObjectHandle::newName("/UseOutlines"));
}

}  // namespace ihc
