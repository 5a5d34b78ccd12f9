#include "io/ffmpeg_copy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "tests/io/video_files.h"

namespace tidemark::testing {
namespace {

constexpr Timebase kFrames{25, 1};
constexpr int kKeyEvery = 30;

class FfmpegCopyTest : public FfmpegTest {
 protected:
  // 20 s of numbered frames, a key frame every 30, and a tone.
  std::string Make(const std::string& name, const std::string& audio = "-c:a aac",
                   const std::string& video =
                       "-c:v libx264 -preset ultrafast -bf 2 -crf 10 "
                       "-x264-params keyint=30:min-keyint=30:scenecut=0") {
    EXPECT_TRUE(RunFfmpeg(dir_.path(), NumberedVideo("25", 20) +
                                           " -f lavfi -i sine=sample_rate=48000:duration=20 " +
                                           video + " " + audio + " " + name));
    return dir_ / name;
  }

  io::CopySpec Spec(const std::string& input, const std::string& name, std::vector<Clip> clips) {
    io::CopySpec spec;
    spec.input_path = input;
    spec.output_path = dir_ / name;
    spec.timebase = kFrames;
    spec.clips = std::move(clips);
    return spec;
  }

  Result<std::vector<io::CopiedClip>> Copy(const io::CopySpec& spec) {
    std::unique_ptr<io::CopyCut> copy;
    TM_TRY_ASSIGN(copy, io::OpenCopyCut(spec));
    for (bool more = true; more;) {
      TM_TRY_ASSIGN(more, copy->Step());
    }
    TM_TRY(copy->Finish());
    total_s_ = copy->total_s();
    notes_ = copy->notes();
    return copy->clips();
  }

  // When each line of text begins and ends, in turn.
  static std::vector<double> LinesOf(const std::string& path) {
    const std::string text =
        OutputOf("ffmpeg -nostdin -v error -i '" + path + "' -map 0:s:0 -f srt -");
    std::vector<double> times;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      int h[2], m[2], s[2], ms[2];
      if (std::sscanf(line.c_str(), "%d:%d:%d,%d --> %d:%d:%d,%d", &h[0], &m[0], &s[0], &ms[0],
                      &h[1], &m[1], &s[1], &ms[1]) != 8) {
        continue;
      }
      for (int i = 0; i < 2; ++i) times.push_back(h[i] * 3600 + m[i] * 60 + s[i] + ms[i] / 1000.0);
    }
    return times;
  }

