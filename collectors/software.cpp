// Versions of the inference software and its environment, as collect_env reports them; and saved outputs that hold the
// values of files which other collectors read. Nothing is captured live: to ask Python packages for their versions is
// to run them.

#include "collect/collector.h"
#include "collectors/reading/evidence_reader.h"
#include "collectors/software/collect_env.h"
#include "collectors/software/saved_settings.h"

namespace ihc {

namespace {

constexpr ForeignText kTexts[] = {
    {.kind = "sysctl-a",
     .about = "sysctl -a: kernel settings, one a line",
     .member = "commands/sysctl-a/stdout",
     .likeness = sysctl_likeness,
     .parts = sysctl_parts},
    {.kind = "uname-a",
     .about = "uname -a: host name and kernel release",
     .member = "commands/uname-a/stdout",
     .likeness = uname_likeness,
     .parts = uname_parts},
    {.kind = "vllm-collect-env",
     .about = "vLLM's collect_env.py: versions, lscpu, nvidia-smi topo -m and environment in one report",
     .member = "commands/vllm-collect-env/stdout",
     .likeness = collect_env_likeness,
     .parts = collect_env_parts},
};

void read(const Bundle& bundle, FactsBuilder& builder) {
  const EvidenceReader reader(bundle, builder, "software");
  const auto reports = bundle.glob("commands/vllm-collect-env*/stdout");
  if (reports.empty()) {
    return reader.missing("/software", "file_absent", "save what vllm collect-env prints, and import it");
  }
  // Two reports of one node are two environments (host and container): the first is told of, the others are not mixed
  // in.
  const std::string& path = reports.front();
  const auto parsed = parse_collect_env(*bundle.text(path));
  Software software;
  if (!parsed.value.versions.empty()) software.versions = parsed.value.versions;
  if (!parsed.value.packages.empty()) software.packages = parsed.value.packages;
  if (!parsed.value.environment.empty()) software.environment = parsed.value.environment;
  builder.source("/software", path);
  if (parsed.unparsed.any()) reader.unparsed("/software", path, parsed.unparsed);
  for (std::size_t index = 1; index < reports.size(); ++index) {
    builder.conflict({"/software", path, reports[index], "a second report of the environment"});
  }
  builder.facts.software = std::move(software);
}

}  // namespace

extern const Collector k_software_collector{
    .name = "software",
    .about = "versions and environment of the inference software, from imported reports",
    .captures = {},
    .read = read,
    .texts = kTexts,
};

}  // namespace ihc
