#include "io/ffmpeg_encoder.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <string>

#include "tests/io/encoding.h"

namespace tidemark::testing {
namespace {

constexpr std::size_t kFrames = kMediaRateHz + 123;

class FfmpegEncoderTest : public EncoderTest {
 protected:
  // The value of one entry, as ffprobe prints it.
  std::string Ffprobe(const std::string& name, const std::string& entry) {
    const std::string command = "cd '" + dir_.path() + "' && ffprobe -v error -of csv=p=0 " +
                                "-show_entries " + entry + " " + name + " > probed";
    if (std::system(command.c_str()) != 0) return "ffprobe failed";
    std::string line;
    std::ifstream in(dir_ / "probed");
    std::getline(in, line);
    return line;
  }
};

// A noise burst over the chord: its correlation has one peak.
Planes MakeBursts(int channels, int rate_hz = kMediaRateHz) {
  Planes planes = MakePlanes(channels, kFrames, rate_hz);
  std::mt19937 random(5);
  std::uniform_real_distribution<float> noise(-0.3F, 0.3F);
  float smooth = 0;
  for (std::size_t i = 0; i < kFrames; ++i) {
    smooth = 0.8F * smooth + 0.2F * noise(random);
    for (auto& plane : planes) plane[i] = 0.2F * plane[i] + 2 * smooth;
  }
  return planes;
}

TEST_F(FfmpegEncoderTest, GivesBackTheExactNumberOfFramesInPlace) {
  const struct {
    const char* name;
    const char* codec;
    int rate_hz;
  } kCases[] = {
      {"a.flac", "", 44'100},    {"a.ogg", "", 44'100},     {"a.ogg", "opus", 48'000},
      {"a.ogg", "flac", 44'100}, {"a.opus", "", 48'000},    {"a.mp3", "", 44'100},
      {"a.mp3", "", 22'050},     {"a.m4a", "alac", 44'100}, {"a.mp4", "flac", 44'100},
      {"a.mka", "flac", 44'100}, {"a.wav", "", 44'100},     {"a.mov", "pcm_s16le", 44'100},
      {"a.w64", "", 44'100},     {"a.caf", "", 44'100},     {"a.wav", "pcm_f32le", 44'100},
      {"a.aiff", "", 44'100},    {"a.au", "", 44'100},      {"a.wv", "", 44'100},
      {"a.tta", "", 44'100},
  };
  for (const auto& [name, codec, rate_hz] : kCases) {
    SCOPED_TRACE(std::string(name) + " " + codec);
    const Planes planes = MakeBursts(2, rate_hz);
    io::EncodeSpec spec = MakeSpec(dir_ / name, 2, rate_hz);
    spec.audio[0].codec = codec;
    spec.overwrite = true;
    const auto warning = Encode(spec, {planes});
    ASSERT_TRUE(warning) << warning.error().message;
    EXPECT_EQ(*warning, "");
    Planes by_ffmpeg;
    EXPECT_EQ(CountWithFfmpeg(dir_.path(), spec.path, 0, &by_ffmpeg), kFrames);
    ASSERT_EQ(by_ffmpeg.size(), 2U);
    EXPECT_EQ(LagOf(planes[1], by_ffmpeg[1]), 0);
    const Decoded decoded = Decode(spec.path);
    EXPECT_EQ(decoded.n_frames(), kFrames);
    EXPECT_FALSE(decoded.truncated);
    ASSERT_EQ(decoded.planes.size(), 2U);
    EXPECT_EQ(LagOf(planes[1], decoded.planes[1]), 0);
  }
}

// FFmpeg 5.1 does not drop the padding at the end of these, of its own files neither; what their
// edit lists say is exact, and our reader heeds them.
TEST_F(FfmpegEncoderTest, SignalsTheExactLengthOfLossyTracksInMp4) {
  const struct {
    const char* name;
    const char* codec;
    int rate_hz;
  } kCases[] = {{"a.m4a", "", 44'100},     {"b.m4a", "aac", 8'000},  {"c.mp4", "aac", 48'000},
                {"d.mp4", "opus", 48'000}, {"e.mp4", "mp3", 44'100}, {"f.m4a", "aac", 96'000}};
  for (const auto& [name, codec, rate_hz] : kCases) {
    SCOPED_TRACE(name);
    const Planes planes = MakeBursts(2, rate_hz);
    io::EncodeSpec spec = MakeSpec(dir_ / name, 2, rate_hz);
    spec.audio[0].codec = codec;
    const auto warning = Encode(spec, {planes});
    ASSERT_TRUE(warning) << warning.error().message;
    const Decoded decoded = Decode(spec.path);
    EXPECT_EQ(decoded.n_frames(), kFrames);
    EXPECT_EQ(decoded.info.declared_frames, static_cast<std::int64_t>(kFrames));
    ASSERT_EQ(decoded.planes.size(), 2U);
    EXPECT_EQ(LagOf(planes[1], decoded.planes[1]), 0);
    Planes by_ffmpeg;
    EXPECT_GE(CountWithFfmpeg(dir_.path(), spec.path, 0, &by_ffmpeg), kFrames);
    ASSERT_EQ(by_ffmpeg.size(), 2U);
    EXPECT_EQ(LagOf(planes[1], by_ffmpeg[1]), 0);
    EXPECT_LT(by_ffmpeg[0].size(), kFrames + 2048);
    EXPECT_EQ(Ffprobe(name, "stream=duration_ts"), std::to_string(kFrames));
  }
}

TEST_F(FfmpegEncoderTest, KeepsSamplesOfIntegersExactly) {
  const struct {
    const char* name;
    const char* codec;
    int bits;
  } kCases[] = {{"a.flac", "", 16},    {"b.flac", "", 24}, {"c.m4a", "alac", 16},
                {"d.m4a", "alac", 24}, {"e.wv", "", 24},   {"f.wav", "pcm_s24le", 24},
                {"g.caf", "", 24},     {"h.aiff", "", 16}, {"i.mka", "pcm_s16le", 16}};
  for (const auto& [name, codec, bits] : kCases) {
    SCOPED_TRACE(name);
    Planes planes = Quantized(MakePlanes(2, kFrames), bits);
    planes[0][5] = -1;
    planes[1][6] = 1 - std::ldexp(1.0F, 1 - bits);
    io::EncodeSpec spec = MakeSpec(dir_ / name, 2);
    spec.audio[0].codec = codec;
    spec.audio[0].bits = bits;
    spec.audio[0].dither = true;  // there is nothing to dither
    const auto done = Encode(spec, {planes});
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_TRUE(Decode(spec.path).planes == planes);
  }
}

TEST_F(FfmpegEncoderTest, DithersWhatDoesNotFitAndClipsWhatIsTooLoud) {
  Planes planes(1, std::vector<float>(kFrames, 0.3F / 32768));
  for (std::size_t i = 0; i < 1000; ++i) planes[0][i] = 0;
  planes[0][1000] = 3;
  planes[0][1001] = -3;
  io::EncodeSpec spec = MakeSpec(dir_ / "a.flac", 1);
  spec.audio[0].dither = true;
  ASSERT_TRUE(Encode(spec, {planes}));
  const Planes dithered = Decode(spec.path).planes;
  ASSERT_EQ(dithered[0].size(), kFrames);
  EXPECT_EQ(*std::max_element(dithered[0].begin(), dithered[0].begin() + 1000), 0);
  EXPECT_EQ(dithered[0][1000], 32767.0F / 32768);
  EXPECT_EQ(dithered[0][1001], -1);
  double sum = 0;
  for (std::size_t i = 1002; i < kFrames; ++i) sum += 32768 * static_cast<double>(dithered[0][i]);
  EXPECT_NEAR(sum / (kFrames - 1002), 0.3, 0.01);  // the mean survives
  // The same again, to the byte; and without dither a plain zero.
  spec.path = dir_ / "b.flac";
  ASSERT_TRUE(Encode(spec, {planes}));
  EXPECT_TRUE(ReadBytes(dir_ / "a.flac") == ReadBytes(dir_ / "b.flac"));
  spec.path = dir_ / "c.flac";
  spec.audio[0].dither = false;
  ASSERT_TRUE(Encode(spec, {planes}));
  EXPECT_EQ(Decode(spec.path).planes[0][5000], 0);
}

TEST_F(FfmpegEncoderTest, SurvivesSamplesThatAreNoNumbers) {
  Planes planes = MakePlanes(2, kFrames);
  planes[0][100] = std::numeric_limits<float>::quiet_NaN();
  planes[1][200] = std::numeric_limits<float>::infinity();
  for (const char* const name : {"a.flac", "a.m4a", "a.ogg", "a.mp3"}) {
    EXPECT_TRUE(Encode(MakeSpec(dir_ / name, 2), {planes})) << name;
    EXPECT_EQ(Decode(dir_ / name).n_frames(), kFrames) << name;
  }
}

TEST_F(FfmpegEncoderTest, ResamplesToTheNextRateThatACodecTakesAndSaysSo) {
  const Planes planes = MakeBursts(2);
  const auto warning = Encode(MakeSpec(dir_ / "a.opus", 2), {planes});
  ASSERT_TRUE(warning) << warning.error().message;
  EXPECT_EQ(*warning, "opus does not take 44100 Hz; resampled to 48000 Hz");
  const Decoded decoded = Decode(dir_ / "a.opus");
  EXPECT_EQ(decoded.info.stream.sample_rate_hz, 48'000);
  EXPECT_EQ(decoded.n_frames(), (kFrames * 48'000 + 22'050) / 44'100);
  const auto high = Encode(MakeSpec(dir_ / "a.mp3", 2, 96'000), {planes});
  ASSERT_TRUE(high);
  EXPECT_NE(high->find("resampled to 48000 Hz"), std::string::npos);
}

TEST_F(FfmpegEncoderTest, RefusesWhatDoesNotFitAndNamesWhatThereIs) {
  const struct {
    const char* name;
    const char* codec;
    int channels;
    int bits;
    const char* expected;
  } kCases[] = {
      {"a.mp3", "", 6, 0, "1, 2 channels, not 6"},
      {"a.flac", "aac", 2, 0, "aac does not go into flac, which holds flac"},
      {"a.ogg", "nonsense", 2, 0, "vorbis, opus, flac"},
      {"a.xyz", "", 2, 0, "there are flac, ogg"},
      {"a", "", 2, 0, "a name without an extension"},
      {"a.flac", "", 2, 20, "16 or 24 bits, not 20"},
      {"a.wav", "pcm_s16le", 2, 24, "16 bits, not 24"},
      {"a.flac", "", 9, 0, "with 9 channels"},
  };
  for (const auto& [name, codec, channels, bits, expected] : kCases) {
    io::EncodeSpec spec = MakeSpec(dir_ / name, channels);
    spec.audio[0].codec = codec;
    spec.audio[0].bits = bits;
    const auto refused = io::OpenFfmpegEncoder(spec);
    ASSERT_FALSE(refused) << name;
    EXPECT_EQ(refused.error().code, ErrorCode::kUsage) << refused.error().message;
    EXPECT_NE(refused.error().message.find(expected), std::string::npos) << refused.error().message;
  }
  io::EncodeSpec two = MakeSpec(dir_ / "a.flac", 2);
  two.audio.push_back(two.audio[0]);
  const auto refused = io::OpenFfmpegEncoder(two);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("holds one audio track"), std::string::npos);
  EXPECT_EQ(CountFiles(), 0U);
}

TEST_F(FfmpegEncoderTest, KeepsSpeakersApart) {
  Planes planes(6, std::vector<float>(kFrames));
  for (std::size_t c = 0; c < 6; ++c) {
    for (std::size_t i = 0; i < kFrames; ++i) {
      planes[c][i] = 0.1F * static_cast<float>(c + 1) *
                     std::sin(0.01F * static_cast<float>(c + 1) * static_cast<float>(i));
    }
  }
  for (const char* const name : {"a.flac", "a.ogg", "a.m4a", "a.mka", "a.opus"}) {
    io::EncodeSpec spec = MakeSpec(dir_ / name, 6, 48'000);
    spec.audio[0].format.channel_mask = 0x3F;
    const auto done = Encode(spec, {planes});
    ASSERT_TRUE(done) << done.error().message;
    const Decoded decoded = Decode(spec.path);
    ASSERT_EQ(decoded.planes.size(), 6U) << name;
    for (std::size_t c = 0; c < 6; ++c) {
      if (c == 3 && std::string(name) != "a.flac") continue;  // LFE is low-passed
      double product = 0;
      double energy = 0;
      for (std::size_t i = 5000; i < 40'000; ++i) {
        product += static_cast<double>(planes[c][i]) * static_cast<double>(decoded.planes[c][i]);
        energy += static_cast<double>(planes[c][i]) * static_cast<double>(planes[c][i]);
      }
      EXPECT_NEAR(product / energy, 1, 0.1) << name << " channel " << c;
    }
  }
}

TEST_F(FfmpegEncoderTest, WritesSeveralTracksInStep) {
  const Planes first = MakeBursts(2);
  const Planes second = MakeBursts(1);
  for (const char* const name : {"a.mka", "a.m4a", "a.mp4"}) {
    io::EncodeSpec spec = MakeSpec(dir_ / name, 2);
    spec.audio.push_back(spec.audio[0]);
    spec.audio[0].language = "deu";
    spec.audio[1].format.channels = 1;
    spec.audio[1].language = "eng";
    const auto done = Encode(spec, {first, second});
    ASSERT_TRUE(done) << done.error().message;
    io::OpenOptions options;
    options.stream = 1;
    const Decoded decoded = Decode(spec.path, options);
    EXPECT_EQ(decoded.info.stream.channels, 1);
    EXPECT_EQ(decoded.n_frames(), kFrames) << name;
    EXPECT_EQ(LagOf(second[0], decoded.planes[0]), 0);
    const auto layout = io::ProbeMedia(spec.path);
    ASSERT_TRUE(layout);
    ASSERT_EQ(layout->streams.size(), 2U);
    EXPECT_EQ(layout->streams[0].language, "deu");
    EXPECT_EQ(layout->streams[1].language, "eng");
    EXPECT_EQ(layout->streams[1].channels, 1);
  }
}

}  // namespace
}  // namespace tidemark::testing
