// What becomes of a comparison: printed, or written as pages into a folder.
#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "base/json.h"
#include "base/result.h"
#include "cli/exit_codes.h"
#include "report/compared_pair.h"
#include "report/template_set.h"

namespace ihc {

struct CompareOutput {
  std::vector<std::string> formats;  ///< text, json, md, html, pdf; empty: text, or with a folder md, html and pdf
  std::string directory;             ///< empty: standard output
  std::string client;
  std::string as_of;
  bool print_model = false;
};

/// Declares -o, --format, --client and --model.
void add_output_options(CLI::App& app, CompareOutput& output);

/// Fails (usage) for what one standard output can't hold: a page, or two documents.
Result<void> check_output(const CompareOutput& output);

/// Prints and writes what was asked for. `text` is the comparison for a terminal, `document` is compare.json, to which
/// the sentence of each claim is added. done, in_part (a format failed and was told), or the code of the failure.
ExitCode give_out(const CompareOutput& output, const std::vector<report::ComparedPair>& pairs, const std::string& text,
                  Json document, const report::TemplateSet& templates);

}  // namespace ihc
