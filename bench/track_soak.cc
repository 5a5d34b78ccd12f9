// track_soak paced N_TRACKS SECONDS BUFFER_MS: as many tracks of 20 ms (48 kHz, mono, 16 bits),
// read by one TrackPacer and written by another thread. track_soak growth N_FRAMES: frames through
// one track. Prints what came of it as a line of JSON.
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

#include "memory/heap.h"
#include "tidemark/audio_track.h"
#include "tidemark/track_pacer.h"

namespace {

using namespace tidemark;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kFrameSamples = 960;
constexpr double kSampleBytes = 2;

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "track_soak: %s failed\n", what);
  std::exit(1);
}

std::unique_ptr<AudioTrack> MakeTrack(double buffer_ms) {
  auto track = AudioTrack::Create({.buffer_ms = buffer_ms});
  Require(track.has_value(), "AudioTrack::Create");
  return std::move(*track);
}

// Pages that are resident now.
double ResidentBytes() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  long n_total = 0;
  long n_resident = 0;
  Require(file != nullptr && std::fscanf(file, "%ld %ld", &n_total, &n_resident) == 2, "statm");
  std::fclose(file);
  return static_cast<double>(n_resident * sysconf(_SC_PAGESIZE));
}

class Ear final : public FrameSink {
 public:
  bool OnFrame(std::span<const std::byte>, const FrameInfo& info) override {
    ++(info.audio ? n_audio : n_silent);
    return true;
  }
  std::int64_t n_audio = 0;
  std::int64_t n_silent = 0;
};

// A piece of 20 ms for every track every 20 ms, a twentieth of the tracks each millisecond.
void WriteAll(const std::vector<std::unique_ptr<AudioTrack>>& tracks, Clock::time_point end) {
  const std::array<std::int16_t, kFrameSamples> piece{};
  const PcmView pcm{.data = piece.data(), .n_samples = piece.size()};
  Clock::time_point due = Clock::now();
  for (std::size_t i = 0; Clock::now() < end; ++i) {
    for (std::size_t k = i % 20; k < tracks.size(); k += 20) {
      Require(tracks[k]->Write(pcm).has_value(), "Write");
    }
    due += std::chrono::milliseconds(1);
    std::this_thread::sleep_until(due);
  }
}

int Paced(std::size_t n_tracks, double seconds, double buffer_ms) {
  const double before_bytes = ResidentBytes();
  auto pacer = TrackPacer::Create({.max_tracks = n_tracks});
  Require(pacer.has_value(), "TrackPacer::Create");
  std::vector<std::unique_ptr<AudioTrack>> tracks;
  std::vector<Ear> ears(n_tracks);
  // Full once, so that every page of a ring has been touched; then 100 ms stay.
  const std::vector<std::int16_t> full(static_cast<std::size_t>(48 * buffer_ms), 1);
  for (std::size_t i = 0; i < n_tracks; ++i) {
    tracks.push_back(MakeTrack(buffer_ms));
    for (int k = 0; k < 2; ++k) {
      Require(tracks[i]->Write({.data = full.data(), .n_samples = full.size()}).has_value(),
              "Write");
    }
    tracks[i]->Flush();
    Require(tracks[i]->Write({.data = full.data(), .n_samples = 4800}).has_value(), "Write");
    Require((*pacer)->Add(*tracks[i], ears[i]).has_value(), "Add");
  }
  const auto end = Clock::now() + std::chrono::microseconds(static_cast<long>(1e6 * seconds));
  std::thread reader([&] { (*pacer)->Run(); });
  const auto n_before = memory::ReadHeap().allocations;
  WriteAll(tracks, end);
  const auto n_allocations = memory::ReadHeap().allocations - n_before;
  const double resident_bytes = ResidentBytes() - before_bytes;
  (*pacer)->Stop();
  reader.join();
  const PacerStats stats = (*pacer)->Stats();
  std::int64_t n_silent = 0;
  for (const Ear& ear : ears) n_silent += ear.n_silent;
  const double held_bytes = static_cast<double>(tracks[0]->Stats().held_bytes) +
                            static_cast<double>(stats.held_bytes) / static_cast<double>(n_tracks);
  const double ring_bytes = 48 * buffer_ms * kSampleBytes;
  std::printf(
      "{\"tracks\": %zu, \"seconds\": %g, \"frames\": %lld, \"missed\": %lld, \"skipped\": %lld, "
      "\"silent\": %lld, \"late_p50_ms\": %g, \"late_p999_ms\": %g, \"late_max_ms\": %g, "
      "\"held_ratio\": %g, \"resident_ratio\": %g, \"allocations\": %lld}\n",
      n_tracks, seconds, static_cast<long long>(stats.frames), static_cast<long long>(stats.missed),
      static_cast<long long>(stats.skipped), static_cast<long long>(n_silent), stats.late_p50_ms,
      stats.late_p999_ms, stats.late_max_ms, held_bytes / ring_bytes,
      resident_bytes / static_cast<double>(n_tracks) / ring_bytes,
      static_cast<long long>(n_allocations));
  return 0;
}

int Growth(std::int64_t n_frames) {
  const auto track = MakeTrack(1'000);
  const std::vector<std::int16_t> piece(kFrameSamples, 1);
  const PcmView pcm{.data = piece.data(), .n_samples = piece.size()};
  std::vector<std::byte> frame(track->frame_bytes());
  const auto pass = [&](std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) {
      Require(track->Write(pcm) && track->Read(frame)->audio, "a frame");
    }
  };
  pass(1'000);  // until every page has been touched
  ResidentBytes();
  const double before_bytes = ResidentBytes();
  const auto n_before = memory::ReadHeap().allocations;
  pass(n_frames);
  const auto n_allocations = memory::ReadHeap().allocations - n_before;
  std::printf("{\"frames\": %lld, \"grown_bytes\": %.0f, \"allocations\": %lld}\n",
              static_cast<long long>(n_frames), ResidentBytes() - before_bytes,
              static_cast<long long>(n_allocations));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 5 && std::strcmp(argv[1], "paced") == 0) {
    return Paced(std::strtoul(argv[2], nullptr, 10), std::atof(argv[3]), std::atof(argv[4]));
  }
  if (argc == 3 && std::strcmp(argv[1], "growth") == 0) return Growth(std::atoll(argv[2]));
  std::fputs("usage: track_soak paced N_TRACKS SECONDS BUFFER_MS | growth N_FRAMES\n", stderr);
  return 64;
}
