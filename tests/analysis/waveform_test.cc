#include "analysis/waveform.h"

#include <gtest/gtest.h>

#include "tests/analysis/level_signals.h"

namespace tidemark::analysis {
namespace {

using test::Plane;
using test::Planes;
using Values = std::vector<std::int16_t>;

constexpr int kRateHz = 8'000;

Values Draw(const Planes& planes, const WaveformOptions& options) {
  const StreamFormat format{kRateHz, static_cast<int>(planes.size()), 0};
  auto arena = memory::Arena::Create(WaveformAnalyzer::PlanBytes(options, format));
  auto analyzer = WaveformAnalyzer::Create(options, format, *arena);
  EXPECT_EQ(arena->used(), arena->size());
  Values values;
  test::RunAnalyzer(**analyzer, planes, [&] {
    const auto pixels = (*analyzer)->Drain();
    values.insert(values.end(), pixels.begin(), pixels.end());
  });
  return values;
}

TEST(Waveform, KeepsTheSmallestAndLargestSampleOfEveryPixel) {
  const Plane plane{0.5F, -0.25F, 0.125F, 0.0F, -1.0F, 0.75F};
  EXPECT_EQ(Draw({plane}, {.samples_per_pixel = 4, .bits = 16}),
            (Values{-8192, 16384, -32768, 24576}));
}

TEST(Waveform, HasEightBitValuesThatAreCutTowardsZero) {
  const Plane plane{-300.0F / 32768, 300.0F / 32768, -1.0F, 1.0F};
  EXPECT_EQ(Draw({plane}, {.samples_per_pixel = 2}), (Values{-1, 1, -128, 127}));
}

TEST(Waveform, ClampsWhatIsOverFullScale) {
  EXPECT_EQ(Draw({Plane{3.0F, -3.0F}}, {.samples_per_pixel = 2, .bits = 16}),
            (Values{-32768, 32767}));
}

TEST(Waveform, DrawsTheMeanOfAllChannels) {
  const Planes planes{{0.5F, -1.0F, 3.0F / 32768}, {0.25F, -1.0F, 0.0F}};
  EXPECT_EQ(Draw(planes, {.samples_per_pixel = 2, .bits = 16}), (Values{-32768, 12288, 1, 1}));
}

TEST(Waveform, DrawsEachChannelWhenSplit) {
  const Planes planes{{0.5F, -0.5F}, {0.25F, 0.125F}};
  EXPECT_EQ(Draw(planes, {.samples_per_pixel = 2, .bits = 16, .split_channels = true}),
            (Values{-16384, 16384, 4096, 8192}));
}

TEST(Waveform, CountsPixelsWhereverBlocksAreCut) {
  for (const int samples_per_pixel : {2, 3, 256, 1000, 1024, 5000}) {
    Plane plane(10'007);
    for (std::size_t n = 0; n < plane.size(); ++n) {
      plane[n] = static_cast<float>(n) / 32768;
    }
    const Values values = Draw({plane}, {.samples_per_pixel = samples_per_pixel, .bits = 16});
    const auto pixel = static_cast<std::size_t>(samples_per_pixel);
    ASSERT_EQ(values.size(), 2 * ((plane.size() + pixel - 1) / pixel)) << samples_per_pixel;
    for (std::size_t p = 0; p < values.size() / 2; ++p) {
      ASSERT_EQ(values[2 * p], static_cast<int>(p * pixel));
      ASSERT_EQ(values[2 * p + 1], static_cast<int>(std::min((p + 1) * pixel, plane.size()) - 1));
    }
  }
}

TEST(Waveform, EndsThePixelAtAGap) {
  const StreamFormat format{kRateHz, 1, 0};
  const WaveformOptions options{.samples_per_pixel = 256};
  auto arena = memory::Arena::Create(WaveformAnalyzer::PlanBytes(options, format));
  auto analyzer = WaveformAnalyzer::Create(options, format, *arena);
  Planes planes{Plane(300, 0.5F)};
  std::size_t n_values = 0;
  const auto drain = [&] { n_values += (*analyzer)->Drain().size(); };
  test::PushFrames(**analyzer, planes, 0, 300, drain);
  (*analyzer)->Gap(10'000);
  drain();
  test::PushFrames(**analyzer, planes, 0, 300, drain);
  (*analyzer)->Finish();
  drain();
  EXPECT_EQ(n_values, 8U);
}

TEST(Waveform, TakesPixelsPerSecond) {
  const StreamFormat format{44'100, 2, 0};
  const WaveformOptions options{.pixels_per_second = 100.0, .bits = 16};
  auto arena = memory::Arena::Create(WaveformAnalyzer::PlanBytes(options, format));
  auto analyzer = WaveformAnalyzer::Create(options, format, *arena);
  EXPECT_EQ((*analyzer)->format().samples_per_pixel, 441);
  EXPECT_EQ((*analyzer)->format().channels, 1);
}

TEST(Waveform, RefusesPixelsOfLessThanTwoSamplesAndOddWidths) {
  const StreamFormat format{44'100, 2, 0};
  auto arena = memory::Arena::Create(1 << 16);
  for (const WaveformOptions& options :
       {WaveformOptions{.samples_per_pixel = 1}, WaveformOptions{.pixels_per_second = 30'000.0},
        WaveformOptions{.pixels_per_second = 0.0}, WaveformOptions{.pixels_per_second = -5.0},
        WaveformOptions{.bits = 12}}) {
    const auto analyzer = WaveformAnalyzer::Create(options, format, *arena);
    ASSERT_FALSE(analyzer);
    EXPECT_EQ(analyzer.error().code, ErrorCode::kUsage);
  }
}

}  // namespace
}  // namespace tidemark::analysis
