#pragma once

#include "base/limits.h"

namespace ihc::limits {

inline constexpr int kMinCpuSamples = 20;             ///< of a thread's CPU, before a share of them says anything
inline constexpr int kCpuSampleRounds = 24;           ///< what a window is given, however short: room for late ones
inline constexpr std::size_t kFollowedThreads = 512;  ///< threads read a second between the window's ends

}  // namespace ihc::limits
