// WaveformFormat: what the numbers of a waveform mean; shared by the analyzer that computes them
// and the file that keeps them. A value.
#pragma once

namespace tidemark {

struct WaveformFormat {
  int sample_rate_hz = 0;
  int samples_per_pixel = 0;
  int bits = 8;      // 8 or 16
  int channels = 1;  // 1 where the channels are mixed
};

}  // namespace tidemark
