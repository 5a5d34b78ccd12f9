#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "tests/io/media_files.h"

namespace tidemark::testing {
namespace {

constexpr int kRateHz = 48'000;
constexpr double kClick_s = 1.25;

// Beside the video of 4 s at 25 frames a second, a click at 1.25 s of the audio.
class FfmpegTimelineTest : public FfmpegTest {
 protected:
  void SetUp() override {
    FfmpegTest::SetUp();
    if (IsSkipped()) return;
    std::vector<float> samples(static_cast<std::size_t>(3 * kRateHz));
    AddClick(samples, kClick_s);
    AddClick(samples, 2.5);
    WriteWav(dir_ / "clicks.wav", WavFormat::kS16, 1, kRateHz, samples);
    ASSERT_TRUE(RunFfmpeg(dir_.path(),
                          "-f lavfi -i color=size=64x36:rate=25:duration=4 -c:v libx264 -preset "
                          "ultrafast -bf 2 -pix_fmt yuv420p video.mp4"));
  }

  static void AddClick(std::vector<float>& samples, double at_s) {
    const auto at = static_cast<std::size_t>(at_s * kRateHz);
    for (std::size_t i = 0; i < 480; ++i) {
      samples[at + i] = static_cast<float>(0.8 * std::sin(0.13 * static_cast<double>(i + 1)));
    }
  }

  // When the n-th sound louder than 0.2 begins; negative where there is none.
  static double ClickAt(const Decoded& decoded, int n) {
    std::size_t quiet = 1'000'000;
    for (std::size_t i = 0; i < decoded.n_frames(); ++i) {
      if (std::abs(decoded.planes[0][i]) < 0.2F) {
        ++quiet;
        continue;
      }
      if (quiet > 4800 && n-- == 0) return static_cast<double>(i) / kRateHz;
      quiet = 0;
    }
    return -1;
  }

