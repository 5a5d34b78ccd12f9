// Small valid files of the WAV family, for tests to read and to break and for the fuzzers to start
// from. Samples are given as bytes.
#pragma once

#include "tests/io/byte_builder.h"

namespace tidemark::testing {

struct WavSpec {
  std::uint16_t tag = 1;
  std::uint16_t channels = 1;
  std::uint32_t rate_hz = 44100;
  std::uint16_t bits = 16;
  std::uint16_t frame_bytes = 2;
  // Of WAVE_FORMAT_EXTENSIBLE, used where tag is 0xFFFE.
  std::uint16_t sub_tag = 1;
  std::uint16_t valid_bits = 16;
  std::uint32_t mask = 0;
};

// The body of a fmt chunk.
inline Bytes WavFormatBody(const WavSpec& spec) {
  ByteBuilder out;
  out.Little(spec.tag, 2).Little(spec.channels, 2).Little(spec.rate_hz, 4);
  out.Little(std::uint64_t{spec.rate_hz} * spec.frame_bytes, 4).Little(spec.frame_bytes, 2);
  out.Little(spec.bits, 2);
  if (spec.tag == 0xFFFE) {
    out.Little(22, 2).Little(spec.valid_bits, 2).Little(spec.mask, 4).Little(spec.sub_tag, 2);
    out.Append(Raw({0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71}));
  }
  return out.bytes();
}

inline Bytes RiffChunk(std::string_view code, const Bytes& body) {
  return ByteBuilder().Text(code).Little(body.size(), 4).Append(body).PadTo(2).bytes();
}

// "RIFF" and "WAVE" around chunks.
inline Bytes Riff(const Bytes& chunks) {
  return ByteBuilder()
      .Text("RIFF")
      .Little(chunks.size() + 4, 4)
      .Text("WAVE")
      .Append(chunks)
      .bytes();
}

inline Bytes WavFile(const WavSpec& spec, const Bytes& samples) {
  return Riff(ByteBuilder()
                  .Append(RiffChunk("fmt ", WavFormatBody(spec)))
                  .Append(RiffChunk("data", samples))
                  .bytes());
}

// RF64 or BW64 with its sizes in ds64.
inline Bytes Rf64File(std::string_view code, const WavSpec& spec, const Bytes& samples) {
  const Bytes format = RiffChunk("fmt ", WavFormatBody(spec));
  const std::size_t outer = 4 + 36 + format.size() + 8 + samples.size();
  ByteBuilder out;
  out.Text(code).Little(0xFFFFFFFF, 4).Text("WAVE").Text("ds64").Little(28, 4);
  out.Little(outer, 8).Little(samples.size(), 8).Little(samples.size() / spec.frame_bytes, 8);
  out.Little(0, 4).Append(format).Text("data").Little(0xFFFFFFFF, 4).Append(samples);
  return out.bytes();
}

inline Bytes W64Guid(std::string_view letters) {
  ByteBuilder out;
  out.Text(letters);
  return letters == "riff"
             ? out.Append(Raw({0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 4, 0xC1, 0, 0}))
                   .bytes()
             : out.Append(
                      Raw({0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A}))
                   .bytes();
}

inline Bytes W64File(const WavSpec& spec, const Bytes& samples) {
  const Bytes format = WavFormatBody(spec);
  ByteBuilder out;
  out.Append(W64Guid("riff")).Little(40 + 24 + format.size() + 24 + samples.size(), 8);
  out.Append(W64Guid("wave")).Append(W64Guid("fmt ")).Little(24 + format.size(), 8);
  out.Append(format).PadTo(8);
  out.Append(W64Guid("data")).Little(24 + samples.size(), 8).Append(samples).PadTo(8);
  return out.bytes();
}

}  // namespace tidemark::testing
