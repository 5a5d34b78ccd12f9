#include "engine/range_reader.h"

#include <algorithm>

namespace tidemark::engine {
namespace {

// After a range even a piece that touches it counts as a gap: its last block may be short.
constexpr std::int64_t kNowhere = -1;

}  // namespace

Result<void> RangeReader::SkipTo(std::int64_t frame, AudioBlock scratch) {
  if (frame == position_) return {};
  if (source_.info().seekable) {
    TM_TRY(source_.Seek(frame));
    position_ = frame;
    return {};
  }
  while (position_ < frame) {
    if (cancellation_.requested()) return Fail(ErrorCode::kCancelled, "interrupted");
    const auto n =
        std::min<std::int64_t>(frame - position_, static_cast<std::int64_t>(scratch.n_frames()));
    std::size_t got = 0;
    TM_TRY_ASSIGN(got, source_.Read(scratch.First(static_cast<std::size_t>(n))));
    if (got == 0) {
      at_end_ = true;
      return {};
    }
    position_ += static_cast<std::int64_t>(got);
  }
  return {};
}

Result<void> RangeReader::BeginRange(AudioBlock scratch) {
  if (next_range_ == plan_.n_ranges()) {
    at_end_ = true;
    return {};
  }
  const FrameRange range = plan_.Range(next_range_);
  left_ = range.n_frames;
  if (next_range_++ > 0) expected_ = kNowhere;
  return SkipTo(range.start, scratch);
}

Result<ReadBlock> RangeReader::Read(AudioBlock buffer) {
  while (!at_end_) {
    if (left_ == 0) {
      TM_TRY(BeginRange(buffer));
      continue;
    }
    const auto n = std::min<std::int64_t>(left_, static_cast<std::int64_t>(buffer.n_frames()));
    std::size_t got = 0;
    TM_TRY_ASSIGN(got, source_.Read(buffer.First(static_cast<std::size_t>(n))));
    if (got == 0) {
      at_end_ = true;
      break;
    }
    const ReadBlock block{
        .audio = buffer.First(got), .first_frame = position_, .gap_before = position_ != expected_};
    position_ += static_cast<std::int64_t>(got);
    expected_ = position_;
    left_ -= static_cast<std::int64_t>(got);
    return block;
  }
  return ReadBlock{.audio = buffer.First(0), .first_frame = position_};
}

}  // namespace tidemark::engine
