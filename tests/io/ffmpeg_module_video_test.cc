#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "tests/io/video_files.h"

namespace tidemark::testing {
namespace {

class FfmpegVideoTest : public FfmpegTest {
 protected:
  // Frames 0 to n at `rate`, three frames between key frames in decoding order turned.
  std::string Make(const std::string& name, const std::string& rate, double duration_s,
                   const std::string& more = "-c:v libx264 -preset ultrafast -bf 2 -g 50 -crf 10") {
    EXPECT_TRUE(RunFfmpeg(dir_.path(), NumberedVideo(rate, duration_s) + " " + more + " " + name));
    return dir_ / name;
  }

  // Cuts to `name` and gives its path; empty after a failure.
  std::string Cut(const std::string& input, const std::string& name, Timebase timebase,
                  std::vector<Clip> clips) {
    const auto cut = CutVideo(VideoOnly(input, dir_ / name, timebase, std::move(clips)));
    EXPECT_TRUE(cut) << name << ": " << (cut ? "" : cut.error().message);
    warning_ = cut.value_or("");
    return dir_ / name;
  }

  static std::vector<int> Numbers(const std::vector<Clip>& clips) {
    std::vector<int> numbers;
    for (const Clip& clip : clips) {
      for (std::int64_t n = clip.begin; n < clip.end; ++n) {
        numbers.push_back(static_cast<int>(n % kNumbers));
      }
    }
    return numbers;
  }

