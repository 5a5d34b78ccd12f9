// SampleWriter: planar float into a frame of the sample format that an encoder takes. Owned by
// AudioTrack; one thread.
#pragma once

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/samplefmt.h>
}

#include <cstddef>
#include <span>

#include "io/dither.h"

namespace tidemark::io {

class SampleWriter {
 public:
  SampleWriter() = default;
  // `bits` of an integer format are used, the upper ones; value = sample * 2^(bits - 1), rounded
  // to even and clipped, so that samples that came from integers of that width come back exactly.
  // What is no number becomes 0.
  SampleWriter(AVSampleFormat format, int bits, bool dither)
      : format_(format), bits_(bits), dithers_(dither) {}

  // True for the formats that Write() knows.
  static bool Knows(AVSampleFormat format);

  // The first n_frames of `planes` into `frame`. REQUIRES: a writable frame of that format with
  // room for them and as many channels.
  void Write(std::span<float* const> planes, std::size_t n_frames, AVFrame& frame);

 private:
  template <typename Integer>
  void WriteIntegers(const float* in, std::size_t n_frames, Integer* out, std::size_t step);

  AVSampleFormat format_ = AV_SAMPLE_FMT_NONE;
  int bits_ = 0;
  bool dithers_ = false;
  Dither dither_;
};

}  // namespace tidemark::io
