// LevelLog: the peak of each frame of a recording, as CSV: "time_s,level,dbfs", for choosing a
// threshold. One owner, one thread; fixed memory.
#pragma once

#include <cstdint>

#include "base/audio_block.h"
#include "base/clip.h"
#include "io/output_file.h"

namespace tidemark::engine {

class LevelLog {
 public:
  // Writes a header and then a line a tick to `output`, which must outlive this.
  LevelLog(Timebase timebase, int sample_rate_hz, io::OutputFile& output);

  // The largest magnitude on any channel counts.
  void Push(const AudioBlock& block);
  // The last, shorter frame.
  void Finish();

 private:
  void EndFrame();

  Timebase timebase_;
  std::int64_t rate_hz_;
  io::OutputFile& output_;
  std::int64_t n_frames_ = 0;  // samples so far
  std::int64_t tick_ = 0;
  std::int64_t tick_end_ = 0;  // in samples
  float peak_ = 0;
};

}  // namespace tidemark::engine
