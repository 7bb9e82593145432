// What a stranger gives to `ihc import`: an archive, a compressed file or a text. Read or refused in one sentence, and
// whatever becomes of it obeys the rules for paths of a bundle.
#include <cstdint>
#include <cstdlib>
#include <set>

#include "bundle/import_tree.h"
#include "bundle/member_path.h"
#include "collect/importing/sort_tree.h"

namespace {

void check_sentence(const ihc::Error& error) {
  if (error.what.empty() || ihc::to_string(error).find('\n') != std::string::npos) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr ihc::ImportLimits kSmall{.entries = 256,
                                     .file_bytes = 1 << 16,
                                     .kept_bytes = 1 << 18,
                                     .stream_bytes = 1 << 20,
                                     .ratio = 100,
                                     .ratio_free_bytes = 1 << 16};
  const std::string bytes(data, data + size);
  const auto content = ihc::read_import_bytes(bytes, "fuzz", kSmall);
  if (!content) {
    check_sentence(content.error());
    return 0;
  }
  ihc::Gathering gathering(ihc::all_collectors());
  ihc::Said said;
  if (content->is_tree) {
    const auto sorted = ihc::sort_tree(content->tree, "fuzz", gathering, said);
    if (!sorted) check_sentence(sorted.error());
  } else {
    const auto sorted = ihc::sort_text(content->text, "fuzz", ihc::Naming::given, gathering);
    if (!sorted) check_sentence(sorted.error());
  }
  std::set<std::string> paths;
  for (const ihc::ImportedFile& file : gathering.take().files) {
    const auto kind = file.is_packed ? ihc::PathKind::packed_record : ihc::PathKind::member;
    if (!ihc::check_bundle_path(file.path, kind) || !paths.insert(file.path).second) std::abort();
  }
  return 0;
}
