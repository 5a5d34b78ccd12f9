// track_bench: what a frame of 20 ms (48 kHz, mono, 16 bits) costs by itself: through an
// AudioTrack, as plain copies of the same bytes to and from memory that is walked alike, and
// through the queues of peers. Argument of each: how much is buffered, in frames. Reports in Google
// Benchmark's JSON.
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include "bench/track_queues.h"
#include "memory/heap.h"
#include "tidemark/audio_track.h"

namespace {

using namespace tidemark;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kFrameSamples = 960;
constexpr std::size_t kFrameBytes = 2 * kFrameSamples;
constexpr double kFrameMs = 20;
using Frame = std::vector<std::byte>;

// libc's: a copy of constant size would be inlined as `rep movs`, which is slower.
void* (*volatile copy)(void*, const void*, std::size_t) = std::memcpy;

void Require(bool holds) {
  if (holds) return;
  std::fputs("track_bench: a call failed or gave no audio\n", stderr);
  std::abort();
}

// Memory as large as a track's, written and read around, with nothing but copies.
class Copies {
 public:
  explicit Copies(std::size_t n_frames)
      : bytes_((n_frames + kSpareFrames) * kFrameBytes, std::byte{1}) {}
  void Write(const Frame& frame) { copy(Next(written_), frame.data(), kFrameBytes); }
  void Read(Frame& frame) { copy(frame.data(), Next(read_), kFrameBytes); }

 private:
  std::byte* Next(std::size_t& at) {
    std::byte* here = bytes_.data() + at;
    at = at + kFrameBytes == bytes_.size() ? 0 : at + kFrameBytes;
    return here;
  }
  static constexpr std::size_t kSpareFrames = 3;
  std::vector<std::byte> bytes_;
  std::size_t written_ = 0;
  std::size_t read_ = 0;
};

class Track {
 public:
  explicit Track(std::size_t n_frames) {
    auto track = AudioTrack::Create({.buffer_ms = kFrameMs * static_cast<double>(n_frames)});
    Require(track.has_value());
    track_ = std::move(*track);
  }
  void Write(const Frame& frame) {
    Require(track_->Write({.data = frame.data(), .n_samples = kFrameSamples}) == kFrameSamples);
  }
  void Read(Frame& frame) {
    const auto info = track_->Read(frame);
    Require(info && info->audio);
  }

 private:
  std::unique_ptr<AudioTrack> track_;
};

// Reads alone: as many as are buffered, at most a second of them, are timed in one go.
template <typename Buffer>
void Read(benchmark::State& state) {
  const auto n_buffered = static_cast<std::size_t>(state.range(0));
  const std::size_t n_timed = std::min<std::size_t>(n_buffered, 50);
  Buffer buffer(n_buffered);
  Frame frame(kFrameBytes, std::byte{1});
  for (std::size_t i = n_timed; i < n_buffered; ++i) buffer.Write(frame);
  for (auto _ : state) {
    for (std::size_t i = 0; i < n_timed; ++i) buffer.Write(frame);
    const Clock::time_point start = Clock::now();
    for (std::size_t i = 0; i < n_timed; ++i) {
      buffer.Read(frame);
      benchmark::ClobberMemory();
    }
    const std::chrono::duration<double> taken = Clock::now() - start;
    state.SetIterationTime(taken.count());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(n_timed));
}

// A write and a read, with as much buffered between them.
template <typename Buffer>
void WriteRead(benchmark::State& state) {
  const auto n_buffered = static_cast<std::size_t>(state.range(0));
  Buffer buffer(n_buffered + 1);
  Frame in(kFrameBytes, std::byte{1});
  Frame out(kFrameBytes);
  for (std::size_t i = 0; i < n_buffered; ++i) buffer.Write(in);
  const std::uint64_t n_before = memory::ReadHeap().allocations;
  for (auto _ : state) {
    buffer.Write(in);
    buffer.Read(out);
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations());
  const auto n_allocations = memory::ReadHeap().allocations - n_before;
  state.counters["allocations"] = static_cast<double>(n_allocations);
}

// What is in the nearest cache, a second, the 30 seconds that a track holds unless told otherwise.
constexpr int kHot = 8;
constexpr int kSecond = 50;
constexpr int kHalfMinute = 1'500;

BENCHMARK(Read<Copies>)->Arg(kHot)->Arg(kSecond)->Arg(kHalfMinute)->UseManualTime();
BENCHMARK(Read<Track>)->Arg(kHot)->Arg(kSecond)->Arg(kHalfMinute)->UseManualTime();
BENCHMARK(WriteRead<Copies>)->Arg(kHot)->Arg(kSecond)->Arg(kHalfMinute);
BENCHMARK(WriteRead<Track>)->Arg(kHot)->Arg(kSecond)->Arg(kHalfMinute);
BENCHMARK(WriteRead<bench::VectorQueue>)->Arg(0)->Arg(kSecond)->Arg(kHalfMinute);
BENCHMARK(WriteRead<bench::DequeQueue>)->Arg(0)->Arg(kSecond)->Arg(kHalfMinute);

}  // namespace

BENCHMARK_MAIN();
