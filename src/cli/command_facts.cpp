// ihc facts: what the facts document can hold, for authors of rules and for programs that read it.

#include <iostream>
#include <memory>

#include "base/json.h"
#include "cli/command.h"
#include "facts/document.h"

namespace ihc {

namespace {

struct Options {
  bool schema = false;
  bool reference = false;
};

std::function<ExitCode()> declare(CLI::App& app, const CommandContext&) {
  auto options = std::make_shared<Options>();
  CLI::Option_group* what = app.add_option_group("what");
  what->add_flag("--schema", options->schema, "the JSON Schema (draft-07) of the facts document");
  what->add_flag("--reference", options->reference, "every fact with its type and source, as Markdown");
  what->require_option(1);
  return [options] {
    std::cout << (options->schema ? to_pretty_text(facts_schema()) : facts_reference());
    return ExitCode::done;
  };
}

}  // namespace

extern const Command k_facts_command{
    .name = "facts",
    .about = "Describe the facts document: its JSON Schema or its reference page",
    .declare = declare,
};

}  // namespace ihc
