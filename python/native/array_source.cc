#include "array_source.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <type_traits>
#include <utility>

namespace tidemark::python {
namespace {

// Full scale is that of the type, as in files.
template <typename T>
float ToFloat(T value) {
  if constexpr (std::is_integral_v<T>) {
    constexpr double kFullScale = std::is_same_v<T, std::int16_t> ? 32768.0 : 2147483648.0;
    return static_cast<float>(value / kFullScale);
  } else {
    return static_cast<float>(value);
  }
}

template <typename T>
void Convert(const std::byte* from, std::ptrdiff_t stride, bool swap, std::span<float> out) {
  for (float& sample : out) {
    std::array<std::byte, sizeof(T)> bytes{};
    std::memcpy(bytes.data(), from, bytes.size());
    if (swap) std::ranges::reverse(bytes);
    sample = ToFloat(std::bit_cast<T>(bytes));
    from += stride;
  }
}

class ArraySource final : public io::Source {
 public:
  ArraySource(const ArrayView& view, std::string name) : view_(view) {
    info_.path = std::move(name);
    info_.format = "array";
    info_.encoding = io::EncodingName(view.encoding);
    info_.decoder = "array";
    info_.stream = {.sample_rate_hz = view.sample_rate_hz, .channels = view.channels};
    const bool is_integer = view.encoding.kind == io::SampleKind::kSigned;
    info_.bits = is_integer ? static_cast<int>(8 * view.encoding.n_bytes) : 0;
    info_.declared_frames = view.n_frames;
    info_.seekable = true;
  }

  [[nodiscard]] const io::SourceInfo& info() const override { return info_; }

  Result<std::size_t> Read(AudioBlock out) override {
    const auto n = static_cast<std::size_t>(
        std::min(static_cast<std::int64_t>(out.n_frames()), view_.n_frames - frame_));
    const bool swap = view_.encoding.order != io::ByteOrder::kLittle;
    for (std::size_t c = 0; c < out.n_channels(); ++c) {
      const std::byte* from = view_.data + frame_ * view_.frame_stride +
                              static_cast<std::ptrdiff_t>(c) * view_.channel_stride;
      const auto samples = out.channel(c).first(n);
      if (view_.encoding.kind == io::SampleKind::kFloat) {
        view_.encoding.n_bytes == 4 ? Convert<float>(from, view_.frame_stride, swap, samples)
                                    : Convert<double>(from, view_.frame_stride, swap, samples);
      } else {
        view_.encoding.n_bytes == 2
            ? Convert<std::int16_t>(from, view_.frame_stride, swap, samples)
            : Convert<std::int32_t>(from, view_.frame_stride, swap, samples);
      }
    }
    frame_ += static_cast<std::int64_t>(n);
    return n;
  }

  Result<void> Seek(std::int64_t frame) override {
    frame_ = std::min(frame, view_.n_frames);
    return {};
  }

  [[nodiscard]] bool truncated() const override { return false; }

 private:
  ArrayView view_;
  io::SourceInfo info_;
  std::int64_t frame_ = 0;
};

}  // namespace

std::unique_ptr<io::Source> MakeArraySource(const ArrayView& view, std::string name) {
  return std::make_unique<ArraySource>(view, std::move(name));
}

}  // namespace tidemark::python
