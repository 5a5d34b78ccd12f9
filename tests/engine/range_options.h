// Short names for what RangeOptions can say.
#pragma once

#include <optional>

#include "engine/range_plan.h"

namespace tidemark::engine {

inline RangeOptions StartAt(double start_s) {
  return {.start_s = start_s, .duration_s = std::nullopt, .sample_s = std::nullopt};
}
inline RangeOptions Part(double start_s, double duration_s) {
  return {.start_s = start_s, .duration_s = duration_s, .sample_s = std::nullopt};
}
inline RangeOptions Sampled(double sample_s) {
  return {.start_s = 0, .duration_s = std::nullopt, .sample_s = sample_s};
}

}  // namespace tidemark::engine
