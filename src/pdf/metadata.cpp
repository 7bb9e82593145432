#include "pdf/metadata.h"

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/version.h"

namespace ihc {
namespace {

/// "2026-11-21T08:40:00Z" → "D:20261121084000Z" (ISO 32000-1, 7.9.4).
std::string pdf_date(const std::string& iso) {
  std::string out = "D:";
  for (const char c : iso) {
    if (c >= '0' && c <= '9') out += c;
  }
  return out + "Z";
}

/// XML 1.0 has no place for other control characters, not even as references.
std::string xml_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n' || c == '\r') {
      out += c;
    }
  }
  return out;
}

std::string language_alternative(std::string_view text) {
  return "<rdf:Alt><rdf:li xml:lang=\"x-default\">" + xml_escape(text) + "</rdf:li></rdf:Alt>";
}

std::string xmp_packet(const PdfRequest& request, const std::string& date, const std::string& program) {
  return "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
         "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
         "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
         "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\""
         " xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\n"
         "<dc:format>application/pdf</dc:format>\n"
         "<dc:title>" +
         language_alternative(request.title) +
         "</dc:title>\n"
         "<dc:creator><rdf:Seq><rdf:li>" +
         xml_escape(request.author) +
         "</rdf:li></rdf:Seq></dc:creator>\n"
         "<dc:description>" +
         language_alternative(request.subject) +
         "</dc:description>\n"
         "<dc:language><rdf:Bag><rdf:li>" +
         xml_escape(request.language) +
         "</rdf:li></rdf:Bag></dc:language>\n"
         "<xmp:CreateDate>" +
         date + "</xmp:CreateDate>\n<xmp:ModifyDate>" + date +
         "</xmp:ModifyDate>\n"
         "<xmp:CreatorTool>" +
         program + "</xmp:CreatorTool>\n<pdf:Producer>" + program +
         "</pdf:Producer>\n"
         "</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"r\"?>\n";
}

}  // namespace

void set_metadata(QPDF& document, const PdfRequest& request) {
  const std::string date = utc_to_text(request.created_epoch_s);
  const std::string program = "ihc " + std::string(kVersion);
  QPDFObjectHandle info = document.makeIndirectObject(QPDFObjectHandle::newDictionary());
  info.replaceKey("/Title", QPDFObjectHandle::newUnicodeString(request.title));
  info.replaceKey("/Author", QPDFObjectHandle::newUnicodeString(request.author));
  info.replaceKey("/Subject", QPDFObjectHandle::newUnicodeString(request.subject));
  info.replaceKey("/Creator", QPDFObjectHandle::newUnicodeString(program));
  info.replaceKey("/Producer", QPDFObjectHandle::newUnicodeString(program));
  info.replaceKey("/CreationDate", QPDFObjectHandle::newString(pdf_date(date)));
  info.replaceKey("/ModDate", QPDFObjectHandle::newString(pdf_date(date)));
  document.getTrailer().replaceKey("/Info", info);

  QPDFObjectHandle packet = QPDFObjectHandle::newStream(&document, xmp_packet(request, date, program));
  packet.getDict().replaceKey("/Type", QPDFObjectHandle::newName("/Metadata"));
  packet.getDict().replaceKey("/Subtype", QPDFObjectHandle::newName("/XML"));
  QPDFObjectHandle root = document.getRoot();
  root.replaceKey("/Metadata", packet);
  root.replaceKey("/Lang", QPDFObjectHandle::newUnicodeString(request.language));
  root.replaceKey("/ViewerPreferences", QPDFObjectHandle::parse("<< /DisplayDocTitle true >>"));
}

}  // namespace ihc
