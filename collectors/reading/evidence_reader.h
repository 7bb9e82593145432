// How a collector's read function takes evidence out of a bundle: every value it gets is noted as a source of the facts
// at a JSON pointer, and every value it does not get is noted as missing, with the reason that the bundle recorded.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cpu_set.h"
#include "base/text.h"
#include "bundle/bundle.h"
#include "collectors/reading/parsed.h"
#include "facts/document.h"

namespace ihc {

class EvidenceReader {
 public:
  /// `collector` is the name under which the manifest knows the family. All three outlive the reader.
  EvidenceReader(const Bundle& bundle, FactsBuilder& facts, std::string_view collector);

  const Bundle& bundle() const { return bundle_; }
  FactsBuilder& facts() const { return facts_; }

  /// The bytes at a plain-tree path, noted as a source of `pointer`; else nothing, and why is noted as missing.
  std::optional<std::string_view> text(const std::string& path, const std::string& pointer) const;
  /// The same for the first of several paths that was read; the reason noted is that of the first path.
  std::optional<std::string_view> first_text(std::initializer_list<std::string> paths,
                                             const std::string& pointer) const;
  /// The bytes when they are there, noted as a source. Their absence is not noted: it is normal or told elsewhere.
  std::optional<std::string_view> text_if_any(const std::string& path, const std::string& pointer) const;

  /// One value a file, as sysfs and sysctl have them. A text that does not parse is missing with parse_error.
  std::optional<std::string> word(const std::string& path, const std::string& pointer) const;
  std::optional<std::int64_t> integer(const std::string& path, const std::string& pointer) const;
  std::optional<double> decimal(const std::string& path, const std::string& pointer) const;
  /// A CPU or node list. An empty file and the kernel's "(null)" are the empty set.
  std::optional<CpuSet> cpu_list(const std::string& path, const std::string& pointer) const;

  /// Whether the collection looked for this path, or for anything of this pattern, and there was nothing. Only then may
  /// something be called structural: where nobody looked, or it was not allowed, nothing is known.
  bool saw_none(const std::string& path) const;
  /// Notes `structural` with this hint when saw_none(path), else why the evidence at `path` gives nothing.
  void explain_lack(const std::string& path, const std::string& pointer, std::string_view hint) const;
  /// Notes why the evidence at `path` gives nothing for `pointer`: its own status, else the collector's record.
  void explain(const std::string& path, const std::string& pointer) const;
  /// Notes a reason of the reader's own (a reason code of DESIGN "Words").
  void missing(const std::string& pointer, std::string_view reason, std::string_view hint = {}) const;
  /// Notes parse_error for `pointer`, naming the file and the first line that was not understood.
  void unparsed(const std::string& pointer, const std::string& path, const Unparsed& what) const;

 private:
  const Bundle& bundle_;
  FactsBuilder& facts_;
  std::string collector_;
};

/// A file with one value, without noting anything: for the many small files of packed families.
std::optional<std::int64_t> integer_at(const Bundle& bundle, const std::string& path);
std::optional<std::string> word_at(const Bundle& bundle, const std::string& path);
/// "(null)" and an empty text are the empty set.
std::optional<CpuSet> parse_sysfs_cpu_list(std::string_view text);
/// The list at `path`, else the mask at `mask_path` (older kernels have only that).
std::optional<CpuSet> cpu_set_at(const Bundle& bundle, const std::string& path, const std::string& mask_path = {});

/// The path component that follows `prefix` in each of `paths`, without repeats, order kept:
/// ("root/sys/…/node0/cpulist", "root/sys/…/") → "node0".
std::vector<std::string> components_after(const std::vector<std::string>& paths, std::string_view prefix);

/// "node12" with prefix "node" → 12; nothing when what follows is no number.
std::optional<std::int64_t> number_after(std::string_view name, std::string_view prefix);

}  // namespace ihc
