#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

#include "tests/io/encoding.h"
#include "tests/io/video_files.h"

namespace tidemark::testing {
namespace {

const char* const kText =
    "1\n00:00:00,500 --> 00:00:01,500\nOne\n\n"
    "2\n00:00:02,000 --> 00:00:09,000\nLong <i>line</i>\n\n"
    "3\n00:00:05,000 --> 00:00:06,000\nCut\n\n"
    "4\n00:00:11,200 --> 00:00:12,000\nLast\n\n";
// Whole, the first half of the second line; the rest of it; the last at half its speed.
const std::vector<Clip> kClips = {{0, 75, 1}, {175, 250, 1}, {275, 350, 0.5}};

class FfmpegSubtitlesTest : public FfmpegTest {
 protected:
  void SetUp() override {
    FfmpegTest::SetUp();
    if (IsSkipped()) return;
    const std::string text = kText;
    WriteBytes(dir_ / "s.srt", std::as_bytes(std::span(text)));
    ASSERT_TRUE(RunFfmpeg(dir_.path(),
                          NumberedVideo("25", 15) + " -c:v libx264 -preset ultrafast video.mp4"));
  }

  std::string Cut(const std::string& input, const std::string& name) {
    io::EncodeSpec spec = VideoOnly(dir_ / input, dir_ / name, {25, 1}, kClips);
    if (name.ends_with(".webm")) spec.video->preset = "";
    const auto cut = CutVideo(spec);
    EXPECT_TRUE(cut) << name << ": " << (cut ? "" : cut.error().message);
    warning_ = cut.value_or("");
    return dir_ / name;
  }

  // A stream as SubRip, read back by the ffmpeg command.
  static std::string TextOf(const std::string& path, int stream = 0) {
    return OutputOf("ffmpeg -nostdin -v error -i '" + path +
                    "' -map 0:s:" + std::to_string(stream) + " -f srt -");
  }

