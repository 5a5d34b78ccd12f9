#include "io/wav_header_bytes.h"

#include <gtest/gtest.h>

#include "io/wav_header.h"
#include "tests/io/memory_stream.h"

namespace tidemark::io {
namespace {

constexpr SampleEncoding k16Bit{};

// As our own reader understands it, from a pipe: the audio itself is not there.
PcmLayout Parse(const WavHeaderBytes& header) {
  testing::MemoryStream stream(std::span(header.bytes).first(header.size),
                               testing::MemoryStream::Kind::kPipe);
  const auto layout = ParseWavHeader(stream);
  EXPECT_TRUE(layout) << (layout ? "" : layout.error().message);
  return layout.value_or(PcmLayout{});
}

TEST(WavHeaderBytes, AreAPlainWavWhereTheSizesFit) {
  const auto header = MakeWavHeader({.sample_rate_hz = 44'100, .channels = 2}, k16Bit, 1000);
  const PcmLayout layout = Parse(header);
  EXPECT_EQ(layout.format, "WAV");
  EXPECT_EQ(layout.stream.sample_rate_hz, 44'100);
  EXPECT_EQ(layout.stream.channels, 2);
  EXPECT_EQ(layout.data_offset, static_cast<std::int64_t>(header.size));
  EXPECT_EQ(layout.data_bytes, 4000);
  EXPECT_EQ(layout.warning, "");
}

TEST(WavHeaderBytes, NameTheChannelsOfMoreThanTwo) {
  const auto header =
      MakeWavHeader({.sample_rate_hz = 48'000, .channels = 6, .channel_mask = 0x3F}, k16Bit, 10);
  const PcmLayout layout = Parse(header);
  EXPECT_EQ(layout.stream.channels, 6);
  EXPECT_EQ(layout.stream.channel_mask, 0x3FU);
  EXPECT_EQ(layout.data_bytes, 120);
}

TEST(WavHeaderBytes, AreRf64FromTheFirstFrameThatDoesNotFit) {
  const StreamFormat stereo = {.sample_rate_hz = 96'000, .channels = 2};
  const std::size_t header_bytes = MakeWavHeader(stereo, k16Bit, 0).size;
  const std::uint64_t last = (0xFFFF0000ULL - (header_bytes - 8)) / 4;
  EXPECT_EQ(Parse(MakeWavHeader(stereo, k16Bit, last)).format, "WAV");
  EXPECT_EQ(Parse(MakeWavHeader(stereo, k16Bit, last + 1)).format, "RF64");
  for (const std::uint64_t n_frames : {last, last + 1, std::uint64_t{1} << 40}) {
    const auto header = MakeWavHeader(stereo, k16Bit, n_frames);
    EXPECT_EQ(header.size, header_bytes);
    const PcmLayout layout = Parse(header);
    EXPECT_EQ(layout.data_bytes, static_cast<std::int64_t>(4 * n_frames));
    EXPECT_EQ(layout.data_offset, static_cast<std::int64_t>(header_bytes));
    EXPECT_EQ(layout.warning, "");
  }
}

std::uint64_t NumberAt(const WavHeaderBytes& header, std::size_t at, std::size_t n_bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = n_bytes; i-- > 0;) {
    value = value << 8U | std::to_integer<std::uint64_t>(header.bytes[at + i]);
  }
  return value;
}

TEST(WavHeaderBytes, HaveAnExtensionAndTheFramesWhereSamplesAreNoIntegers) {
  const std::uint64_t fact = 'f' | 'a' << 8 | 'c' << 16 | 't' << 24;
  for (const SampleKind kind : {SampleKind::kFloat, SampleKind::kMuLaw}) {
    const std::size_t n_bytes = kind == SampleKind::kFloat ? 4 : 1;
    const SampleEncoding encoding{kind, n_bytes, ByteOrder::kLittle};
    for (const int channels : {1, 6}) {
      const StreamFormat format = {.sample_rate_hz = 8000, .channels = channels};
      const std::size_t fmt_bytes = channels > 2 ? 40 : 18;
      const auto header = MakeWavHeader(format, encoding, 501);
      EXPECT_EQ(NumberAt(header, 52, 4), fmt_bytes);
      EXPECT_EQ(NumberAt(header, 72, 2), fmt_bytes - 18);
      EXPECT_EQ(NumberAt(header, 56 + fmt_bytes, 4), fact);
      EXPECT_EQ(NumberAt(header, 60 + fmt_bytes, 4), 4U);
      EXPECT_EQ(NumberAt(header, 64 + fmt_bytes, 4), 501U);
      EXPECT_EQ(header.size, 56 + fmt_bytes + 12 + 8);
      EXPECT_EQ(Parse(header).data_offset, static_cast<std::int64_t>(header.size));
      const std::uint64_t padded =
          (501 * n_bytes * static_cast<std::uint64_t>(channels) + 1) / 2 * 2;
      EXPECT_EQ(NumberAt(header, 4, 4), header.size - 8 + padded);
      const auto large = MakeWavHeader(format, encoding, std::uint64_t{1} << 40);
      EXPECT_EQ(NumberAt(large, 64 + fmt_bytes, 4), 0xFFFFFFFFU);
      EXPECT_EQ(NumberAt(large, 36, 8), std::uint64_t{1} << 40);
    }
  }
  EXPECT_EQ(NumberAt(MakeWavHeader({.sample_rate_hz = 8000, .channels = 1}, k16Bit, 1), 52, 4),
            16U);
}

TEST(WavHeaderBytes, NameEveryEncodingThatAWavHolds) {
  const StreamFormat mono = {.sample_rate_hz = 8000, .channels = 1};
  const SampleEncoding encodings[] = {
      {SampleKind::kUnsigned, 1, ByteOrder::kLittle}, {SampleKind::kSigned, 2, ByteOrder::kLittle},
      {SampleKind::kSigned, 3, ByteOrder::kLittle},   {SampleKind::kSigned, 4, ByteOrder::kLittle},
      {SampleKind::kFloat, 4, ByteOrder::kLittle},    {SampleKind::kFloat, 8, ByteOrder::kLittle},
      {SampleKind::kALaw, 1, ByteOrder::kLittle},     {SampleKind::kMuLaw, 1, ByteOrder::kLittle}};
  for (const SampleEncoding& encoding : encodings) {
    ASSERT_TRUE(IsWavEncoding(encoding));
    const PcmLayout layout = Parse(MakeWavHeader(mono, encoding, 501));
    EXPECT_EQ(EncodingName(layout.encoding), EncodingName(encoding));
    EXPECT_EQ(layout.data_bytes, static_cast<std::int64_t>(501 * encoding.n_bytes));
  }
  EXPECT_FALSE(IsWavEncoding({SampleKind::kSigned, 2, ByteOrder::kBig}));
}

}  // namespace
}  // namespace tidemark::io
