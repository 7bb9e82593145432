// The dry run: what would be read and run, from the same rows that are.
#include "collect/plan.h"
#include "collect/scrapes.h"

namespace ihc {

namespace {

std::string_view word(Moment moment) {
  switch (moment) {
    case Moment::before:
      return "before the window";
    case Moment::during:
      return "in the window";
    case Moment::after:
      return "after the window";
  }
  return "";
}

std::string_view word(Needs needs) {
  switch (needs) {
    case Needs::nothing:
      return "";
    case Needs::root:
      return ", needs root";
    case Needs::ptrace:
      return ", needs cap_sys_ptrace";
    case Needs::perf:
      return ", needs cap_perfmon";
  }
  return "";
}

std::string line(std::string_view collector, std::string_view kind, std::string_view what, std::string_view when,
                 std::string_view needs) {
  const auto padded = [](std::string_view text, std::size_t width) {
    return std::string(text) + std::string(text.size() < width ? width - text.size() : 1, ' ');
  };
  constexpr std::size_t kNameWidth = 14;
  constexpr std::size_t kKindWidth = 8;
  return padded(collector, kNameWidth) + padded(kind, kKindWidth) + std::string(what) + "  (" + std::string(when) +
         std::string(needs) + ")";
}

std::string command_text(const CommandOutput& command, std::chrono::milliseconds window) {
  std::string text;
  for (const std::string& argument : command_arguments(command, 0, Subjects{}, window)) {
    text += (text.empty() ? "" : " ") + argument;
  }
  return text;
}

std::string moment_text(const Capture& capture) {
  if (const auto* sampled = std::get_if<Sampled>(&capture)) {
    if (sampled->follow != Follow::none) return "through the window, at least 24 times";
    return sampled->ends_only ? "at both ends of the window" : "every second of the window";
  }
  if (std::holds_alternative<Scraped>(capture)) return "every second of the window";
  std::string text(word(moment_of(capture)));
  const auto* probe = std::get_if<Probe>(&capture);
  if (probe != nullptr && probe->per_worker) text += ", for each worker";
  if (const auto* counted = std::get_if<Counted>(&capture))
    text += ", where commands/" + std::string(counted->instead_of) + " came to nothing";
  const auto* command = std::get_if<CommandOutput>(&capture);
  if (command == nullptr) return text;
  if (command->pass.number > 0)
    text += ", part " + std::to_string(command->pass.number) + " of " + std::to_string(command->pass.of);
  if (!command->cost.empty()) text += "; " + std::string(command->cost);
  return text;
}

std::vector<std::string> describe_discovery(const CollectOptions& options) {
  std::vector<std::string> lines;
  const auto add = [&](const char* kind, const char* path, const char* when) {
    lines.push_back(line("discovery", kind, path, when, ""));
  };
  add("files", "/proc/*/stat", "before the window");
  add("files", "/proc/*/cmdline", "before the window");
  if (options.unit) add("files", "/proc/*/cgroup", "before the window");
  add("names", "/dev/dri/renderD*, /dev/kfd, /dev/nvidia*", "before the window");
  if (!options.pid && !options.unit && !options.match) {
    add("links", "/proc/*/fd/*", "before the window, where there is a GPU");
  }
  add("files", "/proc/{worker}/cgroup", "before the window");
  const bool is_below_root = !options.root_dir.empty();
  add("file", is_below_root ? "/proc/1/mountinfo" : "/proc/self/mountinfo", "before the window");
  if (is_below_root) {
    add("file", "/etc/hostname", "before the window");
    add("file", "/proc/sys/kernel/hostname", "before the window");
  }
  add("files", "/proc/{worker}/stat", "after the window");
  add("file", "/proc/sys/kernel/random/boot_id", "before the window");
  add("names", "/sys/bus/event_source/devices/cpu, /sys/bus/event_source/devices/armv8_pmuv3*", "before the window");
  add("file", "/proc/cpuinfo", "before the window");
  return lines;
}

std::vector<std::string> describe_scrapes(std::string_view collector, const CollectOptions& options) {
  std::vector<std::string> lines;
  for (const MetricsUrl& url : options.metrics_urls) {
    if (needs_lookup(url)) {
      lines.push_back(line(collector, "command", "getent ahosts " + url.host, "before the window", ""));
    }
    lines.push_back(line(collector, "GET", url.stored(), "every second of the window", ""));
  }
  return lines;
}

}  // namespace

Needs needs_of(const Capture& capture) {
  return std::visit(
      [](const auto& row) {
        if constexpr (requires { row.needs; }) {
          return row.needs;
        } else {
          return Needs::nothing;
        }
      },
      capture);
}

CaptureText describe(const Capture& capture, std::chrono::milliseconds window) {
  struct Describer {
    std::chrono::milliseconds window;
    CaptureText operator()(const File& file) const { return {"file", std::string(file.path)}; }
    CaptureText operator()(const Files& files) const {
      return {files.links ? "links" : "files", std::string(files.path)};
    }
    CaptureText operator()(const Sampled& sampled) const { return {"sample", std::string(sampled.path)}; }
    CaptureText operator()(const Scraped&) const { return {"metrics", "what --metrics-url names"}; }
    CaptureText operator()(const CommandOutput& command) const { return {"command", command_text(command, window)}; }
    CaptureText operator()(const Counted& counted) const {
      return {"probe", std::string(counted.name) + ": " + std::string(counted.call)};
    }
    CaptureText operator()(const Probe& probe) const {
      return {"probe", std::string(probe.name) + ": " + std::string(probe.call)};
    }
  };
  return std::visit(Describer{window}, capture);
}

std::vector<std::string> describe_captures(const CollectOptions& options,
                                           std::span<const Collector* const> collectors) {
  std::vector<std::string> lines = describe_discovery(options);
  const auto chosen = chosen_collectors(options, collectors);
  if (!chosen) return lines;
  for (std::size_t index = 0; index < collectors.size(); ++index) {
    if (!(*chosen)[index]) continue;
    for (const Capture& capture : collectors[index]->captures) {
      const auto* command = std::get_if<CommandOutput>(&capture);
      if (command != nullptr && !is_asked_for(*command, options)) continue;
      if (std::holds_alternative<Scraped>(capture) && !options.metrics_urls.empty()) {
        for (std::string& text : describe_scrapes(collectors[index]->name, options)) lines.push_back(std::move(text));
        continue;
      }
      const CaptureText text = describe(capture, options.window);
      lines.push_back(
          line(collectors[index]->name, text.kind, text.what, moment_text(capture), word(needs_of(capture))));
    }
  }
  return lines;
}

}  // namespace ihc
