// The tuned daemon: what tuned-adm prints (tuned-adm(8)), and the Tuned resources of OpenShift's Node Tuning Operator.
//
//   Available profiles:                                      apiVersion: tuned.openshift.io/v1
//   - balanced                - General non-specialized …    kind: Tuned
//   - virtual-guest           - Optimize for running …       spec:
//   Current active profile: virtual-guest                      profile:
//                                                              - data: "[main]\nsummary=…"
//                                                                name: openshift-node-performance-manual
//                                                              recommend:
//                                                              - priority: 20
//                                                                profile: openshift-node-performance-manual
//
// Without the daemon it prints "No current active profile." or "Preset profile: NAME" (what the next start would take).
#pragma once

#include <string_view>

#include "collect/foreign_text.h"
#include "collectors/reading/parsed.h"
#include "facts/frequency.h"

namespace ihc {

struct TunedText {
  Tuned tuned;
  bool no_profile = false;  ///< "No current active profile."
};

Parsed<TunedText> parse_tuned(std::string_view text);

Likeness like_tuned(std::string_view text);

}  // namespace ihc
