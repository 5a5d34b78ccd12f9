// GapFiller: what a track plays where audio is missing, so that nothing clicks: the last samples
// backwards, fading to silence; or the last pitch period over and over, fading over 60 ms, in the
// manner of ITU-T G.711 Appendix I. Fixed memory; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "live/track_shape.h"
#include "memory/arena.h"

namespace tidemark::live {

class GapFiller {
 public:
  static std::size_t PlanBytes(const TrackShape& shape);
  // With `conceal`, by pitch periods.
  GapFiller(const TrackShape& shape, bool conceal, memory::Arena& arena);

  // A gap begins behind `past`, at most shape.history samples as they lie in the ring.
  void Start(const RingSpans& past);
  // The next samples of the gap, interleaved; silence in the end.
  void Fill(std::span<float> out);
  // Only silence is left.
  [[nodiscard]] bool silent() const { return at_ >= length_; }

 private:
  void FindPeriod();
  [[nodiscard]] float Likeness(std::int64_t lag, std::int64_t stride) const;
  [[nodiscard]] float Mono(std::int64_t i) const;
  [[nodiscard]] float Past(std::int64_t samples_ago, std::int64_t channel) const;
  [[nodiscard]] float Value(std::int64_t i, std::int64_t channel) const;
  [[nodiscard]] float Gain(std::int64_t i) const;

  SampleType type_;
  std::int64_t channels_;
  std::int64_t rate_hz_;
  std::int64_t fade_;
  bool conceal_;
  std::span<float> past_;  // interleaved, [n_past_][channels_]
  std::int64_t n_past_ = 0;
  std::int64_t period_ = 0;  // samples; 0: played backwards
  std::int64_t at_ = 0;      // samples since the gap began
  std::int64_t length_ = 0;
};

// 0 to 1 over n steps as half a cosine; the weights of the two sides of a crossfade add up to 1.
float FadeIn(std::int64_t i, std::int64_t n);

}  // namespace tidemark::live
