// A second of a tone, written in bursts by one thread and read at its pace by another.
//
//     g++ -std=c++20 track.cc $(pkg-config --cflags --libs tidemark) -lpthread -o track && ./track
#include <tidemark/audio_track.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <thread>
#include <vector>

namespace {

constexpr int kRate = 44'100;

bool WriteTone(tidemark::AudioTrack& track) {
  std::array<float, 1'000> burst{};
  for (int at = 0; at < kRate; at += 1'000) {
    const auto n = static_cast<std::size_t>(std::min(1'000, kRate - at));
    for (std::size_t i = 0; i < n; ++i) {
      burst[i] = 0.25F * std::sin(0.0627F * static_cast<float>(at + static_cast<int>(i)));
    }
    const auto written = track.Write({.data = burst.data(),
                                      .n_samples = n,
                                      .sample_rate_hz = kRate,
                                      .type = tidemark::SampleType::kF32});
    if (!written) return false;
  }
  return track.Finish().has_value();
}

}  // namespace

int main() {
  auto created = tidemark::AudioTrack::Create(
      {.sample_rate_hz = 48'000, .buffer_ms = 200, .overflow = tidemark::Overflow::kBlock});
  if (!created) {
    std::fprintf(stderr, "%s\n", created.error().message.c_str());
    return 1;
  }
  tidemark::AudioTrack& track = **created;
  std::jthread writer([&track] { WriteTone(track); });

  std::vector<std::byte> frame(track.frame_bytes());
  int n_frames = 0;
  for (;;) {
    const auto info = track.ReadPaced(frame);
    if (!info) return 1;
    if (info->end) break;
    n_frames += info->audio ? 1 : 0;
  }
  const tidemark::TrackStats stats = track.Stats();
  std::printf("%d frames, %lld samples read, %lld dropped, %zu bytes held\n", n_frames,
              static_cast<long long>(stats.read),
              static_cast<long long>(stats.dropped_oldest + stats.dropped_newest),
              stats.held_bytes);
  return 0;
}
