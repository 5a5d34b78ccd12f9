// FakeSource: frames whose samples say where they are, without a file behind them.
#pragma once

#include <algorithm>
#include <optional>

#include "io/source.h"

namespace tidemark::io {

class FakeSource final : public Source {
 public:
  FakeSource(std::int64_t n_frames, int channels, bool seekable) : n_frames_(n_frames) {
    info_.path = "fake.wav";
    info_.format = "WAV";
    info_.encoding = "pcm_f32le";
    info_.decoder = "fake";
    info_.stream = {.sample_rate_hz = 1000, .channels = channels};
    info_.declared_frames = n_frames;
    info_.seekable = seekable;
  }

  // The sample that frame f of channel c has.
  static float Sample(std::int64_t frame, std::size_t channel) {
    return static_cast<float>(frame % 4096) / 8192.0F + static_cast<float>(channel) / 100.0F;
  }

  [[nodiscard]] const SourceInfo& info() const override { return info_; }
  SourceInfo& mutable_info() { return info_; }
  void FailAt(std::int64_t frame) { fail_at_ = frame; }
  // To the start, without being counted.
  bool Rewind() {
    position_ = 0;
    return true;
  }
  [[nodiscard]] int n_seeks() const { return n_seeks_; }

  Result<std::size_t> Read(AudioBlock out) override {
    const auto n = std::clamp<std::int64_t>(n_frames_ - position_, 0,
                                            static_cast<std::int64_t>(out.n_frames()));
    if (fail_at_ && position_ + n > *fail_at_) return Fail(ErrorCode::kIo, "fake.wav: broken");
    for (std::size_t c = 0; c < out.n_channels(); ++c) {
      for (std::int64_t i = 0; i < n; ++i) {
        out.channel(c)[static_cast<std::size_t>(i)] = Sample(position_ + i, c);
      }
    }
    position_ += n;
    return static_cast<std::size_t>(n);
  }

  Result<void> Seek(std::int64_t frame) override {
    if (!info_.seekable) return Fail(ErrorCode::kUnsupported, "fake.wav: cannot be seeked");
    position_ = frame;
    ++n_seeks_;
    return {};
  }

  [[nodiscard]] bool truncated() const override { return false; }

 private:
  SourceInfo info_;
  std::int64_t n_frames_;
  std::int64_t position_ = 0;
  std::optional<std::int64_t> fail_at_;
  int n_seeks_ = 0;
};

}  // namespace tidemark::io
