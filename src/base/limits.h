// Every limit by name. A limit has a test at its value and one past it, on the public function that enforces it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace ihc::limits {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline constexpr std::size_t kKiB = 1024;
inline constexpr std::size_t kMiB = 1024 * kKiB;

// Sets of CPUs and nodes. Linux builds for at most 8,192 CPUs (CONFIG_NR_CPUS); eight times that leaves room.
inline constexpr std::uint32_t kMaxCpuId = 65535;

// JSON, YAML
inline constexpr std::size_t kMaxJsonBytes = 256 * kMiB;
inline constexpr std::size_t kMaxJsonDepth = 64;
inline constexpr std::size_t kMaxYamlBytes = 4 * kMiB;
inline constexpr std::size_t kMaxYamlDepth = 32;

// Collection
inline constexpr std::size_t kMaxFileBytes = 4 * kMiB;     ///< one captured file, unless its capture says otherwise
inline constexpr std::size_t kMaxCommandBytes = 8 * kMiB;  ///< one command's stdout or stderr
inline constexpr milliseconds kReadDeadline{2000};         ///< one read in the helper process
inline constexpr milliseconds kCommandTimeout{15000};      ///< one command, unless its capture says otherwise
inline constexpr milliseconds kInterruptGrace{5000};       ///< an interrupted command may take so long to report
inline constexpr milliseconds kProbeDeadline{5000};        ///< one probe in the helper process
inline constexpr milliseconds kMinPass{500};             ///< a part of the window, before counting in it says anything
inline constexpr std::size_t kMaxCountedThreads = 4096;  ///< of all workers, each with four software counters
inline constexpr seconds kMaxRecordingTime{10};          ///< what --deep records, of the window
inline constexpr seconds kCollectGrace{120};             ///< whole collection beyond its window
inline constexpr milliseconds kSampleInterval{1000};
inline constexpr int kMinCpuSamples = 20;              ///< of a thread's CPU, before a share of them says anything
inline constexpr int kCpuSampleRounds = 24;            ///< what a window is given, however short: room for late ones
inline constexpr std::size_t kFollowedThreads = 320;   ///< thread readings a second between the window's ends
inline constexpr milliseconds kScrapeDeadline{900};    ///< one GET of a metrics endpoint, from connect to the last byte
inline constexpr milliseconds kResolveDeadline{3000};  ///< the addresses of one host name
inline constexpr std::size_t kMaxMetricsUrls = 8;
inline constexpr std::size_t kMaxUrlBytes = 2048;
inline constexpr std::size_t kMaxMetricsTokenBytes = 8 * kKiB;
inline constexpr std::size_t kMaxScrapeBytes = 4 * kMiB;    ///< one reading of a metrics endpoint
inline constexpr std::size_t kMaxScrapedBytes = 64 * kMiB;  ///< all of them; past it they are read less often
inline constexpr std::size_t kMaxWorkers = 1024;
inline constexpr std::size_t kMaxThreadsPerWorker = 16384;
inline constexpr std::size_t kMaxGlobMatches = 200000;
inline constexpr std::size_t kMaxCollectedBytes = 512 * kMiB;  ///< all evidence of one collection, uncompressed
inline constexpr std::size_t kMaxPackedMemberBytes =
    16 * kMiB;  ///< a packed member is closed and the next begun at this size

// Reading a bundle
inline constexpr std::size_t kMaxBundleFileBytes = 1024 * kMiB;  ///< the archive file itself
inline constexpr std::size_t kMaxBundleBytes = 1024 * kMiB;      ///< all members, uncompressed
inline constexpr std::size_t kMaxMemberBytes = 512 * kMiB;
inline constexpr std::size_t kMaxMembers = 200000;
inline constexpr std::size_t kMaxPathBytes = 1024;
inline constexpr std::size_t kMaxNameBytes = 255;  ///< one component of a path: NAME_MAX of Linux
inline constexpr std::size_t kMaxPathDepth = 32;
inline constexpr std::size_t kMaxCompressionRatio = 2000;  ///< uncompressed : compressed, once past kRatioFreeBytes
inline constexpr std::size_t kRatioFreeBytes = 16 * kMiB;

// Importing what someone else gathered
inline constexpr std::size_t kMaxImportBytes = 8192 * kMiB;     ///< one source, uncompressed; most of it is left out
inline constexpr std::size_t kMaxImportFileBytes = 16 * kMiB;   ///< a larger file of a tree is a log: left out, counted
inline constexpr std::size_t kMaxImportTextBytes = 4 * kMiB;    ///< one recognised text
inline constexpr std::size_t kMaxBenchResultBytes = 64 * kMiB;  ///< one result file of a load generator
inline constexpr std::size_t kLikenessBytes = 64 * kKiB;        ///< how much of a text recognition looks at
inline constexpr int kMaxLinkHops = 40;                         ///< MAXSYMLINKS of Linux

// Expressions
inline constexpr std::size_t kMaxExpressionBytes = 100000;
inline constexpr std::size_t kMaxExpressionDepth = 64;           ///< nesting of parentheses, brackets, calls, ?:
inline constexpr std::size_t kMaxExpressionTreeDepth = 256;      ///< a chain (a + b + …, a.b.c…) is a level a step
inline constexpr std::size_t kMaxEvaluationDepth = 512;          ///< the same, through names that stand for expressions
inline constexpr std::size_t kMaxPatternBytes = 4096;            ///< a regular expression
inline constexpr std::size_t kMaxPatternMemoryBytes = 1 * kMiB;  ///< what RE2 may use for one
inline constexpr std::size_t kMaxEvaluationSteps = 10000000;
inline constexpr std::size_t kMaxEvaluationBytes = 64 * kMiB;

// Benchmark
inline constexpr std::size_t kMaxSseEventBytes = 4 * kMiB;  ///< one event of a stream, its lines together
inline constexpr std::size_t kMaxAnswerBytes = 16 * kMiB;   ///< one whole answer that is no stream
inline constexpr std::size_t kMaxAnswerHeaderBytes = 16 * kKiB;
inline constexpr std::size_t kMaxPromptFileBytes = 64 * kMiB;
inline constexpr std::int64_t kMaxBenchRequests = 1000000;  ///< of one run
inline constexpr std::int64_t kMaxBenchRuns = 100;
inline constexpr std::int64_t kMaxBenchSeconds = 86400;   ///< of one run
inline constexpr std::int64_t kMaxInFlight = 16384;       ///< requests at once
inline constexpr std::int64_t kMaxBenchTokens = 1000000;  ///< of a prompt, and of what is asked for
inline constexpr std::size_t kMaxKeptChunks = 10000000;   ///< whose times are kept, of one run
inline constexpr std::size_t kMaxApiKeyBytes = 8 * kKiB;

// Rendering
inline constexpr std::size_t kMaxTemplateBytes = 1 * kMiB;
inline constexpr std::size_t kMaxHtmlBytes = 64 * kMiB;
inline constexpr std::size_t kMaxPdfBytes = 256 * kMiB;
inline constexpr seconds kPdfTimeout{60};
inline constexpr std::size_t kPdfAddressSpaceBytes = 2048 * kMiB;

}  // namespace ihc::limits
