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

struct Describer {
  std::string_view name;
  std::chrono::milliseconds window;

  std::string operator()(const File& file) const {
    return line(name, "file", file.path, word(file.moment), word(file.needs));
  }
  std::string operator()(const Files& files) const {
    return line(name, files.links ? "links" : "files", files.path, word(files.moment), word(files.needs));
  }
  std::string operator()(const Sampled& sampled) const {
    return line(name, "sample", sampled.path,
                sampled.ends_only ? "at both ends of the window" : "every second of the window", "");
  }
  std::string operator()(const Scraped&) const {
    return line(name, "metrics", "what --metrics-url names", "every second of the window", "");
  }
  std::string operator()(const CommandOutput& command) const {
    return line(name, "command", command_text(command, window), word(command.moment), word(command.needs));
  }
  std::string operator()(const Probe& probe) const {
    return line(name, "probe", std::string(probe.name) + ": " + std::string(probe.call),
                std::string(word(probe.moment)) + (probe.per_worker ? ", for each worker" : ""), "");
  }
};

std::vector<std::string> describe_discovery(const CollectOptions& options) {
  std::vector<std::string> lines;
  const auto add = [&](const char* kind, const char* path, const char* when) {
    lines.push_back(line("discovery", kind, path, when, ""));
  };
  add("files", "/proc/*/stat", "before the window");
  add("files", "/proc/*/cmdline", "before the window");
  if (options.unit) add("files", "/proc/*/cgroup", "before the window");
  if (!options.pid && !options.unit && !options.match) {
    add("names", "/dev/dri/renderD*, /dev/kfd, /dev/nvidia*", "before the window");
    add("links", "/proc/*/fd/*", "before the window, where there is a GPU");
  }
  add("files", "/proc/{worker}/cgroup", "before the window");
  add("file", "/proc/self/mountinfo", "before the window");
  add("files", "/proc/{worker}/stat", "after the window");
  add("file", "/proc/sys/kernel/random/boot_id", "before the window");
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

std::vector<std::string> describe_captures(const CollectOptions& options,
                                           std::span<const Collector* const> collectors) {
  std::vector<std::string> lines = describe_discovery(options);
  const auto chosen = chosen_collectors(options, collectors);
  if (!chosen) return lines;
  for (std::size_t index = 0; index < collectors.size(); ++index) {
    if (!(*chosen)[index]) continue;
    for (const Capture& capture : collectors[index]->captures) {
      if (std::holds_alternative<Scraped>(capture) && !options.metrics_urls.empty()) {
        for (std::string& text : describe_scrapes(collectors[index]->name, options)) lines.push_back(std::move(text));
        continue;
      }
      lines.push_back(std::visit(Describer{collectors[index]->name, options.window}, capture));
    }
  }
  return lines;
}

}  // namespace ihc
