#include "io/wav_header.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/io/memory_stream.h"
#include "tests/io/riff_files.h"

namespace tidemark::io {
namespace {

using testing::ByteBuilder;
using testing::Bytes;
using testing::MemoryStream;
using testing::Raw;
using testing::Riff;
using testing::RiffChunk;
using testing::WavFile;
using testing::WavFormatBody;
using testing::WavSpec;

Result<PcmLayout> Parse(const Bytes& file) {
  MemoryStream stream(file);
  return ParseWavHeader(stream);
}

// The message of the error with which `file` is refused.
std::string Refusal(const Bytes& file, ErrorCode code) {
  const auto layout = Parse(file);
  EXPECT_FALSE(layout.has_value());
  if (layout) return "";
  EXPECT_EQ(layout.error().code, code) << layout.error().message;
  return layout.error().message;
}

bool Contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(WavHeader, ReadsAPlainFile) {
  const auto layout = Parse(WavFile({1, 2, 48000, 24, 6}, Bytes(60)));
  ASSERT_TRUE(layout.has_value()) << layout.error().message;
  EXPECT_EQ(layout->format, "WAV");
  EXPECT_EQ(EncodingName(layout->encoding), "pcm_s24le");
  EXPECT_EQ(layout->stream.sample_rate_hz, 48000);
  EXPECT_EQ(layout->stream.channels, 2);
  EXPECT_EQ(layout->data_offset, 44);
  EXPECT_EQ(layout->data_bytes, 60);
  EXPECT_EQ(layout->frame_bytes(), 6U);
  EXPECT_TRUE(layout->warning.empty());
}

TEST(WavHeader, KnowsEveryEncoding) {
  const struct {
    WavSpec spec;
    const char* name;
  } cases[] = {
      {{1, 1, 8000, 8, 1}, "pcm_u8"},
      {{1, 1, 8000, 12, 2}, "pcm_s16le"},
      {{1, 1, 8000, 20, 3}, "pcm_s24le"},
      {{1, 1, 8000, 32, 4}, "pcm_s32le"},
      {{1, 1, 8000, 64, 8}, "pcm_s64le"},
      {{3, 1, 8000, 32, 4}, "pcm_f32le"},
      {{3, 1, 8000, 64, 8}, "pcm_f64le"},
      {{6, 1, 8000, 8, 1}, "pcm_alaw"},
      {{7, 1, 8000, 16, 1}, "pcm_mulaw"},
      {{0xFFFE, 1, 8000, 24, 3, 1, 20, 4}, "pcm_s24le"},
      {{0xFFFE, 1, 8000, 32, 4, 3, 32, 4}, "pcm_f32le"},
  };
  for (const auto& [spec, name] : cases) {
    const auto layout = Parse(WavFile(spec, Bytes(16)));
    ASSERT_TRUE(layout.has_value()) << name << ": " << layout.error().message;
    EXPECT_EQ(EncodingName(layout->encoding), name);
  }
}

TEST(WavHeader, ReadsTheChannelMaskOfAnExtensibleFormat) {
  const auto layout = Parse(WavFile({0xFFFE, 6, 48000, 16, 12, 1, 16, 0x3F}, Bytes(24)));
  ASSERT_TRUE(layout.has_value());
  EXPECT_EQ(layout->stream.channel_mask, 0x3FU);
  const auto too_many = Parse(WavFile({0xFFFE, 1, 48000, 16, 2, 1, 16, 0x3F}, Bytes(24)));
  ASSERT_TRUE(too_many.has_value());
  EXPECT_EQ(too_many->stream.channel_mask, 0U);
}

TEST(WavHeader, ReadsRf64AndBw64SizesFromDs64) {
  for (const char* code : {"RF64", "BW64"}) {
    const auto layout = Parse(testing::Rf64File(code, {1, 1, 44100, 16, 2}, Bytes(100)));
    ASSERT_TRUE(layout.has_value()) << layout.error().message;
    EXPECT_EQ(layout->format, code);
    EXPECT_EQ(layout->data_bytes, 100);
    EXPECT_EQ(layout->declared_bytes, 100);
  }
}

TEST(WavHeader, ReadsBigEndianRifx) {
  ByteBuilder file;
  file.Text("RIFX").Big(40, 4).Text("WAVEfmt ").Big(16, 4).Big(1, 2).Big(1, 2).Big(22050, 4);
  file.Big(44100, 4).Big(2, 2).Big(16, 2).Text("data").Big(4, 4).Big(0x40004000, 4);
  const auto layout = Parse(file.bytes());
  ASSERT_TRUE(layout.has_value()) << layout.error().message;
  EXPECT_EQ(EncodingName(layout->encoding), "pcm_s16be");
  EXPECT_EQ(layout->stream.sample_rate_hz, 22050);
}

TEST(WavHeader, StepsOverOtherChunksWithAndWithoutPadding) {
  const Bytes format = RiffChunk("fmt ", WavFormatBody({}));
  const Bytes data = RiffChunk("data", Bytes(10));
  const Bytes padded = Riff(ByteBuilder()
                                .Append(RiffChunk("JUNK", Bytes(28)))
                                .Append(format)
                                .Append(RiffChunk("LIST", Raw({'I', 'N', 'F'})))
                                .Append(data)
                                .bytes());
  const auto with_padding = Parse(padded);
  ASSERT_TRUE(with_padding.has_value()) << with_padding.error().message;
  EXPECT_EQ(with_padding->data_bytes, 10);

  const Bytes careless =
      Riff(ByteBuilder().Append(format).Text("LIST").Little(3, 4).Text("INF").Append(data).bytes());
  const auto without_padding = Parse(careless);
  ASSERT_TRUE(without_padding.has_value()) << without_padding.error().message;
  EXPECT_EQ(without_padding->data_bytes, 10);
}

TEST(WavHeader, ReadsNoFurtherThanTheDataChunksHeaderOnAPipe) {
  const Bytes file = WavFile({}, Bytes(1000));
  MemoryStream stream(file, MemoryStream::Kind::kPipe);
  const auto layout = ParseWavHeader(stream);
  ASSERT_TRUE(layout.has_value());
  EXPECT_EQ(stream.position(), layout->data_offset);
}

TEST(WavHeader, RefusesImpossibleFormatsWithTheNumber) {
  EXPECT_TRUE(Contains(Refusal(WavFile({1, 0, 44100, 16, 2}, Bytes(4)), ErrorCode::kBadData),
                       "0 channels"));
  EXPECT_TRUE(
      Contains(Refusal(WavFile({1, 65535, 44100, 16, 2}, Bytes(4)), ErrorCode::kUnsupported),
               "65535 channels"));
  EXPECT_TRUE(
      Contains(Refusal(WavFile({1, 1, 0, 16, 2}, Bytes(4)), ErrorCode::kBadData), "rate of 0"));
  EXPECT_TRUE(
      Contains(Refusal(WavFile({1, 1, 0x80000000, 16, 2}, Bytes(4)), ErrorCode::kUnsupported),
               "2147483648 Hz"));
  EXPECT_TRUE(
      Contains(Refusal(WavFile({1, 1, 44100, 0, 2}, Bytes(4)), ErrorCode::kBadData), "0 bits"));
  EXPECT_TRUE(Contains(Refusal(WavFile({1, 2, 44100, 16, 3}, Bytes(6)), ErrorCode::kBadData),
                       "3 bytes per frame"));
  EXPECT_TRUE(Contains(Refusal(WavFile({1, 1, 44100, 16, 1}, Bytes(6)), ErrorCode::kBadData),
                       "1 bytes per frame"));
}

TEST(WavHeader, TakesAFrameSizeOfZeroOrAWiderOneWithAWarning) {
  const auto zero = Parse(WavFile({1, 2, 44100, 16, 0}, Bytes(8)));
  ASSERT_TRUE(zero.has_value()) << zero.error().message;
  EXPECT_EQ(zero->frame_bytes(), 4U);
  EXPECT_FALSE(zero->warning.empty());
  const auto wide = Parse(WavFile({1, 2, 44100, 20, 8}, Bytes(8)));
  ASSERT_TRUE(wide.has_value()) << wide.error().message;
  EXPECT_EQ(wide->frame_bytes(), 8U);
  EXPECT_FALSE(wide->warning.empty());
}

TEST(WavHeader, LeavesCompressedCodecsToOthers) {
  for (const std::uint16_t tag : std::array<std::uint16_t, 6>{2, 0x11, 0x31, 0x55, 0xFF, 0x161}) {
    EXPECT_TRUE(Contains(
        Refusal(WavFile({tag, 2, 44100, 4, 1024}, Bytes(4)), ErrorCode::kUnsupported), "codec"));
  }
  EXPECT_TRUE(Contains(
      Refusal(WavFile({0xFFFE, 2, 44100, 16, 4, 0x55, 16, 3}, Bytes(4)), ErrorCode::kUnsupported),
      "codec"));
  Refusal(WavFile({3, 1, 44100, 16, 2}, Bytes(4)), ErrorCode::kUnsupported);
  Refusal(WavFile({1, 1, 44100, 40, 5}, Bytes(5)), ErrorCode::kUnsupported);
}

TEST(WavHeader, SaysWhichChunkIsMissing) {
  const Bytes format = RiffChunk("fmt ", WavFormatBody({}));
  const Bytes data = RiffChunk("data", Bytes(10));
  EXPECT_TRUE(Contains(Refusal(Riff(format), ErrorCode::kBadData), "no data chunk"));
  EXPECT_TRUE(Contains(Refusal(Riff({}), ErrorCode::kBadData), "neither a format"));
  EXPECT_TRUE(Contains(Refusal(Riff(data), ErrorCode::kBadData), "no format chunk"));
  EXPECT_TRUE(Contains(
      Refusal(Riff(ByteBuilder().Append(data).Append(format).bytes()), ErrorCode::kBadData),
      "no format chunk before"));
  EXPECT_TRUE(
      Contains(Refusal(Riff(RiffChunk("fmt ", Bytes(14))), ErrorCode::kBadData), "14 bytes"));
}

TEST(WavHeader, RefusesAnExtensibleFormatWithoutItsExtension) {
  Bytes body = WavFormatBody({0xFFFE, 1, 44100, 16, 2});
  body.resize(18);
  EXPECT_TRUE(Contains(Refusal(Riff(RiffChunk("fmt ", body)), ErrorCode::kBadData), "18 bytes"));
}

TEST(WavHeader, IgnoresAnExtensionSizeThatLies) {
  Bytes body = WavFormatBody({0xFFFE, 1, 44100, 16, 2, 1, 16, 4});
  body[16] = body[17] = std::byte{0xFF};
  const auto layout = Parse(Riff(
      ByteBuilder().Append(RiffChunk("fmt ", body)).Append(RiffChunk("data", Bytes(4))).bytes()));
  ASSERT_TRUE(layout.has_value()) << layout.error().message;
  EXPECT_EQ(layout->stream.channel_mask, 4U);
}

TEST(WavHeader, GivesUpOnEndlessChunks) {
  ByteBuilder chunks;
  for (int i = 0; i < 20'000; ++i) chunks.Text("junk").Little(0, 4);
  EXPECT_TRUE(Contains(Refusal(Riff(chunks.bytes()), ErrorCode::kBadData), "chunks"));
}

TEST(WavHeader, WarnsOfBytesThatTheHeaderLeavesOut) {
  Bytes file = WavFile({}, Bytes(100));
  file.resize(file.size() + 500);
  const auto layout = Parse(file);
  ASSERT_TRUE(layout.has_value());
  EXPECT_EQ(layout->data_bytes, 100);
  EXPECT_TRUE(Contains(layout->warning, "500 bytes"));
}

}  // namespace
}  // namespace tidemark::io
