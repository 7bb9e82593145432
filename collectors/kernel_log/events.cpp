#include "collectors/kernel_log/events.h"

#include <algorithm>
#include <array>

#include "collectors/kernel_log/log_lines.h"
#include "collectors/reading/pasted_text.h"

namespace ihc {

namespace {

constexpr std::size_t kMaxEvents = 1000;  // distinct ones; a log that has more is counted on in `counts`
constexpr std::size_t kMaxTextBytes = 240;

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

/// What is behind the first `part`, or nothing.
std::optional<std::string_view> behind(std::string_view text, std::string_view part) {
  const std::size_t at = text.find(part);
  if (at == std::string_view::npos) return std::nullopt;
  return text.substr(at + part.size());
}

std::string_view until(std::string_view text, std::string_view ends) {
  return text.substr(0, text.find_first_of(ends));
}

std::optional<std::int64_t> leading_number(std::string_view text) {
  const auto number = parse_number<std::int64_t>(text.substr(0, text.find_first_not_of("0123456789")));
  return number && *number >= 0 ? number : std::nullopt;
}

bool is_hex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// "0000:3b:00.0", "0000:3b:00" (NVIDIA leaves the function out) and "PCI:0000:3b:00" → "0000:3b:00.0".
std::optional<std::string> pci_address(std::string_view text) {
  if (text.starts_with("PCI:")) text.remove_prefix(4);
  const auto parts = split(text, ':');
  if (parts.size() != 3 || parts[0].size() < 4 || !is_hex(parts[0]) || parts[1].size() != 2 || !is_hex(parts[1])) {
    return std::nullopt;
  }
  std::string_view device = parts[2].substr(0, 2);
  if (!is_hex(device) || device.size() != 2) return std::nullopt;
  std::string function = "0";
  if (parts[2].size() == 4 && parts[2][2] == '.') function = std::string(parts[2].substr(3));
  if (parts[2].size() != 2 && parts[2].size() != 4) return std::nullopt;
  return to_lower(std::string(parts[0]) + ":" + std::string(parts[1]) + ":" + std::string(device) + "." + function);
}

// The first word of a message that is an address: "pcieport 0000:00:01.0: …", "{1}[Hardware Error]: device_id: 0000:…"
std::optional<std::string> first_pci_address(std::string_view message) {
  for (std::string_view word : split_words(message)) {
    while (!word.empty() && (word.back() == ':' || word.back() == ',' || word.back() == ')')) word.remove_suffix(1);
    if (auto address = pci_address(word)) return address;
  }
  return std::nullopt;
}

KernelEvent event_of(const char* kind) { return KernelEvent{.kind = kind, .count = 1}; }

// "python3:4242" or "python3[4242]"; a name may hold ':'.
void set_task(KernelEvent& event, std::string_view name_and_pid) {
  const std::size_t colon = name_and_pid.rfind(':');
  if (colon == std::string_view::npos) return;
  event.process = to_valid_utf8(name_and_pid.substr(0, colon));
  event.pid = leading_number(name_and_pid.substr(colon + 1));
}

// ---- memory --------------------------------------------------------------------------------------------------------

// "Killed process 4242 (python3) total-vm:…", in front of it what ran out.
std::optional<KernelEvent> read_oom(std::string_view message) {
  const auto killed = behind(message, "Killed process ");
  if (!killed) return std::nullopt;
  KernelEvent event = event_of("oom_kill");
  event.pid = leading_number(*killed);
  const auto name = behind(*killed, "(");
  const std::size_t end = name ? name->find(") total-vm") : std::string_view::npos;
  if (name) event.process = to_valid_utf8(end == std::string_view::npos ? until(*name, ")") : name->substr(0, end));
  if (has(message, "Memory cgroup out of memory")) event.constraint = "memcg";
  return event;
}

// "EDAC MC0: 1 CE memory read error on CPU_SrcID#0_MC#0_Chan#1_DIMM#0 (channel:1 …)"
std::optional<KernelEvent> read_edac(std::string_view message) {
  const auto controller = behind(message, "EDAC MC");
  const auto counted = controller ? behind(*controller, ": ") : std::nullopt;
  const auto number = counted ? leading_number(*counted) : std::nullopt;
  if (!number) return std::nullopt;
  const auto kind = behind(*counted, " ");
  if (!kind || (!kind->starts_with("CE") && !kind->starts_with("UE"))) return std::nullopt;
  KernelEvent event = event_of("edac");
  event.count = *number;
  event.severity = kind->starts_with("CE") ? "corrected" : "uncorrected";
  event.subject = "mc" + std::string(until(*controller, ":"));
  if (const auto label = behind(*kind, " on "))
    event.subject = to_valid_utf8(trim(label->substr(0, label->find(" ("))));
  return event;
}

std::optional<KernelEvent> read_machine_check(std::string_view message) {
  if (!has(message, "[Hardware Error]")) return std::nullopt;
  if (const auto cpu = behind(message, "CPU "); cpu && has(message, "Machine Check")) {
    KernelEvent event = event_of("mce");
    if (const auto number = leading_number(*cpu)) event.subject = "cpu:" + std::to_string(*number);
    return event;
  }
  if (has(message, "Machine check events logged")) return event_of("mce");
  // Firmware-first reporting (APEI), and the decoder of AMD.
  constexpr auto kSeverities = std::to_array<std::pair<std::string_view, const char*>>({
      {"event severity: corrected", "corrected"},
      {"event severity: recoverable", "nonfatal"},
      {"event severity: fatal", "fatal"},
      {"Corrected error,", "corrected"},
      {"Deferred error,", "uncorrected"},
      {"Uncorrected", "uncorrected"},
  });
  for (const auto& [said, severity] : kSeverities) {
    if (!has(message, said)) continue;
    KernelEvent event = event_of("hardware_error");
    event.severity = severity;
    return event;
  }
  return std::nullopt;
}

std::optional<KernelEvent> read_page_allocation(std::string_view message) {
  const std::size_t at = message.find(": page allocation failure");
  if (at == std::string_view::npos) return std::nullopt;
  KernelEvent event = event_of("page_allocation_failure");
  event.process = to_valid_utf8(message.substr(0, at));
  return event;
}

// ---- devices -------------------------------------------------------------------------------------------------------

// "Xid (PCI:0000:3b:00): 79, pid=1234, name=python3, …"; pid='<unknown>' is none.
std::optional<KernelEvent> read_xid(std::string_view message) {
  const bool is_switch = has(message, "SXid (");
  const auto inside = behind(message, is_switch ? "SXid (" : "Xid (");
  const auto rest = inside ? behind(*inside, "): ") : std::nullopt;
  const auto code = rest ? leading_number(*rest) : std::nullopt;
  if (!code) return std::nullopt;
  KernelEvent event = event_of(is_switch ? "sxid" : "xid");
  event.code = code;
  event.subject = pci_address(until(*inside, ")"));
  if (const auto pid = behind(*rest, "pid=")) event.pid = leading_number(until(*pid, ", "));
  if (const auto name = behind(*rest, "name="); name && event.pid) event.process = to_valid_utf8(until(*name, ","));
  if (is_switch && has(*rest, "Non-fatal")) {
    event.severity = "nonfatal";
  } else if (is_switch && has(*rest, "Fatal")) {
    event.severity = "fatal";
  }
  return event;
}

// "PCIe Bus Error: severity=Uncorrected (Non-Fatal), type=…"; Correctable and Uncorrectable from 6.10 on.
std::optional<KernelEvent> read_aer(std::string_view message) {
  const auto severity = behind(message, "PCIe Bus Error: severity=");
  if (!severity) return std::nullopt;
  KernelEvent event = event_of("aer");
  event.subject = first_pci_address(message);
  const std::string_view said = until(*severity, ",");
  event.severity = "corrected";
  if (said.starts_with("Uncorrect")) event.severity = has(said, "Non-Fatal") ? "nonfatal" : "fatal";
  return event;
}

std::optional<KernelEvent> read_gpu_driver(std::string_view message) {
  if (has(message, "NVRM: API mismatch")) return event_of("nvidia_version_mismatch");
  if (message.starts_with("NVRM:") && (has(message, "RmInitAdapter failed") || has(message, "probe routine failed"))) {
    KernelEvent event = event_of("nvidia_init_failed");
    event.subject = first_pci_address(message);
    return event;
  }
  const bool is_ring_timeout = has(message, "ring ") && has(message, "timeout");
  if (message.starts_with("amdgpu ") && (has(message, "GPU reset begin") || is_ring_timeout)) {
    KernelEvent event = event_of("gpu_reset");
    event.subject = first_pci_address(message);
    return event;
  }
  return std::nullopt;
}

std::optional<KernelEvent> read_link(std::string_view message) {
  if (has(message, "available PCIe bandwidth, limited by")) {
    KernelEvent event = event_of("pcie_bandwidth_limited");
    event.subject = first_pci_address(message);
    return event;
  }
  if (!has(message, "Link is Down") && !has(message, "Link down") && !has(message, "Link is down")) return std::nullopt;
  KernelEvent event = event_of("nic_link_down");
  event.subject = first_pci_address(message);
  if (!event.subject) event.subject = to_valid_utf8(until(message, ": "));
  return event;
}

std::optional<KernelEvent> read_io_error(std::string_view message) {
  const auto device = behind(message, "I/O error, dev ");
  if (!device) return std::nullopt;
  KernelEvent event = event_of("io_error");
  event.subject = to_valid_utf8(until(*device, ", "));
  return event;
}

// ---- the kernel itself ---------------------------------------------------------------------------------------------

std::optional<KernelEvent> read_lockup(std::string_view message) {
  if (const auto cpu = behind(message, "BUG: soft lockup - CPU#")) {
    KernelEvent event = event_of("soft_lockup");
    if (const auto number = leading_number(*cpu)) event.subject = "cpu:" + std::to_string(*number);
    if (const auto task = behind(*cpu, "[")) set_task(event, until(*task, "]"));
    return event;
  }
  if (const auto cpu = behind(message, "Watchdog detected hard LOCKUP on cpu ")) {
    KernelEvent event = event_of("hard_lockup");
    if (const auto number = leading_number(*cpu)) event.subject = "cpu:" + std::to_string(*number);
    return event;
  }
  if (has(message, "BUG: workqueue lockup")) return event_of("workqueue_lockup");
  const auto task = behind(message, "INFO: task ");
  if (task && has(*task, "blocked for more than")) {
    KernelEvent event = event_of("hung_task");
    set_task(event, task->substr(0, task->find(" blocked for")));
    return event;
  }
  return std::nullopt;
}

std::optional<KernelEvent> read_distress(std::string_view message) {
  if (has(message, "INFO: rcu_") && (has(message, "stall"))) return event_of("rcu_stall");
  constexpr auto kBugs =
      std::to_array<std::string_view>({"BUG: unable to handle", "kernel BUG at", "BUG: kernel NULL pointer",
                                       "general protection fault", "Oops:", "Kernel panic"});
  for (const std::string_view bug : kBugs) {
    if (has(message, bug)) return event_of("kernel_bug");
  }
  if (has(message, "interrupt took too long")) return event_of("perf_rate_lowered");
  return std::nullopt;
}

// "Marking clocksource 'tsc' as unstable because …", "tsc: Marking TSC unstable due to …"
std::optional<KernelEvent> read_clocksource(std::string_view message) {
  if (has(message, "Marking TSC unstable")) {
    KernelEvent event = event_of("clocksource_unstable");
    event.subject = "tsc";
    return event;
  }
  const auto name = behind(message, "Marking clocksource ");
  if (!name || !has(*name, "unstable")) return std::nullopt;
  KernelEvent event = event_of("clocksource_unstable");
  std::string_view word = until(*name, " ");
  while (!word.empty() && (word.front() == '\'' || word.front() == '"')) word.remove_prefix(1);
  while (!word.empty() && (word.back() == '\'' || word.back() == '"')) word.remove_suffix(1);
  event.subject = to_valid_utf8(word);
  return event;
}

// "CPU3: Core temperature above threshold, cpu clock throttled (total events = 12)"
std::optional<KernelEvent> read_thermal(std::string_view message) {
  if (!has(message, "temperature above threshold")) return std::nullopt;
  KernelEvent event = event_of("cpu_thermal");
  const auto cpu = behind(message, "CPU");
  if (const auto number = cpu ? leading_number(*cpu) : std::nullopt) event.subject = "cpu:" + std::to_string(*number);
  return event;
}

// "python3[4242]: segfault at …"; every crash of a program has another PID, and they are counted together.
std::optional<KernelEvent> read_segfault(std::string_view message) {
  const std::size_t at = message.find("]: segfault at ");
  if (at == std::string_view::npos) return std::nullopt;
  const std::size_t open = message.rfind('[', at);
  if (open == std::string_view::npos) return std::nullopt;
  KernelEvent event = event_of("segfault");
  event.process = to_valid_utf8(message.substr(0, open));
  return event;
}

// ---- the whole -----------------------------------------------------------------------------------------------------

const char* constraint_name(std::string_view said) {
  if (said == "CONSTRAINT_MEMCG") return "memcg";
  if (said == "CONSTRAINT_CPUSET") return "cpuset";
  if (said == "CONSTRAINT_MEMORY_POLICY") return "memory_policy";
  return said == "CONSTRAINT_NONE" ? "none" : nullptr;
}

bool is_same(const KernelEvent& left, const KernelEvent& right) {
  return left.kind == right.kind && left.subject == right.subject && left.process == right.process &&
         left.pid == right.pid && left.code == right.code && left.severity == right.severity &&
         left.constraint == right.constraint;
}

class LogReader {
 public:
  Parsed<KernelLog> read(std::string_view text) {
    const auto lines = plain_lines(text);
    for (std::size_t at = 0; at < lines.size(); ++at) {
      const std::string_view line = trim(lines[at]);
      // journalctl says where boots begin, and that there is nothing: "-- Boot …", "-- No entries --".
      if (line.empty() || line.starts_with("-- ")) continue;
      // A code at the end of a text that ends within its line may have more digits.
      const bool may_be_cut = at + 1 == lines.size() && ends_unfinished(text);
      const auto parsed = may_be_cut ? std::nullopt : parse_log_line(line);
      if (parsed) {
        read_line(*parsed);
      } else if (may_be_cut || parsed_.value.lines == 0) {
        parsed_.unparsed.add(line);  // else the further lines of one message, which have no time of their own
      }
    }
    return std::move(parsed_);
  }