  TempDir dir_;
  std::string warning_;
};

constexpr const char* kExpected =
    "1\n00:00:00,500 --> 00:00:01,500\nOne\n\n"
    "2\n00:00:02,000 --> 00:00:05,000\nLong <i>line</i>\n\n"
    "3\n00:00:06,400 --> 00:00:08,000\nLast\n\n";

TEST_F(FfmpegSubtitlesTest, ShortensJoinsAndDropsLinesAsTheCutsFall) {
  ASSERT_TRUE(RunFfmpeg(dir_.path(),
                        "-i video.mp4 -i s.srt -i s.srt -map 0 -map 1 -map 2 -c copy -c:s:0 srt "
                        "-c:s:1 ass -metadata:s:s:0 language=deu in.mkv"));
  const std::string plain = Cut("in.mkv", "out.mkv");
  EXPECT_EQ(TextOf(plain), kExpected);
  EXPECT_EQ(TextOf(plain, 1), kExpected);
  EXPECT_EQ(Probe(plain, "stream=codec_name", "s"), "subrip\nass");
  EXPECT_EQ(Probe(plain, "stream_tags=language", "s:0"), "deu");
  EXPECT_EQ(warning_, "");
  const std::string converted = Cut("in.mkv", "out.mp4");
  EXPECT_EQ(Probe(converted, "stream=codec_name", "s"), "mov_text\nmov_text");
  EXPECT_EQ(TextOf(converted), kExpected);
  EXPECT_EQ(Probe(Cut("in.mkv", "out.webm"), "stream=codec_name", "s:0"), "webvtt");
}

TEST_F(FfmpegSubtitlesTest, RepeatsALineInClipsThatDoNotFollowEachOther) {
  ASSERT_TRUE(
      RunFfmpeg(dir_.path(), "-i video.mp4 -i s.srt -map 0 -map 1 -c copy -c:s srt in.mkv"));
  io::EncodeSpec spec = VideoOnly(dir_ / "in.mkv", dir_ / "out.mkv", {25, 1},
                                  {{175, 200, 1}, {275, 300, 1}, {75, 100, 1}});
  ASSERT_TRUE(CutVideo(spec));
  EXPECT_EQ(TextOf(dir_ / "out.mkv"),
            "1\n00:00:00,000 --> 00:00:01,000\nLong <i>line</i>\n\n"
            "2\n00:00:01,200 --> 00:00:02,000\nLast\n\n"
            "3\n00:00:02,000 --> 00:00:03,000\nLong <i>line</i>\n\n");
}

TEST_F(FfmpegSubtitlesTest, StandWithAudioInTheOrderOfTheSource) {
  ASSERT_TRUE(RunFfmpeg(dir_.path(),
                        "-i video.mp4 -f lavfi -i sine=duration=15 -i s.srt -map 0:v -map 1 -map 1 "
                        "-map 2 -c:v copy -c:a flac -c:s srt -metadata:s:a:1 title=Low "
                        "-disposition:a:0 default -disposition:a:1 comment in.mkv"));
  io::EncodeSpec spec = VideoOnly(dir_ / "in.mkv", dir_ / "out.mkv", {25, 1}, kClips);
  spec.audio.resize(2);
  for (io::AudioTrackSpec& track : spec.audio) track.format = {48'000, 1, 0};
  const auto cut = CutVideo(spec);
  ASSERT_TRUE(cut) << cut.error().message;
  EXPECT_EQ(OutputOf("ffprobe -v error -show_entries stream=codec_type -of default=nw=1:nk=1 '" +
                     spec.path + "'"),
            "video\naudio\naudio\nsubtitle\n");
  EXPECT_EQ(Probe(spec.path, "stream_tags=title", "a"), "Low");
  EXPECT_EQ(Probe(spec.path, "stream_disposition=default", "a"), "1\n0");
  EXPECT_EQ(Probe(spec.path, "stream_disposition=comment", "a"), "0\n1");
}

TEST_F(FfmpegSubtitlesTest, AttachmentsOfAudioAloneAreKeptOrNamed) {
  const std::string font = "no font";
  WriteBytes(dir_ / "a.ttf", std::as_bytes(std::span(font)));
  ASSERT_TRUE(RunFfmpeg(dir_.path(),
                        "-f lavfi -i sine=duration=2 -i s.srt -map 0 -map 1 -c:a flac -c:s srt "
                        "-metadata:s:a:0 title=Room -attach a.ttf -metadata:s:t "
                        "mimetype=application/x-truetype-font in.mka"));
  io::EncodeSpec spec = MakeSpec(dir_ / "out.mka", 1);
  spec.source_path = dir_ / "in.mka";
  const auto kept = Encode(spec, {MakePlanes(1, 1000)});
  ASSERT_TRUE(kept) << kept.error().message;
  EXPECT_EQ(Probe(spec.path, "stream_tags=filename", "t"), "a.ttf");
  EXPECT_EQ(Probe(spec.path, "stream_tags=title", "a"), "Room");
  EXPECT_EQ(kept->find("attachment"), std::string::npos) << *kept;
  EXPECT_NE(kept->find("subtitle stream 1"), std::string::npos) << *kept;
  for (const char* const name : {"out.m4a", "out.flac"}) {
    spec.path = dir_ / name;
    const auto lost = Encode(spec, {MakePlanes(1, 1000)});
    ASSERT_TRUE(lost) << lost.error().message;
    EXPECT_NE(lost->find("attachment 2"), std::string::npos) << *lost;
  }
}

TEST_F(FfmpegSubtitlesTest, ReadsThoseOfMp4) {
  ASSERT_TRUE(
      RunFfmpeg(dir_.path(), "-i video.mp4 -i s.srt -map 0 -map 1 -c copy -c:s mov_text in.mp4"));
  // There the second line ends where the third begins.
  const std::string output = Cut("in.mp4", "out.mkv");
  EXPECT_EQ(Probe(output, "stream=codec_name", "s"), "subrip");
  EXPECT_EQ(TextOf(output),
            "1\n00:00:00,500 --> 00:00:01,500\nOne\n\n"
            "2\n00:00:02,000 --> 00:00:03,000\nLong <i>line</i>\n\n"
            "3\n00:00:06,400 --> 00:00:08,000\nLast\n\n");
}

TEST_F(FfmpegSubtitlesTest, SaysWhichOnesAContainerDoesNotHold) {
  ASSERT_TRUE(
      RunFfmpeg(dir_.path(), "-i video.mp4 -i s.srt -map 0 -map 1 -c copy -c:s srt in.mkv"));
  Cut("in.mkv", "out.avi");
  EXPECT_NE(warning_.find("subrip"), std::string::npos) << warning_;
}

TEST_F(FfmpegSubtitlesTest, KeepsAttachedFonts) {
  const std::string font = "no font";
  WriteBytes(dir_ / "a.ttf", std::as_bytes(std::span(font)));
  ASSERT_TRUE(RunFfmpeg(dir_.path(),
                        "-i video.mp4 -c copy -attach a.ttf -metadata:s:t "
                        "mimetype=application/x-truetype-font in.mkv"));
  EXPECT_EQ(Probe(Cut("in.mkv", "out.mkv"), "stream_tags=filename", "t"), "a.ttf");
  Cut("in.mkv", "out.mp4");
  EXPECT_NE(warning_.find("attachment"), std::string::npos) << warning_;
}

}  // namespace
}  // namespace tidemark::testing
