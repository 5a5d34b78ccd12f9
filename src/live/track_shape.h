// TrackShape: the options of a track as whole numbers of samples, checked.
#pragma once

#include <cstddef>
#include <cstdint>

#include "live/sample_ring.h"
#include "tidemark/audio_track.h"

namespace tidemark::live {

inline constexpr int kMaxTrackChannels = 8;
inline constexpr int kMinTrackRateHz = 4'000;
inline constexpr int kMaxTrackRateHz = 192'000;

// Lengths in samples.
struct TrackShape {
  int rate_hz = 0;
  int channels = 0;
  SampleType type = SampleType::kS16;
  std::size_t sample_bytes = 0;  // of all channels
  std::int64_t frame = 0;
  std::size_t frame_bytes = 0;
  std::int64_t capacity = 0;
  std::int64_t max_latency = 0;  // 0: none
  std::int64_t fade = 0;
  std::int64_t history = 0;  // what a gap is filled from

  // kUsage, naming the option and its range.
  static Result<TrackShape> Of(const TrackOptions& options);

  [[nodiscard]] std::int64_t Samples(double ms) const {
    return static_cast<std::int64_t>(static_cast<double>(rate_hz) * ms / 1000);
  }
  [[nodiscard]] double Milliseconds(std::int64_t n_samples) const {
    return 1000.0 * static_cast<double>(n_samples) / rate_hz;
  }
  [[nodiscard]] RingSizes ring() const;
};

}  // namespace tidemark::live
