#include "io/click_track.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cmath>
#include <csignal>
#include <optional>

#include "memory/heap.h"
#include "tests/io/read_all.h"
#include "tests/io/test_files.h"

namespace tidemark::testing {
namespace {

using io::ClickTrack;

constexpr int kRate = 8000;

// Planes that use the whole range of 16 bits, of `n` frames.
Planes Noise(std::size_t n_channels, std::size_t n) {
  Planes planes(n_channels, std::vector<float>(n));
  std::uint32_t state = 1;
  for (auto& plane : planes) {
    for (float& sample : plane) {
      state = state * 1664525 + 1013904223;
      sample = static_cast<float>(static_cast<std::int16_t>(state >> 16)) / 32768;
    }
  }
  return planes;
}

class ClickTrackTest : public ::testing::Test {
 protected:
  std::unique_ptr<ClickTrack> Make(int channels, int rate = kRate) {
    arena_.emplace(memory::Arena::Create(ClickTrack::PlanBytes()).value());
    auto track =
        ClickTrack::Create(path_, {.sample_rate_hz = rate, .channels = channels}, *arena_).value();
    EXPECT_EQ(arena_->used(), arena_->size());
    return track;
  }

  static Result<void> Append(ClickTrack& track, Planes& planes, std::size_t from, std::size_t n) {
    std::vector<float*> pointers;
    for (auto& plane : planes) pointers.push_back(plane.data() + from);
    return track.Append(AudioBlock(pointers, n));
  }

  [[nodiscard]] Planes ReadBack() const { return ReadAll(*OpenFile(path_).value()); }

