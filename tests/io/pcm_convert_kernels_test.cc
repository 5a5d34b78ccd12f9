#include "io/pcm_convert_kernels.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "tests/io/byte_builder.h"

namespace tidemark::io {
namespace {

using testing::ByteBuilder;
using testing::Bytes;

struct Case {
  const char* name;
  SampleEncoding encoding;
};
constexpr Case kIntegers[] = {
    {"s8", {SampleKind::kSigned, 1, ByteOrder::kLittle}},
    {"u8", {SampleKind::kUnsigned, 1, ByteOrder::kLittle}},
    {"s16le", {SampleKind::kSigned, 2, ByteOrder::kLittle}},
    {"s16be", {SampleKind::kSigned, 2, ByteOrder::kBig}},
    {"s24le", {SampleKind::kSigned, 3, ByteOrder::kLittle}},
    {"s24be", {SampleKind::kSigned, 3, ByteOrder::kBig}},
    {"s32le", {SampleKind::kSigned, 4, ByteOrder::kLittle}},
    {"s32be", {SampleKind::kSigned, 4, ByteOrder::kBig}},
    {"s64le", {SampleKind::kSigned, 8, ByteOrder::kLittle}},
    {"s64be", {SampleKind::kSigned, 8, ByteOrder::kBig}},
};

Bytes Encode(const SampleEncoding& encoding, std::uint64_t value) {
  ByteBuilder out;
  return encoding.order == ByteOrder::kBig ? out.Big(value, encoding.n_bytes).bytes()
                                           : out.Little(value, encoding.n_bytes).bytes();
}

// `values` as frames of `channels`, in a block of exactly their size so that a sanitizer sees a
// read beyond it.
std::vector<std::vector<float>> Convert(const SampleEncoding& encoding, std::size_t channels,
                                        const std::vector<std::uint64_t>& values) {
  Bytes bytes;
  for (const std::uint64_t value : values) {
    const Bytes sample = Encode(encoding, value);
    bytes.insert(bytes.end(), sample.begin(), sample.end());
  }
  bytes.shrink_to_fit();
  const std::size_t n_frames = values.size() / channels;
  std::vector<std::vector<float>> planes(channels, std::vector<float>(n_frames));
  std::vector<float*> pointers;
  for (auto& plane : planes) pointers.push_back(plane.data());
  FindPcmConverter(encoding, channels)(bytes.data(), n_frames, channels, pointers.data());
  return planes;
}

TEST(PcmConvert, ScalesEveryIntegerWidthToFullScaleOne) {
  for (const auto& [name, encoding] : kIntegers) {
    SCOPED_TRACE(name);
    const std::size_t bits = 8 * encoding.n_bytes;
    const std::uint64_t offset = encoding.kind == SampleKind::kUnsigned ? 128 : 0;
    const std::uint64_t half = std::uint64_t{1} << (bits - 2);
    const std::uint64_t minimum = std::uint64_t{1} << (bits - 1);
    const auto planes = Convert(encoding, 1,
                                {0 + offset, half + offset, minimum + offset, minimum - 1 + offset,
                                 1 + offset, ~std::uint64_t{0} + offset});
    const auto step = static_cast<float>(std::ldexp(1.0, 1 - static_cast<int>(bits)));
    EXPECT_EQ(planes[0][0], 0.0F);
    EXPECT_EQ(planes[0][1], 0.5F);
    EXPECT_EQ(planes[0][2], -1.0F);
    EXPECT_EQ(planes[0][3], 1.0F - step);
    EXPECT_EQ(planes[0][4], step);
    EXPECT_EQ(planes[0][5], -step);
  }
}

TEST(PcmConvert, GivesSixteenBitSamplesExactly) {
  std::vector<std::uint64_t> values;
  for (std::uint64_t v = 0; v < 65536; ++v) values.push_back(v);
  for (const std::size_t channels : {1U, 2U, 4U}) {
    const auto planes = Convert(kIntegers[2].encoding, channels, values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const auto expected = static_cast<float>(static_cast<std::int16_t>(values[i])) / 32768.0F;
      ASSERT_EQ(planes[i % channels][i / channels], expected) << i;
    }
  }
}

TEST(PcmConvert, PutsEverySampleOfEveryChannelInItsPlace) {
  for (const auto& [name, encoding] : kIntegers) {
    for (const std::size_t channels : {1U, 2U, 3U, 6U, 64U}) {
      for (const std::size_t n_frames : {0U, 1U, 2U, 5U, 67U}) {
        SCOPED_TRACE(std::string(name) + " " + std::to_string(channels));
        std::vector<std::uint64_t> values;
        for (std::size_t i = 0; i < channels * n_frames; ++i) {
          values.push_back((i * 37 + 11) % 256 << (8 * encoding.n_bytes - 8));
        }
        const auto planes = Convert(encoding, channels, values);
        for (std::size_t i = 0; i < values.size(); ++i) {
          const auto top = static_cast<int>((i * 37 + 11) % 256);
          const int value =
              encoding.kind == SampleKind::kUnsigned ? top - 128 : static_cast<std::int8_t>(top);
          ASSERT_EQ(planes[i % channels][i / channels], static_cast<float>(value) / 128.0F);
        }
      }
    }
  }
}

TEST(PcmConvert, PassesFloatsThroughWithNansAndInfinities) {
  const std::vector<float> values = {
      0.25F, -1.5F, std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(),
      -0.0F, 1e-40F};
  for (const ByteOrder order : {ByteOrder::kLittle, ByteOrder::kBig}) {
    std::vector<std::uint64_t> bits;
    std::vector<std::uint64_t> wide_bits;
    for (const float value : values) {
      bits.push_back(std::bit_cast<std::uint32_t>(value));
      wide_bits.push_back(std::bit_cast<std::uint64_t>(static_cast<double>(value)));
    }
    for (const std::size_t channels : {1U, 2U, 3U}) {
      const auto planes = Convert({SampleKind::kFloat, 4, order}, channels, bits);
      const auto from_wide = Convert({SampleKind::kFloat, 8, order}, channels, wide_bits);
      for (std::size_t i = 0; i < values.size(); ++i) {
        EXPECT_EQ(std::bit_cast<std::uint32_t>(planes[i % channels][i / channels]), bits[i]);
        EXPECT_EQ(std::bit_cast<std::uint32_t>(from_wide[i % channels][i / channels]), bits[i]);
      }
    }
  }
}

TEST(PcmConvert, MakesDoublesTooLargeForAFloatInfinite) {
  const auto planes = Convert({SampleKind::kFloat, 8, ByteOrder::kLittle}, 1,
                              {std::bit_cast<std::uint64_t>(1e300)});
  EXPECT_EQ(planes[0][0], std::numeric_limits<float>::infinity());
}

// Values of the tables in ITU-T G.711, scaled to 16 bits.
TEST(PcmConvert, ExpandsALawAsInG711) {
  const auto planes =
      Convert({SampleKind::kALaw, 1, ByteOrder::kLittle}, 1, {0xD5, 0x55, 0xAA, 0x2A});
  const std::array<float, 4> expected = {8, -8, 32256, -32256};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(planes[0][i] * 32768.0F, expected[i]);
}

TEST(PcmConvert, ExpandsMuLawAsInG711) {
  const auto planes =
      Convert({SampleKind::kMuLaw, 1, ByteOrder::kLittle}, 1, {0xFF, 0x7F, 0x80, 0x00, 0xFE});
  const std::array<float, 5> expected = {0, 0, 32124, -32124, 8};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(planes[0][i] * 32768.0F, expected[i]);
}

TEST(PcmConvert, ExpandsG711InStrictlyRisingSteps) {
  std::vector<std::uint64_t> codes;
  for (std::uint64_t magnitude = 0; magnitude < 128; ++magnitude) codes.push_back(magnitude);
  std::vector<std::uint64_t> a_law;
  std::vector<std::uint64_t> mu_law;
  for (const std::uint64_t code : codes) {
    a_law.push_back((code | 0x80) ^ 0x55);
    mu_law.push_back(~code & 0xFF);
  }
  const auto a = Convert({SampleKind::kALaw, 1, ByteOrder::kLittle}, 1, a_law)[0];
  const auto mu = Convert({SampleKind::kMuLaw, 1, ByteOrder::kLittle}, 1, mu_law)[0];
  for (std::size_t i = 1; i < 128; ++i) {
    EXPECT_GT(a[i], a[i - 1]);
    EXPECT_GT(mu[i], mu[i - 1]);
  }
}

}  // namespace
}  // namespace tidemark::io
