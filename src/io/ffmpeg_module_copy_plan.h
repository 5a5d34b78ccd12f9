// Where a cut without decoding can be made: at which packets the clips begin and end. Pure but for
// the file it reads.
#pragma once

#include <cstdint>
#include <vector>

#include "io/ffmpeg_copy.h"
#include "io/ffmpeg_module_demuxer.h"

namespace tidemark::io {

// A part of the source that is copied in one piece, in units of the leading stream's time base.
struct CopyRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;
  std::int64_t output_begin = 0;
};

struct CopyPlan {
  int leader = 0;  // the stream whose packets decide: the first video, else the first audio
  AVRational time_base{1, 1};
  std::vector<CopyRange> ranges;  // in the order of the output
  std::vector<CopiedClip> clips;  // as asked for, in seconds since the timeline's origin
  std::int64_t total = 0;         // length of the output
};

// Reads as much of the file as it must; the demuxer wants no stream but the leader meanwhile and is
// at its start afterwards. kBadData where there is neither audio nor video; kIo, kCancelled.
Result<CopyPlan> MakeCopyPlan(Demuxer& demuxer, const CopySpec& spec);

}  // namespace tidemark::io
