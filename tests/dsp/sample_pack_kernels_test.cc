#include "dsp/sample_pack_kernels.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "dsp/finite_kernels.h"
#include "memory/heap.h"

namespace tidemark::dsp {
namespace {

using Bytes = std::vector<std::byte>;

constexpr SampleType kTypes[] = {SampleType::kS16, SampleType::kS24, SampleType::kS32,
                                 SampleType::kF32};
constexpr std::byte kUntouched{0xA5};

int BitsOf(SampleType type) { return static_cast<int>(8 * BytesOf(type)); }

// The i-th sample, by its definition: little-endian, two's complement.
std::int64_t IntegerAt(SampleType type, const Bytes& bytes, std::size_t i) {
  std::int64_t value = 0;
  for (std::size_t b = 0; b < BytesOf(type); ++b) {
    value |= static_cast<std::int64_t>(bytes[i * BytesOf(type) + b]) << 8 * b;
  }
  const std::int64_t sign = std::int64_t{1} << (BitsOf(type) - 1);
  return (value ^ sign) - sign;
}

Bytes BytesOfIntegers(SampleType type, const std::vector<std::int64_t>& values) {
  Bytes bytes;
  for (const std::int64_t value : values) {
    for (std::size_t b = 0; b < BytesOf(type); ++b) {
      bytes.push_back(static_cast<std::byte>(value >> 8 * b & 0xFF));
    }
  }
  return bytes;
}

std::vector<float> Unpacked(SampleType type, const Bytes& bytes) {
  std::vector<float> out(bytes.size() / BytesOf(type));
  EXPECT_EQ(Unpack(type, bytes.data(), 1, out.size(), out.data()), 0U);
  return out;
}

Bytes Packed(SampleType type, const std::vector<float>& samples) {
  Bytes bytes(samples.size() * BytesOf(type));
  Pack(type, samples.data(), samples.size(), bytes.data(), 1);
  return bytes;
}

std::int64_t PackedInteger(SampleType type, float sample) {
  return IntegerAt(type, Packed(type, {sample}), 0);
}

std::vector<std::int64_t> EveryValue(int bits, std::int64_t step) {
  std::vector<std::int64_t> values;
  const std::int64_t top = std::int64_t{1} << (bits - 1);
  for (std::int64_t value = -top; value < top; value += step) values.push_back(value);
  values.push_back(top - 1);
  return values;
}

TEST(SamplePack, GivesEveryIntegerOf16And24BitsItsValueAndBack) {
  for (const SampleType type : {SampleType::kS16, SampleType::kS24}) {
    const std::vector<std::int64_t> values =
        EveryValue(BitsOf(type), type == SampleType::kS16 ? 1 : 7);
    const Bytes bytes = BytesOfIntegers(type, values);
    const std::vector<float> samples = Unpacked(type, bytes);
    const double scale = std::ldexp(1, 1 - BitsOf(type));
    std::size_t n_wrong = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      n_wrong += static_cast<double>(samples[i]) == static_cast<double>(values[i]) * scale ? 0 : 1;
    }
    EXPECT_EQ(n_wrong, 0U);
    EXPECT_TRUE(Packed(type, samples) == bytes);
  }
}

TEST(SamplePack, RoundsIntegersOf32BitsToTheNearestFloat) {
  const std::vector<std::int64_t> values = {
      0, 1, -1, 16'777'217, 16'777'219, 2'147'483'647, -2'147'483'648, -2'147'483'647, 123'456'789};
  const std::vector<float> samples =
      Unpacked(SampleType::kS32, BytesOfIntegers(SampleType::kS32, values));
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(samples[i], std::ldexp(static_cast<float>(values[i]), -31)) << values[i];
  }
}

TEST(SamplePack, RoundsToTheNearestIntegerAndTiesToEven) {
  for (const SampleType type : {SampleType::kS16, SampleType::kS24, SampleType::kS32}) {
    const auto packed = [&](double value) {
      return PackedInteger(type, static_cast<float>(std::ldexp(value, 1 - BitsOf(type))));
    };
    EXPECT_EQ(packed(0.49), 0);
    EXPECT_EQ(packed(0.5), 0);
    EXPECT_EQ(packed(0.51), 1);
    EXPECT_EQ(packed(1.5), 2);
    EXPECT_EQ(packed(-0.5), 0);
    EXPECT_EQ(packed(-0.75), -1);
    EXPECT_EQ(packed(-2.5), -2);
    EXPECT_EQ(packed(1000.75), 1001);
    EXPECT_EQ(packed(-30'000.75), -30'001);
  }
  EXPECT_EQ(PackedInteger(SampleType::kS24, 0.75F + 0x1p-24F), 6'291'456) << "a tie, in float";
  EXPECT_EQ(PackedInteger(SampleType::kS32, 0.75F + 0x1p-24F), 1'610'612'864);
}

TEST(SamplePack, ClipsToTheRangeAndTakesNanForZero) {
  for (const SampleType type : {SampleType::kS16, SampleType::kS24, SampleType::kS32}) {
    const std::int64_t top = std::int64_t{1} << (BitsOf(type) - 1);
    for (const float high : {1.0F, 1.5F, 3e38F, std::numeric_limits<float>::infinity()}) {
      EXPECT_EQ(PackedInteger(type, high), top - 1) << high;
      EXPECT_EQ(PackedInteger(type, -high), -top) << high;
    }
    EXPECT_EQ(PackedInteger(type, std::nanf("")), 0);
  }
}

TEST(SamplePack, KeepsFloatsAsTheyAre) {
  const std::vector<float> samples = {0.1F, -2.5F, 1e-40F, -0.0F, 3.0F};
  const Bytes bytes = Packed(SampleType::kF32, samples);
  EXPECT_EQ(std::memcmp(bytes.data(), samples.data(), bytes.size()), 0);
  EXPECT_EQ(Unpacked(SampleType::kF32, bytes), samples);
}

TEST(SamplePack, CountsWhatIsNoSampleAndTakesItForZero) {
  std::vector<float> samples(100, 0.5F);
  samples[3] = std::nanf("");
  samples[50] = std::numeric_limits<float>::infinity();
  samples[98] = -std::numeric_limits<float>::infinity();
  samples[99] = kMaxSample;
  const Bytes bytes = Packed(SampleType::kF32, samples);
  std::vector<float> out(samples.size());
  EXPECT_EQ(Unpack(SampleType::kF32, bytes.data(), 1, out.size(), out.data()), 4U);
  for (std::size_t i = 0; i < out.size(); ++i) {
    EXPECT_EQ(out[i], i == 3 || i == 50 || i >= 98 ? 0.0F : 0.5F) << i;
  }
  EXPECT_EQ(Unpack(SampleType::kF32, bytes.data() + 4 * 50, 2, 25, out.data()), 2U)
      << "only the channel that is read";
}

// Lengths around those of vectors, buffers of exactly the size so that a sanitizer sees a read or
// write beyond them, every stride, unaligned.
TEST(SamplePack, ReadsAndWritesOnlyItsChannelAtAnyStrideAndAlignment) {
  for (const SampleType type : kTypes) {
    const std::size_t size = BytesOf(type);
    for (std::size_t stride = 1; stride <= 8; ++stride) {
      for (const std::size_t n : {0, 1, 2, 7, 8, 9, 31, 64, 65, 100}) {
        for (std::size_t shift = 0; shift < 4; ++shift) {
          std::vector<float> samples(n);
          for (std::size_t i = 0; i < n; ++i) {
            samples[i] = static_cast<float>(static_cast<int>(i) - 40) / 64.0F;
          }
          Bytes bytes(shift + (n == 0 ? 0 : ((n - 1) * stride + 1) * size), kUntouched);
          bytes.shrink_to_fit();
          Pack(type, samples.data(), n, bytes.data() + shift, stride);
          std::vector<float> out(n, -9);
          ASSERT_EQ(Unpack(type, bytes.data() + shift, stride, n, out.data()), 0U);
          ASSERT_EQ(out, samples) << size << " bytes, stride " << stride << ", n " << n;
          for (std::size_t b = 0; b < bytes.size(); ++b) {
            if (b >= shift && (b - shift) / size % stride == 0) continue;
            ASSERT_EQ(bytes[b], kUntouched) << "byte " << b << ", stride " << stride;
          }
        }
      }
    }
  }
}

TEST(SamplePack, AllocatesNothing) {
  std::vector<float> samples(960);
  Bytes bytes(960 * 8);
  const std::uint64_t before = memory::ReadHeap().allocations;
  for (const SampleType type : kTypes) {
    Pack(type, samples.data(), samples.size(), bytes.data(), 2);
    Unpack(type, bytes.data(), 2, samples.size(), samples.data());
  }
  EXPECT_EQ(memory::ReadHeap().allocations, before);
}

}  // namespace
}  // namespace tidemark::dsp
