#include "edit/audio_cutter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <span>
#include <vector>

#include "tests/io/fake_source.h"

namespace tidemark::edit {
namespace {

using io::FakeSource;

constexpr int kRateHz = 1000;  // FakeSource's; a fade of 3 ms has 3 frames

struct Output {
  std::vector<float> samples;  // of the first channel
  std::int64_t announced = 0;
};

class AudioCutterTest : public testing::Test {
 protected:
  void SetUp() override {
    timeline_.timebase = {kRateHz, 1};
    timeline_.n_ticks = 100'000;
  }

  Result<Output> Cut(const AudioCutOptions& options = {}) {
    EXPECT_TRUE(source_.Rewind());
    auto arena = memory::Arena::Create(AudioCutter::PlanBytes(source_.info().stream));
    auto cutter = AudioCutter::Create(options, source_, timeline_, timeline_.n_ticks, 0, *arena);
    if (!cutter) return tl::unexpected<Error>(cutter.error());
    EXPECT_EQ(arena->used(), arena->size());
    Output output;
    output.announced = (*cutter)->n_output_frames();
    for (;;) {
      const auto piece = (*cutter)->Next();
      if (!piece) return tl::unexpected<Error>(piece.error());
      if (piece->block.n_frames() == 0 && piece->n_verbatim == 0) return output;
      for (std::size_t i = 0; i < piece->block.n_frames(); ++i) {
        output.samples.push_back(piece->block.channel(0)[i]);
      }
      for (std::int64_t i = 0; i < piece->n_verbatim; ++i) {
        output.samples.push_back(FakeSource::Sample(piece->verbatim_frame + i, 0));
      }
    }
  }

