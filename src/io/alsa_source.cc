#include "io/alsa_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "io/alsa_device.h"
#include "io/pcm_convert_kernels.h"

namespace tidemark::io {
namespace {

constexpr std::size_t kPieceFrames = 512;

class AlsaSource final : public Source {
 public:
  AlsaSource(const AlsaSpec& spec, std::unique_ptr<AlsaDevice> device)
      : device_(std::move(device)),
        convert_(FindPcmConverter(spec.encoding, static_cast<std::size_t>(spec.format.channels))),
        frame_bytes_(spec.encoding.n_bytes * static_cast<std::size_t>(spec.format.channels)),
        piece_(kPieceFrames * frame_bytes_) {
    info_.path = spec.name;
    info_.format = "ALSA";
    info_.encoding = EncodingName(spec.encoding);
    info_.decoder = "alsa";
    info_.stream = spec.format;
    info_.bits =
        spec.encoding.kind == SampleKind::kFloat ? 0 : static_cast<int>(8 * spec.encoding.n_bytes);
    info_.allowance = kAlsaAllowance;
    info_.allowance.anonymous_bytes += piece_.size();
  }

  [[nodiscard]] const SourceInfo& info() const override { return info_; }

  Result<std::size_t> Read(AudioBlock out) override {
    std::array<float*, kMaxChannels> planes{};
    for (std::size_t at = 0; at < out.n_frames();) {
      const std::size_t n = std::min(kPieceFrames, out.n_frames() - at);
      TM_TRY(device_->Read(std::span(piece_).first(n * frame_bytes_)));
      for (std::size_t c = 0; c < out.n_channels(); ++c) planes[c] = out.channels()[c] + at;
      convert_(piece_.data(), n, out.n_channels(), planes.data());
      at += n;
    }
    return out.n_frames();
  }

  Result<void> Seek(std::int64_t) override {
    return Fail(ErrorCode::kUnsupported, fmt::format("ALSA device {}: cannot go back", info_.path));
  }
  [[nodiscard]] bool truncated() const override { return false; }
  [[nodiscard]] std::string warning() const override {
    const std::int64_t n = device_->n_recovered();
    return n == 0 ? std::string() : fmt::format("the device ran over {} times", n);
  }

 private:
  std::unique_ptr<AlsaDevice> device_;
  PcmConverter convert_;
  std::size_t frame_bytes_;
  std::vector<std::byte> piece_;
  SourceInfo info_;
};

}  // namespace

Result<std::unique_ptr<Source>> OpenAlsaSource(const std::string& device,
                                               const StreamFormat& format,
                                               const Cancellation* cancellation) {
  AlsaSpec spec;
  spec.name = device;
  spec.direction = AlsaSpec::Direction::kCapture;
  spec.format = format;
  spec.cancellation = cancellation;
  constexpr std::array kEncodings = {SampleEncoding{SampleKind::kFloat, 4, ByteOrder::kLittle},
                                     SampleEncoding{SampleKind::kSigned, 4, ByteOrder::kLittle},
                                     SampleEncoding{SampleKind::kSigned, 2, ByteOrder::kLittle}};
  for (const SampleEncoding& encoding : kEncodings) {
    spec.encoding = encoding;
    auto opened = AlsaDevice::Open(spec);
    if (opened) return std::make_unique<AlsaSource>(spec, *std::move(opened));
    const bool is_last = encoding == kEncodings.back();
    if (is_last || opened.error().code != ErrorCode::kUsage) {
      return tl::unexpected<Error>(std::move(opened).error());
    }
  }
  return Fail(ErrorCode::kInternal, "no encoding was tried");
}

}  // namespace tidemark::io
