#include "live/track_reader.h"

#include <algorithm>
#include <cassert>
#include <limits>

#include "dsp/sample_pack_kernels.h"

namespace tidemark::live {
namespace {

std::size_t FadeFloats(const TrackShape& shape) {
  return static_cast<std::size_t>(shape.fade * shape.channels);
}

}  // namespace

std::size_t TrackReader::PlanBytes(const TrackShape& shape) {
  return GapFiller::PlanBytes(shape) + 2 * memory::ArenaBytes<float>(FadeFloats(shape));
}

TrackReader::TrackReader(const TrackShape& shape, bool conceal, SampleRing& ring,
                         memory::Arena& arena)
    : shape_(shape),
      ring_(ring),
      gap_(shape, conceal, arena),
      old_(arena.Take<float>(FadeFloats(shape))),
      new_(arena.Take<float>(FadeFloats(shape))),
      most_waiting_(shape.max_latency > 0 ? shape.max_latency
                                          : std::numeric_limits<std::int64_t>::max()) {}

bool TrackReader::ReadWithSeam(const SampleRing::Reading& reading, std::span<std::byte> frame) {
  assert(frame.size() == shape_.frame_bytes);
  const std::int64_t begin = reading.begin + SkipLate(reading);
  if (reading.end - begin < shape_.frame) {
    if (playing_) {
      counters_.underruns.Add(1);
      StartGap(reading);
    }
    playing_ = false;
    ring_.EndReading(begin);
    ReadGap(frame);
    return false;
  }
  CopyOut(begin, frame);
  const bool joins = started_ && (!playing_ || begin != last_end_);
  if (joins && shape_.fade > 0) JoinTo(reading, frame);
  started_ = playing_ = true;
  last_end_ = begin + shape_.frame;
  ring_.EndReading(last_end_);
  counters_.read.Add(shape_.frame);
  if (begin != reading.begin) counters_.late.Add(begin - reading.begin);
  return true;
}

// Whole frames, so that what is left of them is whole too.
std::int64_t TrackReader::SkipLate(const SampleRing::Reading& reading) const {
  const std::int64_t late = reading.end - reading.begin - shape_.max_latency;
  if (shape_.max_latency == 0 || late <= 0) return 0;
  return (late + shape_.frame - 1) / shape_.frame * shape_.frame;
}

void TrackReader::StartGap(const SampleRing::Reading& reading) {
  const std::int64_t first =
      std::max({last_end_ - shape_.history, reading.safe_from, std::int64_t{0}});
  gap_.Start(ring_.At(first, std::max<std::int64_t>(0, last_end_ - first)));
}

void TrackReader::ReadGap(std::span<std::byte> frame) {
  counters_.silent.Add(shape_.frame);
  if (gap_.silent()) {
    std::ranges::fill(frame, std::byte{0});
    return;
  }
  constexpr std::size_t kPiece = 64;
  std::array<float, kPiece * kMaxTrackChannels> piece;
  const std::size_t value_bytes = BytesOf(shape_.type);
  for (std::size_t at = 0; at < frame.size();) {
    const std::size_t n = std::min(kPiece * static_cast<std::size_t>(shape_.channels),
                                   (frame.size() - at) / value_bytes);
    gap_.Fill(std::span(piece).first(n));
    dsp::Pack(shape_.type, piece.data(), n, frame.data() + at, 1);
    at += n * value_bytes;
  }
}

// What would have come next, had nothing been dropped, if it is still known.
std::optional<RingSpans> TrackReader::WhatFollowed(const SampleRing::Reading& reading) {
  if (!playing_) return std::nullopt;
  if (reading.seam == last_end_) {
    // The ring's, until EndReading().
    return RingSpans{ring_.SeamSamples(), {}};
  }
  if (reading.begin == last_end_) return ring_.At(last_end_, shape_.fade);
  return std::nullopt;
}

void TrackReader::JoinTo(const SampleRing::Reading& reading, std::span<std::byte> frame) {
  const std::size_t value_bytes = BytesOf(shape_.type);
  if (const auto followed = WhatFollowed(reading)) {
    const std::size_t n_first = followed->first.size() / value_bytes;
    dsp::Unpack(shape_.type, followed->first.data(), 1, n_first, old_.data());
    dsp::Unpack(shape_.type, followed->second.data(), 1, old_.size() - n_first,
                old_.data() + n_first);
  } else {
    if (playing_) StartGap(reading);
    gap_.Fill(old_);
  }
  dsp::Unpack(shape_.type, frame.data(), 1, new_.size(), new_.data());
  float* mixed = new_.data();
  const float* old = old_.data();
  for (std::int64_t i = 0; i < shape_.fade; ++i) {
    const float weight = FadeIn(i, shape_.fade);
    for (int c = 0; c < shape_.channels; ++c, ++mixed, ++old) {
      *mixed = *old + weight * (*mixed - *old);
    }
  }
  dsp::Pack(shape_.type, new_.data(), new_.size(), frame.data(), 1);
}

}  // namespace tidemark::live
