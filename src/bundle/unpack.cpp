// The plain tree of a bundle: packed members taken apart, as a sos report or a gathered hwloc tree has it.
#include <cerrno>
#include <filesystem>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include <sys/stat.h>

#include "base/text.h"
#include "bundle/bundle.h"
#include "bundle/member_path.h"
#include "bundle/packed.h"
#include "bundle/tree.h"

namespace ihc {

namespace {

namespace fs = std::filesystem;

// Control characters stand in a file's name as they do in the packed member: %NN.
std::string safe_name(std::string_view path) {
  std::string name;
  for (const char c : path) {
    const bool is_control = static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    name += is_control ? percent_encode(std::string_view(&c, 1)) : std::string(1, c);
  }
  return name;
}

// "0007-81234567890": the reading's number in time order, and its CLOCK_MONOTONIC nanoseconds.
std::string reading_name(std::size_t number, std::int64_t taken_ns) {
  std::string digits = std::to_string(number);
  if (digits.size() < 4) digits.insert(0, 4 - digits.size(), '0');
  return digits + "-" + std::to_string(taken_ns);
}

using Files = std::map<std::string, std::string_view, std::less<>>;

// Members were read once when the bundle was opened, so that reading them again cannot fail.
Result<void> add_packed(std::string_view member, std::string_view bytes, Files& files) {
  return read_packed(bytes, member, [&](const PackedRecord& record) -> Result<void> {
    const bool has_content = record.status == EvidenceStatus::ok || !record.bytes.empty();
    if (has_content) files[safe_name(record.path)] = record.bytes;
    return {};
  });
}

Result<void> add_samples(const Bundle& bundle, std::string_view member, std::string_view bytes, Files& files) {
  std::set<std::string> paths;
  auto read = read_packed(bytes, member, [&](PackedRecord record) -> Result<void> {
    paths.insert(std::move(record.path));
    return {};
  });
  for (const std::string& path : paths) {
    const std::vector<Reading> readings = bundle.samples(path);
    for (std::size_t i = 0; i < readings.size(); ++i) {
      if (readings[i].status != EvidenceStatus::ok) continue;
      files[safe_name(path) + ".samples/" + reading_name(i, readings[i].taken_ns)] = readings[i].bytes;
    }
  }
  return read;
}

Result<Files> plain_files(const Bundle& bundle) {
  Files files;
  for (const auto& [path, bytes] : bundle.members()) {
    Result<void> added;
    if (path.starts_with("packed/")) {
      added = add_packed(path, bytes, files);
    } else if (path.starts_with("samples/")) {
      added = add_samples(bundle, path, bytes, files);
    } else {
      files[path] = bytes;
    }
    if (!added) return fail(std::move(added.error()));
  }
  return files;
}

// The target of a link and the files below it are both evidence; in a tree without links the target gets a name of its
// own.
std::string name_in_tree(const Files& files, const std::string& path) {
  const std::string prefix = path + "/";
  const auto below = files.lower_bound(prefix);
  const bool is_folder_too = below != files.end() && below->first.starts_with(prefix);
  return is_folder_too ? path + ".link" : path;
}

Result<void> write_files(const Files& files, const fs::path& directory) {
  auto tree = TreeWriter::open(directory, directory.string(), Durability::when_the_system_likes);
  if (!tree) return fail(std::move(tree.error()));
  for (const auto& [path, bytes] : files) {
    if (auto written = tree->write(name_in_tree(files, path), PathKind::packed_record, bytes); !written) return written;
  }
  return {};
}

enum class Origin { was_there, made_here };

Result<Origin> prepare(const fs::path& directory) {
  if (::mkdir(directory.c_str(), 0700) == 0) return Origin::made_here;
  const int why = errno;
  std::error_code error;
  if (!fs::exists(directory, error)) {
    return fail(error_from_errno(why, directory.string(), "choose a folder whose parent exists and is writable"));
  }
  if (!fs::is_directory(directory, error)) {
    return fail(ErrorCode::io, "exists and is not a folder", directory.string(), "choose another name");
  }
  const bool is_empty = fs::is_empty(directory, error);
  if (error) return fail(error_from_errno(error.value(), directory.string()));
  if (!is_empty) return fail(ErrorCode::io, "the folder is not empty", directory.string(), "choose another name");
  return Origin::was_there;
}

// The folder was empty or absent before: what is in it now is ours.
void clean_up(const fs::path& directory, Origin origin) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(directory, ignored)) fs::remove_all(entry.path(), ignored);
  if (origin == Origin::made_here) fs::remove(directory, ignored);
}

}  // namespace

Result<void> unpack(const Bundle& bundle, const fs::path& directory) {
  auto files = plain_files(bundle);
  if (!files) return fail(std::move(files.error()));
  const auto origin = prepare(directory);
  if (!origin) return fail(origin.error());
  auto written = write_files(*files, directory);
  if (!written) clean_up(directory, *origin);
  return written;
}

}  // namespace ihc
