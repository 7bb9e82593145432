// Evidence is never altered by its own spelling: one escaping function for each place a value can stand in the Markdown
// that templates write, and one for HTML.
//
//   value           text             table cell        code             code in a cell
//   a_b             a_b              a_b               `a_b`            `a_b`
//   _vllm_          \_vllm\_         \_vllm\_          `_vllm_`         `_vllm_`
//   x|y             x|y              x\|y              `x|y`            x\|y      (a code span in a cell has no pipe)
//   <b>             \<b\>            \<b\>             `<b>`            `<b>`
//
// What cannot be seen is spelled out first, in every context: a line feed is "[U+000A]", a right-to-left override
// "[U+202E]", so that no name of a process can hide, reorder or break what stands around it. Reading the escaped text
// as GitHub Flavored Markdown gives printable(value) back, byte for byte.
#pragma once

#include <string>
#include <string_view>

namespace ihc {

/// Valid UTF-8 in which control characters, invisible characters and direction marks are spelled "[U+202E]". A tab
/// stays a tab. Applying it again changes nothing.
std::string printable(std::string_view value);

/// The same, but line feeds stay (CRLF becomes LF): for blocks of commands and for prose.
std::string printable_lines(std::string_view value);

/// For running text, at any place in a line.
std::string escape_text(std::string_view value);

/// For a cell of a GFM table.
std::string escape_cell(std::string_view value);

/// For sentences that a rule's author wrote: pairs of backticks become code spans and web
/// addresses links, everything else is as escape_text().
std::string escape_prose(std::string_view value);

/// A whole code span with its backticks, outside tables; nothing for an empty value.
std::string escape_code(std::string_view value);

/// A whole code span in a table cell; plain cell text where a code span could not carry the value (it has a pipe).
std::string escape_code_cell(std::string_view value);

/// A whole fenced code block, line feeds kept, ending in a line feed; nothing for an empty value.
std::string escape_block(std::string_view value);

/// An http(s) address that Markdown turns into a link ("<https://…>"); running text for anything else.
std::string escape_url(std::string_view value);

/// For HTML and SVG text and double-quoted attributes.
std::string escape_html(std::string_view value);

/// Prose from a rule on one line: printable, runs of blanks and line ends become one blank.
std::string one_line(std::string_view prose);

}  // namespace ihc