  FakeSource source_{100'000, 2, true};
  Timeline timeline_;
};

TEST_F(AudioCutterTest, KeepsEverySampleOutsideTheFades) {
  timeline_.clips = {{0, 5000, 1}, {20'000, 30'000, 1}, {30'500, 30'600, 1}, {90'000, 100'000, 1}};
  for (const bool verbatim : {false, true}) {
    const auto output = Cut({.verbatim = verbatim});
    ASSERT_TRUE(output);
    ASSERT_EQ(output->samples.size(), 25'100U);
    EXPECT_EQ(output->announced, 25'100);
    std::size_t at = 0;
    for (const Clip& clip : timeline_.clips) {
      const std::int64_t n = clip.end - clip.begin;
      for (std::int64_t i = 0; i < n; ++i, ++at) {
        const float source = FakeSource::Sample(clip.begin + i, 0);
        const bool in_fade = (i < 3 && clip.begin != 0) || (i >= n - 3 && clip.end != 100'000);
        if (!in_fade) {
          ASSERT_EQ(output->samples[at], source) << at;
        } else if (source > 0) {
          ASSERT_LT(output->samples[at], source) << at;
        }
      }
    }
  }
}

TEST_F(AudioCutterTest, ReadsOnWhereASeekWouldBeginAnew) {
  source_.mutable_info().seeks_by_rewinding = true;
  timeline_.clips = {{0, 5000, 1}, {50'000, 60'000, 1}, {90'000, 95'000, 1}};
  ASSERT_TRUE(Cut());
  EXPECT_EQ(source_.n_seeks(), 0);
  source_.mutable_info().seeks_by_rewinding = false;
  ASSERT_TRUE(Cut());
  EXPECT_EQ(source_.n_seeks(), 2);
}

TEST_F(AudioCutterTest, FadesWithEqualPower) {
  timeline_.clips = {{1000, 2000, 1}};
  const auto output = Cut();
  ASSERT_TRUE(output);
  for (int i = 0; i < 3; ++i) {
    const double gain = std::sin(std::numbers::pi / 2 * (i + 0.5) / 3);
    const auto at = static_cast<std::size_t>(i);
    EXPECT_NEAR(output->samples[at], gain * FakeSource::Sample(1000 + i, 0), 1e-6);
    EXPECT_NEAR(output->samples[999 - at], gain * FakeSource::Sample(1999 - i, 0), 1e-6);
  }
}

TEST_F(AudioCutterTest, LosesNothingToAClipShorterThanItsFades) {
  timeline_.clips = {{1000, 1004, 1}, {5000, 5001, 1}};
  for (const bool verbatim : {false, true}) {
    const auto output = Cut({.verbatim = verbatim});
    ASSERT_TRUE(output);
    EXPECT_EQ(output->samples.size(), 5U);
  }
}

double Rms(std::span<const float> samples) {
  double sum = 0;
  for (const float sample : samples) sum += static_cast<double>(sample) * sample;
  return std::sqrt(sum / static_cast<double>(samples.size()));
}

TEST_F(AudioCutterTest, HasTheExactLengthAndTheSoundAtEverySpeed) {
  std::vector<float> source(50'000);
  for (std::size_t i = 0; i < source.size(); ++i) {
    source[i] = FakeSource::Sample(10'000 + static_cast<std::int64_t>(i), 0);
  }
  for (const double speed : {0.5, 1.5, 4.0, 99.0}) {
    timeline_.clips = {{0, 10'000, 1}, {10'000, 60'000, speed}, {60'000, 100'000, 1}};
    const auto n_played = static_cast<std::size_t>(tidemark::OutputTicks(timeline_.clips[1]));
    for (const auto pitch : {dsp::TimeStretch::Pitch::kKept, dsp::TimeStretch::Pitch::kMoved}) {
      SCOPED_TRACE(speed);
      const auto output = Cut({.pitch = pitch});
      ASSERT_TRUE(output);
      ASSERT_EQ(static_cast<std::int64_t>(output->samples.size()), OutputTicks(timeline_));
      // As loud as the source, from its first tenth to its last, which may be short of some frames.
      const auto played = std::span(output->samples).subspan(10'000, n_played);
      EXPECT_NEAR(Rms(played) / Rms(source), 1, 0.1);
      EXPECT_NEAR(Rms(played.first(n_played / 10)) / Rms(source), 1, 0.4);
      EXPECT_NEAR(Rms(played.last(n_played / 10)) / Rms(source), 1, 0.4);
      // What is played at its own speed afterwards is the source's.
      EXPECT_EQ(output->samples.back(), FakeSource::Sample(99'999, 0));
    }
  }
}

TEST_F(AudioCutterTest, CountsFramesOfVideoWithoutDrift) {
  timeline_.timebase = {30'000, 1001};
  timeline_.n_ticks = 2997;  // 99.9999 s
  for (std::int64_t frame = 1; frame + 7 < 2900; frame += 20) {
    timeline_.clips.push_back({frame, frame + 7, 1});
  }
  const auto output = Cut();
  ASSERT_TRUE(output);
  EXPECT_EQ(static_cast<std::int64_t>(output->samples.size()),
            SampleAtTick(OutputTicks(timeline_), timeline_.timebase, kRateHz));
}

TEST_F(AudioCutterTest, IsSilentBehindTheEndOfAShorterStream) {
  timeline_.n_ticks = 120'000;
  timeline_.clips = {{99'990, 110'000, 1}};
  auto arena = memory::Arena::Create(AudioCutter::PlanBytes(source_.info().stream));
  for (const bool verbatim : {false, true}) {
    ASSERT_TRUE(source_.Rewind());
    auto cutter =
        AudioCutter::Create({.verbatim = verbatim}, source_, timeline_, 100'000, 0, *arena);
    std::int64_t n = 0;
    for (;;) {
      const auto piece = (*cutter)->Next();
      ASSERT_TRUE(piece);
      if (piece->block.n_frames() == 0 && piece->n_verbatim == 0) break;
      n += static_cast<std::int64_t>(piece->block.n_frames()) + piece->n_verbatim;
      if (n > 10) {
        EXPECT_EQ(piece->block.channel(0).back(), 0);
      }
    }
    EXPECT_EQ(n, 10'010);
    arena = memory::Arena::Create(AudioCutter::PlanBytes(source_.info().stream));
  }
}

TEST_F(AudioCutterTest, SaysThatTheSourceBecameShorter) {
  timeline_.n_ticks = 200'000;
  timeline_.clips = {{99'000, 110'000, 1}};
  const auto output = Cut();
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::kIo);
  EXPECT_NE(output.error().message.find("shorter"), std::string::npos);
}

TEST_F(AudioCutterTest, RefusesASpeedThatCannotBePlayed) {
  timeline_.clips = {{0, 1000, 1}, {1000, 90'000, 1000}};
  const auto output = Cut();
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace tidemark::edit
