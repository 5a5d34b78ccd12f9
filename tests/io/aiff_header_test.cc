#include "io/aiff_header.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/io/apple_files.h"
#include "tests/io/memory_stream.h"

namespace tidemark::io {
namespace {

using testing::AiffCommon;
using testing::AiffFile;
using testing::AiffSound;
using testing::AiffSpec;
using testing::ByteBuilder;
using testing::Bytes;
using testing::Form;
using testing::FormChunk;
using testing::MemoryStream;

Result<PcmLayout> Parse(const Bytes& file, MemoryStream::Kind kind = MemoryStream::Kind::kFile) {
  MemoryStream stream(file, kind);
  return ParseAiffHeader(stream);
}

TEST(AiffHeader, ReadsAPlainFile) {
  const auto layout = Parse(AiffFile({"", 2, 10, 24, 96000}, Bytes(60)));
  ASSERT_TRUE(layout.has_value()) << layout.error().message;
  EXPECT_EQ(layout->format, "AIFF");
  EXPECT_EQ(EncodingName(layout->encoding), "pcm_s24be");
  EXPECT_EQ(layout->stream.sample_rate_hz, 96000);
  EXPECT_EQ(layout->stream.channels, 2);
  EXPECT_EQ(layout->data_bytes, 60);
}

TEST(AiffHeader, KnowsEveryCodecOfAiffC) {
  const struct {
    const char* codec;
    std::uint16_t bits;
    const char* name;
  } cases[] = {
      {"NONE", 8, "pcm_s8"},     {"twos", 16, "pcm_s16be"}, {"sowt", 16, "pcm_s16le"},
      {"sowt", 24, "pcm_s24le"}, {"raw ", 8, "pcm_u8"},     {"in24", 24, "pcm_s24be"},
      {"in32", 32, "pcm_s32be"}, {"fl32", 32, "pcm_f32be"}, {"FL32", 32, "pcm_f32be"},
      {"fl64", 64, "pcm_f64be"}, {"FL64", 64, "pcm_f64be"}, {"alaw", 16, "pcm_alaw"},
      {"ALAW", 8, "pcm_alaw"},   {"ulaw", 16, "pcm_mulaw"}, {"ULAW", 8, "pcm_mulaw"},
      {"NONE", 12, "pcm_s16be"}, {"42ni", 24, "pcm_s24le"}, {"23ni", 32, "pcm_s32le"},
  };
  for (const auto& [codec, bits, name] : cases) {
    const auto layout = Parse(AiffFile({codec, 1, 2, bits, 8000}, Bytes(16)));
    ASSERT_TRUE(layout.has_value()) << codec << ": " << layout.error().message;
    EXPECT_EQ(layout->format, "AIFF-C");
    EXPECT_EQ(EncodingName(layout->encoding), name) << codec;
  }
  const auto compressed = Parse(AiffFile({"ima4", 1, 2, 16, 8000}, Bytes(16)));
  ASSERT_FALSE(compressed.has_value());
  EXPECT_EQ(compressed.error().code, ErrorCode::kUnsupported);
}

TEST(AiffHeader, ReadsRatesOfEightyBits) {
  EXPECT_EQ(ReadExtended(testing::Extended(44100)), 44100.0);
  EXPECT_EQ(ReadExtended(testing::Extended(1)), 1.0);
  EXPECT_EQ(ReadExtended(Bytes(10)), 0.0);
  // 22254.54..., the rate of the first Macintosh.
  const Bytes classic = testing::Raw({0x40, 0x0D, 0xAD, 0xDD, 0x17, 0x46, 0, 0, 0, 0});
  EXPECT_NEAR(ReadExtended(classic), 22254.5454, 0.001);
  const Bytes infinite = testing::Raw({0x7F, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_TRUE(std::isinf(ReadExtended(infinite)));
  const Bytes negative = testing::Raw({0xC0, 0x0E, 0xAC, 0x44, 0, 0, 0, 0, 0, 0});
  EXPECT_EQ(ReadExtended(negative), -44100.0);
}

TEST(AiffHeader, RefusesImpossibleFormats) {
  const struct {
    AiffSpec spec;
    ErrorCode code;
  } cases[] = {
      {{"", 0, 1, 16, 44100}, ErrorCode::kBadData},
      {{"", 65535, 1, 16, 44100}, ErrorCode::kUnsupported},
      {{"", 1, 1, 0, 44100}, ErrorCode::kBadData},
      {{"", 1, 1, 40, 44100}, ErrorCode::kUnsupported},
      {{"", 1, 1, 16, 0}, ErrorCode::kBadData},
      {{"", 1, 1, 16, 0x80000000}, ErrorCode::kUnsupported},
  };
  for (const auto& [spec, code] : cases) {
    const auto layout = Parse(AiffFile(spec, Bytes(4)));
    ASSERT_FALSE(layout.has_value());
    EXPECT_EQ(layout.error().code, code) << layout.error().message;
  }
}

TEST(AiffHeader, FindsACommonChunkBehindTheSamplesInAFileOnly) {
  const Bytes file =
      Form(false, ByteBuilder().Append(AiffSound(Bytes(8))).Append(AiffCommon({"", 1, 4})).bytes());
  const auto layout = Parse(file);
  ASSERT_TRUE(layout.has_value()) << layout.error().message;
  EXPECT_EQ(layout->data_offset, 28);
  EXPECT_EQ(layout->data_bytes, 8);
  const auto piped = Parse(file, MemoryStream::Kind::kPipe);
  ASSERT_FALSE(piped.has_value());
  EXPECT_EQ(piped.error().code, ErrorCode::kUnsupported);
}

TEST(AiffHeader, StartsWhereTheOffsetOfTheSamplesSays) {
  const Bytes body = ByteBuilder().Big(6, 4).Big(0, 4).Append(Bytes(6 + 8)).bytes();
  const auto layout = Parse(Form(
      false, ByteBuilder().Append(AiffCommon({"", 1, 4})).Append(FormChunk("SSND", body)).bytes()));
  ASSERT_TRUE(layout.has_value()) << layout.error().message;
  EXPECT_EQ(layout->data_offset, 12 + 26 + 16 + 6);
  EXPECT_EQ(layout->data_bytes, 8);
}

TEST(AiffHeader, RefusesAnOffsetBeyondTheChunk) {
  const Bytes body = ByteBuilder().Big(9, 4).Big(0, 4).Append(Bytes(8)).bytes();
  const auto layout = Parse(Form(
      false, ByteBuilder().Append(AiffCommon({"", 1, 4})).Append(FormChunk("SSND", body)).bytes()));
  ASSERT_FALSE(layout.has_value());
  EXPECT_EQ(layout.error().code, ErrorCode::kBadData);
}

TEST(AiffHeader, CountsFramesWhereTheSizeWasNeverFilledIn) {
  Bytes file = AiffFile({"", 1, 4}, Bytes(20));
  for (std::size_t i = 0; i < 4; ++i) file[12 + 26 + 4 + i] = std::byte{0};
  const auto layout = Parse(file);
  ASSERT_TRUE(layout.has_value()) << layout.error().message;
  EXPECT_EQ(layout->data_bytes, 8);
}

TEST(AiffHeader, ReadsSpeakerPositions) {
  const Bytes quad = FormChunk("CHAN", ByteBuilder().Big(108 << 16 | 4, 4).Big(0, 8).bytes());
  const auto layout = Parse(Form(false, ByteBuilder()
                                            .Append(quad)
                                            .Append(AiffCommon({"", 4, 1}))
                                            .Append(AiffSound(Bytes(8)))
                                            .bytes()));
  ASSERT_TRUE(layout.has_value()) << layout.error().message;
  EXPECT_EQ(layout->stream.channel_mask, 0x33U);
}

TEST(AiffHeader, SaysWhichChunkIsMissing) {
  const auto no_sound = Parse(Form(false, AiffCommon({"", 1, 4})));
  ASSERT_FALSE(no_sound.has_value());
  EXPECT_NE(no_sound.error().message.find("SSND"), std::string::npos);
  const auto no_common = Parse(Form(false, AiffSound(Bytes(8))));
  ASSERT_FALSE(no_common.has_value());
  EXPECT_NE(no_common.error().message.find("COMM"), std::string::npos);
}

}  // namespace
}  // namespace tidemark::io
