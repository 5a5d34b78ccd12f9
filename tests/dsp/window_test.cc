#include "dsp/window.h"

#include <gtest/gtest.h>

#include <numeric>
#include <vector>

namespace tidemark::dsp {
namespace {

TEST(HannWindow, AddsUpToHalfItsLengthAndToOneWithItsShiftedSelf) {
  std::vector<float> window(240);
  FillHann(window);
  EXPECT_NEAR(std::accumulate(window.begin(), window.end(), 0.0), 120, 1e-4);
  for (std::size_t i = 0; i < 120; ++i) EXPECT_NEAR(window[i] + window[i + 120], 1, 1e-6F);
}

TEST(HannToneOffset, FindsAToneBetweenBinsWithAndWithoutZeroPadding) {
  for (const double spacing : {1.0, 0.77, 0.3}) {
    for (const double offset : {-0.49, -0.2, 0.0, 0.1, 0.45}) {
      const double at = offset * spacing;
      const double found =
          HannToneOffset(HannLobe(-spacing - at), HannLobe(-at), HannLobe(spacing - at), spacing);
      EXPECT_NEAR(found, at, 1e-9) << spacing << " " << offset;
    }
  }
}

TEST(HannToneOffset, IsZeroForSilence) { EXPECT_EQ(HannToneOffset(0, 0, 0, 1), 0); }

}  // namespace
}  // namespace tidemark::dsp