  TempDir dir_;
  std::string path_ = dir_ / "clicks.wav";
  std::optional<memory::Arena> arena_;
};

int SignChanges(const std::vector<float>& samples, std::size_t from, std::size_t n) {
  int changes = 0;
  for (std::size_t i = from + 1; i < from + n; ++i) {
    if ((samples[i] < 0) != (samples[i - 1] < 0)) ++changes;
  }
  return changes;
}

TEST_F(ClickTrackTest, KeepsSixteenBitAudioExactlyButForItsClicks) {
  constexpr std::size_t kFrames = 50'000;
  const std::vector<std::int64_t> beats = {0, 1234, 20'001, 40'000};
  for (const std::size_t channels : {1U, 2U, 5U}) {
    Planes audio = Noise(channels, kFrames);
    const auto track = Make(static_cast<int>(channels));
    for (std::size_t at = 0; at < kFrames; at += 1000) {
      ASSERT_TRUE(Append(*track, audio, at, 1000));
    }
    for (const std::int64_t beat : beats) ASSERT_TRUE(track->AddClick(beat, false));
    ASSERT_TRUE(track->Finish());
    const Planes found = ReadBack();
    ASSERT_EQ(found.size(), channels);
    ASSERT_EQ(found[0].size(), kFrames);
    std::size_t n_outside = 0;
    for (std::size_t c = 0; c < channels; ++c) {
      for (std::size_t i = 0; i < kFrames; ++i) {
        const auto frame = static_cast<std::int64_t>(i);
        const bool clicks = std::any_of(beats.begin(), beats.end(), [&](std::int64_t beat) {
          return frame >= beat && frame < beat + track->n_click_frames();
        });
        if (!clicks) n_outside += found[c][i] != audio[c][i] ? 1 : 0;
      }
    }
    EXPECT_EQ(n_outside, 0U);
  }
}

TEST_F(ClickTrackTest, PutsEachClickOnItsFrameAndDownbeatsHigher) {
  Planes silence(2, std::vector<float>(20'000));
  const auto track = Make(2);
  ASSERT_TRUE(Append(*track, silence, 0, 20'000));
  ASSERT_TRUE(track->AddClick(3'333, true));
  ASSERT_TRUE(track->AddClick(9'999, false));
  ASSERT_TRUE(track->Finish());
  const Planes found = ReadBack();
  EXPECT_EQ(found[0], found[1]);
  const auto n_click = static_cast<std::size_t>(track->n_click_frames());
  const auto n_sounding = static_cast<std::size_t>(
      std::count_if(found[0].begin(), found[0].end(), [](float sample) { return sample != 0; }));
  EXPECT_LE(n_sounding, 2 * n_click);
  EXPECT_GT(n_sounding, n_click);
  for (const std::size_t beat : {3'333U, 9'999U}) {
    // The sine begins at nought on the beat: its second sample is the first to be heard.
    EXPECT_EQ(found[0][beat], 0);
    EXPECT_GT(found[0][beat + 1], 0.2);
  }
  EXPECT_NEAR(SignChanges(found[0], 3'333, n_click / 2), 2 * 1500 * 0.015, 2);
  EXPECT_NEAR(SignChanges(found[0], 9'999, n_click / 2), 2 * 1000 * 0.015, 2);
}

TEST_F(ClickTrackTest, ClipsWhatIsOverFullScale) {
  Planes loud(1, {2.0F, -2.0F, 1.0F, -1.0F, 0.5F});
  loud[0].resize(1000, 0.99F);
  const auto track = Make(1);
  ASSERT_TRUE(Append(*track, loud, 0, 1000));
  ASSERT_TRUE(track->AddClick(500, false));
  ASSERT_TRUE(track->Finish());
  const Planes found = ReadBack();
  EXPECT_EQ(found[0][0], 32767 / 32768.0F);
  EXPECT_EQ(found[0][1], -1.0F);
  EXPECT_EQ(found[0][2], 32767 / 32768.0F);
  EXPECT_EQ(found[0][3], -1.0F);
  EXPECT_EQ(found[0][4], 0.5F);
  // Not one sample of the click has wrapped round.
  EXPECT_EQ(*std::max_element(found[0].begin() + 500, found[0].end()), 32767 / 32768.0F);
  EXPECT_GT(*std::min_element(found[0].begin() + 500, found[0].end()), 0.4F);
}

TEST_F(ClickTrackTest, LeavesOutWhatOfAClickIsOutsideTheAudio) {
  Planes silence(1, std::vector<float>(1000));
  const auto track = Make(1);
  ASSERT_TRUE(Append(*track, silence, 0, 1000));
  ASSERT_TRUE(track->AddClick(-100, false));
  ASSERT_TRUE(track->AddClick(990, false));
  ASSERT_TRUE(track->AddClick(5000, false));
  ASSERT_TRUE(track->Finish());
  const Planes found = ReadBack();
  ASSERT_EQ(found[0].size(), 1000U);
  EXPECT_NE(found[0][1], 0);
  EXPECT_NE(found[0][991], 0);
}

TEST_F(ClickTrackTest, NeverGrows) {
  Planes audio = Noise(2, 8192);
  const auto track = Make(2, 44'100);
  std::vector<float*> pointers = {audio[0].data(), audio[1].data()};
  const AudioBlock block(pointers, 8192);
  const std::uint64_t before = memory::ReadHeap().allocations;
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(track->Append(block));
    ASSERT_TRUE(track->AddClick(i * 8000, i % 4 == 0));
  }
  EXPECT_EQ(memory::ReadHeap().allocations, before);
}

TEST_F(ClickTrackTest, HasNoNameUntilItIsWhole) {
  {
    Planes audio = Noise(1, 100);
    const auto track = Make(1);
    ASSERT_TRUE(Append(*track, audio, 0, 100));
    EXPECT_FALSE(std::filesystem::exists(path_));
  }
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path()));
}

TEST_F(ClickTrackTest, SaysWhichPathCannotBeMade) {
  auto arena = memory::Arena::Create(ClickTrack::PlanBytes()).value();
  const auto track = ClickTrack::Create("/nonexistent-folder/clicks.wav",
                                        {.sample_rate_hz = kRate, .channels = 1}, arena);
  ASSERT_FALSE(track);
  EXPECT_EQ(track.error().code, ErrorCode::kIo);
  EXPECT_NE(track.error().message.find("/nonexistent-folder/clicks.wav"), std::string::npos);
}

TEST_F(ClickTrackTest, RefusesWhatCannotBeWrittenInTheMiddle) {
  auto arena = memory::Arena::Create(ClickTrack::PlanBytes()).value();
  const auto track =
      ClickTrack::Create("/dev/null", {.sample_rate_hz = kRate, .channels = 1}, arena);
  ASSERT_FALSE(track);
  EXPECT_EQ(track.error().code, ErrorCode::kUsage);
}

TEST_F(ClickTrackTest, LeavesNothingBehindWhereAWriteFails) {
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  Planes audio = Noise(1, 20'000);
  auto track = Make(1);
  rlimit limit = before;
  limit.rlim_cur = 4096;
  setrlimit(RLIMIT_FSIZE, &limit);
  const auto appended = Append(*track, audio, 0, 20'000);
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().code, ErrorCode::kIo);
  EXPECT_NE(appended.error().message.find(path_), std::string::npos);
  track.reset();
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path()));
}

}  // namespace
}  // namespace tidemark::testing
