#include "io/pcm_layout.h"

#include <fmt/format.h>

#include <bit>
#include <cmath>

namespace tidemark::io {

std::string EncodingName(const SampleEncoding& encoding) {
  if (encoding.kind == SampleKind::kALaw) return "pcm_alaw";
  if (encoding.kind == SampleKind::kMuLaw) return "pcm_mulaw";
  char letter = 's';
  if (encoding.kind == SampleKind::kUnsigned) letter = 'u';
  if (encoding.kind == SampleKind::kFloat) letter = 'f';
  const char* order = encoding.order == ByteOrder::kBig ? "be" : "le";
  return fmt::format("pcm_{}{}{}", letter, 8 * encoding.n_bytes,
                     encoding.n_bytes == 1 ? "" : order);
}

bool IsConvertible(const SampleEncoding& encoding) {
  switch (encoding.kind) {
    case SampleKind::kSigned:
      return (encoding.n_bytes >= 1 && encoding.n_bytes <= 4) || encoding.n_bytes == 8;
    case SampleKind::kFloat:
      return encoding.n_bytes == 4 || encoding.n_bytes == 8;
    case SampleKind::kUnsigned:
    case SampleKind::kALaw:
    case SampleKind::kMuLaw:
      return encoding.n_bytes == 1;
  }
  return false;
}

Result<StreamFormat> CheckedStreamFormat(std::uint32_t channels, double sample_rate_hz,
                                         std::uint32_t channel_mask) {
  if (channels == 0) return Fail(ErrorCode::kBadData, "the header says 0 channels");
  if (channels > static_cast<std::uint32_t>(kMaxChannels)) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("{} channels, at most {} are read", channels, kMaxChannels));
  }
  if (!std::isfinite(sample_rate_hz) || sample_rate_hz < 0.5) {
    return Fail(ErrorCode::kBadData,
                fmt::format("the header says a sample rate of {} Hz", sample_rate_hz));
  }
  const double rounded_hz = std::nearbyint(sample_rate_hz);
  if (rounded_hz < kMinSampleRateHz || rounded_hz > kMaxSampleRateHz) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("a sample rate of {:.0f} Hz, from {} to {} are read", rounded_hz,
                            kMinSampleRateHz, kMaxSampleRateHz));
  }
  // A mask that names more speakers than there are channels says nothing about these channels.
  const bool plausible = std::popcount(channel_mask) <= static_cast<int>(channels);
  return StreamFormat{static_cast<int>(rounded_hz), static_cast<int>(channels),
                      plausible ? channel_mask : 0};
}

void AddWarning(std::string& warning, std::string_view text) {
  if (!warning.empty()) warning += "; ";
  warning += text;
}

}  // namespace tidemark::io