  TempDir dir_;
  double total_s_ = 0;
  std::vector<std::string> notes_;
};

TEST_F(FfmpegCopyTest, BeginsAtTheKeyFrameBeforeAndSaysSo) {
  for (const std::string name : {"in.mp4", "in.mkv", "in.ts", "in.mov"}) {
    const std::string input = Make(name);
    const auto clips =
        Copy(Spec(input, "out_" + name, {{40, 55, 1}, {130, 200, 1}, {455, 480, 1}}));
    ASSERT_TRUE(clips) << name << ": " << clips.error().message;
    ASSERT_EQ(clips->size(), 3U);
    const double begins_s[] = {30 / 25.0, 120 / 25.0, 450 / 25.0};
    for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR((*clips)[i].begin_s, begins_s[i], 2e-3) << name;
    EXPECT_NEAR((*clips)[1].end_s, 8, 2e-3);
    EXPECT_NEAR(total_s_, (25 + 80 + 30) / 25.0, 5e-3);
    // Frames that are shown before the end but decoded behind a later one may be missing there.
    const std::vector<int> numbers = NumbersOf(dir_ / ("out_" + name));
    EXPECT_NEAR(static_cast<double>(numbers.size()), 135, 6) << name;
    ASSERT_FALSE(numbers.empty());
    EXPECT_EQ(numbers[0], 5) << name;
    const std::vector<double> times = TimesOf(dir_ / ("out_" + name));
    double begin_s = times.front();
    for (const double at_s : {25 / 25.0, 105 / 25.0}) {
      EXPECT_TRUE(std::any_of(times.begin(), times.end(),
                              [&](double time) { return std::abs(time - begin_s - at_s) < 2e-3; }))
          << name << at_s;
    }
    EXPECT_NEAR(TimesOf(dir_ / ("out_" + name), "a:0").front() - begin_s, 0, 0.025) << name;
    EXPECT_NEAR(TimesOf(dir_ / ("out_" + name), "a:0").back() - begin_s, 5.4, 0.06) << name;
  }
  ASSERT_EQ(notes_.size(), 1U);
  EXPECT_NE(notes_[0].find("aac"), std::string::npos);
}

TEST_F(FfmpegCopyTest, ShowsNothingTwiceWhereNoKeyFrameLiesBetweenClips) {
  const std::string input = Make("in.mp4");
  const auto clips = Copy(Spec(input, "out.mp4", {{31, 40, 1}, {50, 58, 1}, {62, 70, 1}}));
  ASSERT_TRUE(clips) << clips.error().message;
  EXPECT_NEAR((*clips)[1].begin_s, 40 / 25.0, 1e-6);
  EXPECT_NEAR((*clips)[2].begin_s, 60 / 25.0, 1e-6);
  const std::vector<int> numbers = NumbersOf(dir_ / "out.mp4");
  EXPECT_GE(numbers.size(), 28U + 10U - 4U);
  EXPECT_EQ(numbers[0], 30 % 25);
}

TEST_F(FfmpegCopyTest, CopiesAudioAlonePacketByPacket) {
  const struct {
    const char* name;
    const char* codec;
  } kCases[] = {{"in.m4a", "-c:a aac"},       {"in.mp3", "-c:a libmp3lame"},
                {"in.opus", "-c:a libopus"},  {"in.mka", "-c:a flac"},
                {"in.ogg", "-c:a libvorbis"}, {"in.wav", "-c:a pcm_s16le"}};
  for (const auto& [name, codec] : kCases) {
    ASSERT_TRUE(RunFfmpeg(
        dir_.path(),
        std::string("-f lavfi -i sine=sample_rate=48000:duration=20 ") + codec + " " + name));
    const auto clips =
        Copy(Spec(dir_ / name, std::string("out_") + name, {{25, 50, 1}, {100, 175, 1}}));
    ASSERT_TRUE(clips) << name << ": " << clips.error().message;
    for (const io::CopiedClip& clip : *clips) {
      EXPECT_NEAR(clip.begin_s, clip.asked_begin_s, 0.1) << name;
      EXPECT_NEAR(clip.end_s, clip.asked_end_s, 0.1) << name;
      EXPECT_LE(clip.begin_s, clip.asked_begin_s + 1e-3) << name;
    }
    const Decoded decoded = Decode(dir_ / (std::string("out_") + name));
    EXPECT_NEAR(static_cast<double>(decoded.n_frames()) / 48'000, total_s_, 0.06) << name;
  }
}

TEST_F(FfmpegCopyTest, KeepsTagsChaptersSubtitlesAndSeveralStreams) {
  Make("in.mp4");
  const std::string text =
      "1\n00:00:01,000 --> 00:00:04,000\nEarly\n\n2\n00:00:08,000 --> "
      "00:00:09,000\nCut\n\n3\n00:00:13,000 --> 00:00:14,000\nLate\n\n";
  WriteBytes(dir_ / "s.srt", std::as_bytes(std::span(text)));
  const std::string meta =
      ";FFMETADATA1\ntitle=Name\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=8000"
      "\ntitle=One\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=8000\nEND=20000\n"
      "title=Two\n";
  WriteBytes(dir_ / "m.txt", std::as_bytes(std::span(meta)));
  ASSERT_TRUE(RunFfmpeg(dir_.path(),
                        "-i in.mp4 -i s.srt -i m.txt -map 0:v -map 0:a -map 0:a -map 1 "
                        "-map_metadata 2 -map_chapters 2 -c copy -c:s srt all.mkv"));
  const auto clips = Copy(Spec(dir_ / "all.mkv", "out.mkv", {{30, 120, 1}, {300, 400, 1}}));
  ASSERT_TRUE(clips) << clips.error().message;
  const std::string output = dir_ / "out.mkv";
  EXPECT_EQ(Probe(output, "stream=codec_type", "a"), "audio\naudio");
  EXPECT_EQ(
      OutputOf("ffprobe -v error -show_entries format_tags=title -of csv=p=0 '" + output + "'"),
      "Name\n");
  const std::string chapters = OutputOf(
      "ffprobe -v error -show_entries chapter=start_time,end_time -of csv=p=0 '" + output + "'");
  EXPECT_EQ(chapters, "0.000000,3.600000\n3.600000,7.600000\n");
  const std::vector<double> times = TimesOf(output, "s:0");
  ASSERT_EQ(times.size(), 2U);
  // All of it may move by what a packet of audio reaches out before the first key frame.
  EXPECT_NEAR(times[0], 0, 0.025);
  EXPECT_NEAR(times[1] - times[0], 3.6 + 1, 2e-3);
}

TEST_F(FfmpegCopyTest, EndsALineThatSpansCutsWhereThePictureLeavesIt) {
  Make("in.mp4");
  const std::string text =
      "1\n00:00:07,000 --> 00:00:14,000\nSpans\n\n2\n00:00:16,500 --> 00:00:17,500\nLast\n\n";
  WriteBytes(dir_ / "s.srt", std::as_bytes(std::span(text)));
  ASSERT_TRUE(RunFfmpeg(dir_.path(), "-i in.mp4 -i s.srt -map 0 -map 1 -c copy -c:s srt all.mkv"));
  for (const std::string name : {"out.mkv", "out.mp4"}) {
    // From key frames at 0, 7.2 and 10.8 s on.
    const auto clips =
        Copy(Spec(dir_ / "all.mkv", name, {{0, 150, 1}, {200, 250, 1}, {280, 500, 1}}));
    ASSERT_TRUE(clips) << clips.error().message;
    EXPECT_NEAR((*clips)[1].begin_s, 7.2, 2e-3);
    EXPECT_NEAR((*clips)[2].begin_s, 10.8, 2e-3);
    // All of it may move by what a packet of audio reaches out before the first key frame.
    const double begin_s = TimesOf(dir_ / name).front();
    const std::vector<double> lines = LinesOf(dir_ / name);
    ASSERT_EQ(lines.size(), 4U) << name;
    EXPECT_NEAR(lines[0] - begin_s, 6, 2e-3) << name;
    EXPECT_NEAR(lines[1] - begin_s, 6 + 2.8 + 14 - 10.8, 2e-3) << name;
    EXPECT_NEAR(lines[2] - begin_s, 6 + 2.8 + 16.5 - 10.8, 2e-3) << name;
    EXPECT_NEAR(lines[3] - begin_s, 6 + 2.8 + 17.5 - 10.8, 2e-3) << name;
  }
  EXPECT_NEAR(std::stod(Probe(dir_ / "out.mp4", "stream=duration", "s:0")), total_s_, 0.03);
}

TEST_F(FfmpegCopyTest, KeepsACoverInTheWayOfEachContainer) {
  ASSERT_TRUE(RunFfmpeg(dir_.path(), "-f lavfi -i testsrc=s=64x48 -frames:v 1 cover.jpg"));
  const std::vector<std::byte> cover = ReadBytes(dir_ / "cover.jpg");
  ASSERT_TRUE(RunFfmpeg(dir_.path(),
                        "-f lavfi -i sine=duration=20 -i cover.jpg -map 0 -map 1 -c:a aac -c:v "
                        "copy -disposition:v attached_pic in.m4a"));
  ASSERT_TRUE(RunFfmpeg(dir_.path(),
                        "-f lavfi -i sine=duration=20 -i cover.jpg -map 0 -map 1 -c:a libmp3lame "
                        "-c:v copy in.mp3"));
  const struct {
    const char* input;
    const char* output;
    bool has_cover;
  } kCases[] = {{"in.m4a", "out.m4a", true},
                {"in.m4a", "out.mp4", true},
                {"in.m4a", "out.mka", true},
                {"in.m4a", "out.mov", false},
                {"in.mp3", "out.mp3", true}};
  for (const auto& [input, output, has_cover] : kCases) {
    SCOPED_TRACE(output);
    const auto clips = Copy(Spec(dir_ / input, output, {{25, 50, 1}, {100, 175, 1}}));
    ASSERT_TRUE(clips) << clips.error().message;
    EXPECT_EQ(ComplaintsOf(dir_ / output), "");
    const auto tags = io::ReadMediaTags(dir_ / output);
    ASSERT_TRUE(tags) << tags.error().message;
    EXPECT_EQ(tags->cover == cover, has_cover);
    const bool is_named = std::any_of(notes_.begin(), notes_.end(), [](const std::string& note) {
      return note.find("cover") != std::string::npos;
    });
    EXPECT_NE(is_named, has_cover);
  }
  EXPECT_EQ(Probe(dir_ / "out.m4a", "stream_disposition=attached_pic", "v"), "1");
}

TEST_F(FfmpegCopyTest, RefusesWhatItCannotDo) {
  const std::string input = Make("in.mp4");
  const auto code_of = [&](const io::CopySpec& spec) {
    const auto copied = Copy(spec);
    EXPECT_FALSE(copied);
    return copied ? ErrorCode::kInternal : copied.error().code;
  };
  EXPECT_EQ(code_of(Spec(input, "out.mp4", {{0, 10, 1}, {20, 40, 2}})), ErrorCode::kUsage);
  EXPECT_EQ(code_of(Spec(input, "out.mp4", {})), ErrorCode::kUsage);
  EXPECT_EQ(code_of(Spec(input, "in.mp4", {{0, 10, 1}})), ErrorCode::kUsage);
  EXPECT_EQ(code_of(Spec(input, "out.webm", {{0, 10, 1}})), ErrorCode::kUsage);
  EXPECT_EQ(code_of(Spec(input, "out.xyz", {{0, 10, 1}})), ErrorCode::kUsage);
  EXPECT_EQ(code_of(Spec(dir_ / "none.mp4", "out.mp4", {{0, 10, 1}})), ErrorCode::kNoInput);
  WriteBytes(dir_ / "there.mp4", {});
  EXPECT_EQ(code_of(Spec(input, "there.mp4", {{0, 10, 1}})), ErrorCode::kUsage);
  ASSERT_TRUE(RunFfmpeg(dir_.path(), "-f lavfi -i sine=duration=2 in.flac"));
  EXPECT_EQ(code_of(Spec(dir_ / "in.flac", "out.flac", {{0, 10, 1}})), ErrorCode::kUsage);
  Cancellation cancellation;
  cancellation.Request();
  io::CopySpec cancelled = Spec(input, "out.mp4", {{0, 10, 1}});
  cancelled.cancellation = &cancellation;
  EXPECT_EQ(code_of(cancelled), ErrorCode::kCancelled);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir_.path()), {}), 3);
}

TEST_F(FfmpegCopyTest, SaysThatTheDiskIsFull) {
  const std::string input = Make("in.mp4");
  io::CopySpec spec = Spec(input, "out.mkv", {{0, 400, 1}});
  spec.output_path = "/dev/full";
  spec.container = "mkv";
  spec.overwrite = true;
  const auto copied = Copy(spec);
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().code, ErrorCode::kIo);
  EXPECT_NE(copied.error().message.find("space"), std::string::npos) << copied.error().message;
}

}  // namespace
}  // namespace tidemark::testing
