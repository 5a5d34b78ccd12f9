// A track under any options, operations and formats: what came in is what came out, was dropped or
// still waits; frames are whole; memory never changes.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "tidemark/audio_track.h"

namespace {

using namespace tidemark;

void Require(bool holds) {
  if (!holds) std::abort();
}

// Numbers out of the input; zeros once it is used up.
class Script {
 public:
  Script(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  [[nodiscard]] bool empty() const { return at_ >= size_; }
  int Byte() { return empty() ? 0 : data_[at_++]; }
  int Draw(int n) { return (Byte() << 8 | Byte()) % n; }
  void Fill(std::vector<std::uint8_t>& bytes) {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(Byte());
  }

 private:
  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

TrackOptions DrawOptions(Script& script) {
  constexpr std::array kRates{8'000, 11'025, 44'100, 48'000, 4'000, 96'000, 3'999, 192'000};
  TrackOptions options;
  options.sample_rate_hz = kRates[static_cast<std::size_t>(script.Draw(kRates.size()))];
  options.channels = script.Draw(10);
  options.type = static_cast<SampleType>(script.Draw(4));
  options.frame_ms = 2.5 * script.Draw(26);
  options.buffer_ms = script.Draw(400) / 1.7;
  options.max_input_rate_hz = script.Draw(2) == 0 ? 192'000 : 48'000;
  options.overflow = static_cast<Overflow>(script.Draw(3));
  options.block_timeout_ms = 0;
  options.max_latency_ms = script.Draw(2) * script.Draw(300);
  options.fade_ms = script.Draw(62);
  options.conceal = script.Draw(2) == 1;
  options.correct_drift = script.Draw(2) == 1;
  options.target_latency_ms = script.Draw(100);
  return options;
}

void Write(AudioTrack& track, Script& script) {
  constexpr std::array kRates{48'000, 44'100, 8'000, 16'000, 192'000, 4'000, 0, 47'999};
  PcmView pcm;
  pcm.sample_rate_hz = kRates[static_cast<std::size_t>(script.Draw(kRates.size()))];
  pcm.channels = script.Draw(10);
  pcm.type = static_cast<SampleType>(script.Draw(4));
  pcm.n_samples = static_cast<std::size_t>(script.Draw(3'000));
  // Some samples of the input, over and over: any bits, so any float too.
  std::vector<std::uint8_t> pattern(64);
  script.Fill(pattern);
  const std::size_t n_bytes =
      pcm.n_samples * static_cast<std::size_t>(pcm.channels) * BytesOf(pcm.type);
  std::vector<std::uint8_t> samples(n_bytes);
  for (std::size_t i = 0; i < n_bytes; ++i) samples[i] = pattern[i % pattern.size()];
  std::vector<const void*> planes;
  if (script.Draw(2) == 1) {
    for (int c = 0; c < pcm.channels; ++c) {
      planes.push_back(samples.data() + n_bytes / static_cast<std::size_t>(pcm.channels) *
                                            static_cast<std::size_t>(c));
    }
    pcm.planes = planes.data();
  } else {
    pcm.data = samples.data();
  }
  const auto n_taken = track.Write(pcm);
  if (n_taken) Require(*n_taken <= pcm.n_samples);
}

void Read(AudioTrack& track) {
  std::vector<std::byte> frame(track.frame_bytes());
  const auto info = track.Read(frame);
  if (!info) return Require(track.stopped());
  if (track.options().type != SampleType::kF32) return;
  for (std::size_t at = 0; at < frame.size(); at += sizeof(float)) {
    float x = 0;
    std::memcpy(&x, frame.data() + at, sizeof(x));
    Require(std::isfinite(x));
  }
}

void CheckStats(const AudioTrack& track, std::size_t held_bytes) {
  const TrackStats stats = track.Stats();
  Require(stats.held_bytes == held_bytes);
  const std::int64_t buffered =
      std::llround(stats.buffered_ms * track.options().sample_rate_hz / 1000);
  Require(stats.written ==
          stats.read + stats.dropped_oldest + stats.dropped_late + stats.flushed + buffered);
  const auto frame = static_cast<std::int64_t>(track.frame_samples());
  Require(stats.read % frame == 0 && stats.silent % frame == 0);
  Require(std::min({stats.dropped_newest, stats.underruns, stats.non_finite, buffered}) >= 0);
  Require(stats.high_water_ms >= stats.buffered_ms || stats.written > 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Script script(data, size);
  const TrackOptions options = DrawOptions(script);
  const auto track = AudioTrack::Create(options);
  const auto planned = AudioTrack::PlanBytes(options);
  Require(track.has_value() == planned.has_value());
  if (!track) {
    Require(track.error().code == ErrorCode::kUsage && !track.error().message.empty());
    return 0;
  }
  for (int n = 0; n < 200 && !script.empty(); ++n) {
    const int what = script.Draw(32);
    if (what < 12) {
      Write(**track, script);
    } else if (what < 28) {
      Read(**track);
    } else if (what < 30) {
      (*track)->Flush();
    } else if (what == 30) {
      Require((*track)->Finish().has_value() != (*track)->stopped());
    } else if (script.Draw(16) == 0) {
      (*track)->Stop();
    }
    CheckStats(**track, *planned);
  }
  return 0;
}
