#include "analysis/voice_detector.h"

#include <cassert>

// The package has the header of the whole audio processing only, not that of its detector
// (common_audio/vad/include/webrtc_vad.h). This is its C interface, as the library exports it.
extern "C" {
void* WebRtcVad_Create();
void WebRtcVad_Free(void* handle);
int WebRtcVad_Init(void* handle);                // 0: done
int WebRtcVad_set_mode(void* handle, int mode);  // 0 to 3: the higher, the fewer false alarms
// 1: voice, 0: none, -1: the handle, rate or length is wrong.
int WebRtcVad_Process(void* handle, int rate_hz, const std::int16_t* samples, std::size_t n);
}

namespace tidemark::analysis {
namespace {

constexpr int kMode = 2;

}  // namespace

void VoiceDetector::Free::operator()(void* handle) const { WebRtcVad_Free(handle); }

Result<VoiceDetector> VoiceDetector::Create() {
  VoiceDetector detector(WebRtcVad_Create());
  if (!detector.handle_) return Fail(ErrorCode::kMemory, "no memory for the voice detector");
  detector.Reset();
  return detector;
}

bool VoiceDetector::Hears(std::span<const std::int16_t> samples) {
  assert(samples.size() == kFrames);
  return WebRtcVad_Process(handle_.get(), kRateHz, samples.data(), kFrames) == 1;
}

void VoiceDetector::Reset() {
  const bool ready =
      WebRtcVad_Init(handle_.get()) == 0 && WebRtcVad_set_mode(handle_.get(), kMode) == 0;
  assert(ready);
  static_cast<void>(ready);
}

}  // namespace tidemark::analysis
