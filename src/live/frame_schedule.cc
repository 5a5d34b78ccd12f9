#include "live/frame_schedule.h"

#include <algorithm>
#include <cassert>

#include "live/pace.h"

namespace tidemark::live {
namespace {

constexpr std::uint32_t kGoldenRatio = 0x9E37'79B9;  // less 1, in 2^-32

// The first moment from now_ns on that lies `phase` into a frame, frames being counted from 0.
std::int64_t FirstDue(std::int64_t now_ns, std::int64_t frame_ns, std::uint32_t phase) {
  const std::int64_t phase_ns = frame_ns * phase >> 32;
  const std::int64_t wait_ns = phase_ns - now_ns % frame_ns;
  return now_ns + (wait_ns < 0 ? wait_ns + frame_ns : wait_ns);
}

}  // namespace

std::size_t FrameSchedule::PlanBytes(std::size_t max_tracks) {
  return memory::ArenaBytes<Entry>(max_tracks) + memory::ArenaBytes<Track>(max_tracks);
}

FrameSchedule::FrameSchedule(std::size_t max_tracks, memory::Arena& arena)
    : heap_(arena.Take<Entry>(max_tracks)), tracks_(arena.Take<Track>(max_tracks)) {
  for (std::size_t i = 0; i < max_tracks; ++i) tracks_[i].next_free = i + 1;
}

std::optional<std::size_t> FrameSchedule::Add(int rate_hz, std::int64_t frame_samples) {
  assert(rate_hz > 0 && frame_samples > 0);
  if (free_ == tracks_.size()) return std::nullopt;
  const std::size_t place = free_;
  Track& track = tracks_[place];
  free_ = track.next_free;
  track = {.rate_hz = rate_hz,
           .frame = frame_samples,
           .anchor_ns = kNew,
           .position = 0,
           .phase = next_phase_,
           .next_free = 0};
  next_phase_ += kGoldenRatio;
  Push(0, place);
  return place;
}

void FrameSchedule::Remove(std::size_t place) {
  const auto entries = heap_.first(n_);
  const auto found = std::ranges::find(entries, place, &Entry::place);
  assert(found != entries.end());
  *found = entries.back();
  --n_;
  std::ranges::make_heap(heap_.first(n_), Later);
  tracks_[place].next_free = free_;
  free_ = place;
}

std::optional<FrameSchedule::Due> FrameSchedule::Take(std::int64_t now_ns) {
  while (n_ > 0 && heap_[0].due_ns <= now_ns) {
    std::ranges::pop_heap(heap_.first(n_), Later);
    const Entry entry = heap_[--n_];
    Track& track = tracks_[entry.place];
    const std::int64_t frame_ns = DurationNs(track.frame, track.rate_hz);
    if (track.anchor_ns == kNew) {
      track.anchor_ns = FirstDue(now_ns, frame_ns, track.phase);
      Push(track.anchor_ns, entry.place);
      continue;
    }
    Due due{.place = entry.place, .late_ns = now_ns - entry.due_ns, .frame_ns = frame_ns};
    if (due.late_ns > frame_ns) due.n_skipped = due.late_ns / frame_ns;
    track.position += track.frame * (1 + due.n_skipped);
    Push(track.anchor_ns + DurationNs(track.position, track.rate_hz), entry.place);
    return due;
  }
  return std::nullopt;
}

void FrameSchedule::Push(std::int64_t due_ns, std::size_t place) {
  heap_[n_++] = {due_ns, place};
  std::ranges::push_heap(heap_.first(n_), Later);
}

}  // namespace tidemark::live
