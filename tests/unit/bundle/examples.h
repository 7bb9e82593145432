// A bundle with one of everything, and a folder for a test's files.
#pragma once

#include <filesystem>
#include <string>
#include <system_error>

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/files.h"
#include "base/limits.h"
#include "bundle/bundle.h"
#include "bundle/writer.h"

namespace ihc::testing {

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "ihc-bundle-test-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline Manifest example_manifest() {
  Manifest manifest;
  manifest.tool_version = "0.1.0";
  manifest.node = "node-1";
  manifest.started_utc = "2026-11-21T08:39:00Z";
  manifest.ended_utc = "2026-11-21T08:40:00Z";
  manifest.started_ns = 1'000'000'000;
  manifest.ended_ns = 61'000'000'000;
  manifest.boot_id = "7d4c7f8e-0000-4000-8000-000000000000";
  manifest.arguments = {"collect", "--label", "phase=before"};
  manifest.labels = {{"phase", "before"}};
  manifest.effective_uid = 1000;
  manifest.capabilities = {"cap_sys_ptrace"};
  manifest.window_s = 30;
  manifest.window_observed_s = 30.25;
  manifest.scrubbed = {{"token", 2}};
  manifest.collectors = {{"topology", CollectorState::collected, "", ""},
                         {"perf", CollectorState::skipped, "permission", "run as root"}};
  manifest.commands = {{.slug = "lscpu", .argv = {"lscpu", "-J"}, .exit_code = 0, .duration_ms = 12, .started_ns = 2},
                       {.slug = "numastat",
                        .argv = {"numastat", "-p", "1"},
                        .status = EvidenceStatus::absent,
                        .reason = "tool_missing",
                        .started_ns = 3},
                       {.slug = "nvidia-smi",
                        .argv = {"nvidia-smi", "-q"},
                        .status = EvidenceStatus::timed_out,
                        .reason = "timed_out",
                        .duration_ms = 15000,
                        .started_ns = 4,
                        .cpu_seconds = 0.5,
                        .cut = true}};
  manifest.not_read = {{"/proc/1/numa_maps", "numa_memory", EvidenceStatus::permission, "permission"}};
  manifest.cost = {.cpu_seconds = 0.25,
                   .commands_cpu_seconds = 0.5,
                   .peak_memory_bytes = 12345678,
                   .bytes_read = 99,
                   .reads = 7,
                   .slowest = {{"/proc/1/smaps", 12}}};
  return manifest;
}

/// Every byte value there is, so that nothing depends on the content being text.
inline std::string all_bytes() {
  std::string bytes;
  for (int value = 0; value < 256; ++value) bytes += static_cast<char>(value);
  return bytes;
}

inline void add_example_members(BundleWriter& writer) {
  const auto ok = [](const Result<void>& added) { EXPECT_TRUE(added) << to_string(added.error()); };
  ok(writer.add_member("root/proc/stat", "cpu 1 2 3\n"));
  ok(writer.add_member("root/proc/interrupts", std::string(100, 'i'), true));
  ok(writer.add_member("root/etc/systemd/system/\xC3\xA4.service", "[Unit]\n"));
  ok(writer.add_member("commands/lscpu/stdout", "{}\n"));
  ok(writer.add_member("commands/lscpu/stderr", ""));
  ok(writer.add_member("commands/nvidia-smi/stdout", "half of it"));
  ok(writer.add_member("probes/numa.json", "{\"call\": \"numa_distance(3)\"}\n"));
  for (const char* cpu : {"10", "2", "0"}) {
    ok(writer.add_packed("cpufreq", std::string("root/sys/devices/system/cpu/cpu") + cpu + "/online",
                         EvidenceStatus::ok, "", 5, cpu));
  }
  ok(writer.add_packed("cpufreq", "root/sys/odd\nname", EvidenceStatus::ok, "", 6, all_bytes(), true));
  ok(writer.add_packed("maps", "root/proc/7/numa_maps", EvidenceStatus::permission, "permission", 7, ""));
  ok(writer.add_sample("stat", "root/proc/stat", EvidenceStatus::ok, 2'000'000'000, "second"));
  ok(writer.add_sample("stat", "root/proc/stat", EvidenceStatus::ok, 1'000'000'000, "first"));
  ok(writer.add_sample("stat", "root/proc/stat", EvidenceStatus::failed, 3'000'000'000, ""));
  ok(writer.add_sample("stat", "root/proc/vmstat", EvidenceStatus::ok, 1, all_bytes()));
}

/// Writes the example under `target`.
inline std::filesystem::path write_example(const std::filesystem::path& target) {
  auto writer = BundleWriter::create(target);
  if (!writer) {
    ADD_FAILURE() << to_string(writer.error());
    return {};
  }
  add_example_members(**writer);
  const auto path = (*writer)->finish(example_manifest());
  EXPECT_TRUE(path) << to_string(path.error());
  return path.value_or(std::filesystem::path());
}

/// The failure of a result as text, "" when it is none.
template <class T>
std::string failure(const Result<T>& result) {
  return result ? std::string() : to_string(result.error());
}

}  // namespace ihc::testing
