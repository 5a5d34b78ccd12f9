// Lateness: how late things came, as a histogram of fixed size: eight steps an octave, of
// microseconds. One thread adds, any thread reads. Wait-free.
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "live/counter.h"

namespace tidemark::live {

class Lateness {
 public:
  // REQUIRES: not negative.
  void Add(std::int64_t late_ns) {
    steps_[StepOf(static_cast<std::uint64_t>(late_ns / 1000))].Add(1);
    if (late_ns > max_ns_.value()) max_ns_.Set(late_ns);
  }

  [[nodiscard]] std::int64_t max_ns() const { return max_ns_.value(); }

  // What the share `q` of all is at most, rounded up to a step; 0 without any.
  [[nodiscard]] double QuantileMs(double q) const {
    std::int64_t n = 0;
    for (const Counter& step : steps_) n += step.value();
    const double wanted = q * static_cast<double>(n);
    std::int64_t n_below = 0;
    for (std::size_t i = 0; i < kSteps && n > 0; ++i) {
      n_below += steps_[i].value();
      if (static_cast<double>(n_below) < wanted) continue;
      const double max_ms = static_cast<double>(max_ns()) / 1e6;
      return std::min(static_cast<double>(StartOf(i + 1)) / 1e3, max_ms);
    }
    return 0;
  }

 private:
  static constexpr unsigned kBits = 3;  // of a step within its octave
  static constexpr std::uint64_t kFirst = 1U << kBits;
  static constexpr std::uint64_t kLongest = 0xFFFF'FFFF;  // microseconds: more than an hour
  static constexpr std::size_t StepOf(std::uint64_t us) {
    us = std::min(us, kLongest);
    if (us < kFirst) return us;
    const auto octave = static_cast<unsigned>(std::bit_width(us)) - kBits - 1;
    return octave * kFirst + (us >> octave);
  }
  static constexpr std::uint64_t StartOf(std::size_t step) {
    if (step < kFirst) return step;
    const std::size_t octave = step / kFirst - 1;
    return (kFirst + step % kFirst) << octave;
  }
  static constexpr std::size_t kSteps = (32 - kBits + 1) * kFirst;

  std::array<Counter, kSteps> steps_;
  Counter max_ns_;
};

}  // namespace tidemark::live
