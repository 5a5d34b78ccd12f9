#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <string>
#include <thread>

#include "tests/io/encoding.h"

namespace tidemark::testing {
namespace {

constexpr std::size_t kFrames = 3 * kMediaRateHz + 17;

class FfmpegEncoderOutputTest : public EncoderTest {};

// Files may not grow beyond n_bytes while this lives.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t n_bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{n_bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST_F(FfmpegEncoderOutputTest, GetsItsNameOnlyWhenItIsComplete) {
  const std::string path = dir_ / "a.m4a";
  {
    auto encoder = io::OpenFfmpegEncoder(MakeSpec(path, 2));
    ASSERT_TRUE(encoder);
    ASSERT_TRUE(WriteTracks(**encoder, {MakePlanes(2, kFrames)}));
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_EQ(CountFiles(), 1U);
  }
  EXPECT_EQ(CountFiles(), 0U);
  ASSERT_TRUE(Encode(MakeSpec(path, 2), {MakePlanes(2, kFrames)}));
  EXPECT_EQ(CountFiles(), 1U);
}

TEST_F(FfmpegEncoderOutputTest, IsNotOverwrittenUnasked) {
  const std::string path = dir_ / "a.flac";
  WriteBytes(path, std::vector<std::byte>(10));
  io::EncodeSpec spec = MakeSpec(path, 2);
  const auto refused = io::OpenFfmpegEncoder(spec);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUsage);
  EXPECT_NE(refused.error().message.find("--overwrite"), std::string::npos);
  EXPECT_EQ(std::filesystem::file_size(path), 10U);
  spec.overwrite = true;
  ASSERT_TRUE(Encode(spec, {MakePlanes(2, kFrames)}));
  EXPECT_EQ(Decode(path).n_frames(), kFrames);
}

TEST_F(FfmpegEncoderOutputTest, LeavesNothingWhereTheDiskIsFull) {
  for (const char* const name : {"a.flac", "a.ogg", "a.opus", "a.mp3", "a.m4a", "a.mka", "a.wav"}) {
    Result<std::string> done;
    {
      const FileSizeLimit limit(20'000);
      done = Encode(MakeSpec(dir_ / name, 2, 48'000), {MakePlanes(2, 10 * kFrames, 48'000)});
    }
    ASSERT_FALSE(done) << name;
    EXPECT_EQ(done.error().code, ErrorCode::kIo);
    EXPECT_NE(done.error().message.find("File too large"), std::string::npos)
        << done.error().message;
    EXPECT_NE(done.error().message.find(name), std::string::npos);
    EXPECT_EQ(CountFiles(), 0U) << name;
  }
}

TEST_F(FfmpegEncoderOutputTest, SaysSoWhereADeviceIsFull) {
  io::EncodeSpec spec = MakeSpec("/dev/full", 2);
  spec.container = "flac";
  const auto done = Encode(spec, {MakePlanes(2, 10 * kFrames)});
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kIo);
  EXPECT_NE(done.error().message.find("No space left"), std::string::npos) << done.error().message;
}

TEST_F(FfmpegEncoderOutputTest, SaysWhereItCannotBeMade) {
  const auto missing = io::OpenFfmpegEncoder(MakeSpec(dir_ / "no/such/a.flac", 2));
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kIo);
  const auto folder = io::OpenFfmpegEncoder(MakeSpec(dir_.path(), 2));
  ASSERT_FALSE(folder);
  EXPECT_EQ(folder.error().code, ErrorCode::kUsage);
}

TEST_F(FfmpegEncoderOutputTest, GoesThroughAPipe) {
  const Planes planes = Quantized(MakePlanes(2, kFrames, 48'000), 16);
  for (const char* const container : {"flac", "ogg", "opus", "mp3", "mka", "mp4", "wav", "aac"}) {
    SCOPED_TRACE(container);
    const std::string fifo = dir_ / "fifo";
    ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
    const std::string copy = dir_ / "copy";
    std::thread reader([&] {
      std::ifstream in(fifo, std::ios::binary);
      std::ofstream(copy, std::ios::binary) << in.rdbuf();
    });
    io::EncodeSpec spec = MakeSpec(fifo, 2, 48'000);
    spec.container = container;
    const auto done = Encode(spec, {planes});
    reader.join();
    ASSERT_TRUE(done) << done.error().message;
    const Decoded decoded = Decode(copy);
    EXPECT_GE(decoded.n_frames(), kFrames);
    EXPECT_LE(decoded.n_frames(), kFrames + 4096);
    EXPECT_TRUE(std::filesystem::exists(fifo));
    std::filesystem::remove(fifo);
  }
  ASSERT_EQ(::mkfifo((dir_ / "fifo").c_str(), 0600), 0);
  const int reading_end = ::open((dir_ / "fifo").c_str(), O_RDONLY | O_NONBLOCK);
  io::EncodeSpec spec = MakeSpec(dir_ / "fifo", 2);
  spec.container = "caf";
  const auto refused = io::OpenFfmpegEncoder(spec);
  ::close(reading_end);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUsage);
  EXPECT_NE(refused.error().message.find("pipe"), std::string::npos);
}

TEST_F(FfmpegEncoderOutputTest, EndsWhereItIsCancelled) {
  Cancellation cancellation;
  io::EncodeSpec spec = MakeSpec(dir_ / "a.flac", 2);
  spec.cancellation = &cancellation;
  {
    auto encoder = io::OpenFfmpegEncoder(spec);
    ASSERT_TRUE(encoder);
    ASSERT_TRUE(WriteTracks(**encoder, {MakePlanes(2, 1000)}));
    cancellation.Request();
    const auto stopped = WriteTracks(**encoder, {MakePlanes(2, 1000)});
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().code, ErrorCode::kCancelled);
    EXPECT_FALSE((*encoder)->Finish());
  }
  EXPECT_EQ(CountFiles(), 0U);
}

TEST_F(FfmpegEncoderOutputTest, MayHoldNoSamplesAtAll) {
  for (const char* const name : {"a.flac", "a.ogg", "a.mp3", "a.m4a", "a.wav"}) {
    auto encoder = io::OpenFfmpegEncoder(MakeSpec(dir_ / name, 2));
    ASSERT_TRUE(encoder) << name;
    const auto done = (*encoder)->Finish();
    // A file without samples is no error of the encoder's; which of them are readable is not said.
    EXPECT_TRUE(done) << name << ": " << done.error().message;
  }
}

}  // namespace
}  // namespace tidemark::testing
