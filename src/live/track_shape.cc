#include "live/track_shape.h"

#include <fmt/format.h>

#include <algorithm>

namespace tidemark::live {
namespace {

// Two pitch periods of 15 ms and the piece that they are compared by: ITU-T G.711 Appendix I.
constexpr double kHistoryMs = 48;

struct Bound {
  const char* name;
  double value;
  double lowest;
  double highest;
};

Result<void> Check(const Bound& bound) {
  if (bound.value >= bound.lowest && bound.value <= bound.highest) return {};
  return Fail(ErrorCode::kUsage,
              fmt::format("{} of a track is {:.10g}; it must be {:.10g} to {:.10g}", bound.name,
                          bound.value, bound.lowest, bound.highest));
}

}  // namespace

Result<TrackShape> TrackShape::Of(const TrackOptions& options) {
  constexpr double kHour_ms = 3'600'000;
  for (const Bound& bound : {
           Bound{"sample_rate_hz", static_cast<double>(options.sample_rate_hz), kMinTrackRateHz,
                 kMaxTrackRateHz},
           Bound{"channels", static_cast<double>(options.channels), 1, kMaxTrackChannels},
           Bound{"frame_ms", options.frame_ms, 2.5, 60},
           Bound{"buffer_ms", options.buffer_ms, options.frame_ms, kHour_ms},
           Bound{"max_input_rate_hz", static_cast<double>(options.max_input_rate_hz),
                 kMinTrackRateHz, kMaxTrackRateHz},
           Bound{"block_timeout_ms", options.block_timeout_ms, 0, kHour_ms},
           Bound{"fade_ms", options.fade_ms, 0, 60},
           Bound{"target_latency_ms", options.target_latency_ms, 0, options.buffer_ms},
       }) {
    TM_TRY(Check(bound));
  }
  if (options.max_latency_ms != 0) {
    TM_TRY(Check({"max_latency_ms", options.max_latency_ms, 2 * options.frame_ms, kHour_ms}));
  }
  TrackShape shape;
  shape.rate_hz = options.sample_rate_hz;
  shape.channels = options.channels;
  shape.type = options.type;
  shape.sample_bytes = BytesOf(options.type) * static_cast<std::size_t>(options.channels);
  shape.frame = shape.Samples(options.frame_ms);
  shape.frame_bytes = static_cast<std::size_t>(shape.frame) * shape.sample_bytes;
  shape.capacity = std::max(shape.frame, shape.Samples(options.buffer_ms));
  shape.max_latency = shape.Samples(options.max_latency_ms);
  shape.fade = std::min(shape.frame, shape.Samples(options.fade_ms));
  shape.history = options.conceal ? shape.Samples(kHistoryMs) : shape.fade;
  return shape;
}

RingSizes TrackShape::ring() const {
  return {.sample_bytes = sample_bytes,
          .capacity = capacity,
          .slack = 2 * frame,
          .guard = history,
          .drop = frame,
          .seam = fade};
}

}  // namespace tidemark::live