 private:
  void read_line(const LogLine& line) {
    KernelLog& log = parsed_.value;
    if (line.message.empty()) return;
    if (log.lines == 0) log.begins_at_boot = line.message.starts_with("Linux version ");
    ++log.lines;
    if (!line.time.empty()) {
      if (!log.first_time) log.first_time = line.time;
      log.last_time = line.time;
    }
    if (const auto details = behind(line.message, "oom-kill:constraint=")) return remember_constraint(*details);
    auto event = kernel_event(line.message);
    if (!event) return;
    add_constraint(*event);
    add(std::move(*event), line);
  }

  // The constraint is on a line before that of the kill, and names the process.
  void remember_constraint(std::string_view details) {
    const char* name = constraint_name(until(details, ","));
    const auto pid = behind(details, ",pid=");
    constraint_ = name == nullptr ? "" : name;
    constraint_pid_ = pid ? leading_number(*pid) : std::nullopt;
    const auto group = behind(details, "task_memcg=");
    cgroup_ = group ? to_valid_utf8(until(*group, ",")) : std::string();
  }

  void add_constraint(KernelEvent& event) {
    if (event.kind != "oom_kill" || constraint_.empty() || !event.pid || event.pid != constraint_pid_) return;
    event.constraint = constraint_;
    if (!cgroup_.empty()) event.subject = cgroup_;
  }

