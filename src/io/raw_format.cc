#include "io/raw_format.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string_view>

#include "io/data_extent.h"

namespace tidemark::io {
namespace {

struct NamedEncoding {
  std::string_view name;
  SampleEncoding encoding;
};
constexpr NamedEncoding kEncodings[] = {
    {"s8", {SampleKind::kSigned, 1, ByteOrder::kLittle}},
    {"u8", {SampleKind::kUnsigned, 1, ByteOrder::kLittle}},
    {"s16le", {SampleKind::kSigned, 2, ByteOrder::kLittle}},
    {"s16be", {SampleKind::kSigned, 2, ByteOrder::kBig}},
    {"s24le", {SampleKind::kSigned, 3, ByteOrder::kLittle}},
    {"s24be", {SampleKind::kSigned, 3, ByteOrder::kBig}},
    {"s32le", {SampleKind::kSigned, 4, ByteOrder::kLittle}},
    {"s32be", {SampleKind::kSigned, 4, ByteOrder::kBig}},
    {"f32le", {SampleKind::kFloat, 4, ByteOrder::kLittle}},
    {"f32be", {SampleKind::kFloat, 4, ByteOrder::kBig}},
    {"f64le", {SampleKind::kFloat, 8, ByteOrder::kLittle}},
    {"f64be", {SampleKind::kFloat, 8, ByteOrder::kBig}},
    {"alaw", {SampleKind::kALaw, 1, ByteOrder::kLittle}},
    {"mulaw", {SampleKind::kMuLaw, 1, ByteOrder::kLittle}},
};

const NamedEncoding* FindEncoding(std::string_view name) {
  const auto* found = std::find_if(std::begin(kEncodings), std::end(kEncodings),
                                   [&](const NamedEncoding& e) { return e.name == name; });
  return found == std::end(kEncodings) ? nullptr : found;
}

tl::unexpected<Error> Refuse(std::string_view text) {
  std::string names;
  for (const NamedEncoding& encoding : kEncodings) names += fmt::format(" {}", encoding.name);
  return Fail(ErrorCode::kUsage,
              fmt::format("raw format \"{}\" is not RATE:CHANNELS:FORMAT with a rate from {} to "
                          "{}, 1 to {} channels and a format of{}",
                          text, kMinSampleRateHz, kMaxSampleRateHz, kMaxChannels, names));
}

// The whole of `text` as a number from low to high.
std::optional<int> NumberIn(std::string_view text, int low, int high) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  if (value < low || value > high) return std::nullopt;
  return value;
}

}  // namespace

Result<RawFormat> ParseRawFormat(const std::string& text) {
  const std::string_view view = text;
  const std::size_t first = view.find(':');
  if (first == std::string_view::npos) return Refuse(text);
  const std::size_t second = view.find(':', first + 1);
  if (second == std::string_view::npos) return Refuse(text);
  const auto rate_hz = NumberIn(view.substr(0, first), kMinSampleRateHz, kMaxSampleRateHz);
  const auto channels = NumberIn(view.substr(first + 1, second - first - 1), 1, kMaxChannels);
  const NamedEncoding* encoding = FindEncoding(view.substr(second + 1));
  if (!rate_hz || !channels || encoding == nullptr) return Refuse(text);
  return RawFormat{*rate_hz, *channels, std::string(encoding->name)};
}

Result<PcmLayout> LayoutOfRaw(const RawFormat& raw, std::optional<std::int64_t> file_size) {
  const std::string text = fmt::format("{}:{}:{}", raw.sample_rate_hz, raw.channels, raw.encoding);
  TM_TRY(ParseRawFormat(text));
  PcmLayout layout;
  layout.format = "raw";
  layout.encoding = FindEncoding(raw.encoding)->encoding;
  layout.stream = {raw.sample_rate_hz, raw.channels, 0};
  SetExtentToEnd(layout, file_size);
  return layout;
}

}  // namespace tidemark::io
