#include "io/sndfile_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <random>

#include "tests/io/byte_builder.h"
#include "tests/io/media_files.h"

namespace tidemark::testing {
namespace {

constexpr std::size_t kFrames = 3 * kMediaRateHz + 123;

struct Kind {
  const char* name;
  int format;
};
constexpr Kind kKinds[] = {{"flac", kFlac16}, {"ogg", kVorbis}, {"opus", kOpus}, {"mp3", kMp3}};

// A pipe's writer outlives readers that give up early.
class SndfileSourceTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { ::signal(SIGPIPE, SIG_IGN); }

  std::string Write(const Kind& kind, int channels = 2) {
    const int rate_hz = kind.format == kOpus ? 48'000 : kMediaRateHz;
    const std::string path = dir_ / (std::string("music.") + kind.name);
    WriteMedia(path, kind.format, channels, MakeMusic(channels, kFrames, rate_hz), rate_hz);
    return path;
  }

  TempDir dir_;
};

TEST_F(SndfileSourceTest, GivesTheSameSamplesByPathAndByPipe) {
  for (const Kind& kind : kKinds) {
    const std::string path = Write(kind);
    const Decoded by_path = Decode(path);
    const Decoded by_pipe = DecodeThroughPipe(path);
    EXPECT_EQ(by_path.info.decoder, "libsndfile") << kind.name;
    EXPECT_TRUE(by_path.planes == by_pipe.planes) << kind.name;
    EXPECT_TRUE(by_path.info.seekable);
    EXPECT_FALSE(by_pipe.info.seekable);
    EXPECT_FALSE(by_path.truncated || by_pipe.truncated) << kind.name;
  }
}

TEST_F(SndfileSourceTest, KeepsTheLengthThatWasEncoded) {
  for (const Kind& kind : kKinds) {
    const Decoded decoded = Decode(Write(kind));
    EXPECT_EQ(decoded.n_frames(), kFrames) << kind.name;
    EXPECT_EQ(decoded.info.declared_frames, static_cast<std::int64_t>(kFrames)) << kind.name;
  }
}

TEST_F(SndfileSourceTest, ScalesFlacSamplesExactly) {
  const std::vector<int> coded = {0, 1 << 22, -(1 << 23), 1, -1, (1 << 23) - 1};
  const std::string path = dir_ / "exact.flac";
  SF_INFO info{};
  info.samplerate = kMediaRateHz;
  info.channels = 1;
  info.format = kFlac24;
  SNDFILE* const file = sf_open(path.c_str(), SFM_WRITE, &info);
  ASSERT_NE(file, nullptr);
  std::vector<float> expected;
  for (const int value : coded) {
    const int scaled = value * 256;
    ASSERT_EQ(sf_write_int(file, &scaled, 1), 1);
    expected.push_back(static_cast<float>(value) / 8'388'608.0F);
  }
  sf_close(file);
  EXPECT_EQ(Decode(path).planes[0], expected);
}

TEST_F(SndfileSourceTest, PutsVorbisSurroundIntoWaveOrder) {
  // Vorbis stores left, centre, right, rear left, rear right, LFE.
  std::vector<float> samples;
  for (int i = 0; i < kMediaRateHz; ++i) {
    const float tone = std::sin(static_cast<float>(i) * 0.06F);
    for (const float level : {0.1F, 0.6F, 0.2F, 0.3F, 0.4F, 0.0F}) samples.push_back(level * tone);
  }
  const std::string path = dir_ / "surround.ogg";
  WriteMedia(path, kVorbis, 6, samples);
  const Decoded decoded = Decode(path);
  EXPECT_EQ(decoded.info.stream.channel_mask, 0x3FU);
  const auto peak = [&decoded](std::size_t c) {
    return *std::max_element(decoded.planes[c].begin(), decoded.planes[c].end());
  };
  EXPECT_NEAR(peak(0), 0.1F, 0.05F);
  EXPECT_NEAR(peak(1), 0.2F, 0.05F);
  EXPECT_NEAR(peak(2), 0.6F, 0.05F);
  EXPECT_NEAR(peak(3), 0.0F, 0.05F);
}

TEST_F(SndfileSourceTest, JumpsToExactlyTheFrameAskedFor) {
  for (const Kind& kind : kKinds) {
    const std::string path = Write(kind);
    const Planes all = Decode(path).planes;
    auto source = io::OpenSource(path, {});
    ASSERT_TRUE(source);
    for (const std::size_t frame :
         {kFrames / 2 + 13, std::size_t{5}, kFrames - 700, std::size_t{0}}) {
      ASSERT_TRUE((*source)->Seek(static_cast<std::int64_t>(frame))) << kind.name;
      const Planes part = ReadFrames(**source, 600);
      ASSERT_EQ(part[0].size(), 600U) << kind.name << " " << frame;
      for (std::size_t i = 0; i < part[0].size(); ++i) {
        // Opus predicts from what came before the 80 ms that a jump decodes again.
        ASSERT_NEAR(part[0][i], all[0][frame + i], kind.format == kOpus ? 1e-5F : 0.0F)
            << kind.name << " " << frame << "+" << i;
      }
    }
    ASSERT_TRUE((*source)->Seek(kFrames + 1000));
    EXPECT_TRUE(ReadFrames(**source, 100)[0].empty()) << kind.name;
  }
}

TEST_F(SndfileSourceTest, MarksATruncatedFileAndKeepsWhatIsThere) {
  for (const Kind& kind : kKinds) {
    const std::string path = Write(kind);
    std::vector<std::byte> bytes = ReadBytes(path);
    bytes.resize(bytes.size() * 2 / 3);
    WriteBytes(path, bytes);
    const Decoded by_path = Decode(path);
    EXPECT_TRUE(by_path.truncated) << kind.name;
    EXPECT_GT(by_path.n_frames(), kFrames / 3) << kind.name;
    EXPECT_LT(by_path.n_frames(), kFrames) << kind.name;
    EXPECT_TRUE(by_path.planes == DecodeThroughPipe(path).planes) << kind.name;
  }
}

TEST_F(SndfileSourceTest, StepsOverTagsOfManyMegabytes) {
  for (const Kind& kind : {kKinds[0], kKinds[3]}) {
    const std::string path = Write(kind);
    const Decoded plain = Decode(path);
    ByteBuilder tagged;
    constexpr std::uint32_t kTagBytes = 3 << 20;
    tagged.Text("ID3").Big(0x0300, 2).Big(0, 1);
    for (int shift = 21; shift >= 0; shift -= 7) tagged.Big(kTagBytes >> shift & 0x7F, 1);
    tagged.Append(Bytes(kTagBytes, std::byte{0xFF})).Append(ReadBytes(path));
    WriteBytes(path, tagged.bytes());
    EXPECT_TRUE(Decode(path).planes == plain.planes) << kind.name;
    EXPECT_TRUE(DecodeThroughPipe(path).planes == plain.planes) << kind.name;
  }
}

TEST_F(SndfileSourceTest, NeverHoldsFlacAlbumArt) {
  const std::string path = Write(kKinds[0]);
  const Bytes file = ReadBytes(path);
  constexpr std::size_t kArtBytes = 12 << 20;
  ByteBuilder with_art;
  with_art.Append(Bytes(file.begin(), file.begin() + 42)).Big(6, 1).Big(kArtBytes, 3);
  with_art.Append(Bytes(kArtBytes, std::byte{0x55}));
  with_art.Append(Bytes(file.begin() + 42, file.end()));
  const Planes plain = Decode(path).planes;
  WriteBytes(path, with_art.bytes());
  auto source = io::OpenSource(path, {});
  ASSERT_TRUE(source);
  EXPECT_EQ((*source)->info().decoder, "libsndfile");
  EXPECT_TRUE(ReadAll(**source) == plain);
}

TEST_F(SndfileSourceTest, FindsMp3BehindJunk) {
  const std::string path = Write(kKinds[3]);
  const Decoded plain = Decode(path);
  std::mt19937 random(3);
  Bytes junk(5000);
  for (std::byte& b : junk) b = static_cast<std::byte>(random() % 251 + 1);
  junk[0] = std::byte{1};
  WriteBytes(path, ByteBuilder().Append(junk).Append(ReadBytes(path)).bytes());
  const Decoded decoded = Decode(path);
  EXPECT_EQ(decoded.info.decoder, "libsndfile");
  EXPECT_TRUE(decoded.planes == plain.planes);
}

TEST_F(SndfileSourceTest, ReadsStreamsThatFollowOneAnother) {
  for (const Kind& kind : {kKinds[1], kKinds[2], kKinds[3]}) {
    const std::string path = Write(kind);
    const Decoded one = Decode(path);
    const Bytes file = ReadBytes(path);
    WriteBytes(path, ByteBuilder().Append(file).Append(file).bytes());
    const Decoded two = Decode(path);
    EXPECT_EQ(two.n_frames(), 2 * one.n_frames()) << kind.name;
    EXPECT_FALSE(two.truncated) << kind.name;
    EXPECT_FALSE(two.warning.empty()) << kind.name;
    EXPECT_TRUE(two.planes == DecodeThroughPipe(path).planes) << kind.name;
  }
}

TEST_F(SndfileSourceTest, GoesOnBehindDamageAndSaysSo) {
  for (const Kind& kind : kKinds) {
    const std::string path = Write(kind);
    const Decoded plain = Decode(path);
    Bytes bytes = ReadBytes(path);
    std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 2), 900,
                std::byte{0x5A});
    WriteBytes(path, bytes);
    const Decoded damaged = Decode(path);
    EXPECT_GT(damaged.n_frames(), kFrames / 2) << kind.name;
    EXPECT_TRUE(damaged.truncated || !damaged.warning.empty()) << kind.name;
    EXPECT_TRUE(damaged.planes == DecodeThroughPipe(path).planes) << kind.name;
  }
}

