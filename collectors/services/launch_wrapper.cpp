#include "collectors/services/launch_wrapper.h"

#include <algorithm>
#include <optional>
#include <span>

#include "base/text.h"

namespace ihc {

namespace {

using Arguments = std::vector<std::string>;

// An option as getopt_long sees it: what it is called in short, in full, and whether a value belongs to it.
enum class Takes { nothing, value };
struct Option {
  char short_name;
  std::string_view long_name;
  Takes takes;
};

struct GivenOption {
  char name;
  std::string value;
};

// The options before the first operand, and where that is. POSIX order: a wrapper's options end where the program
// begins. An unknown option ends the reading: what follows can't be told apart.
struct Given {
  std::vector<GivenOption> options;
  std::size_t next = 0;
};

const Option* find_long(std::span<const Option> known, std::string_view name) {
  const Option* found = nullptr;
  for (const Option& option : known) {
    if (option.long_name == name) return &option;
    if (!option.long_name.starts_with(name)) continue;
    if (found != nullptr) return nullptr;  // ambiguous
    found = &option;
  }
  return found;
}

// False when the word is no known option.
bool read_long(std::span<const Option> known, const Arguments& arguments, Given& given) {
  const std::string_view word = std::string_view(arguments[given.next]).substr(2);
  const std::size_t equals = word.find('=');
  const Option* option = find_long(known, word.substr(0, equals));
  if (option == nullptr) return false;
  GivenOption read{.name = option->short_name, .value = {}};
  ++given.next;
  if (option->takes == Takes::value) {
    if (equals != std::string_view::npos) {
      read.value = word.substr(equals + 1);
    } else if (given.next < arguments.size()) {
      read.value = arguments[given.next++];
    }
  }
  given.options.push_back(std::move(read));
  return true;
}

bool read_short(std::span<const Option> known, const Arguments& arguments, Given& given) {
  const std::string_view word = arguments[given.next];
  for (std::size_t at = 1; at < word.size(); ++at) {
    const auto option =
        std::find_if(known.begin(), known.end(), [&](const Option& o) { return o.short_name == word[at]; });
    if (option == known.end()) return false;
    GivenOption read{.name = word[at], .value = {}};
    if (option->takes == Takes::nothing) {
      given.options.push_back(std::move(read));
      continue;
    }
    read.value = word.substr(at + 1);
    if (read.value.empty() && given.next + 1 < arguments.size()) read.value = arguments[++given.next];
    given.options.push_back(std::move(read));
    break;
  }
  ++given.next;
  return true;
}

Given read_options(std::span<const Option> known, const Arguments& arguments, std::size_t first) {
  Given given{.options = {}, .next = first};
  while (given.next < arguments.size()) {
    const std::string_view word = arguments[given.next];
    if (word == "--") {
      ++given.next;
      break;
    }
    if (word.size() < 2 || word[0] != '-') break;
    if (word[1] == '-' ? !read_long(known, arguments, given) : !read_short(known, arguments, given)) break;
  }
  return given;
}

std::optional<std::int64_t> number(const std::string& text) { return parse_number<std::int64_t>(text); }

// ---- the wrappers: each reads its options and says where the wrapped program begins ---------------------------------

std::size_t read_numactl(const Arguments& arguments, std::size_t first, LaunchWrapper& wrapper) {
  // Letters above 'Z' that stand for long-only options are never typed.
  constexpr Option kOptions[] = {{'i', "interleave", Takes::value},   {'w', "weighted-interleave", Takes::value},
                                 {'p', "preferred", Takes::value},    {'P', "preferred-many", Takes::value},
                                 {'m', "membind", Takes::value},      {'N', "cpunodebind", Takes::value},
                                 {'c', "cpubind", Takes::value},      {'C', "physcpubind", Takes::value},
                                 {'l', "localalloc", Takes::nothing}, {'b', "balancing", Takes::nothing},
                                 {'a', "all", Takes::nothing},        {'t', "strict", Takes::nothing},
                                 {'u', "dump", Takes::nothing},       {'T', "touch", Takes::nothing},
                                 {'S', "shm", Takes::value},          {'f', "file", Takes::value},
                                 {'o', "offset", Takes::value},       {'L', "length", Takes::value},
                                 {'M', "shmmode", Takes::value},      {'V', "verify", Takes::nothing},
                                 {'H', "huge", Takes::nothing}};
  const Given given = read_options(kOptions, arguments, first);
  const auto policy = [&wrapper](const char* name, const std::string& nodes) {
    wrapper.memory_policy = name;
    wrapper.memory_nodes = CpuSet::parse_list(nodes);
  };
  for (const GivenOption& option : given.options) {
    if (option.name == 'i') policy("interleave", option.value);
    if (option.name == 'w') policy("weighted_interleave", option.value);
    if (option.name == 'p') policy("preferred", option.value);
    if (option.name == 'P') policy("preferred_many", option.value);
    if (option.name == 'm') policy("bind", option.value);
    if (option.name == 'l') wrapper.memory_policy = "local";
    if (option.name == 'N' || option.name == 'c') wrapper.cpu_nodes = CpuSet::parse_list(option.value);
    if (option.name == 'C') wrapper.cpus = CpuSet::parse_list(option.value);
  }
  return given.next;
}

std::size_t read_taskset(const Arguments& arguments, std::size_t first, LaunchWrapper& wrapper) {
  constexpr Option kOptions[] = {
      {'a', "all-tasks", Takes::nothing}, {'c', "cpu-list", Takes::nothing}, {'p', "pid", Takes::nothing}};
  const Given given = read_options(kOptions, arguments, first);
  if (given.next >= arguments.size()) return given.next;
  const bool is_list = std::any_of(given.options.begin(), given.options.end(),
                                   [](const GivenOption& option) { return option.name == 'c'; });
  std::string_view mask = arguments[given.next];
  if (!is_list && mask.starts_with("0x")) mask.remove_prefix(2);
  wrapper.cpus = is_list ? CpuSet::parse_list(mask) : CpuSet::parse_mask(mask);
  return given.next + 1;
}

std::size_t read_chrt(const Arguments& arguments, std::size_t first, LaunchWrapper& wrapper) {
  constexpr Option kOptions[] = {
      {'b', "batch", Takes::nothing},         {'d', "deadline", Takes::nothing},    {'f', "fifo", Takes::nothing},
      {'i', "idle", Takes::nothing},          {'o', "other", Takes::nothing},       {'r', "rr", Takes::nothing},
      {'R', "reset-on-fork", Takes::nothing}, {'T', "sched-runtime", Takes::value}, {'P', "sched-period", Takes::value},
      {'D', "sched-deadline", Takes::value},  {'v', "verbose", Takes::nothing},     {'a', "all-tasks", Takes::nothing}};
  const Given given = read_options(kOptions, arguments, first);
  wrapper.scheduling_policy = "rr";
  for (const GivenOption& option : given.options) {
    for (const Option& known : kOptions) {
      constexpr std::string_view kPolicies = "bdfior";
      if (known.short_name != option.name || kPolicies.find(option.name) == std::string_view::npos) continue;
      wrapper.scheduling_policy = std::string(known.long_name);
    }
  }
  if (given.next >= arguments.size()) return given.next;
  // Newer versions let the priority out where it can only be 0.
  const auto priority = number(arguments[given.next]);
  if (!priority) return given.next;
  wrapper.scheduling_priority = priority;
  return given.next + 1;
}

std::size_t read_nice(const Arguments& arguments, std::size_t first, LaunchWrapper& wrapper) {
  constexpr Option kOptions[] = {{'n', "adjustment", Takes::value}};
  constexpr std::int64_t kUsual = 10;
  wrapper.nice = kUsual;
  // "nice -5" is an adjustment of 5, "nice --5" one of -5: the oldest spelling.
  if (first < arguments.size() && arguments[first].size() > 1 && arguments[first][0] == '-') {
    if (const auto old = number(arguments[first].substr(1))) {
      wrapper.nice = old;
      return first + 1;
    }
  }
  const Given given = read_options(kOptions, arguments, first);
  if (!given.options.empty()) wrapper.nice = number(given.options.back().value);
  return given.next;
}

std::size_t read_ionice(const Arguments& arguments, std::size_t first, LaunchWrapper& wrapper) {
  constexpr Option kOptions[] = {
      {'c', "class", Takes::value}, {'n', "classdata", Takes::value}, {'t', "ignore", Takes::nothing}};
  constexpr std::string_view kNames[] = {"none", "realtime", "best-effort", "idle"};
  const Given given = read_options(kOptions, arguments, first);
  for (const GivenOption& option : given.options) {
    if (option.name != 'c') continue;
    const auto index = parse_number<std::size_t>(option.value);
    wrapper.io_class = index && *index < std::size(kNames) ? std::string(kNames[*index]) : option.value;
  }
  return given.next;
}

struct Wrapper {
  std::string_view program;
  std::size_t (*read)(const Arguments& arguments, std::size_t first, LaunchWrapper& wrapper);
};

constexpr Wrapper kWrappers[] = {{"numactl", read_numactl},
                                 {"taskset", read_taskset},
                                 {"chrt", read_chrt},
                                 {"nice", read_nice},
                                 {"ionice", read_ionice}};

std::string_view base_name(std::string_view path) {
  while (!path.empty() && std::string_view("-@+!:").find(path.front()) != std::string_view::npos) path.remove_prefix(1);
  return path.substr(path.rfind('/') + 1);
}

bool is_shell(std::string_view program) {
  return program == "sh" || program == "bash" || program == "dash" || program == "zsh";
}

// The command line after "-c", with or without other letters before the c: "bash -lc '…'".
std::optional<std::string> shell_command(const Arguments& arguments, std::size_t first) {
  for (std::size_t at = first; at + 1 < arguments.size() && arguments[at].starts_with('-'); ++at) {
    if (!arguments[at].starts_with("--") && arguments[at].ends_with('c')) return arguments[at + 1];
  }
  return std::nullopt;
}

// Where the program behind "env A=1 -i", "exec", "nohup" begins; nothing when `program` is none of these.
std::optional<std::size_t> skip_prefix(std::string_view program, const Arguments& arguments, std::size_t first) {
  constexpr std::string_view kPlain[] = {"exec", "nohup", "setsid", "time"};
  const bool is_plain = std::find(std::begin(kPlain), std::end(kPlain), program) != std::end(kPlain);
  if (!is_plain && program != "env") return std::nullopt;
  while (first < arguments.size()) {
    const std::string& word = arguments[first];
    const bool is_setting = program == "env" && word.find('=') != std::string::npos;
    if (!is_setting && !word.starts_with('-')) break;
    // env -u NAME and -C DIRECTORY have an argument of their own.
    if (program == "env" && (word == "-u" || word == "-C")) ++first;
    ++first;
  }
  return first;
}

std::string joined(const Arguments& arguments, std::size_t first, std::size_t end) {
  std::string text;
  for (std::size_t at = first; at < std::min(end, arguments.size()); ++at) {
    text += (text.empty() ? "" : " ") + arguments[at];
  }
  return text;
}

constexpr int kMaxNesting = 8;

void read_wrappers(const Arguments& arguments, std::vector<LaunchWrapper>& wrappers, int nesting) {
  std::size_t at = 0;
  while (at < arguments.size()) {
    const std::string_view program = base_name(arguments[at]);
    if (is_shell(program) && nesting < kMaxNesting) {
      if (const auto command = shell_command(arguments, at + 1)) {
        read_wrappers(split_command_line(*command), wrappers, nesting + 1);
      }
      return;
    }
    if (const auto next = skip_prefix(program, arguments, at + 1)) {
      at = *next;
      continue;
    }
    const auto* known = std::find_if(std::begin(kWrappers), std::end(kWrappers),
                                     [program](const Wrapper& wrapper) { return wrapper.program == program; });
    if (known == std::end(kWrappers)) return;
    LaunchWrapper wrapper{.program = std::string(program), .command_line = {}};
    const std::size_t next = known->read(arguments, at + 1, wrapper);
    wrapper.command_line = joined(arguments, at, next);
    wrappers.push_back(std::move(wrapper));
    at = next;
  }
}

}  // namespace

std::vector<std::string> split_command_line(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool is_word = false;
  char quote = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\' && quote != '\'' && at + 1 < text.size()) {
      word += text[++at];
      is_word = true;
    } else if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        word += c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      is_word = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      if (is_word) words.push_back(to_valid_utf8(word));
      word.clear();
      is_word = false;
    } else {
      word += c;
      is_word = true;
    }
  }
  if (is_word) words.push_back(to_valid_utf8(word));
  return words;
}

std::vector<LaunchWrapper> launch_wrappers(const std::vector<std::string>& arguments) {
  std::vector<LaunchWrapper> wrappers;
  read_wrappers(arguments, wrappers, 0);
  return wrappers;
}

}  // namespace ihc
