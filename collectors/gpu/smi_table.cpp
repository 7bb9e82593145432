#include "collectors/gpu/smi_table.h"

#include <algorithm>

#include "collectors/gpu/values.h"

namespace ihc {

namespace {

using Words = std::vector<std::string_view>;
using FailedQueries = std::map<std::string, std::string>;

std::vector<std::string_view> cells_of(std::string_view line) {
  line = trim(line);
  if (line.size() < 2 || line.front() != '|' || line.back() != '|') return {};
  return split(line.substr(1, line.size() - 2), '|');
}

std::optional<std::string> after(std::string_view line, std::string_view label) {
  const std::size_t at = line.find(label);
  if (at == std::string_view::npos) return std::nullopt;
  const auto words = split_words(line.substr(at + label.size()));
  if (words.empty() || words[0] == "|" || gpu_value_state(words[0]) != GpuValue::given) return std::nullopt;
  return to_valid_utf8(words[0]);
}

// "12MiB / 20096MiB"
std::optional<std::pair<std::int64_t, std::int64_t>> used_of_total(std::string_view cell) {
  const auto pair = split_key_value(cell, '/');
  if (!pair) return std::nullopt;
  const auto used = gpu_bytes(pair->first);
  const auto total = gpu_bytes(pair->second);
  if (!used || !total) return std::nullopt;
  return std::pair(*used, *total);
}

class TableReader {
 public:
  Parsed<SmiTable> read(std::string_view text) {
    const std::string plain = without_escapes(text);
    for (const std::string_view line : split_lines(plain)) read_line(line);
    check_end();
    return std::move(parsed_);
  }

 private:
  enum class Part { head, gpus, mig, processes };

  void read_line(std::string_view line) {
    const std::string_view content = trim(line);
    if (content.empty() || content.starts_with("```")) return;
    has_end_ = content.front() == '+';
    if (has_end_ || content.starts_with("|-") || content.starts_with("|=")) return;
    const auto cells = cells_of(content);
    if (cells.empty()) {
      // The date above the table is all that may stand outside it.
      const bool is_table = content.front() == '|';
      has_end_ = !is_table;
      if (part_ != Part::head || is_table) parsed_.unparsed.add(line);
      return;
    }
    if (content.find("NVIDIA-SMI ") != std::string_view::npos) return read_versions(content);
    if (trim(cells[0]).starts_with("MIG devices:")) return begin(Part::mig);
    if (trim(cells[0]).starts_with("Processes:")) return begin(Part::processes);
    if (part_ == Part::processes) return read_process(line, cells[0]);
    if (part_ == Part::mig) return read_mig(line, cells);
    read_gpu(line, cells);
  }

  void begin(Part part) {
    part_ = part;
    if (part != Part::processes) return;
    parsed_.value.has_processes = true;
    for (Gpu& gpu : parsed_.value.gpus) gpu.processes.emplace();
  }

  void read_versions(std::string_view line) {
    parsed_.value.stack.driver_version = after(line, "Driver Version:");
    parsed_.value.stack.cuda_version = after(line, "CUDA Version:");
  }

  static bool is_heading(std::string_view cell) {
    const auto words = split_words(cell);
    return !words.empty() && (words[0] == "GPU" || words[0] == "Fan" || words[0] == "ID");
  }

  void read_gpu(std::string_view line, const std::vector<std::string_view>& cells) {
    if (cells.size() != 3) return parsed_.unparsed.add(line);
    if (is_heading(cells[0])) {
      part_ = Part::gpus;
      return;
    }
    const auto place = split_words(cells[1]);
    const auto address = place.empty() ? std::nullopt : sysfs_pci_address(place[0]);
    if (address) return begin_gpu(line, cells, *address);
    if (parsed_.value.gpus.empty()) {
      if (split_words(line).size() > 6) parsed_.unparsed.add(line);
      return;
    }
    if (line_of_gpu_ == 1) {
      line_of_gpu_ = 2;
      return read_second(cells);
    }
    if (line_of_gpu_ == 2 && trim(cells[0]).empty()) {
      line_of_gpu_ = 3;
      parsed_.value.gpus.back().mig_enabled = gpu_flag(cells[2]);
      return;
    }
    parsed_.unparsed.add(line);
  }

  void begin_gpu(std::string_view line, const std::vector<std::string_view>& cells, const std::string& address) {
    const auto words = split_words(cells[0]);
    const auto index = words.empty() ? std::nullopt : gpu_count(words[0]);
    if (words.size() < 2 || !index) return parsed_.unparsed.add(line);
    Gpu gpu{.address = address, .index = index, .vendor = "10de"};
    gpu.persistence_enabled = gpu_flag(words.back());
    if (const std::string name = name_of(words); !name.ends_with("..."))
      gpu.name = name;  // "Tesla V100-SXM2..." is cut
    const std::string_view ecc = trim(cells[2]);
    if (ecc == "Off") gpu.ecc = GpuEcc{.enabled = false};
    if (const auto count = gpu_count(ecc)) {
      gpu.ecc = GpuEcc{.enabled = true, .volatile_counts = GpuCounts{{"total_uncorrectable", *count}}};
    }
    if (gpu_value_state(ecc) == GpuValue::failed)
      gpu.failed_queries = FailedQueries{{"/ecc/volatile", std::string(ecc)}};
    parsed_.value.gpus.push_back(std::move(gpu));
    part_ = Part::gpus;
    line_of_gpu_ = 1;
  }

