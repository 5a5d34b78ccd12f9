#include "io/wav_header_bytes.h"

#include <cassert>
#include <string_view>

namespace tidemark::io {
namespace {

constexpr std::uint64_t kSizeIn64 = 0xFFFFFFFF;
// Readers take sizes just below 2^32 for those of a writer that did not know.
constexpr std::uint64_t kMaxSize32 = 0xFFFF0000;
constexpr std::uint64_t kDs64Bytes = 28;
constexpr std::uint64_t kTagPcm = 1;
constexpr std::uint64_t kTagFloat = 3;
constexpr std::uint64_t kTagALaw = 6;
constexpr std::uint64_t kTagMuLaw = 7;
constexpr std::uint64_t kTagExtensible = 0xFFFE;
constexpr std::size_t kPreambleBytes = 8;  // of the file or a chunk: its code and size
constexpr std::size_t kFactBytes = 4;
// What follows the tag in a KSDATAFORMAT_SUBTYPE.
constexpr std::string_view kSubTypeTail("\0\0\0\0\x10\0\x80\0\0\xAA\0\x38\x9B\x71", 14);

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

std::uint64_t TagOf(SampleKind kind) {
  switch (kind) {
    case SampleKind::kFloat:
      return kTagFloat;
    case SampleKind::kALaw:
      return kTagALaw;
    case SampleKind::kMuLaw:
      return kTagMuLaw;
    case SampleKind::kSigned:
    case SampleKind::kUnsigned:
      break;
  }
  return kTagPcm;
}

// Only integers do without the count of what an extension holds.
std::uint64_t FormatBytes(std::uint64_t tag, bool extensible) {
  if (extensible) return 40;
  return tag == kTagPcm ? 16 : 18;
}

void PutFormat(Writer& out, const StreamFormat& format, const SampleEncoding& encoding,
               bool extensible) {
  const auto rate = static_cast<std::uint64_t>(format.sample_rate_hz);
  const auto channels = static_cast<std::uint64_t>(format.channels);
  const std::uint64_t tag = TagOf(encoding.kind);
  out.Text("fmt ");
  out.Number(FormatBytes(tag, extensible), 4);
  out.Number(extensible ? kTagExtensible : tag, 2);
  out.Number(channels, 2);
  out.Number(rate, 4);
  out.Number(rate * channels * encoding.n_bytes, 4);
  out.Number(channels * encoding.n_bytes, 2);
  out.Number(8 * encoding.n_bytes, 2);
  if (FormatBytes(tag, extensible) > 16) out.Number(extensible ? 22 : 0, 2);
  if (!extensible) return;
  out.Number(8 * encoding.n_bytes, 2);
  out.Number(format.channel_mask, 4);
  out.Number(tag, 2);
  out.Text(kSubTypeTail);
}

}  // namespace

bool IsWavEncoding(const SampleEncoding& encoding) {
  if (encoding.n_bytes > 1 && encoding.order != ByteOrder::kLittle) return false;
  switch (encoding.kind) {
    case SampleKind::kSigned:
      return encoding.n_bytes >= 2 && encoding.n_bytes <= 4;
    case SampleKind::kFloat:
      return encoding.n_bytes == 4 || encoding.n_bytes == 8;
    case SampleKind::kUnsigned:
    case SampleKind::kALaw:
    case SampleKind::kMuLaw:
      return encoding.n_bytes == 1;
  }
  return false;
}

WavHeaderBytes MakeWavHeader(const StreamFormat& format, const SampleEncoding& encoding,
                             std::optional<std::uint64_t> n_frames, std::uint64_t other_bytes) {
  assert(IsWavEncoding(encoding));
  const bool wide_integers = encoding.kind == SampleKind::kSigned && encoding.n_bytes > 2;
  const bool extensible = format.channels > 2 || format.channel_mask != 0 || wide_integers;
  const std::uint64_t data_bytes =
      n_frames.value_or(0) * static_cast<std::uint64_t>(format.channels) * encoding.n_bytes;
  WavHeaderBytes header;
  const std::uint64_t tag = TagOf(encoding.kind);
  const std::uint64_t fact_bytes = tag == kTagPcm ? 0 : kPreambleBytes + kFactBytes;
  const std::uint64_t header_bytes =
      4 + kDs64Bytes + 4 * kPreambleBytes + FormatBytes(tag, extensible) + fact_bytes;
  const std::uint64_t rest_bytes =
      header_bytes - kPreambleBytes + data_bytes + data_bytes % 2 + other_bytes;
  const bool wide = rest_bytes > kMaxSize32;
  const bool fits = n_frames && !wide;
  Writer out(header);
  out.Text(wide ? "RF64" : "RIFF");
  out.Number(fits ? rest_bytes : kSizeIn64, 4);
  out.Text("WAVE");
  out.Text(wide ? "ds64" : "JUNK");
  out.Number(kDs64Bytes, 4);
  out.Number(wide ? rest_bytes : 0, 8);
  out.Number(wide ? data_bytes : 0, 8);
  out.Number(wide ? *n_frames : 0, 8);
  out.Number(0, 4);
  PutFormat(out, format, encoding, extensible);
  if (fact_bytes > 0) {
    out.Text("fact");
    out.Number(kFactBytes, 4);
    out.Number(fits ? *n_frames : kSizeIn64, 4);
  }
  out.Text("data");
  out.Number(fits ? data_bytes : kSizeIn64, 4);
  assert(header.size == header_bytes);
  return header;
}

}  // namespace tidemark::io
