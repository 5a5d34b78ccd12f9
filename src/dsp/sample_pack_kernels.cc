#include "dsp/sample_pack_kernels.h"

#include <bit>
#include <cassert>
#include <cstdint>
#include <cstring>

#include "dsp/finite_kernels.h"
#include "dsp/simd.h"

// Every part of a kernel must end up in each of its clones.
#define TM_INLINE inline __attribute__((always_inline))

namespace tidemark::dsp {
namespace {

static_assert(std::endian::native == std::endian::little);

template <typename T>
TM_INLINE T Load(const std::byte* in) {
  T value;
  std::memcpy(&value, in, sizeof value);
  return value;
}

template <typename T>
TM_INLINE void Store(T value, std::byte* out) {
  std::memcpy(out, &value, sizeof value);
}

TM_INLINE float FromTop(std::uint32_t top_bits) {
  return static_cast<float>(static_cast<std::int32_t>(top_bits)) * 0x1p-31F;
}

template <typename Float>
TM_INLINE Float Scaled(float sample, Float full_scale) {
  const Float value = sample == sample ? full_scale * static_cast<Float>(sample) : Float{0};
  const Float low = value < -full_scale ? -full_scale : value;
  return low > full_scale - 1 ? full_scale - 1 : low;
}

// 1.5 times the power of two from which on a number has no fraction: added to one that is small
// against it, it leaves the number rounded to nearest in the low bits.
constexpr float kRounder = 0x1.8p23F;
constexpr double kWideRounder = 0x1.8p52;

TM_INLINE std::uint32_t RoundWide(double value) {
  return static_cast<std::uint32_t>(std::bit_cast<std::uint64_t>(value + kWideRounder));
}

// One sample type each: its size, a sample's value and the way back.
struct S16 {
  static constexpr std::size_t kBytes = 2;
  static TM_INLINE float At(const std::byte* in) {
    return static_cast<float>(Load<std::int16_t>(in)) * 0x1p-15F;
  }
  static TM_INLINE void Put(float sample, std::byte* out) {
    const auto bits = std::bit_cast<std::uint32_t>(Scaled(sample, 0x1p15F) + kRounder);
    Store(static_cast<std::uint16_t>(bits), out);
  }
};
struct S24 {
  static constexpr std::size_t kBytes = 3;
  static TM_INLINE float At(const std::byte* in) {
    return FromTop(std::uint32_t{Load<std::uint16_t>(in)} << 8 |
                   std::uint32_t{Load<std::uint8_t>(in + 2)} << 24);
  }
  static TM_INLINE void Put(float sample, std::byte* out) {
    const std::uint32_t bits = RoundWide(Scaled(sample, 0x1p23));
    Store(static_cast<std::uint16_t>(bits), out);
    Store(static_cast<std::uint8_t>(bits >> 16), out + 2);
  }
};
struct S32 {
  static constexpr std::size_t kBytes = 4;
  static TM_INLINE float At(const std::byte* in) { return FromTop(Load<std::uint32_t>(in)); }
  static TM_INLINE void Put(float sample, std::byte* out) {
    Store(RoundWide(Scaled(sample, 0x1p31)), out);
  }
};
struct F32 {
  static constexpr std::size_t kBytes = 4;
  static TM_INLINE float At(const std::byte* in) { return Load<float>(in); }
  static TM_INLINE void Put(float sample, std::byte* out) { Store(sample, out); }
};

template <typename Sample>
TM_INLINE void UnpackEach(const std::byte* __restrict in, std::size_t stride, std::size_t n,
                          float* __restrict out) {
  for (std::size_t i = 0; i < n; ++i) out[i] = Sample::At(in + i * stride * Sample::kBytes);
}

template <typename Sample>
TM_INLINE void PackEach(const float* __restrict in, std::size_t n, std::byte* __restrict out,
                        std::size_t stride) {
  for (std::size_t i = 0; i < n; ++i) Sample::Put(in[i], out + i * stride * Sample::kBytes);
}

// With the strides of mono and stereo as constants.
template <typename Sample>
TM_INLINE void UnpackStrides(const std::byte* in, std::size_t stride, std::size_t n, float* out) {
  if (stride == 1) return UnpackEach<Sample>(in, 1, n, out);
  if (stride == 2) return UnpackEach<Sample>(in, 2, n, out);
  UnpackEach<Sample>(in, stride, n, out);
}

template <typename Sample>
TM_INLINE void PackStrides(const float* in, std::size_t n, std::byte* out, std::size_t stride) {
  if (stride == 1) return PackEach<Sample>(in, n, out, 1);
  if (stride == 2) return PackEach<Sample>(in, n, out, 2);
  PackEach<Sample>(in, n, out, stride);
}

TM_KERNEL void UnpackS16(const std::byte* in, std::size_t stride, std::size_t n, float* out) {
  UnpackStrides<S16>(in, stride, n, out);
}
TM_KERNEL void UnpackS24(const std::byte* in, std::size_t stride, std::size_t n, float* out) {
  UnpackStrides<S24>(in, stride, n, out);
}
TM_KERNEL void UnpackS32(const std::byte* in, std::size_t stride, std::size_t n, float* out) {
  UnpackStrides<S32>(in, stride, n, out);
}
TM_KERNEL void UnpackF32(const std::byte* in, std::size_t stride, std::size_t n, float* out) {
  UnpackStrides<F32>(in, stride, n, out);
}

TM_KERNEL void PackS16(const float* in, std::size_t n, std::byte* out, std::size_t stride) {
  PackStrides<S16>(in, n, out, stride);
}
TM_KERNEL void PackS24(const float* in, std::size_t n, std::byte* out, std::size_t stride) {
  PackStrides<S24>(in, n, out, stride);
}
TM_KERNEL void PackS32(const float* in, std::size_t n, std::byte* out, std::size_t stride) {
  PackStrides<S32>(in, n, out, stride);
}
TM_KERNEL void PackF32(const float* in, std::size_t n, std::byte* out, std::size_t stride) {
  PackStrides<F32>(in, n, out, stride);
}

}  // namespace

std::size_t Unpack(SampleType type, const std::byte* in, std::size_t stride_samples, std::size_t n,
                   float* out) {
  assert(stride_samples >= 1);
  switch (type) {
    case SampleType::kS16:
      UnpackS16(in, stride_samples, n, out);
      return 0;
    case SampleType::kS24:
      UnpackS24(in, stride_samples, n, out);
      return 0;
    case SampleType::kS32:
      UnpackS32(in, stride_samples, n, out);
      return 0;
    case SampleType::kF32:
      UnpackF32(in, stride_samples, n, out);
      return ReplaceNonFinite({out, n});
  }
  return 0;
}

void Pack(SampleType type, const float* in, std::size_t n, std::byte* out,
          std::size_t stride_samples) {
  assert(stride_samples >= 1);
  switch (type) {
    case SampleType::kS16:
      return PackS16(in, n, out, stride_samples);
    case SampleType::kS24:
      return PackS24(in, n, out, stride_samples);
    case SampleType::kS32:
      return PackS32(in, n, out, stride_samples);
    case SampleType::kF32:
      return PackF32(in, n, out, stride_samples);
  }
}

}  // namespace tidemark::dsp
