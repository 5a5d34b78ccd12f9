// StreamFormat: what every stage must know about the samples before it makes its plan.
#pragma once

#include <cstdint>

namespace tidemark {

inline constexpr int kMinSampleRateHz = 4'000;
inline constexpr int kMaxSampleRateHz = 768'000;
inline constexpr int kMaxChannels = 64;

struct StreamFormat {
  int sample_rate_hz = 0;
  int channels = 0;
  // Speaker positions as in WAVE_FORMAT_EXTENSIBLE (bit 0 front left, 1 front right, 2 front
  // centre, 3 LFE, ...); 0 where the file does not say.
  std::uint32_t channel_mask = 0;
};

}  // namespace tidemark