  void add(KernelEvent event, const LogLine& line) {
    auto& events = parsed_.value.events;
    parsed_.value.counts[event.kind] += event.count;
    const auto found = std::find_if(events.begin(), events.end(),
                                    [&event](const KernelEvent& known) { return is_same(known, event); });
    if (found != events.end()) {
      found->count += event.count;
      if (line.seconds) found->last_seconds = line.seconds;
      if (!line.time.empty()) found->last_time = line.time;
      return;
    }
    if (events.size() >= kMaxEvents) return;
    event.first_seconds = event.last_seconds = line.seconds;
    if (!line.time.empty()) event.first_time = event.last_time = line.time;
    event.text = to_valid_utf8(line.message.substr(0, kMaxTextBytes));
    events.push_back(std::move(event));
  }

  Parsed<KernelLog> parsed_;
  std::string constraint_;
  std::optional<std::int64_t> constraint_pid_;
  std::string cgroup_;
};

}  // namespace

std::optional<KernelEvent> kernel_event(std::string_view message) {
  using Reader = std::optional<KernelEvent> (*)(std::string_view);
  constexpr auto kReaders = std::to_array<Reader>(
      {read_xid, read_oom, read_aer, read_edac, read_machine_check, read_lockup, read_distress, read_clocksource,
       read_thermal, read_gpu_driver, read_link, read_io_error, read_page_allocation, read_segfault});
  for (const Reader reader : kReaders) {
    if (auto event = reader(message)) return event;
  }
  return std::nullopt;
}

Parsed<KernelLog> parse_kernel_log(std::string_view text) { return LogReader().read(text); }

}  // namespace ihc
