#include "io/wav_encoder.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <vector>

#include "io/open_source.h"
#include "io/wav_chunks.h"
#include "tests/io/byte_builder.h"
#include "tests/io/test_files.h"

namespace tidemark::io {
namespace {

constexpr StreamFormat kStereo = {.sample_rate_hz = 44'100, .channels = 2};
constexpr std::size_t kFrames = 5000;

struct Planes {
  explicit Planes(std::size_t n_frames) : left(n_frames), right(n_frames) {
    pointers = {left.data(), right.data()};
  }
  [[nodiscard]] AudioBlock block() { return {pointers, left.size()}; }
  std::vector<float> left;
  std::vector<float> right;
  std::array<float*, 2> pointers{};
};

Planes Ramp(double step) {
  Planes planes(kFrames);
  for (std::size_t i = 0; i < kFrames; ++i) {
    planes.left[i] = static_cast<float>(std::remainder(static_cast<double>(i) * step, 2.0));
    planes.right[i] = -planes.left[i];
  }
  return planes;
}

Planes ReadBack(const std::string& path) {
  auto source = OpenSource(path, {});
  EXPECT_TRUE(source) << (source ? "" : source.error().message);
  Planes planes(kFrames + 10);
  const auto n = (*source)->Read(planes.block());
  EXPECT_EQ(n.value_or(0), kFrames);
  EXPECT_EQ((*source)->warning(), "");
  EXPECT_FALSE((*source)->truncated());
  return planes;
}

class WavEncoderTest : public ::testing::Test {
 protected:
  testing::TempDir folder_;
};

WavSpec SpecFor(const std::string& path, SampleKind kind, std::size_t n_bytes) {
  WavSpec spec;
  spec.path = path;
  spec.format = kStereo;
  spec.encoding = {kind, n_bytes, ByteOrder::kLittle};
  spec.n_frames = kFrames;
  return spec;
}

TEST_F(WavEncoderTest, WritesWhatIsReadBackWithinHalfAStepOfItsWidth) {
  const std::string path = folder_ / "tidemark_wav_encoder.wav";
  struct Case {
    SampleKind kind;
    std::size_t n_bytes;
    double step;  // between two values of that width
  };
  for (const Case& c :
       {Case{SampleKind::kUnsigned, 1, 0x1p-7}, Case{SampleKind::kSigned, 2, 0x1p-15},
        Case{SampleKind::kSigned, 3, 0x1p-23}, Case{SampleKind::kSigned, 4, 0x1p-24},
        Case{SampleKind::kFloat, 4, 0}, Case{SampleKind::kFloat, 8, 0}}) {
    WavSpec spec = SpecFor(path, c.kind, c.n_bytes);
    spec.overwrite = true;
    auto encoder = WavEncoder::Create(spec);
    ASSERT_TRUE(encoder) << encoder.error().message;
    Planes in = Ramp(0.000137);
    ASSERT_TRUE((*encoder)->Write(0, in.block()));
    ASSERT_TRUE((*encoder)->Finish());
    const Planes out = ReadBack(path);
    for (std::size_t i = 0; i < kFrames; ++i) {
      // The largest value of integers is one step below full scale.
      ASSERT_NEAR(out.left[i], in.left[i], c.step * (in.left[i] > 1 - c.step ? 1 : 0.5));
    }
  }
}

TEST_F(WavEncoderTest, DithersOnlyWhatDoesNotFit) {
  const std::string path = folder_ / "tidemark_wav_dither.wav";
  WavSpec spec = SpecFor(path, SampleKind::kSigned, 2);
  spec.dither = true;
  spec.overwrite = true;
  Planes in(kFrames);
  for (std::size_t i = 0; i < kFrames; ++i) {
    in.left[i] = static_cast<float>(i % 100) / 32768.0F;  // fits
    in.right[i] = 0.25F / 32768.0F;
  }
  auto encoder = WavEncoder::Create(spec);
  ASSERT_TRUE((*encoder)->Write(0, in.block()));
  ASSERT_TRUE((*encoder)->Finish());
  const Planes out = ReadBack(path);
  double sum = 0;
  double squares = 0;
  for (std::size_t i = 0; i < kFrames; ++i) {
    ASSERT_EQ(out.left[i], in.left[i]);
    const double steps = 32768.0 * static_cast<double>(out.right[i]);
    sum += steps;
    squares += (steps - 0.25) * (steps - 0.25);
  }
  // Without dither all would be 0. With it the mean is right, and the error has the variance of
  // rounding and of two uniform numbers: 3/12.
  EXPECT_NEAR(sum / kFrames, 0.25, 0.03);
  EXPECT_NEAR(squares / kFrames, 0.25, 0.03);
}

TEST_F(WavEncoderTest, CopiesFramesAndChunksOfAnotherFileAsTheyAre) {
  const std::string from_path = folder_ / "tidemark_wav_from.wav";
  const std::string to_path = folder_ / "tidemark_wav_to.wav";
  WavSpec spec = SpecFor(from_path, SampleKind::kSigned, 4);
  spec.overwrite = true;
  spec.chunks = MakeInfoChunk({{"title", "Odd"}, {"artist", "Someone"}, {"mood", "no place"}});
  const std::vector<std::byte> info = spec.chunks;
  testing::ByteBuilder cue;
  cue.Text("cue ").Little(28, 4).Little(1, 4).Little(7, 4).Little(3000, 4).Text("data");
  cue.Little(0, 4).Little(0, 4).Little(3000, 4);
  spec.chunks.insert(spec.chunks.end(), cue.bytes().begin(), cue.bytes().end());
  {
    auto encoder = WavEncoder::Create(spec);
    Planes in = Ramp(0.001);
    ASSERT_TRUE((*encoder)->Write(0, in.block()));
    ASSERT_TRUE((*encoder)->Finish());
  }
  auto source = OpenSource(from_path, {});
  const auto extent = (*source)->extent();
  ASSERT_TRUE(extent);
  const auto chunks = ReadWavChunks(*extent, kFrames * extent->frame_bytes,
                                    [](std::int64_t frame) { return frame - 1000; });
  ASSERT_TRUE(chunks);
  ASSERT_EQ(chunks->bytes.size(), spec.chunks.size());
  EXPECT_TRUE(std::equal(info.begin(), info.end(), chunks->bytes.begin()));
  EXPECT_EQ(ReadUnsigned<std::uint32_t>(chunks->bytes, info.size() + 36 - 4, ByteOrder::kLittle),
            2000U);

  spec.path = to_path;
  spec.chunks = chunks->bytes;
  auto encoder = WavEncoder::Create(spec);
  ASSERT_TRUE((*encoder)->CopyFrames(*extent, 0, 1000));
  ASSERT_TRUE((*encoder)->CopyFrames(*extent, 1000, kFrames - 1000));
  ASSERT_TRUE((*encoder)->Finish());
  const Planes a = ReadBack(from_path);
  const Planes b = ReadBack(to_path);
  EXPECT_EQ(a.left, b.left);
  EXPECT_EQ(a.right, b.right);
}

TEST_F(WavEncoderTest, WritesALengthThatNobodyKnewIntoTheHeaderOfAFile) {
  WavSpec spec = SpecFor(folder_ / "tidemark_wav_live.wav", SampleKind::kSigned, 2);
  spec.n_frames = std::nullopt;
  auto encoder = WavEncoder::Create(spec);
  Planes in = Ramp(0.001);
  ASSERT_TRUE((*encoder)->Write(0, in.block()));
  ASSERT_TRUE((*encoder)->Write(0, in.block()));
  ASSERT_TRUE((*encoder)->Finish());
  const auto source = OpenSource(spec.path, {});
  EXPECT_EQ((*source)->info().declared_frames, 2 * kFrames);
  EXPECT_EQ((*source)->warning(), "");
}

TEST_F(WavEncoderTest, GivesAPipeAtOnceWhatItWasGivenWhereNobodyKnowsTheLength) {
  WavSpec spec = SpecFor(folder_ / "fifo", SampleKind::kSigned, 2);
  spec.n_frames = std::nullopt;
  ASSERT_EQ(::mkfifo(spec.path.c_str(), 0600), 0);
  const int reader = ::open(spec.path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  auto encoder = WavEncoder::Create(spec);
  ASSERT_TRUE(encoder);
  Planes in(4);
  ASSERT_TRUE((*encoder)->Write(0, in.block().First(4)));
  std::array<std::byte, 256> got{};
  const ssize_t n = ::read(reader, got.data(), got.size());
  constexpr ssize_t kHeaderBytes = 80;
  ASSERT_EQ(n, kHeaderBytes + 4 * 4);
  EXPECT_EQ(ReadUnsigned<std::uint32_t>(got, 4, ByteOrder::kLittle), 0xFFFFFFFFU);
  EXPECT_EQ(ReadUnsigned<std::uint32_t>(got, kHeaderBytes - 4, ByteOrder::kLittle), 0xFFFFFFFFU);
  ASSERT_TRUE((*encoder)->Finish());
  ::close(reader);
}

TEST_F(WavEncoderTest, LeavesNothingBehindUnlessItFinishes) {
  {
    auto encoder = WavEncoder::Create(SpecFor(folder_ / "a.wav", SampleKind::kSigned, 2));
    ASSERT_TRUE(encoder);
    EXPECT_FALSE(std::filesystem::is_empty(folder_.path()));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(WavEncoderTest, KeepsAFileThatIsThereUnlessToldOtherwise) {
  const std::string path = folder_ / "tidemark_wav_there.wav";
  testing::WriteBytes(path, testing::Raw({1, 2, 3}));
  const auto encoder = WavEncoder::Create(SpecFor(path, SampleKind::kSigned, 2));
  ASSERT_FALSE(encoder);
  EXPECT_EQ(encoder.error().code, ErrorCode::kUsage);
  EXPECT_NE(encoder.error().message.find("--overwrite"), std::string::npos);
  EXPECT_EQ(std::filesystem::file_size(path), 3U);
}

TEST_F(WavEncoderTest, SaysThatTheDiskIsFull) {
  const std::string path = folder_ / "tidemark_wav_full.wav";
  // A write past the limit fails with EFBIG once the signal is ignored.
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{.rlim_cur = 10'000, .rlim_max = before.rlim_max};
  auto encoder = WavEncoder::Create(SpecFor(path, SampleKind::kFloat, 8));
  ASSERT_TRUE(encoder);
  setrlimit(RLIMIT_FSIZE, &small);
  Planes in = Ramp(0.001);
  auto done = (*encoder)->Write(0, in.block());
  if (done) done = (*encoder)->Finish();
  setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kIo);
  EXPECT_NE(done.error().message.find(path), std::string::npos);
  encoder->reset();
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace tidemark::io
