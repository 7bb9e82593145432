// One control group: its files, of either version, as facts.
// Source: cgroups(7), Documentation/admin-guide/cgroup-v2.rst, Documentation/admin-guide/cgroup-v1.
#pragma once

#include <string>

#include "collectors/cgroup/cgroup_tree.h"
#include "collectors/reading/evidence_reader.h"
#include "facts/cgroups.h"

namespace ihc {

/// Everything but the group's path, unit and parent; sources and what is missing are noted below `pointer`.
Cgroup read_cgroup(const EvidenceReader& reader, const CgroupPlace& place, std::string pointer);

}  // namespace ihc
