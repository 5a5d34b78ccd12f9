#include <gtest/gtest.h>

#include <string>

#include "tests/io/encoding.h"

namespace tidemark::testing {
namespace {

class FfmpegProbeTest : public FfmpegTest {
 protected:
  io::MediaLayout Probe(const std::string& name) {
    auto layout = io::ProbeMedia(dir_ / name);
    EXPECT_TRUE(layout) << layout.error().message;
    return layout ? *layout : io::MediaLayout{};
  }
};

constexpr const char* kPicture = "-f lavfi -i testsrc=s=160x90:r=30000/1001:d=3 ";
constexpr const char* kTone = "-f lavfi -i sine=r=48000:d=3 ";

TEST_F(FfmpegProbeTest, TellsOfEveryStream) {
  for (const char* const name : {"a.mp4", "a.mkv", "a.ts", "a.mov"}) {
    SCOPED_TRACE(name);
    ASSERT_TRUE(RunFfmpeg(dir_.path(), std::string(kPicture) + kTone + kTone +
                                           "-map 1 -map 0 -map 2 -c:v libx264 -preset ultrafast "
                                           "-pix_fmt yuv420p -c:a aac -metadata:s:a:1 "
                                           "language=fra " +
                                           name));
    const io::MediaLayout layout = Probe(name);
    ASSERT_EQ(layout.streams.size(), 3U);
    EXPECT_NEAR(layout.duration_s.value_or(0), 3, 0.15);
    const io::MediaStream& first = layout.streams[0];
    EXPECT_EQ(first.kind, io::StreamKind::kAudio);
    EXPECT_EQ(first.codec, "aac");
    EXPECT_EQ(first.sample_rate_hz, 48'000);
    EXPECT_EQ(first.channels, 1);
    const io::MediaStream& video = layout.streams[1];
    EXPECT_EQ(video.kind, io::StreamKind::kVideo);
    EXPECT_EQ(video.codec, "h264");
    EXPECT_EQ(video.width, 160);
    EXPECT_EQ(video.height, 90);
    ASSERT_TRUE(video.average_frame_rate);
    EXPECT_NEAR(1 / video.average_frame_rate->Seconds(1), 29.97, 0.01);
    EXPECT_FALSE(video.variable_rate);
    EXPECT_FALSE(video.is_cover);
    EXPECT_EQ(layout.streams[2].of_kind, 1);
    EXPECT_EQ(layout.streams[2].index, 2);
    EXPECT_EQ(layout.streams[2].language, "fra");
  }
}

TEST_F(FfmpegProbeTest, SeesThatTheFrameRateVaries) {
  for (const char* const name : {"v.mp4", "v.mkv"}) {
    ASSERT_TRUE(RunFfmpeg(dir_.path(), std::string("-f lavfi -i testsrc=s=160x90:r=30:d=4 -vf "
                                                   "'select=lt(n\\,40)+not(mod(n\\,3))' -vsync vfr "
                                                   "-c:v libx264 -preset ultrafast ") +
                                           name));
    const io::MediaLayout layout = Probe(name);
    ASSERT_EQ(layout.streams.size(), 1U);
    EXPECT_TRUE(layout.streams[0].variable_rate) << name;
  }
}

TEST_F(FfmpegProbeTest, KnowsACoverFromAVideo) {
  WriteWav(dir_ / "music.wav", WavFormat::kS16, 2, kMediaRateHz, MakeMusic(2, kMediaRateHz));
  ASSERT_TRUE(RunFfmpeg(dir_.path(), "-f lavfi -i testsrc=s=64x48 -frames:v 1 c.jpg"));
  ASSERT_TRUE(RunFfmpeg(dir_.path(),
                        "-i music.wav -i c.jpg -map 0 -map 1 -c:v copy -disposition:v "
                        "attached_pic a.m4a"));
  const io::MediaLayout layout = Probe("a.m4a");
  ASSERT_EQ(layout.streams.size(), 2U);
  EXPECT_TRUE(layout.streams[1].is_cover);
  EXPECT_FALSE(layout.streams[1].variable_rate);
}

TEST_F(FfmpegProbeTest, SaysWhatIsNoMedia) {
  WriteBytes(dir_ / "x.bin", std::vector<std::byte>(5000, std::byte{0x5A}));
  EXPECT_FALSE(io::ProbeMedia(dir_ / "x.bin"));
  const auto absent = io::ProbeMedia(dir_ / "absent");
  ASSERT_FALSE(absent);
  EXPECT_EQ(absent.error().code, ErrorCode::kNoInput);
  EXPECT_FALSE(io::ReadMediaTags(dir_ / "absent"));
}

TEST_F(FfmpegProbeTest, DoesNotNeedTheSampleTablesOfALongTrack) {
  // 40,000 packets: 160 kB of sizes, which are hidden.
  ASSERT_TRUE(RunFfmpeg(dir_.path(),
                        "-f lavfi -i anullsrc=r=48000:cl=mono -t 400 -metadata title=Long "
                        "-c:a libopus -frame_duration 10 -b:a 8k long.mp4"));
  const io::MediaLayout layout = Probe("long.mp4");
  ASSERT_EQ(layout.streams.size(), 1U);
  EXPECT_EQ(layout.streams[0].codec, "opus");
  EXPECT_EQ(layout.streams[0].sample_rate_hz, 48'000);
  EXPECT_NEAR(layout.streams[0].duration_s.value_or(0), 400, 0.1);
  const auto tags = io::ReadMediaTags(dir_ / "long.mp4");
  ASSERT_TRUE(tags);
  ASSERT_EQ(tags->tags.size(), 1U);
  EXPECT_EQ(tags->tags[0].second, "Long");
}

}  // namespace
}  // namespace tidemark::testing
