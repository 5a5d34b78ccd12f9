#include "live/drift_meter.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tidemark::live {
namespace {

struct Simulated {
  double worst_s = 0;        // off the first length, after settling
  double worst_early_s = 0;  // before
  double drift_ppm = 0;
};

// A writer whose clock is `ppm` fast writes 20 ms at a time; frames of 20 ms are read by the true
// clock.
Simulated Day(double ppm, double hours, double settle_s) {
  DriftMeter meter(0.1);
  Simulated result;
  double buffered_s = 0.1;
  double correction = 0;
  double next_read_s = 0.013;
  const double step_s = 0.02 / (1 + 1e-6 * ppm);  // of true time
  for (double now_s = 0; now_s < 3600 * hours; now_s += step_s) {
    while (next_read_s <= now_s) {
      buffered_s -= 0.02;
      next_read_s += 0.02;
    }
    buffered_s += 0.02 * (1 - 1e-6 * correction);
    correction = meter.Update(0.02, buffered_s);
    double& worst_s = now_s < settle_s ? result.worst_early_s : result.worst_s;
    worst_s = std::max(worst_s, std::abs(buffered_s - 0.1));
  }
  result.drift_ppm = meter.drift_ppm();
  return result;
}

TEST(DriftMeter, HoldsTheLengthOverADayOf200PpmEitherWay) {
  for (const double ppm : {200.0, -200.0, 20.0, 0.0}) {
    const Simulated day = Day(ppm, 24, 3600);
    EXPECT_NEAR(day.drift_ppm, ppm, std::abs(ppm) > 100 ? 15 : 40) << ppm;
    EXPECT_LT(day.worst_s, 0.03) << ppm;
    EXPECT_LT(day.worst_early_s, 0.06) << ppm;
  }
}

TEST(DriftMeter, IsNotMisledByAJump) {
  DriftMeter meter(0.1);
  for (int i = 0; i < 50 * 600; ++i) meter.Update(0.02, 0.1);
  const double before_ppm = meter.drift_ppm();
  meter.Jump();
  for (int i = 0; i < 50 * 10; ++i) meter.Update(0.02, 0.3);
  EXPECT_NEAR(meter.drift_ppm(), before_ppm, 30);
}

TEST(DriftMeter, KeepsTheLengthItFindsWhereNoneIsAsked) {
  DriftMeter meter(0);
  double ppm = 0;
  for (int i = 0; i < 50 * 60; ++i) ppm = meter.Update(0.02, 0.37);
  EXPECT_NEAR(ppm, 0, 1);
}

}  // namespace
}  // namespace tidemark::live
