// DriftMeter: how much faster the writer's clock runs than the reader's, told by how the buffered
// length moves over the time written, and how much to slow the signal so that the length stays
// where it should be. A straight line is fitted to the length by an alpha-beta filter whose gains
// are those of least squares for the first minutes and stay there then: Benedict and Bordner, IRE
// Trans. Automatic Control 7 (1962). One thread; no memory but its own.
#pragma once

#include <cstdint>

namespace tidemark::live {

class DriftMeter {
 public:
  static constexpr double kMaxPpm = 1'000;

  // Without a target (0) the length after two seconds is the target.
  explicit DriftMeter(double target_s) : target_s_(target_s), has_target_(target_s > 0) {}

  // `written_s` were written since the last call, after which `buffered_s` wait. Returns by how
  // many ppm the rate of what is written is to be taken for higher: 0 for the first two seconds.
  double Update(double written_s, double buffered_s);
  // The length jumps: samples were dropped, flushed, or had run out.
  void Jump() { jumped_ = true; }

  // Positive where the writer is the faster one; without correction.
  [[nodiscard]] double drift_ppm() const { return 1e6 * drift_; }

 private:
  double target_s_;
  bool has_target_;
  bool jumped_ = true;
  double elapsed_s_ = 0;   // since the first write
  double pending_s_ = 0;   // written since the last step
  double length_s_ = 0;    // the filter's
  double drift_ = 0;       // seconds a second
  double correction_ = 0;  // the same, taken away now
  std::int64_t n_steps_ = 0;
};

}  // namespace tidemark::live
