#include "dsp/time_stretch.h"

#include <SoundTouch.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <stdexcept>
#include <utility>

namespace tidemark::dsp {
namespace {

constexpr std::size_t kChunkFrames = 256;

}  // namespace

struct TimeStretch::Impl {
  soundtouch::SoundTouch touch;
  std::size_t n_channels = 0;
  std::array<float, kChunkFrames * kMaxStretchChannels> interleaved{};
};

// A sequence of at most 0.1 s at this speed, in and out of it, each in a buffer that may have
// doubled when it grew; and its own tables.
std::size_t TimeStretch::AllowanceBytes(const StreamFormat& format, double speed) {
  const double frames = 0.1 * format.sample_rate_hz * (speed + 1) + 4 * kBlockFrames;
  return static_cast<std::size_t>(frames * format.channels * sizeof(float) * 3) + 256 * 1024;
}

Result<std::unique_ptr<TimeStretch>> TimeStretch::Create(const StreamFormat& format, double speed,
                                                         Pitch pitch) {
  if (speed < kSlowest || speed > kFastest) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("a speed of {} is out of range; {} to {} can be played", speed,
                            kSlowest, kFastest));
  }
  if (format.channels > kMaxStretchChannels) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("the speed of {} channels cannot be changed; up to {} can",
                            format.channels, kMaxStretchChannels));
  }
  auto impl = std::make_unique<Impl>();
  impl->n_channels = static_cast<std::size_t>(format.channels);
  try {
    impl->touch.setSampleRate(static_cast<unsigned>(format.sample_rate_hz));
    impl->touch.setChannels(static_cast<unsigned>(format.channels));
    pitch == Pitch::kKept ? impl->touch.setTempo(speed) : impl->touch.setRate(speed);
  } catch (const std::runtime_error& error) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("changing the speed to {}: {}", speed, error.what()));
  }
  return std::unique_ptr<TimeStretch>(new TimeStretch(std::move(impl)));
}

TimeStretch::TimeStretch(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TimeStretch::~TimeStretch() = default;

void TimeStretch::Push(const AudioBlock& block) {
  assert(block.n_channels() == impl_->n_channels);
  for (std::size_t at = 0; at < block.n_frames();) {
    const std::size_t n = std::min(kChunkFrames, block.n_frames() - at);
    for (std::size_t c = 0; c < impl_->n_channels; ++c) {
      const auto samples = block.channel(c).subspan(at, n);
      for (std::size_t i = 0; i < n; ++i)
        impl_->interleaved[i * impl_->n_channels + c] = samples[i];
    }
    impl_->touch.putSamples(impl_->interleaved.data(), static_cast<unsigned>(n));
    at += n;
  }
}

void TimeStretch::Flush() { impl_->touch.flush(); }

std::size_t TimeStretch::Pull(const AudioBlock& out) {
  std::size_t done = 0;
  while (done < out.n_frames()) {
    const std::size_t most = std::min(kChunkFrames, out.n_frames() - done);
    const std::size_t n =
        impl_->touch.receiveSamples(impl_->interleaved.data(), static_cast<unsigned>(most));
    if (n == 0) break;
    for (std::size_t c = 0; c < impl_->n_channels; ++c) {
      float* samples = out.channel(c).data() + done;
      for (std::size_t i = 0; i < n; ++i)
        samples[i] = impl_->interleaved[i * impl_->n_channels + c];
    }
    done += n;
  }
  return done;
}

}  // namespace tidemark::dsp
