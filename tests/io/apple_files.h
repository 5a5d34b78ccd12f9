// Small valid AIFF, AIFF-C and CAF files, for tests to read and to break and for the fuzzers to
// start from. Samples are given as bytes.
#pragma once

#include <bit>

#include "tests/io/byte_builder.h"

namespace tidemark::testing {

// An integral rate below 2^31 as an 80-bit extended number.
inline Bytes Extended(std::uint32_t value) {
  if (value == 0) return Bytes(10);
  const int shift = std::countl_zero(value);
  return ByteBuilder()
      .Big(static_cast<std::uint64_t>(16383 + 31 - shift), 2)
      .Big(std::uint64_t{value} << shift << 32, 8)
      .bytes();
}

struct AiffSpec {
  std::string_view codec;  // empty: plain AIFF
  std::uint16_t channels = 1;
  std::uint32_t n_frames = 0;
  std::uint16_t bits = 16;
  std::uint32_t rate_hz = 44100;
};

inline Bytes FormChunk(std::string_view code, const Bytes& body) {
  return ByteBuilder().Text(code).Big(body.size(), 4).Append(body).PadTo(2).bytes();
}

inline Bytes AiffCommon(const AiffSpec& spec) {
  ByteBuilder out;
  out.Big(spec.channels, 2).Big(spec.n_frames, 4).Big(spec.bits, 2).Append(Extended(spec.rate_hz));
  if (!spec.codec.empty()) out.Text(spec.codec).Big(0, 2);
  return FormChunk("COMM", out.bytes());
}

inline Bytes AiffSound(const Bytes& samples) {
  return FormChunk("SSND", ByteBuilder().Big(0, 8).Append(samples).bytes());
}

inline Bytes Form(bool compressed, const Bytes& chunks) {
  return ByteBuilder()
      .Text("FORM")
      .Big(chunks.size() + 4, 4)
      .Text(compressed ? "AIFC" : "AIFF")
      .Append(chunks)
      .bytes();
}

inline Bytes AiffFile(const AiffSpec& spec, const Bytes& samples) {
  return Form(!spec.codec.empty(),
              ByteBuilder().Append(AiffCommon(spec)).Append(AiffSound(samples)).bytes());
}

struct CafSpec {
  std::string_view codec = "lpcm";
  std::uint32_t flags = 0;
  std::uint32_t packet_bytes = 2;
  std::uint32_t packet_frames = 1;
  std::uint32_t channels = 1;
  std::uint32_t bits = 16;
  double rate_hz = 44100;
  bool size_known = true;
};

inline Bytes CafFile(const CafSpec& spec, const Bytes& samples) {
  ByteBuilder out;
  out.Text("caff").Big(1, 2).Big(0, 2).Text("desc").Big(32, 8);
  out.Big(std::bit_cast<std::uint64_t>(spec.rate_hz), 8).Text(spec.codec).Big(spec.flags, 4);
  out.Big(spec.packet_bytes, 4).Big(spec.packet_frames, 4).Big(spec.channels, 4).Big(spec.bits, 4);
  out.Text("free").Big(3, 8).Append(Bytes(3));
  const std::uint64_t size = spec.size_known ? samples.size() + 4 : ~std::uint64_t{0};
  return out.Text("data").Big(size, 8).Big(0, 4).Append(samples).bytes();
}

}  // namespace tidemark::testing
