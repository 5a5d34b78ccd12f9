// AudioTrack: live PCM between two threads in memory that is fixed when it is made. One thread
// writes bursts of any length and format; another reads frames of one length and format, as fast
// as it likes or at the pace of the audio. What is too much is dropped, by a stated rule, and
// counted; what is missing is silence; neither clicks.
//
// A *frame* is what one Read() gives (20 ms), a *sample* one moment on all channels.
//
// Threads: one writer (Write, Finish) and one reader (Read, ReadPaced) at a time, each any thread;
// everything else from any thread. Write() and Read() allocate nothing, take no lock and make no
// system call, but for Overflow::kBlock, where a full track puts the writer to sleep and the reader
// wakes it. Write() and Read() finish in a bounded number of steps whatever the other side does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "tidemark/result.h"
#include "tidemark/sample_type.h"

namespace tidemark {

enum class Overflow : std::uint8_t {
  kDropOldest,  // what has waited longest gives way
  kDropNewest,  // what does not fit is not taken
  kBlock,       // Write() waits for the reader, at most block_timeout_ms
};

struct TrackOptions {
  // Of the frames that are read.
  int sample_rate_hz = 48'000;         // 4,000 to 192,000
  int channels = 1;                    // 1 to 8, in WAVE order
  SampleType type = SampleType::kS16;  // interleaved
  double frame_ms = 20;                // 2.5 to 60; floor(rate * frame_ms / 1000) samples
  double buffer_ms = 30'000;           // at least a frame; what the track can hold
  int max_input_rate_hz = 192'000;     // the highest rate that Write() will take
  Overflow overflow = Overflow::kDropOldest;
  double block_timeout_ms = 1'000;  // of Overflow::kBlock
  // Where more than this waits when a frame is read, the oldest is skipped; 0: no such bound. At
  // least two frames.
  double max_latency_ms = 0;
  // Of the crossfade where audio was dropped or skipped, of the fade to silence where it runs out
  // and of the fade from silence where it comes back; at most a frame; 0 for none.
  double fade_ms = 5;
  // Fills the first 60 ms of a gap with the last pitch period, fading (ITU-T G.711 Appendix I).
  bool conceal = false;
  // Slows or speeds what is written by up to 1,000 ppm, so that the buffered length stays near
  // target_latency_ms (0: where it is after the first two seconds) though the clocks differ.
  bool correct_drift = false;
  double target_latency_ms = 0;
  // A call that waits asks this every 50 ms, on its own thread, with keep_waiting_context. Where it
  // says no, ReadPaced() fails with kCancelled, and Write() takes no more, as if its time were up.
  bool (*keep_waiting)(void* context) = nullptr;
  void* keep_waiting_context = nullptr;
};

// Borrowed samples of any format. Interleaved where `planes` is null, else one plane a channel.
struct PcmView {
  const void* data = nullptr;
  const void* const* planes = nullptr;
  std::size_t n_samples = 0;  // per channel
  int sample_rate_hz = 48'000;
  int channels = 1;  // 1 to 8; mixed to the track's by ITU-R BS.775
  SampleType type = SampleType::kS16;
};

struct FrameInfo {
  std::int64_t pts = 0;  // samples since the first frame, silence included
  bool audio = false;    // false: nothing was there, and the frame is silence, or fades to it
  bool end = false;      // nothing is left after Finish(), and so will it be until Write()
};

// Samples count per channel at the track's rate.
struct TrackStats {
  double buffered_ms = 0;
  double high_water_ms = 0;
  std::int64_t written = 0;         // that came into the buffer
  std::int64_t read = 0;            // audio that came out
  std::int64_t silent = 0;          // silence that came out instead
  std::int64_t dropped_oldest = 0;  // overflow
  std::int64_t dropped_newest = 0;  // overflow, or the writer waited in vain
  std::int64_t dropped_late = 0;    // over max_latency_ms
  std::int64_t flushed = 0;
  std::int64_t underruns = 0;   // times that audio ran out
  std::int64_t reanchors = 0;   // times that the pace began anew after a stall
  std::int64_t non_finite = 0;  // NaN and infinities written, taken as 0; single values
  double drift_ppm = 0;         // the writer's clock against the reader's, estimated
  std::size_t held_bytes = 0;   // all memory of the track; never changes
};

class [[gnu::visibility("default")]] AudioTrack final {
 public:
  // The memory that a track with these options takes, in bytes. kUsage as Create().
  static Result<std::size_t> PlanBytes(const TrackOptions& options);

  // kUsage, naming the option, where one is out of range; kMemory where there is not enough.
  static Result<std::unique_ptr<AudioTrack>> Create(const TrackOptions& options);

  AudioTrack(const AudioTrack&) = delete;
  AudioTrack& operator=(const AudioTrack&) = delete;
  // REQUIRES: no other thread is in a member.
  ~AudioTrack();

  [[nodiscard]] const TrackOptions& options() const;
  [[nodiscard]] std::size_t frame_samples() const;
  [[nodiscard]] std::size_t frame_bytes() const;

  // Writer. Takes all of `pcm`, converted, or what the overflow rule leaves of it; returns how many
  // of its samples were taken. Formats may change between calls. kUsage for one that is out of
  // range; kCancelled after Stop().
  Result<std::size_t> Write(const PcmView& pcm);

  // Writer. What the conversion holds back is written and the last frame filled with silence. What
  // is written later starts anew.
  Result<void> Finish();

  // Reader. Fills `frame` at once: with audio if a whole frame of it is there, else with silence;
  // shorter pieces wait for more unless Finish() was called. kUsage where frame.size() is not
  // frame_bytes(); kCancelled after Stop().
  Result<FrameInfo> Read(std::span<std::byte> frame);

  // Reader. The same once the frame is due: the first at once, each other one when those before it
  // have been played. A reader that comes late by more than a frame gets one frame at once, and the
  // pace begins anew: there is no burst. Stop() ends the wait.
  Result<FrameInfo> ReadPaced(std::span<std::byte> frame);

  // Reader. When the next frame is due on a monotonic clock that says `now_ns`, by the pace of
  // ReadPaced(): for one that waits by itself, in an event loop, and then calls Read(). One clock
  // for each track.
  std::int64_t NextDueNs(std::int64_t now_ns);

  // What was written before is not read after; conversion starts anew. Timestamps go on.
  void Flush();
  // Ends the track: calls that wait and all later ones fail with kCancelled.
  void Stop();
  [[nodiscard]] bool stopped() const;

  [[nodiscard]] TrackStats Stats() const;

 private:
  class Impl;
  explicit AudioTrack(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace tidemark
