// Who wrote the document and what it is: the Info dictionary, the same again as XMP, and the catalog's language.
#pragma once

#include <qpdf/QPDF.hh>

#include "pdf/protocol.h"

namespace ihc {

/// Replaces what WebKit said about the document. Dates come from the request.
void set_metadata(QPDF& document, const PdfRequest& request);

}  // namespace ihc
