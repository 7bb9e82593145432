// Writing files below one folder and nowhere else: what a bundle folder and `ihc unpack` are made with.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"
#include "base/result.h"
#include "bundle/member_path.h"

namespace ihc {

/// When a file's bytes must be on the disk.
enum class Durability { when_the_system_likes, before_return };

/// An open folder. Every component of a path is opened relative to the one before it without following links, and every
/// file is created new: a link that someone puts there while we write is an error, not a way out.
class TreeWriter {
 public:
  /// `name` stands for the folder in messages: the name it will have, where that is another one.
  static Result<TreeWriter> open(const std::filesystem::path& folder, std::string name, Durability durability);

  /// Writes one file (mode 0600), making the folders on its way (0700). Fails naming the file: a path that
  /// check_bundle_path refuses, a file that exists, a full disk.
  Result<void> write(std::string_view path, PathKind kind, std::string_view bytes);

 private:
  TreeWriter(FileDescriptor folder, std::string name, Durability durability)
      : folder_(std::move(folder)), name_(std::move(name)), durability_(durability) {}
  Result<FileDescriptor> open_parent(std::string_view path, std::string_view& file_name) const;

  FileDescriptor folder_;
  std::string name_;
  Durability durability_;
};

}  // namespace ihc