  TempDir dir_;
  std::string warning_;
};

TEST_F(FfmpegVideoTest, KeepsExactlyTheFramesOfTheClipsAtExactlyTheirTimes) {
  const std::string input = Make("in.mp4", "30000/1001", 20);
  // Near, across key frames, and far enough on to be jumped to.
  const std::vector<Clip> clips = {{3, 40, 1}, {41, 42, 1}, {77, 130, 1}, {450, 520, 1}};
  for (const std::string name : {"out.mp4", "out.mkv", "out.mov"}) {
    const std::string output = Cut(input, name, kNtsc, clips);
    EXPECT_EQ(NumbersOf(output), Numbers(clips)) << name;
    const std::vector<double> times = TimesOf(output);
    const double rounding_s = name == "out.mkv" ? 5.1e-4 : 1e-6;
    for (std::size_t n = 0; n < times.size(); ++n) {
      ASSERT_NEAR(times[n], kNtsc.Seconds(static_cast<std::int64_t>(n)), rounding_s) << name << n;
    }
    EXPECT_EQ(Probe(output, "stream=r_frame_rate"), "30000/1001");
  }
  EXPECT_EQ(warning_, "");
}

TEST_F(FfmpegVideoTest, ReadsEveryContainerToTheFrame) {
  const std::vector<Clip> clips = {{2, 30, 1}, {60, 75, 1}, {220, 240, 1}};
  const struct {
    const char* name;
    const char* codec;
  } kCases[] = {
      {"in.mkv", "-c:v libx264 -preset ultrafast -bf 2 -crf 10"},
      {"in.ts", "-c:v libx264 -preset ultrafast -bf 2 -g 25 -crf 10"},
      {"in.avi", "-c:v mpeg4 -q:v 2"},
      {"in.webm", "-c:v libvpx -deadline realtime -cpu-used 8 -b:v 2M -auto-alt-ref 0"},
      {"in.mov", "-c:v prores"},
      {"in.ogv", "-c:v libtheora -q:v 10"},
      {"in.mpg", "-c:v mpeg2video -q:v 2 -bf 2"},
      {"in.flv", "-c:v flv -q:v 2"},
      {"gop.mkv", "-c:v libx264 -preset fast -x264-params open-gop=1:keyint=30 -crf 10"},
  };
  for (const auto& [name, codec] : kCases) {
    const std::string input = Make(name, "25", 12, codec);
    const std::string output = Cut(input, std::string(name) + ".mp4", {25, 1}, clips);
    EXPECT_EQ(NumbersOf(output), Numbers(clips)) << name;
    const std::vector<double> times = TimesOf(output);
    ASSERT_FALSE(times.empty()) << name;
    EXPECT_NEAR(times.back(), 62 / 25.0, 1e-6) << name;
  }
}

TEST_F(FfmpegVideoTest, WritesEveryContainerAndEncoder) {
  const std::string input = Make("in.mp4", "25", 3);
  const std::vector<Clip> clips = {{2, 30, 1}, {60, 70, 1}};
  const struct {
    const char* name;
    const char* codec;
    const char* expected;
  } kCases[] = {{"a.mp4", "", "h264"},
                {"a.mkv", "libx265", "hevc"},
                {"a.webm", "", "vp9"},
                {"a.ts", "", "h264"},
                {"a.avi", "", "h264"},
                {"b.avi", "mpeg4", "mpeg4"},
                {"a.ogv", "", "theora"},
                {"a.flv", "", "h264"},
                {"b.mp4", "mpeg4", "mpeg4"},
                {"b.mkv", "ffv1", "ffv1"},
                {"b.ts", "mpeg2video", "mpeg2video"}};
  for (const auto& [name, codec, expected] : kCases) {
    io::EncodeSpec spec = VideoOnly(input, dir_ / name, {25, 1}, clips);
    spec.video->codec = codec;
    const std::string encoder = codec;
    const bool has_presets = encoder == "libx265" || (encoder.empty() && expected[0] == 'h');
    spec.video->preset = has_presets ? "ultrafast" : "";
    const auto cut = CutVideo(spec);
    ASSERT_TRUE(cut) << name << ": " << cut.error().message;
    EXPECT_EQ(Probe(dir_ / name, "stream=codec_name").substr(0, std::string(expected).size()),
              expected);
    EXPECT_EQ(NumbersOf(dir_ / name).size(), 38U) << name;
    EXPECT_EQ(Probe(dir_ / name, "stream=r_frame_rate").substr(0, 4), "25/1") << name;
  }
}

TEST_F(FfmpegVideoTest, DropsFramesWhereItPlaysFasterAndKeepsThemWhereSlower) {
  const std::string input = Make("in.mp4", "25", 8);
  const std::string output =
      Cut(input, "out.mp4", {25, 1}, {{0, 10, 1}, {10, 110, 4}, {110, 120, 0.5}, {120, 130, 1}});
  const std::vector<double> times = TimesOf(output);
  ASSERT_EQ(times.size(), 10U + 25U + 10U + 10U);
  for (std::size_t n = 0; n < 36; ++n) EXPECT_NEAR(times[n], static_cast<double>(n) / 25, 1e-6);
  for (std::size_t n = 0; n < 10; ++n) {
    EXPECT_NEAR(times[35 + n], (35 + 2 * static_cast<double>(n)) / 25, 1e-6);
  }
  EXPECT_NEAR(times[45], 55 / 25.0, 1e-6);
  const std::vector<int> numbers = NumbersOf(output);
  EXPECT_EQ(numbers[10], 10);
  EXPECT_EQ(numbers[11], 14);
  EXPECT_EQ(numbers[35], 110 % 25);
}

TEST_F(FfmpegVideoTest, KeepsTheTimesOfAVaryingRate) {
  const std::string input =
      Make("in.mkv", "50", 6,
           "-vf \"select='not(mod(n,7))+between(n,100,140)'\" -vsync vfr -c:v libx264 -preset "
           "ultrafast -crf 10");
  const std::vector<double> all = TimesOf(input);
  // Ticks of a 30th of a second, on which these frames do not lie.
  const std::vector<Clip> clips = {{10, 50, 1}, {60, 100, 1}, {120, 170, 1}};
  const std::vector<double> times = TimesOf(Cut(input, "out.mp4", {30, 1}, clips));
  std::vector<double> expected;
  double begin_s = 0;
  for (const Clip& clip : clips) {
    const double from = static_cast<double>(clip.begin) / 30;
    const double to = static_cast<double>(clip.end) / 30;
    expected.push_back(begin_s);
    for (const double time : all) {
      if (time > from + 2e-3 && time < to - 2e-3) expected.push_back(begin_s + time - from);
    }
    begin_s += to - from;
  }
  ASSERT_EQ(times.size(), expected.size());
  for (std::size_t i = 0; i < times.size(); ++i) EXPECT_NEAR(times[i], expected[i], 1e-3) << i;
}

TEST_F(FfmpegVideoTest, ShowsFromTheStartOfAClipWhatIsOnTheScreenThen) {
  const std::string input = Make("in.mp4", "2", 10);
  const std::vector<Clip> clips = {{20, 50, 1}, {100, 130, 1}};
  const std::string output = Cut(input, "out.mp4", {30, 1}, clips);
  EXPECT_EQ(NumbersOf(output), (std::vector<int>{1, 2, 3, 6, 7, 8}));
  const std::vector<double> times = TimesOf(output);
  const std::vector<double> expected = {0, 10 / 30.0, 25 / 30.0, 1, 1 + 5 / 30.0, 1 + 20 / 30.0};
  ASSERT_EQ(times.size(), expected.size());
  for (std::size_t i = 0; i < times.size(); ++i) EXPECT_NEAR(times[i], expected[i], 1e-5);
}

TEST_F(FfmpegVideoTest, KeepsRotationShapeAndColours) {
  Make("plain.mp4", "25", 2,
       "-vf setsar=4/3 -c:v libx264 -preset ultrafast -color_primaries bt709 -color_trc bt709 "
       "-colorspace bt709 -color_range tv");
  ASSERT_TRUE(RunFfmpeg(dir_.path(), "-i plain.mp4 -c copy -metadata:s:v rotate=90 in.mp4"));
  for (const std::string name : {"out.mp4", "out.mov"}) {
    const std::string output = Cut(dir_ / "in.mp4", name, {25, 1}, {{5, 30, 1}});
    EXPECT_EQ(Probe(output, "stream_side_data=rotation"),
              Probe(dir_ / "in.mp4", "stream_side_data=rotation"));
    EXPECT_NE(Probe(output, "stream_side_data=rotation"), "");
    EXPECT_EQ(Probe(output, "stream=sample_aspect_ratio"), "4:3");
    EXPECT_EQ(Probe(output, "stream=color_range,color_space,color_transfer,color_primaries"),
              "tv\nbt709\nbt709\nbt709");
    EXPECT_EQ(warning_, "");
  }
  Cut(dir_ / "in.mp4", "out.mkv", {25, 1}, {{5, 30, 1}});
  EXPECT_NE(warning_.find("video stream 0 is turned by 90 degrees"), std::string::npos) << warning_;
}

TEST_F(FfmpegVideoTest, KeepsTenBitsAndFields) {
  Make("deep.mkv", "25", 2, "-pix_fmt yuv422p10le -c:v libx264 -preset ultrafast");
  EXPECT_EQ(Probe(Cut(dir_ / "deep.mkv", "deep.mp4", {25, 1}, {{5, 30, 1}}), "stream=pix_fmt"),
            "yuv422p10le");
  ASSERT_TRUE(RunFfmpeg(
      dir_.path(), NumberedVideo("25", 2, "96x64") +
                       " -vf setfield=tff -c:v mpeg2video -flags +ildct+ilme -q:v 2 field.ts"));
  const std::string fields = Cut(dir_ / "field.ts", "field.mp4", {25, 1}, {{5, 30, 1}});
  EXPECT_EQ(Probe(fields, "frame=interlaced_frame").substr(0, 3), "1\n1");
}

TEST_F(FfmpegVideoTest, ConvertsWhatTheEncoderDoesNotTakeAndSaysSo) {
  Make("rgb.avi", "25", 2, "-pix_fmt bgr24 -c:v rawvideo");
  const std::string output = Cut(dir_ / "rgb.avi", "out.mp4", {25, 1}, {{5, 30, 1}});
  EXPECT_EQ(NumbersOf(output), Numbers({{5, 30, 1}}));
  EXPECT_NE(warning_.find("bgr24"), std::string::npos) << warning_;
}

TEST_F(FfmpegVideoTest, GoesOnWhereTheVideoEndsBeforeTheClips) {
  const std::string input = Make("in.mp4", "25", 2);
  const std::string output =
      Cut(input, "out.mp4", {25, 1}, {{0, 25, 1}, {40, 80, 1}, {90, 100, 1}});
  const std::vector<double> times = TimesOf(output);
  EXPECT_EQ(times.size(), 25U + 10U);
  EXPECT_NEAR(std::atof(Probe(output, "stream=duration").c_str()), 3.0, 0.001);
}

TEST_F(FfmpegVideoTest, FollowsClipsInAnyOrder) {
  const std::string input = Make("in.mp4", "25", 16);
  const std::vector<Clip> clips = {{300, 310, 1}, {20, 30, 1}, {25, 35, 1}, {390, 400, 1}};
  EXPECT_EQ(NumbersOf(Cut(input, "out.mp4", {25, 1}, clips)), Numbers(clips));
}

TEST_F(FfmpegVideoTest, KeepsWhatIsThereOfATruncatedFile) {
  for (const std::string name : {"in.mkv", "in.mp4"}) {
    const std::string input =
        Make(name, "25", 10, "-c:v libx264 -preset ultrafast -crf 10 -movflags faststart");
    auto bytes = ReadBytes(input);
    bytes.resize(bytes.size() * 6 / 10);
    WriteBytes(input, bytes);
    const std::vector<Clip> clips = {{0, 50, 1}, {75, 250, 1}};
    const std::vector<int> numbers = NumbersOf(Cut(input, name + ".out.mkv", {25, 1}, clips));
    ASSERT_GT(numbers.size(), 60U) << name;
    const std::vector<int> expected = Numbers(clips);
    EXPECT_TRUE(std::equal(numbers.begin(), numbers.begin() + 60, expected.begin())) << name;
  }
}

TEST_F(FfmpegVideoTest, GoesOnWhereTheStampsOfJoinedStreamsBeginAnew) {
  ASSERT_TRUE(RunFfmpeg(dir_.path(), NumberedVideo("25", 4) +
                                         " -f lavfi -i sine=duration=4 -c:v libx264 "
                                         "-preset ultrafast -bf 2 -c:a mp2 part.ts"));
  auto bytes = ReadBytes(dir_ / "part.ts");
  const auto once = bytes;
  bytes.insert(bytes.end(), once.begin(), once.end());
  WriteBytes(dir_ / "joined.ts", bytes);
  const std::vector<int> numbers =
      NumbersOf(Cut(dir_ / "joined.ts", "out.mp4", {25, 1}, {{0, 60, 1}, {120, 200, 1}}));
  EXPECT_NEAR(static_cast<double>(numbers.size()), 140, 5);
  io::OpenOptions options;
  options.container_timeline = true;
  const Decoded decoded = Decode(dir_ / "joined.ts", options);
  EXPECT_NEAR(static_cast<double>(decoded.n_frames()) / 44'100, 8, 0.15);
}

TEST_F(FfmpegVideoTest, TakesSeveralVideoStreams) {
  ASSERT_TRUE(RunFfmpeg(dir_.path(), NumberedVideo("25", 2) + " " +
                                         NumberedVideo("50", 2, "96x64") +
                                         " -map 0 -map 1 -c:v libx264 -preset ultrafast in.mkv"));
  const std::string output = Cut(dir_ / "in.mkv", "out.mkv", {25, 1}, {{5, 15, 1}, {20, 30, 1}});
  EXPECT_EQ(TimesOf(output, "v:0").size(), 20U);
  EXPECT_EQ(TimesOf(output, "v:1").size(), 40U);
}

TEST_F(FfmpegVideoTest, LeavesOutWhatIsNoVideo) {
  ASSERT_TRUE(RunFfmpeg(dir_.path(),
                        "-f lavfi -i sine=duration=1 -f lavfi -i color=size=64x64:duration=0.04 "
                        "-map 0 -map 1 -c:a flac -c:v png -frames:v 1 -disposition:v attached_pic "
                        "cover.flac"));
  io::EncodeSpec spec = VideoOnly(dir_ / "cover.flac", dir_ / "out.mkv", {25, 1}, {{0, 10, 1}});
  spec.audio.resize(1);
  spec.audio[0].format = {44'100, 1, 0};
  auto encoder = io::OpenFfmpegEncoder(spec);
  ASSERT_TRUE(encoder) << encoder.error().message;
  std::vector<float> silence(4410);
  std::vector<float*> planes = {silence.data()};
  ASSERT_TRUE((*encoder)->Write(0, AudioBlock(planes, silence.size())));
  ASSERT_TRUE((*encoder)->AdvanceVideo(0.1));
  ASSERT_TRUE((*encoder)->Finish());
  EXPECT_EQ(Probe(dir_ / "out.mkv", "stream=codec_type"), "");
}

TEST_F(FfmpegVideoTest, SaysWhatIsWrongWithTheOptions) {
  const std::string input = Make("in.mp4", "25", 1);
  const auto refusal = [&](const std::string& name, const std::string& codec,
                           const std::string& preset, std::optional<int> crf) {
    io::EncodeSpec spec = VideoOnly(input, dir_ / name, {25, 1}, {{0, 10, 1}});
    spec.video->codec = codec;
    spec.video->preset = preset;
    spec.video->crf = crf;
    const auto cut = CutVideo(spec);
    EXPECT_FALSE(cut) << codec;
    EXPECT_EQ(cut ? ErrorCode::kInternal : cut.error().code, ErrorCode::kUsage);
    EXPECT_FALSE(std::filesystem::exists(dir_ / name));
    return cut ? "" : cut.error().message;
  };
  EXPECT_NE(refusal("o.mp4", "libnothing", "", {}).find("libnothing"), std::string::npos);
  EXPECT_NE(refusal("o.mp4", "aac", "", {}).find("aac"), std::string::npos);
  EXPECT_NE(refusal("o.webm", "libx264", "", {}).find("webm"), std::string::npos);
  EXPECT_NE(refusal("o.mp4", "mpeg4", "", 20).find("crf"), std::string::npos);
  EXPECT_NE(refusal("o.mp4", "libx264", "hasty", {}).find("hasty"), std::string::npos);
}

TEST_F(FfmpegVideoTest, RefusesAnInputThatIsNotThere) {
  const auto cut = CutVideo(VideoOnly(dir_ / "none.mp4", dir_ / "out.mp4", {25, 1}, {{0, 10, 1}}));
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, ErrorCode::kNoInput);
  EXPECT_TRUE(std::filesystem::is_empty(dir_.path()));
}

TEST_F(FfmpegVideoTest, StopsWhereItIsCancelledAndLeavesNothing) {
  const std::string input = Make("in.mp4", "25", 10);
  Cancellation cancellation;
  io::EncodeSpec spec = VideoOnly(input, dir_ / "out.mp4", {25, 1}, {{0, 250, 1}});
  spec.cancellation = &cancellation;
  {
    auto encoder = io::OpenFfmpegEncoder(spec);
    ASSERT_TRUE(encoder);
    ASSERT_TRUE((*encoder)->AdvanceVideo(2));
    cancellation.Request();
    const auto stopped = (*encoder)->AdvanceVideo(4);
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
  }
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir_.path()), {}), 1);
}

TEST_F(FfmpegVideoTest, FitsItsMemoryOrSaysHowMuchItTakes) {
  const std::string input = Make("in.mp4", "25", 2);
  io::EncodeSpec spec = VideoOnly(input, dir_ / "out.mp4", {25, 1}, {{0, 50, 1}});
  spec.video->preset = "medium";
  spec.video->memory_bytes = 16 << 20;
  const auto cut = CutVideo(spec);
  ASSERT_TRUE(cut) << cut.error().message;
  EXPECT_EQ(NumbersOf(dir_ / "out.mp4").size(), 50U);
  spec.path = dir_ / "other.mp4";
  spec.video->memory_bytes = 1 << 20;
  const auto refused = CutVideo(spec);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kMemory);
  EXPECT_NE(refused.error().message.find("MiB"), std::string::npos) << refused.error().message;
}

}  // namespace
}  // namespace tidemark::testing