  Decoded OnTimeline(const std::string& name, int stream = 0) {
    io::OpenOptions options;
    options.container_timeline = true;
    options.stream = stream;
    return Decode(dir_ / name, options);
  }
};

struct Container {
  std::string name;
  std::string codec;
  double tolerance_s;
};
const std::vector<Container> kContainers = {
    {"a.mkv", " -c:a flac ", 0.0015},
    {"a.mp4", " -c:a alac ", 0.0001},
    {"a.mov", " -c:a pcm_s16le ", 0.0001},
    {"a.ts", " -c:a mp2 ", 0.0015},
    {"lossy.mp4", " -c:a aac ", 0.0015},
    {"lossy.mkv", " -c:a aac ", 0.0015},
    {"lossy.ts", " -c:a aac ", 0.0015},
    // FFmpeg 5.1 stamps Opus 6.5 ms too early.
    {"a.webm", " -c:v libvpx -c:a libopus ", 0.009},
};
constexpr double kFrame_s = 0.04;

TEST_F(FfmpegTimelineTest, KeepsSilentWhatBeginsLate) {
  for (const auto& [name, codec, tolerance_s] : kContainers) {
    ASSERT_TRUE(RunFfmpeg(
        dir_.path(),
        "-i video.mp4 -itsoffset 0.5 -i clicks.wav -map 0:v -map 1:a -c:v copy" + codec + name));
    const Decoded decoded = OnTimeline(name);
    EXPECT_NEAR(ClickAt(decoded, 0), kClick_s + 0.5, tolerance_s) << name;
    EXPECT_NEAR(ClickAt(decoded, 1), 2.5 + 0.5, tolerance_s) << name;
  }
}

TEST_F(FfmpegTimelineTest, CountsFromTheAudioWhereThatIsFirst) {
  for (const auto& [name, codec, tolerance_s] : kContainers) {
    ASSERT_TRUE(RunFfmpeg(
        dir_.path(),
        "-itsoffset 0.52 -i video.mp4 -i clicks.wav -map 0:v -map 1:a -c:v copy" + codec + name));
    // Where the audio's own start is rounded, the timeline begins a frame of video earlier.
    const double click_s = ClickAt(OnTimeline(name), 0);
    const double off_s = click_s > kClick_s + kFrame_s / 2 ? kFrame_s : 0;
    EXPECT_NEAR(click_s, kClick_s + off_s, tolerance_s) << name;
  }
}

TEST_F(FfmpegTimelineTest, StartsAWholeNumberOfFramesBeforeTheFirst) {
  ASSERT_TRUE(RunFfmpeg(dir_.path(),
                        "-itsoffset 0.5 -i video.mp4 -i clicks.wav -map 0:v -map 1:a -c:v copy "
                        "-c:a pcm_s16le late.mov"));
  EXPECT_NEAR(ClickAt(OnTimeline("late.mov"), 0), kClick_s + 0.02, 0.0001);
}

TEST_F(FfmpegTimelineTest, FillsAGapWithSilence) {
  for (const std::string name : {"gap.mkv", "gap.ts"}) {
    ASSERT_TRUE(RunFfmpeg(dir_.path(),
                          "-i video.mp4 -i clicks.wav -map 0:v -map 1:a -c:v copy -c:a mp2 -af "
                          "\"aselect='not(between(t,1.5,2.2))'\" " +
                              name));
    const Decoded decoded = OnTimeline(name);
    EXPECT_NEAR(ClickAt(decoded, 0), kClick_s, 0.0015) << name;
    EXPECT_NEAR(ClickAt(decoded, 1) - ClickAt(decoded, 0), 1.25, 0.001) << name;
  }
}

TEST_F(FfmpegTimelineTest, JumpsToTheSampleAskedFor) {
  ASSERT_TRUE(RunFfmpeg(dir_.path(),
                        "-i video.mp4 -itsoffset 0.5 -i clicks.wav -map 0:v -map 1:a -c:v copy "
                        "-c:a flac late.mkv"));
  const Decoded all = OnTimeline("late.mkv");
  io::OpenOptions options;
  options.container_timeline = true;
  auto source = io::OpenSource(dir_ / "late.mkv", options);
  ASSERT_TRUE(source);
  for (const std::size_t frame : {std::size_t{100'000}, std::size_t{10'000}, std::size_t{84'321}}) {
    ASSERT_TRUE((*source)->Seek(static_cast<std::int64_t>(frame)));
    const Planes part = ReadFrames(**source, 30'000);
    ASSERT_EQ(part[0].size(), 30'000U);
    EXPECT_TRUE(std::equal(part[0].begin(), part[0].end(),
                           all.planes[0].begin() + static_cast<std::ptrdiff_t>(frame)));
  }
}

TEST_F(FfmpegTimelineTest, IsThePlainAudioWhereAllBeginsTogether) {
  ASSERT_TRUE(RunFfmpeg(dir_.path(),
                        "-i video.mp4 -i clicks.wav -map 0:v -map 1:a -c:v copy "
                        "-c:a aac plain.mp4"));
  const Decoded timed = OnTimeline("plain.mp4");
  const Decoded plain = Decode(dir_ / "plain.mp4");
  ASSERT_GE(timed.n_frames(), plain.n_frames());
  EXPECT_TRUE(std::equal(plain.planes[0].begin(), plain.planes[0].end(), timed.planes[0].begin()));
  EXPECT_FALSE(timed.truncated);
}

TEST_F(FfmpegTimelineTest, RefusesAStreamThatIsNotThereAndAFileWithoutAudio) {
  ASSERT_TRUE(RunFfmpeg(dir_.path(), "-i video.mp4 -c copy silent.mkv"));
  io::OpenOptions options;
  options.container_timeline = true;
  const auto silent = io::OpenSource(dir_ / "silent.mkv", options);
  ASSERT_FALSE(silent);
  EXPECT_EQ(silent.error().code, ErrorCode::kBadData);
  ASSERT_TRUE(RunFfmpeg(dir_.path(), "-i clicks.wav -c:a aac one.m4a"));
  options.stream = 1;
  const auto second = io::OpenSource(dir_ / "one.m4a", options);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace tidemark::testing
