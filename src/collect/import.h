// From what a client already has to a bundle: trees of a machine's files and texts that tools printed, each with its
// origin. Judges nothing, asks nobody, and knows no clock: the same input gives the same bundle.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "bundle/manifest.h"
#include "bundle/scrub.h"
#include "collect/collector.h"

namespace ihc {

/// One thing to import. `kind` is what a person said it is; without it, recognition decides.
struct ImportSource {
  std::string path;  ///< a file, a folder, or "-" for standard input
  std::optional<std::string> kind;
};

/// "numastat-p:saved.txt" → kind and path, when a collector knows that kind; a file of that very name comes before it.
/// Fails (usage) on a word before the colon that is no kind when no such file exists.
Result<ImportSource> import_source(const std::string& argument, std::span<const Collector* const> collectors);

struct ImportOptions {
  std::vector<ImportSource> sources;
  std::map<std::string, std::string> labels;
  std::string node;       ///< its label; empty: its host name, where the evidence has it, else "imported"
  std::string taken_utc;  ///< when the evidence was gathered, as a person says; empty: as the evidence says, if it does
  std::optional<int> pid;            ///< this process of a tree is the worker, with what is below it
  std::optional<std::string> match;  ///< or those whose command line matches this RE2 expression
  std::vector<std::string> arguments;
};

/// One file of the bundle to be.
struct ImportedFile {
  std::string path;  ///< in the plain tree: "root/proc/stat", "commands/numastat-p/stdout"
  std::string bytes;
  bool is_packed = false;  ///< one of a tree's many
};

struct Import {
  std::vector<ImportedFile> files;  ///< sorted by path, each path once
  Manifest manifest;
};

/// Reads and sorts everything, in memory. Fails naming the source: it cannot be read, it is hostile, it is nothing that
/// a collector knows (with the kinds that are known), it fits several kinds (with the candidates), or two sources claim
/// one place in the bundle.
Result<Import> import_evidence(const ImportOptions& options, std::span<const Collector* const> collectors);

/// Writes the bundle: an archive or a folder, as BundleWriter decides by name.
Result<std::filesystem::path> write_import(const Import& import, const std::filesystem::path& target);

}  // namespace ihc
