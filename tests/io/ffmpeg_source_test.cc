#include "io/ffmpeg_source.h"

#include <gtest/gtest.h>

#include <csignal>
#include <fstream>
#include <random>
#include <string>

#include "tests/io/byte_builder.h"
#include "tests/io/media_files.h"

namespace tidemark::testing {
namespace {

constexpr std::size_t kFrames = 2 * kMediaRateHz + 123;

class FfmpegSourceTest : public FfmpegTest {
 protected:
  static void SetUpTestSuite() { ::signal(SIGPIPE, SIG_IGN); }

  void SetUp() override {
    FfmpegTest::SetUp();
    if (IsSkipped()) return;
    WriteWav(dir_ / "music.wav", WavFormat::kS16, 2, kMediaRateHz, MakeMusic(2, kFrames));
  }

  // Encodes the music into `name`; empty where this ffmpeg cannot.
  std::string Encode(const std::string& name, const std::string& arguments) {
    const bool done = RunFfmpeg(dir_.path(), "-i music.wav -bitexact " + arguments + " " + name);
    EXPECT_TRUE(done) << name;
    return dir_ / name;
  }

  Planes Original() { return Decode(dir_ / "music.wav").planes; }
};

TEST_F(FfmpegSourceTest, GivesTheSameSamplesByPathAndByPipe) {
  const struct {
    const char* name;
    const char* arguments;
  } kCases[] = {
      {"late.m4a", "-c:a aac"},
      {"early.m4a", "-c:a aac -movflags faststart"},
      {"pieces.mp4", "-c:a aac -movflags frag_keyframe+empty_moov"},
      {"lossless.m4a", "-c:a alac"},
      {"raw.aac", "-c:a aac"},
      {"music.webm", "-c:a libopus"},
      {"music.mka", "-c:a flac"},
      {"music.wma", "-c:a wmav2"},
      {"music.ac3", "-c:a ac3"},
      {"music.ts", "-c:a aac"},
      {"adpcm.wav", "-c:a adpcm_ima_wav"},
  };
  std::string all = "-i music.wav";
  for (const auto& [name, arguments] : kCases) all += std::string(" ") + arguments + " " + name;
  ASSERT_TRUE(RunFfmpeg(dir_.path(), all));
  for (const auto& [name, arguments] : kCases) {
    const std::string path = dir_ / name;
    const Decoded by_path = Decode(path);
    const Decoded by_pipe = DecodeThroughPipe(path);
    EXPECT_EQ(by_path.info.decoder, "ffmpeg") << name;
    EXPECT_GT(by_path.n_frames(), kFrames - 4096) << name;
    EXPECT_TRUE(by_path.planes == by_pipe.planes) << name;
    EXPECT_FALSE(by_path.truncated || by_pipe.truncated) << name;
  }
}

TEST_F(FfmpegSourceTest, DecodesLosslessCodecsExactly) {
  ASSERT_TRUE(RunFfmpeg(dir_.path(),
                        "-i music.wav -c:a alac a.m4a -c:a flac a.mka -c:a tta a.tta "
                        "-c:a flac -strict -2 a.mp4"));
  const Planes original = Original();
  for (const char* const name : {"a.m4a", "a.mka", "a.tta", "a.mp4"}) {
    EXPECT_TRUE(Decode(dir_ / name).planes == original) << name;
  }
}

TEST_F(FfmpegSourceTest, CutsTheDelayAndPaddingOfAacToTheSample) {
  const Decoded decoded = Decode(Encode("a.m4a", "-c:a aac -b:a 256k"));
  const Planes original = Original();
  ASSERT_EQ(decoded.n_frames(), kFrames);
  EXPECT_EQ(decoded.info.declared_frames, static_cast<std::int64_t>(kFrames));
  // Aligned, the coded signal correlates with the original; one frame off, it no longer would.
  const auto correlation = [&](std::ptrdiff_t shift) {
    double sum = 0;
    for (std::ptrdiff_t i = 20'000; i < 60'000; ++i) {
      sum += static_cast<double>(original[0][static_cast<std::size_t>(i)]) *
             static_cast<double>(decoded.planes[0][static_cast<std::size_t>(i + shift)]);
    }
    return sum;
  };
  EXPECT_GT(correlation(0), correlation(1));
  EXPECT_GT(correlation(0), correlation(-1));
}

TEST_F(FfmpegSourceTest, JumpsInMp4ToExactlyTheFrameAskedFor) {
  const std::string path = Encode("a.m4a", "-c:a alac");
  const Planes all = Original();
  auto source = io::OpenSource(path, {});
  ASSERT_TRUE(source);
  for (const std::size_t frame :
       {kFrames / 2 + 13, std::size_t{5}, kFrames - 700, std::size_t{0}}) {
    ASSERT_TRUE((*source)->Seek(static_cast<std::int64_t>(frame)));
    const Planes part = ReadFrames(**source, 600);
    ASSERT_EQ(part[0].size(), 600U);
    EXPECT_TRUE(std::equal(part[0].begin(), part[0].end(),
                           all[0].begin() + static_cast<std::ptrdiff_t>(frame)));
  }
}

TEST_F(FfmpegSourceTest, MarksATruncatedMp4) {
  const std::string path = Encode("a.m4a", "-c:a aac -movflags faststart");
  Bytes bytes = ReadBytes(path);
  bytes.resize(bytes.size() * 2 / 3);
  WriteBytes(path, bytes);
  const Decoded decoded = Decode(path);
  EXPECT_TRUE(decoded.truncated);
  EXPECT_EQ(decoded.info.declared_frames, static_cast<std::int64_t>(kFrames));
  EXPECT_GT(decoded.n_frames(), kFrames / 3);
  EXPECT_TRUE(decoded.planes == DecodeThroughPipe(path).planes);
}

TEST_F(FfmpegSourceTest, MarksATruncatedMatroska) {
  const std::string music = " -f lavfi -i color=size=64x36:rate=25:duration=";
  const std::string codecs = " -map 0 -map 1 -c:v mpeg4 -g 25 -c:a ";
  const struct {
    const char* name;
    const char* video_s;
    const char* codec;
  } kCases[] = {{"even.mkv", "5", "flac"}, {"short.mkv", "12", "libvorbis"}};
  for (const auto& [name, video_s, codec] : kCases) {
    ASSERT_TRUE(RunFfmpeg(
        dir_.path(), "-i music.wav" + music + video_s + codecs + codec + std::string(" ") + name));
  }
  ASSERT_TRUE(RunFfmpeg(dir_.path(), "-i music.wav -c:a flac alone.mka"));
  for (const char* const name : {"even.mkv", "short.mkv", "alone.mka"}) {
    const std::string whole = dir_ / name;
    std::vector<std::byte> bytes = ReadBytes(whole);
    // Of the short one, the end of the picture: the sound is all there, the file is not.
    bytes.resize(bytes.size() * (std::string(name) == "short.mkv" ? 85 : 60) / 100);
    WriteBytes(dir_ / "part.mkv", bytes);
    for (const bool timeline : {false, true}) {
      io::OpenOptions options;
      options.container_timeline = timeline;
      EXPECT_FALSE(Decode(whole, options).truncated) << name << timeline;
      EXPECT_TRUE(Decode(dir_ / "part.mkv", options).truncated) << name << timeline;
    }
  }
  EXPECT_FALSE(DecodeThroughPipe(dir_ / "short.mkv").truncated);
}

TEST_F(FfmpegSourceTest, TakesATrackPastedFromOthersAsWhole) {
  const std::string part = Encode("part.m4a", "-c:a aac");
  std::string list;
  for (int i = 0; i < 20; ++i) list += "file part.m4a\n";
  WriteBytes(dir_ / "list.txt", testing::ByteBuilder().Text(list).bytes());
  ASSERT_TRUE(RunFfmpeg(dir_.path(), "-f concat -i list.txt -c copy pasted.m4a"));
  const Decoded decoded = Decode(dir_ / "pasted.m4a");
  EXPECT_FALSE(decoded.truncated);
  EXPECT_GT(decoded.n_frames(), 20 * kFrames - 4096);
}

TEST_F(FfmpegSourceTest, ChoosesAmongAudioStreams) {
  ASSERT_TRUE(RunFfmpeg(dir_.path(),
                        "-i music.wav -f lavfi -i sine=frequency=1000:duration=1 -map 0 -map 1 "
                        "-c:a flac two.mka"));
  io::OpenOptions options;
  options.stream = 1;
  EXPECT_EQ(Decode(dir_ / "two.mka", options).info.stream.channels, 1);
  EXPECT_EQ(Decode(dir_ / "two.mka").info.stream.channels, 2);
  options.stream = 2;
  const auto refused = io::OpenSource(dir_ / "two.mka", options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUsage);
  EXPECT_NE(refused.error().message.find("has 2"), std::string::npos);
}

TEST_F(FfmpegSourceTest, SpoolsAPipedMp4WithItsIndexLastUpToTheCap) {
  const std::string path = Encode("late.m4a", "-c:a aac");
  io::OpenOptions options;
  options.tmpdir = dir_.path();
  options.spool_cap_bytes = 1000;
  TempDir fifo_dir;
  const std::string fifo = fifo_dir / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const Bytes bytes = ReadBytes(path);
  std::thread writer([&] {
    std::ofstream out(fifo, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
  });
  const auto refused = io::OpenSource(fifo, options);
  writer.join();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kIo);
  EXPECT_NE(refused.error().message.find("--tmpdir"), std::string::npos);
}

TEST_F(FfmpegSourceTest, OpensNoOtherFile) {
  // What each of these names is a fine WAV; none may be opened through it.
  const struct {
    const char* name;
    std::string text;
  } kCases[] = {
      {"concat.wav", "ffconcat version 1.0\nfile music.wav\n"},
      {"list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nmusic.wav\n#EXT-X-ENDLIST\n"},
      {"session.sdp", "v=0\nc=IN IP4 127.0.0.1\nm=audio 5004 RTP/AVP 0\n"},
  };
  for (const auto& [name, text] : kCases) {
    std::ofstream(dir_ / name) << text;
    const auto refused = io::OpenSource(dir_ / name, {});
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code, ErrorCode::kBadData);
    EXPECT_NE(refused.error().message.find("text"), std::string::npos) << refused.error().message;
    // Nor where a zero byte at the end hides that it is text.
    std::ofstream(dir_ / name, std::ios::binary) << text << '\0';
    EXPECT_FALSE(io::OpenSource(dir_ / name, {})) << name;
  }
}

TEST_F(FfmpegSourceTest, SurvivesMutatedContainers) {
  std::mt19937 random(99);
  const std::vector<std::string> names = {"m.m4a", "m.webm", "m.wma", "m.aac", "m.ts", "m.avi"};
  std::string all = "-i music.wav";
  for (const std::string& name : names) all += " -t 0.3 " + name;
  ASSERT_TRUE(RunFfmpeg(dir_.path(), all));
  for (const std::string& name : names) {
    const Bytes good = ReadBytes(dir_ / name);
    for (int round = 0; round < 25; ++round) {
      Bytes bad = good;
      for (int i = 0; i < 6; ++i) bad[random() % bad.size()] = static_cast<std::byte>(random());
      if (round % 5 == 0) bad.resize(random() % bad.size() + 1);
      WriteBytes(dir_ / name, bad);
      auto source = io::OpenSource(dir_ / name, {});
      if (!source) continue;
      const auto channels = static_cast<std::size_t>((*source)->info().stream.channels);
      Planes block(channels, std::vector<float>(kBlockFrames));
      std::vector<float*> pointers;
      for (auto& plane : block) pointers.push_back(plane.data());
      std::size_t n_frames = 0;
      for (;;) {
        const auto n = (*source)->Read(AudioBlock(pointers, kBlockFrames));
        if (!n || *n == 0) break;
        n_frames += *n;
        ASSERT_LT(n_frames, std::size_t{60} * 192'000) << name;
      }
    }
  }
}

TEST_F(FfmpegSourceTest, SaysHowMuchMemoryItWouldTake) {
  io::OpenOptions options;
  options.allow_ffmpeg = false;
  const auto refused = io::OpenSource(Encode("a.m4a", "-c:a aac"), options);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kMemory);
  EXPECT_NE(refused.error().message.find(std::to_string(io::kFfmpegAllowance.anonymous_bytes)),
            std::string::npos);
}

}  // namespace
}  // namespace tidemark::testing
