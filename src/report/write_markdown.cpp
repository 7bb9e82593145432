// report.md, compare.md: first page and views one after the other, with the figures that it shows as files beside it.
#include <algorithm>

#include "report/report.h"

namespace ihc::report {

namespace {

// Templates leave blank lines where a section was empty; more than one in a row says nothing. Code keeps its own.
std::string without_blank_runs(const std::string& markdown) {
  std::string out;
  std::string fence;
  std::size_t blank_lines = 0;
  for (std::size_t at = 0; at < markdown.size();) {
    const std::size_t end = std::min(markdown.find('\n', at), markdown.size());
    const std::string line = markdown.substr(at, end - at);
    at = end + 1;
    const std::size_t ticks = std::min(line.find_first_not_of('`'), line.size());
    if (fence.empty() && ticks >= 3) {
      fence = line.substr(0, ticks);
    } else if (!fence.empty() && line == fence) {
      fence.clear();
    }
    const bool blank = fence.empty() && line.find_first_not_of(' ') == std::string::npos;
    blank_lines = blank ? blank_lines + 1 : 0;
    if (blank_lines > 1 || (blank && out.empty())) continue;
    out += line + "\n";
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace

Result<std::vector<OutputFile>> write_markdown(const Report& report, const TemplateSet& /*templates*/) {
  std::string text = report.front + "\n";
  for (const ViewText& view : report.views) text += view.markdown + "\n";
  std::vector<OutputFile> files{{report.stem + ".md", without_blank_runs(text)}};
  for (const Figure& figure : report.figures) {
    if (text.find("(" + figure.name + ")") != std::string::npos) files.push_back({figure.name, figure.svg});
  }
  return files;
}

}  // namespace ihc::report
