#include "io/pcm_source.h"

#include <unistd.h>

#include <fstream>

#include "tests/io/apple_files.h"
#include "tests/io/read_all.h"
#include "tests/io/riff_files.h"
#include "tests/io/test_files.h"

namespace tidemark::io {
namespace {

using testing::Bytes;
using testing::MakeWav;
using testing::OpenFile;
using testing::OpenMemory;
using testing::Planes;
using testing::ReadAll;
using testing::ReadFrames;
using testing::TempFile;
using testing::WavFormat;
using testing::WriteBytes;

// Samples that a 16-bit file holds exactly and whose values tell their place.
std::vector<float> Pattern(std::size_t n) {
  std::vector<float> samples(n);
  for (std::size_t i = 0; i < n; ++i) {
    samples[i] = static_cast<float>(static_cast<int>(i * 7919 % 65536) - 32768) / 32768.0F;
  }
  return samples;
}

// Every n-th of `samples` from the c-th on.
std::vector<float> Plane(const std::vector<float>& samples, std::size_t c, std::size_t n) {
  std::vector<float> plane;
  for (std::size_t i = c; i < samples.size(); i += n) plane.push_back(samples[i]);
  return plane;
}

TEST(PcmSource, RecognisesItsContainersByTheirFirstBytes) {
  EXPECT_TRUE(LooksLikePcm(MakeWav(WavFormat::kS16, 1, 8000, {})));
  EXPECT_TRUE(LooksLikePcm(testing::Rf64File("RF64", {}, {})));
  EXPECT_TRUE(LooksLikePcm(testing::Rf64File("BW64", {}, {})));
  EXPECT_TRUE(LooksLikePcm(testing::W64File({}, {})));
  EXPECT_TRUE(LooksLikePcm(testing::AiffFile({}, {})));
  EXPECT_TRUE(LooksLikePcm(testing::AiffFile({"sowt"}, {})));
  EXPECT_TRUE(LooksLikePcm(testing::CafFile({}, {})));
  EXPECT_FALSE(LooksLikePcm({}));
  EXPECT_FALSE(LooksLikePcm(testing::ByteBuilder().Text("RIFF....AVI LIST").bytes()));
  EXPECT_FALSE(LooksLikePcm(testing::ByteBuilder().Text("FORM....8SVXVHDR").bytes()));
  EXPECT_FALSE(LooksLikePcm(testing::ByteBuilder().Text("ffconcat version 1.0").bytes()));
}

TEST(PcmSource, ReadsEveryWavFormatFromFilesAndPipes) {
  const std::vector<float> samples = Pattern(3 * 2500);
  for (const WavFormat format :
       {WavFormat::kS16, WavFormat::kS24, WavFormat::kS32, WavFormat::kF32, WavFormat::kF64}) {
    const auto bytes = MakeWav(format, 3, 44100, samples);
    const TempFile file(bytes);
    auto mapped = OpenFile(file.path());
    ASSERT_TRUE(mapped.has_value()) << mapped.error().message;
    EXPECT_EQ((*mapped)->info().declared_frames, 2500);
    EXPECT_TRUE((*mapped)->info().seekable);
    auto piped = OpenMemory(bytes, testing::MemoryStream::Kind::kPipe);
    ASSERT_TRUE(piped.has_value()) << piped.error().message;
    const Planes planes = ReadAll(**mapped);
    EXPECT_EQ(planes, ReadAll(**piped));
    for (std::size_t c = 0; c < 3; ++c) EXPECT_EQ(planes[c], Plane(samples, c, 3));
    EXPECT_FALSE((*mapped)->truncated());
    EXPECT_FALSE((*piped)->truncated());
    EXPECT_EQ((*mapped)->warning(), "");
  }
}

TEST(PcmSource, GivesTheSameSamplesForAnyBlockSize) {
  const std::vector<float> samples = Pattern(100'000);
  const TempFile file(MakeWav(WavFormat::kS24, 1, 44100, samples));
  for (const std::size_t block_frames : {1U, 7U, 1000U, 1024U, 99'999U, 1'000'000U}) {
    auto source = OpenFile(file.path());
    ASSERT_TRUE(source.has_value());
    EXPECT_EQ(ReadAll(**source, block_frames)[0], samples) << block_frames;
  }
}

TEST(PcmSource, ReadsAMapThatSlidesOverManyWindows) {
  const std::vector<float> samples = Pattern(2'000'000);
  const TempFile file(MakeWav(WavFormat::kS24, 2, 44100, samples));
  auto source = OpenFile(file.path());
  ASSERT_TRUE(source.has_value());
  const Planes planes = ReadAll(**source);
  EXPECT_EQ(planes[0], Plane(samples, 0, 2));
  EXPECT_EQ(planes[1], Plane(samples, 1, 2));
}

TEST(PcmSource, SeeksToExactlyTheFrame) {
  const std::vector<float> samples = Pattern(1'000'000);
  const auto bytes = MakeWav(WavFormat::kS16, 2, 44100, samples);
  const TempFile file(bytes);
  auto mapped = OpenFile(file.path());
  auto buffered = OpenMemory(bytes);
  ASSERT_TRUE(mapped.has_value() && buffered.has_value());
  for (const std::int64_t frame : {499'999LL, 0LL, 1LL, 262'133LL, 262'134LL, 16'000LL, 20'000LL}) {
    for (auto* source : {mapped->get(), buffered->get()}) {
      ASSERT_TRUE(source->Seek(frame).has_value());
      const Planes planes = ReadFrames(*source, 1);
      ASSERT_EQ(planes[0].size(), 1U);
      EXPECT_EQ(planes[1][0], samples[2 * static_cast<std::size_t>(frame) + 1]) << frame;
    }
  }
  ASSERT_TRUE((*mapped)->Seek(500'000).has_value());
  EXPECT_TRUE(ReadFrames(**mapped, 1)[0].empty());
  ASSERT_TRUE((*mapped)->Seek(std::numeric_limits<std::int64_t>::max()).has_value());
  EXPECT_TRUE(ReadFrames(**mapped, 1)[0].empty());
  EXPECT_FALSE((*mapped)->truncated());
}

TEST(PcmSource, CannotSeekAPipe) {
  const auto bytes = MakeWav(WavFormat::kS16, 1, 44100, Pattern(10));
  auto source = OpenMemory(bytes, testing::MemoryStream::Kind::kPipe);
  ASSERT_TRUE(source.has_value());
  const auto sought = (*source)->Seek(0);
  ASSERT_FALSE(sought.has_value());
  EXPECT_EQ(sought.error().code, ErrorCode::kUnsupported);
}

TEST(PcmSource, MarksATruncatedFileWithItsDeclaredLength) {
  auto bytes = MakeWav(WavFormat::kS16, 2, 44100, Pattern(2000));
  bytes.resize(44 + 4 * 600);
  const TempFile file(bytes);
  auto mapped = OpenFile(file.path());
  auto piped = OpenMemory(bytes, testing::MemoryStream::Kind::kPipe);
  ASSERT_TRUE(mapped.has_value() && piped.has_value());
  for (auto* source : {mapped->get(), piped->get()}) {
    EXPECT_EQ(source->info().declared_frames, 1000);
    EXPECT_EQ(ReadAll(*source)[0].size(), 600U);
    EXPECT_TRUE(source->truncated());
  }
}

TEST(PcmSource, WarnsOfSamplesThatFollowTheDeclaredOnesThroughAPipe) {
  const auto warning_with = [](const Bytes& samples, const Bytes& rest) {
    auto bytes = testing::WavFile({.bits = 8, .frame_bytes = 1}, samples);
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    auto piped = OpenMemory(bytes, testing::MemoryStream::Kind::kPipe);
    EXPECT_TRUE(piped.has_value());
    EXPECT_EQ(ReadAll(**piped)[0].size(), samples.size());
    EXPECT_FALSE((*piped)->truncated());
    return (*piped)->warning();
  };
  const Bytes chunk = testing::RiffChunk("LIST", Bytes(10));
  for (const std::size_t n : {100, 101}) {
    const Bytes samples(n, std::byte{0x90});
    EXPECT_EQ(warning_with(samples, {}), "") << n;
    EXPECT_EQ(warning_with(samples, chunk), "") << n;
    EXPECT_NE(warning_with(samples, samples).find("read whole by its path"), std::string::npos);
  }
}

TEST(PcmSource, DropsHalfAFrameAtTheEnd) {
  auto bytes = MakeWav(WavFormat::kS16, 2, 44100, Pattern(2000));
  bytes.resize(44 + 4 * 600 + 3);
  auto source = OpenMemory(bytes);
  ASSERT_TRUE(source.has_value());
  EXPECT_EQ(ReadAll(**source)[0].size(), 600U);
  EXPECT_TRUE((*source)->truncated());
}

TEST(PcmSource, ReadsAFileWithoutFrames) {
  const TempFile file(MakeWav(WavFormat::kS16, 2, 44100, {}));
  auto source = OpenFile(file.path());
  ASSERT_TRUE(source.has_value()) << source.error().message;
  EXPECT_EQ((*source)->info().declared_frames, 0);
  EXPECT_TRUE(ReadAll(**source)[0].empty());
  EXPECT_FALSE((*source)->truncated());
}

TEST(PcmSource, PassesNansAndInfinitiesThrough) {
  const std::vector<float> samples = {std::numeric_limits<float>::infinity(), 2.0F,
                                      -std::numeric_limits<float>::infinity()};
  auto file = MakeWav(WavFormat::kF32, 1, 44100, samples);
  auto source = OpenMemory(file);
  ASSERT_TRUE(source.has_value());
  EXPECT_EQ(ReadAll(**source)[0], samples);
}

TEST(PcmSource, GivesBackTheStreamThatItCannotRead) {
  const Bytes file = testing::WavFile({0x55, 2, 44100, 0, 1}, Bytes(100));
  std::unique_ptr<ByteStream> bytes = std::make_unique<testing::MemoryStream>(file);
  const auto source = OpenPcm(bytes, "song.wav", std::nullopt);
  ASSERT_FALSE(source.has_value());
  EXPECT_EQ(source.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(source.error().message.find("song.wav: "), std::string::npos);
  ASSERT_NE(bytes, nullptr);
  EXPECT_EQ(bytes->position(), 0);
}

TEST(PcmSource, ReadsRawSamples) {
  const Bytes file = testing::Raw({0x40, 0x00, 0xC0, 0x00, 0x20, 0x00, 0xE0});
  std::unique_ptr<ByteStream> bytes = std::make_unique<testing::MemoryStream>(file);
  auto source = OpenPcm(bytes, "x.raw", RawFormat{8000, 1, "s16be"});
  ASSERT_TRUE(source.has_value()) << source.error().message;
  EXPECT_EQ(ReadAll(**source)[0], (std::vector<float>{0.5F, -0.5F, 0.25F}));
  EXPECT_TRUE((*source)->truncated());
}

TEST(PcmSource, StatesExactlyWhatItTakes) {
  const auto bytes = MakeWav(WavFormat::kS16, 1, 44100, Pattern(10));
  const TempFile file(bytes);
  auto mapped = OpenFile(file.path());
  auto piped = OpenMemory(bytes, testing::MemoryStream::Kind::kPipe);
  ASSERT_TRUE(mapped.has_value() && piped.has_value());
  EXPECT_EQ((*mapped)->info().allowance.anonymous_bytes, 0U);
  EXPECT_EQ((*mapped)->info().allowance.file_backed_bytes, 1U << 20);
  EXPECT_EQ((*piped)->info().allowance.anonymous_bytes, 64U * 1024 + kReplayBytes);
  EXPECT_EQ((*piped)->info().allowance.file_backed_bytes, 0U);
}

TEST(PcmSource, KeepsWhatItReadOfAFileThatShrinks) {
  const std::vector<float> samples = Pattern(2'000'000);
  const TempFile file(MakeWav(WavFormat::kS16, 1, 44100, samples));
  auto source = OpenFile(file.path());
  ASSERT_TRUE(source.has_value());
  EXPECT_EQ(ReadFrames(**source, 10'000)[0].size(), 10'000U);
  ASSERT_EQ(::truncate(file.path().c_str(), 44 + 2 * 30'000), 0);
  const std::vector<float> rest = ReadAll(**source)[0];
  ASSERT_EQ(rest.size(), 20'000U);
  EXPECT_TRUE(std::equal(rest.begin(), rest.end(), samples.begin() + 10'000));
  EXPECT_TRUE((*source)->truncated());
  EXPECT_NE((*source)->warning().find("shorter"), std::string::npos);
  EXPECT_EQ((*source)->info().declared_frames, 2'000'000);
}

TEST(PcmSource, EndsWhereAFileShrankBehindIt) {
  const TempFile file(MakeWav(WavFormat::kS16, 1, 44100, Pattern(2'000'000)));
  auto source = OpenFile(file.path());
  ASSERT_TRUE(source.has_value());
  ReadFrames(**source, 10'000);
  ASSERT_EQ(::truncate(file.path().c_str(), 44), 0);
  ReadAll(**source);
  EXPECT_TRUE((*source)->truncated());
}

}  // namespace
}  // namespace tidemark::io
