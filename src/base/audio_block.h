// AudioBlock: a borrowed view of planar float samples, full scale = 1.0.
// It owns nothing; the block pool of the engine (or a test) owns the samples and
// must outlive the view. Cheap to copy.
#pragma once

#include <cassert>
#include <cstddef>
#include <span>

namespace tidemark {

// Analyzers get blocks of exactly this many frames, save the last before a gap or the end.
// 1024 frames of stereo are 8 KiB: they stay in the first-level cache for every analyzer.
inline constexpr std::size_t kBlockFrames = 1024;

class AudioBlock {
 public:
  AudioBlock() = default;
  // channels[c] points to at least n_frames samples.
  AudioBlock(std::span<float* const> channels, std::size_t n_frames)
      : channels_(channels), n_frames_(n_frames) {}

  [[nodiscard]] std::size_t n_channels() const { return channels_.size(); }
  [[nodiscard]] std::size_t n_frames() const { return n_frames_; }
  [[nodiscard]] std::span<float* const> channels() const { return channels_; }
  [[nodiscard]] std::span<float> channel(std::size_t c) const {
    assert(c < channels_.size());
    return {channels_[c], n_frames_};
  }

  // The first n frames of the same samples. REQUIRES: n <= n_frames().
  [[nodiscard]] AudioBlock First(std::size_t n) const {
    assert(n <= n_frames_);
    return {channels_, n};
  }

 private:
  std::span<float* const> channels_;
  std::size_t n_frames_ = 0;
};

}  // namespace tidemark
