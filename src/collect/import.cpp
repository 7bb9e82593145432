#include "collect/import.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include <unistd.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/limits.h"
#include "base/text.h"
#include "bundle/import_tree.h"
#include "bundle/member_path.h"
#include "bundle/writer.h"
#include "collect/importing/find_workers.h"
#include "collect/importing/gather.h"
#include "collect/importing/sort_tree.h"

namespace ihc {

namespace {

namespace fs = std::filesystem;

constexpr const char* kStandardInput = "-";
constexpr const char* kUnnamedNode = "imported";

bool is_kind_word(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

Result<std::string> read_standard_input() {
  std::string bytes;
  std::array<char, 65536> buffer;
  for (;;) {
    const ssize_t count = ::read(STDIN_FILENO, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(error_from_errno(errno, "standard input"));
    if (count == 0) return bytes;
    bytes.append(buffer.data(), static_cast<std::size_t>(count));
    if (bytes.size() > limits::kMaxBundleFileBytes) {
      return fail(ErrorCode::too_large, "larger than " + std::to_string(limits::kMaxBundleFileBytes) + " bytes",
                  "standard input");
    }
  }
}

Result<void> add_named_text(const ImportSource& source, std::string_view text, Gathering& gathering) {
  if (!source.kind) {
    auto outcome = sort_text(text, source.path, Naming::given, gathering);
    return outcome ? Result<void>() : Result<void>(fail(std::move(outcome.error())));
  }
  const ForeignText* kind = foreign_text_of_kind(*source.kind, gathering.collectors());
  if (kind == nullptr) return unknown_input(*source.kind + ":" + source.path, gathering.collectors());
  if (trim(text).empty()) {
    return fail(ErrorCode::malformed, "is empty", source.path, "save what the tool printed again");
  }
  if (text.size() > kind->max_bytes) {
    return fail(ErrorCode::too_large, "larger than " + std::to_string(kind->max_bytes) + " bytes", source.path,
                "give the part of it that matters");
  }
  return gathering.add_text(*kind, text, source.path);
}

Result<void> add_tree(const ImportSource& source, const ImportTree& tree, Gathering& gathering, Said& said) {
  if (source.kind) {
    return fail(ErrorCode::usage, "is a folder or an archive, not one text of kind " + *source.kind, source.path,
                "give it without its kind");
  }
  return sort_tree(tree, source.path, gathering, said);
}

Result<void> add_source(const ImportSource& source, Gathering& gathering, Said& said) {
  std::error_code ignored;
  if (source.path != kStandardInput && fs::is_directory(source.path, ignored)) {
    auto tree = read_import_folder(source.path);
    if (!tree) return fail(std::move(tree.error()));
    return add_tree(source, *tree, gathering, said);
  }
  auto bytes =
      source.path == kStandardInput ? read_standard_input() : read_file(source.path, limits::kMaxBundleFileBytes);
  if (!bytes) return fail(std::move(bytes.error()));
  auto content = read_import_bytes(*bytes, source.path);
  if (!content) return fail(std::move(content.error()));
  return content->is_tree ? add_tree(source, content->tree, gathering, said)
                          : add_named_text(source, content->text, gathering);
}

}  // namespace

Result<ImportSource> import_source(const std::string& argument, std::span<const Collector* const> collectors) {
  std::error_code ignored;
  const std::size_t colon = argument.find(':');
  const std::string word = argument.substr(0, colon);
  if (colon == std::string::npos || colon + 1 == argument.size() || !is_kind_word(word))
    return ImportSource{argument, {}};
  if (fs::exists(argument, ignored)) return ImportSource{argument, {}};
  if (foreign_text_of_kind(word, collectors) == nullptr) {
    return fail(ErrorCode::usage, "is no kind that ihc knows", word, "known kinds: " + kinds_for_people(collectors));
  }
  return ImportSource{argument.substr(colon + 1), word};
}

Result<Import> import_evidence(const ImportOptions& options, std::span<const Collector* const> collectors) {
  Gathering gathering(collectors);
  Said said;
  for (const ImportSource& source : options.sources) {
    if (auto added = add_source(source, gathering, said); !added) return fail(std::move(added.error()));
  }
  if (auto found = find_imported_workers(options, gathering); !found) return fail(std::move(found.error()));
  Import import = gathering.take();
  Manifest& manifest = import.manifest;
  manifest.node = !options.node.empty() ? options.node : said.host_name.value_or(kUnnamedNode);
  manifest.labels = options.labels;
  manifest.arguments = Scrubber().scrub_argv(options.arguments);
  manifest.started_utc = !options.taken_utc.empty() ? options.taken_utc : said.taken_utc.value_or("");
  manifest.ended_utc = manifest.started_utc;
  return import;
}

Result<fs::path> write_import(const Import& import, const fs::path& target) {
  auto writer = BundleWriter::create(target);
  if (!writer) return fail(std::move(writer.error()));
  for (const ImportedFile& file : import.files) {
    auto added = file.is_packed ? (*writer)->add_packed("imported", file.path, EvidenceStatus::ok, "", 0, file.bytes)
                                : (*writer)->add_member(file.path, file.bytes);
    if (!added) return fail(std::move(added.error()));
  }
  return (*writer)->finish(import.manifest);
}

}  // namespace ihc
