#include "cli/report_files.h"

#include <algorithm>
#include <system_error>

#include "base/files.h"
#include "cli/command.h"

namespace ihc {

namespace {

namespace fs = std::filesystem;

bool is_wanted(const std::vector<std::string>& formats, std::string_view format) {
  return format == "json" || std::find(formats.begin(), formats.end(), format) != formats.end();
}

Result<void> make_directory(const fs::path& directory) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (!error && fs::is_directory(directory, error)) return {};
  return fail(ErrorCode::io, error ? error.message() : "it is not a folder", directory.string(),
              "name a folder that can be made or written to with -o");
}

}  // namespace

Result<WrittenFiles> write_report_files(const report::Report& report, const report::TemplateSet& templates,
                                        const std::vector<std::string>& formats, const fs::path& directory) {
  if (auto made = make_directory(directory); !made) return fail(made.error());
  WrittenFiles written;
  for (const report::OutputFormat& format : report::output_formats()) {
    if (!is_wanted(formats, format.name)) continue;
    const auto files = format.write(report, templates);
    if (!files) {
      report_error(files.error());
      written.all = false;
      continue;
    }
    for (const report::OutputFile& file : *files) {
      const fs::path path = directory / file.name;
      if (auto done = write_file(path, file.bytes); !done) return fail(done.error());
      written.paths.push_back(path);
    }
  }
  return written;
}

}  // namespace ihc
