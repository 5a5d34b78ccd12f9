// TrackWriter: what is written to a track, of any format, as the track's own samples in its ring.
// Belongs to the writing thread; allocates nothing. Up to 64 KiB of stack.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "dsp/channel_matrix.h"
#include "dsp/rate_converter.h"
#include "live/counter.h"
#include "live/drift_meter.h"
#include "live/parking.h"
#include "live/patience.h"
#include "live/sample_ring.h"
#include "live/track_shape.h"

namespace tidemark::live {

class TrackWriter {
 public:
  // Any thread may read these; samples at the track's rate.
  struct Counters {
    Counter written;
    Counter dropped_oldest;
    Counter dropped_newest;
    Counter high_water;
    Counter non_finite;  // single values
    Counter drift_ppb;
  };

  static std::size_t PlanBytes(const TrackOptions& options, const TrackShape& shape);
  // Borrows the ring; the parking, where a full track has it wait for the reader; and `stopped`.
  TrackWriter(const TrackOptions& options, const TrackShape& shape, SampleRing& ring,
              Parking& parking, const std::atomic<bool>& stopped, memory::Arena& arena);

  // Returns how many samples of `pcm` were taken. kUsage for a format out of range.
  Result<std::size_t> Write(const PcmView& pcm);
  // Writes what the conversion holds back, and silence up to a whole frame.
  void Finish();
  // The next sample written is the first of a signal. Any thread.
  void Restart() { restart_.store(true, std::memory_order_release); }
  // The reader ran out of audio or skipped some. Any thread.
  void NoteJump() { jumped_.store(true, std::memory_order_relaxed); }

  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  [[nodiscard]] bool Takes(const PcmView& pcm) const;
  [[nodiscard, gnu::cold]] Error Refusal(const PcmView& pcm) const;
  // Once after each Restart(). Looks before it takes: nearly always there is nothing to take.
  [[nodiscard]] bool MustRestart() {
    return restart_.load(std::memory_order_relaxed) &&
           restart_.exchange(false, std::memory_order_acquire);
  }
  void NoteBuffered(std::int64_t n) {
    if (n > counters_.high_water.value()) counters_.high_water.Set(n);
  }
  bool PutAtOnce(const PcmView& pcm);
  void StartSignal(const PcmView& pcm);
  void EndSignal();
  [[nodiscard]] bool IsOwnFormat(const PcmView& pcm) const;
  void WriteConverted(const PcmView& pcm);
  void Convert(const float* const* in, std::size_t n);
  void PutFloats(const float* const* planes, std::size_t n);
  // Where the track is full: by its overflow rule, or into the ring's slack.
  enum class Excess : std::uint8_t { kByRule, kToSlack };
  void PutSilence(std::int64_t n, Excess excess);
  void Put(const std::byte* samples, std::int64_t n);
  std::int64_t PutOrDrop(const std::byte* samples, std::int64_t n);
  [[nodiscard]] std::size_t Bytes(std::int64_t n_samples) const {
    return static_cast<std::size_t>(n_samples) * shape_.sample_bytes;
  }
  bool WaitForRoom();
  void MeasureDrift(std::int64_t n_before);

  TrackOptions options_;
  TrackShape shape_;
  SampleRing& ring_;
  Parking& parking_;
  Patience patience_;
  const std::atomic<bool>& stopped_;
  dsp::RateConverter converter_;
  dsp::ChannelMatrix matrix_;
  std::optional<DriftMeter> drift_;
  int in_hz_ = 0;        // of the signal that was begun; 0: none
  int in_channels_ = 0;  // of the matrix
  int highest_hz_ = 0;   // of the input
  bool converts_ = false;
  std::int64_t n_lost_ = 0;       // samples of this Write() that were not taken
  std::int64_t deadline_ns_ = 0;  // of this Write()'s waits; 0: none yet
  std::atomic<bool> restart_ = false;
  std::atomic<bool> jumped_ = false;
  Counters counters_;
};

}  // namespace tidemark::live
