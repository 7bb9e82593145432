// The kernel's log: out-of-memory kills, GPU faults (Xid), PCIe and memory errors, lockups, unstable clocks.
//
//   journalctl _TRANSPORT=kernel --since -7d -o short-iso     several boots, with dates, where journald keeps them
//   dmesg                                                     the ring buffer of this boot
//
// Only lines that tell of trouble become facts; what a code means is the vendor's catalogue's, and the rules'. The two
// sources say the same of this boot, so one is read: the journal where it has lines.

#include "collect/collector.h"
#include "collectors/kernel_log/events.h"
#include "collectors/kernel_log/log_lines.h"
#include "collectors/reading/evidence_reader.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

constexpr Capture kCaptures[] = {
    File{.path = "/proc/uptime"},
    CommandOutput{.slug = "dmesg",
                  .argv = {"dmesg"},
                  .moment = Moment::after,
                  .hint = "collect as root: kernel.dmesg_restrict keeps the log from users"},
    CommandOutput{.slug = "journal-kernel",
                  .argv = {"journalctl", "_TRANSPORT=kernel", "--since", "-7d", "-n", "50000", "-o", "short-iso",
                           "--no-pager", "-q"},
                  .moment = Moment::after,
                  .hint = "only where systemd-journald keeps the kernel's log; dmesg is read too"},
};

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

// Most of the first lines are in a log's form, and some are the kernel's: sure where the form names the kernel or is
// dmesg's.
Likeness like_kernel_log(std::string_view text) {
  constexpr std::size_t kLinesLookedAt = 200;
  std::size_t lines = 0;
  std::size_t logged = 0;
  std::size_t of_kernel = 0;
  for (const std::string& line : plain_lines(text)) {
    if (trim(line).empty() || line.starts_with("-- ")) continue;
    if (++lines > kLinesLookedAt) break;
    const auto parsed = parse_log_line(line);
    if (!parsed) continue;
    ++logged;
    if (!parsed->message.empty()) ++of_kernel;
  }
  if (of_kernel == 0 || logged * 2 < lines) return Likeness::no;
  const bool is_named = has(text, " kernel: ") || has(text, "Linux version ") || of_kernel == lines;
  return is_named ? Likeness::sure : Likeness::maybe;
}

constexpr ForeignText kTexts[] = {
    {.kind = "kernel-log",
     .about = "dmesg, journalctl -k or kern.log: the kernel's messages",
     .member = "commands/kernel-log/stdout",
     .likeness = like_kernel_log},
};

const char* const kPointer = "/kernel_log";

// Reads one source; nothing when it has no line of the kernel.
std::optional<KernelLog> read_log(const EvidenceReader& reader, const std::string& slug) {
  const std::string path = "commands/" + slug + "/stdout";
  const auto evidence = reader.bundle().find(path);
  if (!evidence || evidence->status != EvidenceStatus::ok) return std::nullopt;
  auto parsed = parse_kernel_log(evidence->bytes);
  if (parsed.value.lines == 0) return std::nullopt;
  reader.facts().source(kPointer, path);
  if (parsed.unparsed.any()) reader.unparsed("/kernel_log/events", path, parsed.unparsed);
  if (evidence->cut) reader.missing("/kernel_log/events", "parse_error", "partial: " + path + " was cut at its limit");
  parsed.value.source = slug;
  return std::move(parsed.value);
}

std::optional<double> read_uptime(const EvidenceReader& reader) {
  const auto text = reader.text_if_any("root/proc/uptime", "/kernel_log/uptime_seconds");
  const auto words = text ? split_words(*text) : std::vector<std::string_view>{};
  return words.empty() ? std::nullopt : parse_decimal(trim(words.front()));
}

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "kernel_log");
  for (const char* slug : {"journal-kernel", "dmesg", "kernel-log"}) {
    auto log = read_log(reader, slug);
    if (!log) continue;
    log->uptime_seconds = read_uptime(reader);
    builder.facts.kernel_log = std::move(log);
    return;
  }
  reader.explain("commands/dmesg/stdout", kPointer);
}

}  // namespace

extern const Collector k_kernel_log_collector{
    .name = "kernel_log",
    .about = "lines of the kernel's log that tell of trouble: OOM kills, Xid, AER, memory errors, lockups",
    .captures = kCaptures,
    .read = read,
    .texts = kTexts,
};

}  // namespace ihc
