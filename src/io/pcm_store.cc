#include "io/pcm_store.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

namespace tidemark::io {
namespace {

template <std::size_t kBytes>
void PutLittle(std::byte* at, std::uint64_t value) {
  for (std::size_t i = 0; i < kBytes; ++i) at[i] = static_cast<std::byte>(value >> 8 * i & 0xFF);
}

template <std::size_t kBytes>
void StoreIntegers(std::span<const float> samples, std::size_t stride, Dither* dither,
                   std::uint64_t offset, std::byte* out) {
  constexpr double kScale = static_cast<double>(std::uint64_t{1} << (8 * kBytes - 1));
  for (const float sample : samples) {
    double value = std::isnan(sample) ? 0 : kScale * static_cast<double>(sample);
    if (dither != nullptr) value = dither->Round(value);
    const long rounded = std::lrint(std::clamp(value, -kScale, kScale - 1));
    PutLittle<kBytes>(out, static_cast<std::uint64_t>(rounded) + offset);
    out += stride;
  }
}

// 16 bits without dither, in float: exact, as a float holds 24 bits. The case that must be fast.
void StoreShorts(std::span<const float> samples, std::size_t stride, std::byte* out) {
  for (const float sample : samples) {
    const float value = std::isnan(sample) ? 0.0F : 32768.0F * sample;
    PutLittle<2>(out,
                 static_cast<std::uint64_t>(std::lrintf(std::clamp(value, -32768.0F, 32767.0F))));
    out += stride;
  }
}

void StoreFloats(std::span<const float> samples, std::size_t stride, std::byte* out) {
  for (const float sample : samples) {
    PutLittle<4>(out, std::bit_cast<std::uint32_t>(sample));
    out += stride;
  }
}

void StoreDoubles(std::span<const float> samples, std::size_t stride, std::byte* out) {
  for (const float sample : samples) {
    PutLittle<8>(out, std::bit_cast<std::uint64_t>(static_cast<double>(sample)));
    out += stride;
  }
}

}  // namespace

bool IsStorable(const SampleEncoding& encoding) {
  if (encoding.n_bytes > 1 && encoding.order != ByteOrder::kLittle) return false;
  if (encoding.kind == SampleKind::kUnsigned) return encoding.n_bytes == 1;
  if (encoding.kind == SampleKind::kSigned) return encoding.n_bytes >= 2 && encoding.n_bytes <= 4;
  return encoding.kind == SampleKind::kFloat && (encoding.n_bytes == 4 || encoding.n_bytes == 8);
}

void StorePcm(const AudioBlock& block, const SampleEncoding& encoding, Dither* dither,
              std::span<std::byte> out) {
  assert(IsStorable(encoding));
  const std::size_t stride = encoding.n_bytes * block.n_channels();
  assert(out.size() >= block.n_frames() * stride);
  for (std::size_t c = 0; c < block.n_channels(); ++c) {
    const std::span<const float> samples = block.channel(c);
    std::byte* at = out.data() + c * encoding.n_bytes;
    if (encoding.kind == SampleKind::kUnsigned) {
      StoreIntegers<1>(samples, stride, dither, 128, at);
    } else if (encoding.kind == SampleKind::kFloat) {
      encoding.n_bytes == 4 ? StoreFloats(samples, stride, at) : StoreDoubles(samples, stride, at);
    } else if (encoding.n_bytes == 2) {
      dither == nullptr ? StoreShorts(samples, stride, at)
                        : StoreIntegers<2>(samples, stride, dither, 0, at);
    } else if (encoding.n_bytes == 3) {
      StoreIntegers<3>(samples, stride, dither, 0, at);
    } else {
      StoreIntegers<4>(samples, stride, dither, 0, at);
    }
  }
}

}  // namespace tidemark::io
