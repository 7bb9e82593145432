// Many small files in one member: packed/<family>/<nnn> (each path once) and samples/<family> (a path again and again).
// The format, version 1, is text around raw bytes:
//
//     ihc-packed 1
//     ok - 81234567890 8 whole root/sys/devices/system/cpu/cpu0/online
//     1234567
//
//     permission permission 81234568000 0 whole root/proc/1/numa_maps
//
//     ok - 81234569000 4 cut root/sys/kernel/odd%0Aname
//     abcd
//
// The first line is the format and its version. Each record is one header line, its bytes, and one line feed that
// belongs to the format. A header line has six fields, each after one blank: the status word of manifest.h; the reason
// code or
// "-"; CLOCK_MONOTONIC nanoseconds; the number of bytes; "whole", or "cut" when the source had more than was taken; and
// to the end of the line the path in the plain tree, in which '%' and control characters stand as %NN (in the reason
// blanks too). The bytes are as found, whatever they are: their number says where they end.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "bundle/manifest.h"

namespace ihc {

/// One record; `bytes` points into the member it was read from.
struct PackedRecord {
  std::string path;
  EvidenceStatus status = EvidenceStatus::ok;
  std::string reason;
  std::int64_t taken_ns = 0;
  std::string_view bytes;
  bool cut = false;
};

/// A member without records: what a new one starts with.
std::string packed_preamble();

/// One record as it stands in a member.
std::string packed_text(const PackedRecord& record);
/// The same without its bytes and the line feed behind them.
std::string packed_head(const PackedRecord& record);

/// Calls `take` for each record of a member, in order; stops at its first failure and returns it. Fails (malformed)
/// with
/// "<member>, byte <offset>" where a record is not as described above; `member` is only used for that.
Result<void> read_packed(std::string_view bytes, std::string_view member,
                         const std::function<Result<void>(PackedRecord)>& take);

}  // namespace ihc
