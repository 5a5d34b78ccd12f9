#include "analysis/interval_builder.h"

#include <algorithm>
#include <cassert>

namespace tidemark::analysis {

void IntervalBuilder::StartSegment(double start_s) {
  segment_start_s_ = start_s;
  now_s_ = start_s;
}

void IntervalBuilder::Add(CellState state, double end_s) {
  const double start_s = now_s_;
  now_s_ = end_s;
  if (state == CellState::kMaybe) {
    if (!has_maybe()) maybe_start_s_ = start_s;
    return;
  }
  if (state == CellState::kSound) {
    AddSound(start_s, end_s);
    return;
  }
  if (sound_open_ && now_s_ - sound_.end_s >= rules_.min_silence_s) CloseSound();
  const double reach_s = std::max(0.0, rules_.margin_before_s);
  if (held_ && !sound_open_ && now_s_ - reach_s > held_interval_.end_s) EmitHeld();
}

void IntervalBuilder::ResolveMaybe(bool is_sound) {
  if (!has_maybe()) return;
  if (is_sound) AddSound(maybe_start_s_, now_s_);
  maybe_start_s_ = -1;
}

void IntervalBuilder::AddSound(double start_s, double end_s) {
  if (sound_open_ && start_s - sound_.end_s < rules_.min_silence_s) {
    sound_.end_s = end_s;
    return;
  }
  if (sound_open_) CloseSound();
  const double reach_s = std::max(0.0, rules_.margin_before_s);
  if (held_ && start_s - reach_s > held_interval_.end_s) EmitHeld();
  sound_ = {start_s, end_s};
  sound_open_ = true;
}

void IntervalBuilder::CloseSound() {
  sound_open_ = false;
  if (sound_.end_s - sound_.start_s < rules_.min_sound_s) return;
  AddWidened({std::max(segment_start_s_, sound_.start_s - rules_.margin_before_s),
              sound_.end_s + rules_.margin_after_s});
}

void IntervalBuilder::AddWidened(Interval interval) {
  if (interval.end_s <= interval.start_s) return;
  if (held_ && interval.start_s <= held_interval_.end_s) {
    held_interval_.end_s = std::max(held_interval_.end_s, interval.end_s);
    return;
  }
  if (held_) EmitHeld();
  held_interval_ = interval;
  held_ = true;
}

void IntervalBuilder::EmitHeld() {
  held_ = false;
  const double length_s = held_interval_.end_s - held_interval_.start_s;
  if (length_s <= 0) return;
  active_s_ += length_s;
  longest_s_ = std::max(longest_s_, length_s);
  ++count_;
  assert(n_pending_ < pending_.size());
  pending_[n_pending_++] = held_interval_;
}

void IntervalBuilder::EndSegment() {
  ResolveMaybe(true);
  if (sound_open_) CloseSound();
  if (!held_) return;
  held_interval_.end_s = std::min(held_interval_.end_s, now_s_);
  EmitHeld();
}

std::size_t IntervalBuilder::Drain(std::span<Interval> out) {
  assert(out.size() >= n_pending_);
  const std::size_t n = std::min(out.size(), n_pending_);
  std::copy_n(pending_.begin(), n, out.begin());
  std::copy(pending_.begin() + static_cast<std::ptrdiff_t>(n),
            pending_.begin() + static_cast<std::ptrdiff_t>(n_pending_), pending_.begin());
  n_pending_ -= n;
  return n;
}

}  // namespace tidemark::analysis
