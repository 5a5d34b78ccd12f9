#include "io/pcm_convert_kernels.h"

#include <bit>
#include <cassert>
#include <cstdint>
#include <cstring>

#include "io/g711_table.h"

namespace tidemark::io {
namespace {

template <typename T>
T Load(const std::byte* in, ByteOrder order) {
  T value;
  std::memcpy(&value, in, sizeof value);
  if (order == ByteOrder::kLittle) return value;
  if constexpr (sizeof(T) == 2) return __builtin_bswap16(value);
  if constexpr (sizeof(T) == 4) return __builtin_bswap32(value);
  if constexpr (sizeof(T) == 8) return __builtin_bswap64(value);
}

float FromTop(std::uint32_t top_bits) {
  return static_cast<float>(static_cast<std::int32_t>(top_bits)) * 0x1p-31F;
}

// One sample type each: its size and its value.
struct Unsigned8 {
  static constexpr std::size_t kBytes = 1;
  static float At(const std::byte* in) {
    return FromTop((std::to_integer<std::uint32_t>(*in) ^ 0x80) << 24);
  }
};
struct Signed8 {
  static constexpr std::size_t kBytes = 1;
  static float At(const std::byte* in) {
    return FromTop(std::to_integer<std::uint32_t>(*in) << 24);
  }
};
template <ByteOrder kOrder>
struct Signed16 {
  static constexpr std::size_t kBytes = 2;
  static float At(const std::byte* in) {
    return static_cast<float>(static_cast<std::int16_t>(Load<std::uint16_t>(in, kOrder))) *
           0x1p-15F;
  }
};
template <ByteOrder kOrder>
struct Signed24 {
  static constexpr std::size_t kBytes = 3;
  static float At(const std::byte* in) {
    const auto low = std::to_integer<std::uint32_t>(in[kOrder == ByteOrder::kLittle ? 0 : 2]);
    const auto high = std::to_integer<std::uint32_t>(in[kOrder == ByteOrder::kLittle ? 2 : 0]);
    return FromTop(high << 24 | std::to_integer<std::uint32_t>(in[1]) << 16 | low << 8);
  }
  // One load instead of three; reads the byte after the sample.
  static float AtWithOneMore(const std::byte* in) {
    const auto four = Load<std::uint32_t>(in, kOrder);
    return FromTop(kOrder == ByteOrder::kLittle ? four << 8 : four & 0xFFFFFF00);
  }
};
template <ByteOrder kOrder>
struct Signed32 {
  static constexpr std::size_t kBytes = 4;
  static float At(const std::byte* in) { return FromTop(Load<std::uint32_t>(in, kOrder)); }
};
template <ByteOrder kOrder>
struct Signed64 {
  static constexpr std::size_t kBytes = 8;
  static float At(const std::byte* in) {
    return static_cast<float>(static_cast<std::int64_t>(Load<std::uint64_t>(in, kOrder))) *
           0x1p-63F;
  }
};
template <ByteOrder kOrder>
struct Float32 {
  static constexpr std::size_t kBytes = 4;
  static float At(const std::byte* in) {
    return std::bit_cast<float>(Load<std::uint32_t>(in, kOrder));
  }
};
template <ByteOrder kOrder>
struct Float64 {
  static constexpr std::size_t kBytes = 8;
  static float At(const std::byte* in) {
    return static_cast<float>(std::bit_cast<double>(Load<std::uint64_t>(in, kOrder)));
  }
};
struct ALaw {
  static constexpr std::size_t kBytes = 1;
  static float At(const std::byte* in) { return kALawTable[std::to_integer<std::size_t>(*in)]; }
};
struct MuLaw {
  static constexpr std::size_t kBytes = 1;
  static float At(const std::byte* in) { return kMuLawTable[std::to_integer<std::size_t>(*in)]; }
};

// kInside: the sample is not the last of the input, so that the byte after it may be read.
template <typename Sample, bool kInside>
float ValueAt(const std::byte* in) {
  if constexpr (kInside && requires { Sample::AtWithOneMore(in); }) {
    return Sample::AtWithOneMore(in);
  } else {
    return Sample::At(in);
  }
}

template <typename Sample>
void ConvertMono(const std::byte* in, std::size_t n_frames, std::size_t, float* const* out) {
  if (n_frames == 0) return;
  float* mono = out[0];
  const std::size_t last = n_frames - 1;
  for (std::size_t i = 0; i < last; ++i) {
    mono[i] = ValueAt<Sample, true>(in + i * Sample::kBytes);
  }
  mono[last] = Sample::At(in + last * Sample::kBytes);
}

template <typename Sample>
void ConvertStereo(const std::byte* in, std::size_t n_frames, std::size_t, float* const* out) {
  if (n_frames == 0) return;
  float* __restrict left = out[0];
  float* __restrict right = out[1];
  const std::size_t last = n_frames - 1;
  for (std::size_t i = 0; i < last; ++i) {
    left[i] = ValueAt<Sample, true>(in + 2 * i * Sample::kBytes);
    right[i] = ValueAt<Sample, true>(in + (2 * i + 1) * Sample::kBytes);
  }
  left[last] = Sample::At(in + 2 * last * Sample::kBytes);
  right[last] = Sample::At(in + (2 * last + 1) * Sample::kBytes);
}

template <typename Sample>
void ConvertMany(const std::byte* in, std::size_t n_frames, std::size_t channels,
                 float* const* out) {
  if (n_frames == 0) return;
  const std::size_t frame_bytes = channels * Sample::kBytes;
  const std::size_t last = n_frames - 1;
  for (std::size_t c = 0; c < channels; ++c) {
    const std::byte* sample = in + c * Sample::kBytes;
    float* plane = out[c];
    for (std::size_t i = 0; i < last; ++i, sample += frame_bytes) {
      plane[i] = ValueAt<Sample, true>(sample);
    }
    plane[last] = Sample::At(sample);
  }
}

template <typename Sample>
PcmConverter ForChannels(std::size_t channels) {
  if (channels == 1) return ConvertMono<Sample>;
  if (channels == 2) return ConvertStereo<Sample>;
  return ConvertMany<Sample>;
}

template <ByteOrder kOrder>
PcmConverter ForOrder(const SampleEncoding& encoding, std::size_t channels) {
  if (encoding.kind == SampleKind::kFloat) {
    return encoding.n_bytes == 4 ? ForChannels<Float32<kOrder>>(channels)
                                 : ForChannels<Float64<kOrder>>(channels);
  }
  switch (encoding.n_bytes) {
    case 2:
      return ForChannels<Signed16<kOrder>>(channels);
    case 3:
      return ForChannels<Signed24<kOrder>>(channels);
    case 4:
      return ForChannels<Signed32<kOrder>>(channels);
    default:
      return ForChannels<Signed64<kOrder>>(channels);
  }
}

}  // namespace

PcmConverter FindPcmConverter(const SampleEncoding& encoding, std::size_t channels) {
  assert(IsConvertible(encoding) && channels >= 1);
  if (encoding.kind == SampleKind::kALaw) return ForChannels<ALaw>(channels);
  if (encoding.kind == SampleKind::kMuLaw) return ForChannels<MuLaw>(channels);
  if (encoding.kind == SampleKind::kUnsigned) return ForChannels<Unsigned8>(channels);
  if (encoding.n_bytes == 1) return ForChannels<Signed8>(channels);
  return encoding.order == ByteOrder::kLittle ? ForOrder<ByteOrder::kLittle>(encoding, channels)
                                              : ForOrder<ByteOrder::kBig>(encoding, channels);
}

}  // namespace tidemark::io
