#include "io/wav_header_bytes.h"

#include <cassert>
#include <string_view>

namespace tidemark::io {
namespace {

constexpr std::uint64_t kBytesPerSample = 2;
constexpr std::uint64_t kSizeIn64 = 0xFFFFFFFF;
// Readers take sizes just below 2^32 for those of a writer that did not know.
constexpr std::uint64_t kMaxSize32 = 0xFFFF0000;
constexpr std::uint64_t kDs64Bytes = 28;
constexpr std::uint64_t kTagPcm = 1;
constexpr std::uint64_t kTagExtensible = 0xFFFE;
constexpr std::size_t kPreambleBytes = 8;  // of the file or a chunk: its code and size
// KSDATAFORMAT_SUBTYPE_PCM.
constexpr std::string_view kSubTypePcm("\x01\0\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71", 16);

class Writer {
 public:
  explicit Writer(WavHeaderBytes& header) : header_(header) {}
  void Text(std::string_view text) {
    for (const char c : text) Put(static_cast<std::byte>(c));
  }
  void Number(std::uint64_t value, std::size_t n_bytes) {
    for (std::size_t i = 0; i < n_bytes; ++i) Put(static_cast<std::byte>(value >> 8 * i & 0xFF));
  }

 private:
  void Put(std::byte value) {
    assert(header_.size < header_.bytes.size());
    header_.bytes[header_.size++] = value;
  }
  WavHeaderBytes& header_;
};

void PutFormat(Writer& out, const StreamFormat& format, bool extensible) {
  const auto rate = static_cast<std::uint64_t>(format.sample_rate_hz);
  const auto channels = static_cast<std::uint64_t>(format.channels);
  out.Text("fmt ");
  out.Number(extensible ? 40 : 16, 4);
  out.Number(extensible ? kTagExtensible : kTagPcm, 2);
  out.Number(channels, 2);
  out.Number(rate, 4);
  out.Number(rate * channels * kBytesPerSample, 4);
  out.Number(channels * kBytesPerSample, 2);
  out.Number(8 * kBytesPerSample, 2);
  if (!extensible) return;
  out.Number(22, 2);
  out.Number(8 * kBytesPerSample, 2);
  out.Number(format.channel_mask, 4);
  out.Text(kSubTypePcm);
}

}  // namespace

WavHeaderBytes MakeWavHeader(const StreamFormat& format, std::uint64_t n_frames) {
  const bool extensible = format.channels > 2 || format.channel_mask != 0;
  const std::uint64_t data_bytes =
      n_frames * static_cast<std::uint64_t>(format.channels) * kBytesPerSample;
  WavHeaderBytes header;
  const std::uint64_t header_bytes = extensible ? header.bytes.size() : header.bytes.size() - 24;
  const std::uint64_t rest_bytes = header_bytes - kPreambleBytes + data_bytes;
  const bool wide = rest_bytes > kMaxSize32;
  Writer out(header);
  out.Text(wide ? "RF64" : "RIFF");
  out.Number(wide ? kSizeIn64 : rest_bytes, 4);
  out.Text("WAVE");
  out.Text(wide ? "ds64" : "JUNK");
  out.Number(kDs64Bytes, 4);
  out.Number(wide ? rest_bytes : 0, 8);
  out.Number(wide ? data_bytes : 0, 8);
  out.Number(wide ? n_frames : 0, 8);
  out.Number(0, 4);
  PutFormat(out, format, extensible);
  out.Text("data");
  out.Number(wide ? kSizeIn64 : data_bytes, 4);
  assert(header.size == header_bytes);
  return header;
}

}  // namespace tidemark::io
