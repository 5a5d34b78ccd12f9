#include "io/decoder_input.h"

#include <algorithm>
#include <cassert>
#include <cstdio>
#include <cstring>

namespace tidemark::io {
namespace {

// Far beyond any real file, and small enough that a decoder may multiply it by samples per frame.
constexpr std::int64_t kEndlessBytes = std::int64_t{1} << 50;

}  // namespace

DecoderInput::DecoderInput(ByteStream& bytes) : bytes_(bytes), window_(kWindowBytes) {
  window_start_ = bytes.position();
}

void DecoderInput::Present(std::span<const std::byte> header, std::int64_t start, Length length) {
  assert(header.size() <= kMaxHeaderBytes);
  std::copy(header.begin(), header.end(), header_.begin());
  header_bytes_ = static_cast<std::int64_t>(header.size());
  start_ = start;
  length_ = length;
  position_ = 0;
  high_water_ = start;
  at_end_ = looking_at_tail_ = false;
  mpeg_.reset();
  claimed_bytes_ = 0;
}

void DecoderInput::ShowMpegFramesOnly(const MpegAudioFrame& first, std::int64_t claimed_bytes) {
  mpeg_ = first;
  mpeg_end_ = start_;
  claimed_bytes_ = claimed_bytes;
}

std::int64_t DecoderInput::ClaimedLength() const {
  if (claimed_bytes_ > 0) return claimed_bytes_;
  if (length_ == Length::kTrue && bytes_.size()) {
    return std::max(*bytes_.size() - start_, std::int64_t{0}) + header_bytes_;
  }
  return kEndlessBytes;
}

std::int64_t DecoderInput::stream_position() const {
  return start_ + std::max(position_ - header_bytes_, std::int64_t{0});
}

std::int64_t DecoderInput::Seek(std::int64_t offset, int whence) {
  std::int64_t target = offset;
  if (whence == SEEK_CUR) target += position_;
  if (whence == SEEK_END) target += ClaimedLength();
  if (target < 0) return -1;
  looking_at_tail_ = whence == SEEK_END && length_ == Length::kEndless;
  position_ = target;
  return position_;
}

std::size_t DecoderInput::Read(std::span<std::byte> out) {
  if (looking_at_tail_) {
    // What libmpg123 takes for an ID3v1 tag that is not there.
    std::fill(out.begin(), out.end(), std::byte{0});
    position_ += static_cast<std::int64_t>(out.size());
    return out.size();
  }
  // A decoder that looks for the end of an endless input finds nothing, and moves nothing.
  if (length_ == Length::kEndless && position_ >= kEndlessBytes / 2) return 0;
  std::size_t done = 0;
  if (position_ < header_bytes_) {
    done = std::min(out.size(), static_cast<std::size_t>(header_bytes_ - position_));
    std::memcpy(out.data(), header_.data() + position_, done);
  }
  const std::int64_t from = position_ + static_cast<std::int64_t>(done) - header_bytes_;
  if (mpeg_) out = out.first(PartOfMpegFrames(start_ + from, out.size()));
  if (done < out.size()) done += Peek(start_ + from, out.subspan(done));
  position_ += static_cast<std::int64_t>(done);
  high_water_ = std::max(high_water_, stream_position());
  return done;
}

std::size_t DecoderInput::Peek(std::int64_t stream_offset, std::span<std::byte> out) {
  std::size_t done = 0;
  while (done < out.size()) {
    const std::int64_t at = stream_offset + static_cast<std::int64_t>(done);
    const std::int64_t filled_to = window_start_ + static_cast<std::int64_t>(window_filled_);
    if (at < window_start_ || at >= filled_to) {
      if (!FillAt(at)) break;
      continue;
    }
    const auto skip = static_cast<std::size_t>(at - window_start_);
    const std::size_t n = std::min(out.size() - done, window_filled_ - skip);
    std::memcpy(out.data() + done, window_.data() + skip, n);
    done += n;
  }
  return done;
}

// How many of the n_bytes from `stream_offset` on belong to whole frames in a row.
std::size_t DecoderInput::PartOfMpegFrames(std::int64_t stream_offset, std::size_t n_bytes) {
  const std::int64_t want = stream_offset + static_cast<std::int64_t>(n_bytes);
  while (mpeg_end_ < want) {
    std::array<std::byte, kMpegHeaderBytes> header{};
    std::byte last{};
    if (Peek(mpeg_end_, header) < header.size()) break;
    const auto frame = ParseMpegAudioFrame(header);
    if (!frame || !frame->Continues(*mpeg_)) break;
    if (Peek(mpeg_end_ + frame->n_bytes - 1, {&last, 1}) == 0) break;
    mpeg_end_ += frame->n_bytes;
  }
  const std::int64_t part = std::min(want, mpeg_end_) - stream_offset;
  return static_cast<std::size_t>(std::max<std::int64_t>(part, 0));
}

// Brings the window nearer to the byte at `stream_offset`, usually up to it; false at the end or
// after a failure.
bool DecoderInput::FillAt(std::int64_t stream_offset) {
  if (error_) return false;
  const std::int64_t filled_to = window_start_ + static_cast<std::int64_t>(window_filled_);
  // A short step ahead keeps the window whole: Peek() calls again until it reaches the byte.
  constexpr std::int64_t kShortStepBytes = 64 * 1024;
  if (stream_offset > filled_to && stream_offset - filled_to <= kShortStepBytes) {
    stream_offset = filled_to;
  }
  if (stream_offset != filled_to || bytes_.position() != filled_to) {
    if (auto moved = bytes_.Seek(stream_offset); !moved) {
      error_ = std::move(moved).error();
      return false;
    }
    // Seeking past a file's end may succeed; the read below then finds the end.
    if (stream_offset != filled_to) {
      window_start_ = stream_offset;
      window_filled_ = 0;
    }
  }
  if (window_filled_ == kWindowBytes) {
    std::memmove(window_.data(), window_.data() + kWindowBytes - kHistoryBytes, kHistoryBytes);
    window_start_ += static_cast<std::int64_t>(kWindowBytes - kHistoryBytes);
    window_filled_ = kHistoryBytes;
  }
  auto n = bytes_.Read(std::span(window_).subspan(window_filled_));
  if (!n) {
    error_ = std::move(n).error();
    return false;
  }
  window_filled_ += *n;
  at_end_ = *n == 0;
  return *n > 0;
}

}  // namespace tidemark::io