TEST_F(SndfileSourceTest, KeepsFlacInTimeBehindDamage) {
  const std::string path = Write(kKinds[0]);
  const Decoded plain = Decode(path);
  Bytes bytes = ReadBytes(path);
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(bytes.size() / 2), 900, std::byte{0x5A});
  WriteBytes(path, bytes);
  const Decoded damaged = Decode(path);
  ASSERT_EQ(damaged.n_frames(), plain.n_frames());
  EXPECT_TRUE(std::equal(plain.planes[0].end() - 10'000, plain.planes[0].end(),
                         damaged.planes[0].end() - 10'000));
}

TEST_F(SndfileSourceTest, SurvivesMutatedHeaders) {
  std::mt19937 random(2024);
  io::OpenOptions options;
  options.allow_ffmpeg = false;
  for (const Kind& kind : kKinds) {
    const std::string path = dir_ / (std::string("short.") + kind.name);
    const int rate_hz = kind.format == kOpus ? 48'000 : kMediaRateHz;
    WriteMedia(path, kind.format, 2, MakeMusic(2, 8000, rate_hz), rate_hz);
    const Bytes good = ReadBytes(path);
    for (int round = 0; round < 60; ++round) {
      Bytes bad = good;
      for (int i = 0; i < 4; ++i) {
        bad[random() % std::min<std::size_t>(bad.size(), 400)] = static_cast<std::byte>(random());
      }
      WriteBytes(path, bad);
      auto source = io::OpenSource(path, options);
      if (!source) {
        EXPECT_FALSE(source.error().message.empty());
        continue;
      }
      const auto channels = static_cast<std::size_t>((*source)->info().stream.channels);
      Planes block(channels, std::vector<float>(kBlockFrames));
      std::vector<float*> pointers;
      for (auto& plane : block) pointers.push_back(plane.data());
      std::size_t n_frames = 0;
      for (;;) {
        const auto n = (*source)->Read(AudioBlock(pointers, kBlockFrames));
        if (!n || *n == 0) break;
        n_frames += *n;
        ASSERT_LT(n_frames, std::size_t{200} * kMediaRateHz) << kind.name;
      }
    }
  }
}

}  // namespace
}  // namespace tidemark::testing
