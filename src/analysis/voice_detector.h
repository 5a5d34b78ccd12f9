// VoiceDetector: the voice activity detector of WebRTC (libwebrtc-audio-processing, BSD): whether
// 10 ms could be voice, by the likelihood of six bands up to 4 kHz under mixtures of two Gaussians
// that follow the recording. It takes most music for voice; see speech.h. One owner, one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"

namespace tidemark::analysis {

class VoiceDetector {
 public:
  static constexpr int kRateHz = 8'000;
  static constexpr std::size_t kFrames = 80;  // 10 ms
  // What the library takes from the heap, once.
  static constexpr std::size_t kAllowanceBytes = 1024;

  // kMemory where the library gets none.
  static Result<VoiceDetector> Create();

  // Whether the next 10 ms could be voice. REQUIRES: samples.size() == kFrames.
  bool Hears(std::span<const std::int16_t> samples);

  // Forgets the recording.
  void Reset();

 private:
  struct Free {
    void operator()(void* handle) const;
  };
  explicit VoiceDetector(void* handle) : handle_(handle) {}

  std::unique_ptr<void, Free> handle_;
};

}  // namespace tidemark::analysis
