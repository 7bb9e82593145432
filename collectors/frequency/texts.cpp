#include "collectors/frequency/texts.h"

#include <cmath>
#include <set>

#include "collectors/frequency/cpupower.h"
#include "collectors/frequency/tuned.h"

namespace ihc {

namespace {

std::vector<std::string> sorted(const std::set<std::string>& words) { return {words.begin(), words.end()}; }

// ---- tuned ---------------------------------------------------------------------------------------------------------

void note_tuned_text(const EvidenceReader& reader, const std::string& path, Tuned& tuned) {
  auto parsed = parse_tuned(reader.bundle().text(path).value_or(std::string_view{}));
  Tuned& said = parsed.value.tuned;
  const auto take = [&](auto& fact, auto& value, const char* name) {
    if (!value || fact) return;
    fact = std::move(value);
    reader.facts().source(std::string("/frequency/tuned/") + name, path);
    reader.facts().found(std::string("/frequency/tuned/") + name);
  };
  if (tuned.active_profile && said.active_profile && *tuned.active_profile != *said.active_profile) {
    reader.facts().conflict({.pointer = "/frequency/tuned/active_profile",
                             .used = "root/etc/tuned/active_profile",
                             .other = path,
                             .detail = *tuned.active_profile + " against " + *said.active_profile});
  }
  take(tuned.active_profile, said.active_profile, "active_profile");
  take(tuned.recommended_profile, said.recommended_profile, "recommended_profile");
  take(tuned.profiles, said.profiles, "profiles");
  if (parsed.unparsed.any()) reader.unparsed("/frequency/tuned", path, parsed.unparsed);
}

void read_tuned(const EvidenceReader& reader, Frequency& frequency) {
  Tuned tuned;
  tuned.active_profile = reader.word("root/etc/tuned/active_profile", "/frequency/tuned/active_profile");
  tuned.profile_mode = reader.word("root/etc/tuned/profile_mode", "/frequency/tuned/profile_mode");
  for (const std::string& path : reader.bundle().glob("commands/tuned*/stdout")) note_tuned_text(reader, path, tuned);
  if (!tuned.recommended_profile) {
    reader.explain("commands/tuned-adm-recommend/stdout", "/frequency/tuned/recommended_profile");
  }
  if (!tuned.profiles) {
    reader.missing("/frequency/tuned/profiles", "structural", "only an imported text of tuned-adm list names them");
  }
  if (tuned.active_profile || tuned.profile_mode || tuned.recommended_profile || tuned.profiles) {
    frequency.tuned = std::move(tuned);
  }
}

// ---- cpupower ------------------------------------------------------------------------------------------------------

// cpupower's frequencies are rounded to three digits.
bool is_other(const std::optional<double>& used, const std::optional<double>& text) {
  constexpr double kRounding = 0.01;
  return used && text && std::abs(*used - *text) > kRounding * *used;
}

void compare_policies(const EvidenceReader& reader, const std::vector<FrequencyPolicy>& policies,
                      const CpupowerCpu& text, const std::string& path) {
  for (std::size_t index = 0; index < policies.size(); ++index) {
    const FrequencyPolicy& policy = policies[index];
    if (!policy.cpus.contains(static_cast<std::uint32_t>(text.cpu))) continue;
    const std::string pointer = "/frequency/policies/" + std::to_string(index);
    const bool other_governor = policy.governor && text.policy.governor && *policy.governor != *text.policy.governor;
    if (other_governor || is_other(policy.max_mhz, text.policy.max_mhz)) {
      reader.facts().conflict(
          {.pointer = pointer,
           .used = reader.facts().sources().count(pointer) > 0 ? reader.facts().sources().at(pointer).front() : "",
           .other = path,
           .detail = other_governor ? *policy.governor + " against " + *text.policy.governor
                                    : std::to_string(std::lround(*policy.max_mhz)) + " against " +
                                          std::to_string(std::lround(*text.policy.max_mhz)) + " MHz"});
    }
  }
}

void add_text_policy(const EvidenceReader& reader, const CpupowerCpu& cpu, const std::string& path,
                     Frequency& frequency) {
  for (const FrequencyPolicy& known : *frequency.policies) {
    if (cpu.policy.cpus.is_subset_of(known.cpus)) return;  // each CPU of a policy prints it again
  }
  reader.facts().source("/frequency/policies/" + std::to_string(frequency.policies->size()), path);
  frequency.policies->push_back(cpu.policy);
}

void summarize_policies(const EvidenceReader& reader, const std::string& path, Frequency& frequency) {
  std::set<std::string> drivers;
  std::set<std::string> governors;
  for (const FrequencyPolicy& policy : *frequency.policies) {
    if (policy.driver) drivers.insert(*policy.driver);
    if (policy.governor) governors.insert(*policy.governor);
  }
  frequency.drivers = sorted(drivers);
  frequency.governors = sorted(governors);
  for (const char* name : {"policies", "drivers", "governors"}) {
    reader.facts().source("/frequency/" + std::string(name), path);
    reader.facts().found("/frequency/" + std::string(name));
  }
}

void read_cpupower(const EvidenceReader& reader, const std::string& path, Frequency& frequency) {
  const auto parsed = parse_cpupower(reader.bundle().text(path).value_or(std::string_view{}));
  const bool had_policies = frequency.policies.has_value();
  const bool had_answer = frequency.has_cpufreq.has_value();
  for (const CpupowerCpu& cpu : parsed.value.cpus) {
    if (had_policies) {
      compare_policies(reader, *frequency.policies, cpu, path);
      continue;
    }
    if (!had_answer) frequency.has_cpufreq = frequency.has_cpufreq.value_or(false) || !cpu.no_driver;
    if (cpu.no_driver) continue;
    if (!frequency.policies) frequency.policies.emplace();
    add_text_policy(reader, cpu, path, frequency);
    if (cpu.boost_active && !frequency.boost_enabled) {
      frequency.boost_enabled = cpu.boost_active;
      reader.facts().source("/frequency/boost_enabled", path);
      reader.facts().found("/frequency/boost_enabled");
    }
  }
  if (!had_answer && frequency.has_cpufreq) {
    reader.facts().source("/frequency/has_cpufreq", path);
    reader.facts().found("/frequency/has_cpufreq");
  }
  if (!had_policies && frequency.policies) summarize_policies(reader, path, frequency);
  if (!had_policies && !frequency.policies && frequency.has_cpufreq == false) {
    reader.facts().found("/frequency/policies");
    reader.missing("/frequency/policies", "structural", "this kernel controls no frequency");
  }
  if (parsed.value.cut) {
    reader.facts().found("/frequency/policies");
    reader.missing("/frequency/policies", "parse_error", path + " is partial: the last CPU's block is not whole");
  } else if (parsed.unparsed.any()) {
    reader.facts().found("/frequency/policies");
    reader.unparsed("/frequency/policies", path, parsed.unparsed);
  }
}

}  // namespace

void read_frequency_texts(const EvidenceReader& reader, Frequency& frequency) {
  read_tuned(reader, frequency);
  for (const std::string& path : reader.bundle().glob("commands/cpufreq*/stdout")) {
    read_cpupower(reader, path, frequency);
  }
}

}  // namespace ihc