  static std::string name_of(const Words& words) {
    std::string name;
    for (std::size_t index = 1; index + 1 < words.size(); ++index) {
      name += (name.empty() ? "" : " ") + to_valid_utf8(words[index]);
    }
    return name;
  }

  // "N/A   27C    P0    72W /  700W |  1MiB /  81559MiB |  0%  Default"
  void read_second(const std::vector<std::string_view>& cells) {
    Gpu& gpu = parsed_.value.gpus.back();
    for (const std::string_view word : split_words(cells[0])) {
      if (const auto celsius = gpu_number(word, "C")) gpu.temperatures = GpuTemperatures{.gpu_celsius = celsius};
      if (word.size() >= 2 && word[0] == 'P' && gpu_count(word.substr(1))) gpu.performance_state = std::string(word);
      if (word == "ERR!") gpu.failed_queries = FailedQueries{{"/power/draw_w", "ERR!"}};
    }
    if (const std::size_t slash = cells[0].find('/', cells[0].find("P")); slash != std::string_view::npos) {
      const auto before = split_words(cells[0].substr(0, slash));
      const auto draw = before.empty() ? std::nullopt : gpu_number(before.back(), "W");
      const auto cap = gpu_number(cells[0].substr(slash + 1), "W");
      if (draw || cap) gpu.power = GpuPower{.draw_w = draw, .enforced_limit_w = cap};
    }
    if (const auto memory = used_of_total(cells[1])) {
      gpu.memory = GpuMemory{.total_bytes = memory->second, .used_bytes = memory->first};
    }
    const auto words = split_words(cells[2]);
    if (words.size() < 2) return;
    if (const auto busy = gpu_number(words[0], "%")) gpu.utilization = GpuUtilization{.gpu_pct = busy};
    // "E. Process" and "Prohibited" stand where "Default" does.
    if (words.back() == "Default" || words.back() == "Prohibited") gpu.compute_mode = std::string(words.back());
    if (words.back() == "Process") gpu.compute_mode = "Exclusive_Process";
  }

  Gpu* gpu_of(std::int64_t index) {
    auto& gpus = parsed_.value.gpus;
    const auto found = std::find_if(gpus.begin(), gpus.end(), [index](const Gpu& gpu) { return gpu.index == index; });
    return found == gpus.end() ? nullptr : &*found;
  }

  void read_mig(std::string_view line, const std::vector<std::string_view>& cells) {
    const auto words = split_words(cells[0]);
    if (words.empty() || is_heading(cells[0])) return;
    const auto index = gpu_count(words[0]);
    Gpu* gpu = index ? gpu_of(*index) : nullptr;
    if (words.size() != 4 || gpu == nullptr || cells.size() < 2) return parsed_.unparsed.add(line);
    MigDevice device{.index = gpu_count(words[3]),
                     .gpu_instance_id = gpu_count(words[1]),
                     .compute_instance_id = gpu_count(words[2])};
    if (const auto memory = used_of_total(cells[1])) {
      device.memory_used_bytes = memory->first;
      device.memory_total_bytes = memory->second;
    }
    if (!gpu->mig_devices) gpu->mig_devices.emplace();
    gpu->mig_devices->push_back(std::move(device));
  }

  void read_process(std::string_view line, std::string_view cell) {
    const auto words = split_words(cell);
    if (words.empty() || is_heading(cell) || words[0] == "GPU-Usage") return;
    if (cell.find("No running processes") != std::string_view::npos) return;
    if (cell.find("not supported") != std::string_view::npos || cell.find("Not Supported") != std::string_view::npos)
      return;
    const auto index = gpu_count(words[0]);
    Gpu* gpu = index ? gpu_of(*index) : nullptr;
    const auto is_type = [](std::string_view word) {
      return word == "C" || word == "G" || word == "C+G" || word == "M" || word == "M+C" || word == "M+G" ||
             word == "M+C+G";
    };
    const auto type = std::find_if(words.begin(), words.end(), is_type);
    if (gpu == nullptr || type == words.end() || type - words.begin() < 2) return parsed_.unparsed.add(line);
    const auto pid = gpu_count(*(type - 1));
    if (!pid || *pid == 0 || words.end() - type < 2) return parsed_.unparsed.add(line);
    GpuProcess process{.pid = *pid, .type = std::string(*type), .memory_bytes = gpu_bytes(words.back())};
    if (type - words.begin() == 4) {
      process.gpu_instance_id = gpu_count(words[1]);
      process.compute_instance_id = gpu_count(words[2]);
    }
    std::string name;
    for (auto word = type + 1; word + 1 != words.end(); ++word)
      name += (name.empty() ? "" : " ") + to_valid_utf8(*word);
    if (!name.empty()) process.name = std::move(name);
    gpu->processes->push_back(std::move(process));
  }

  // Every part of the table ends with a line of dashes.
  void check_end() {
    if (!parsed_.value.gpus.empty() && !has_end_) parsed_.unparsed.add("the table ends before its last line");
  }

  Parsed<SmiTable> parsed_;
  Part part_ = Part::head;
  int line_of_gpu_ = 0;
  bool has_end_ = true;
};

}  // namespace

Parsed<SmiTable> parse_smi_table(std::string_view text) { return TableReader().read(text); }

}  // namespace ihc
