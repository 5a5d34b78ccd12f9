#include "io/mp4_reader.h"

#include <algorithm>
#include <cassert>

#include "io/header_fields.h"
#include "io/mp4_fragments.h"

namespace tidemark::io {

Mp4Reader::Mp4Reader(ByteStream& bytes, const Mp4Track& track)
    : track_(track),
      durations_(bytes, track.durations),
      chunk_sizes_(bytes, track.chunk_sizes),
      sizes_(bytes, track.sizes),
      chunk_starts_(bytes, track.chunk_starts),
      data_(bytes) {
  track_.packets.seekable = bytes.seekable();
}

Result<std::unique_ptr<PacketReader>> OpenMp4(std::unique_ptr<ByteStream>& bytes, int stream) {
  Mp4Track track;
  TM_TRY_ASSIGN(track, FindMp4Track(*bytes, stream));
  if (track.fragments) return Mp4FragmentReader::Create(std::move(bytes), track);
  return Mp4Reader::Create(bytes, track);
}

Result<std::unique_ptr<Mp4Reader>> Mp4Reader::Create(std::unique_ptr<ByteStream>& bytes,
                                                     const Mp4Track& track) {
  assert(!track.fragments);
  std::unique_ptr<Mp4Reader> reader(new Mp4Reader(*bytes, track));
  auto started = reader->SeekTo(0);
  if (!started) return tl::unexpected(std::move(started).error());
  reader->owned_ = std::move(bytes);
  return reader;
}

Result<std::uint32_t> Mp4Reader::SizeOf(std::int64_t packet) {
  if (track_.same_size != 0) return track_.same_size;
  return sizes_.Field(packet, 0);
}

// Makes offset_ that of the next packet, where that begins a chunk.
Result<void> Mp4Reader::Settle() {
  if (offset_ >= 0) return {};
  if (chunk_ >= chunk_starts_.n_entries()) return Fail(ErrorCode::kBadData, "lacks chunks");
  while (run_ + 1 < chunk_sizes_.n_entries()) {
    std::uint32_t next_first = 0;
    TM_TRY_ASSIGN(next_first, chunk_sizes_.Field(run_ + 1, 0));
    if (std::int64_t{next_first} > chunk_ + 1) break;
    ++run_;
  }
  TM_TRY_ASSIGN(packets_in_chunk_, chunk_sizes_.Field(run_, 4));
  if (packets_in_chunk_ == 0) return Fail(ErrorCode::kBadData, "has empty chunks");
  TM_TRY_ASSIGN(offset_, chunk_starts_.FileOffset(chunk_));
  return {};
}

Result<void> Mp4Reader::StepOver(std::uint32_t size) {
  ++packet_;
  offset_ += size;
  if (++packets_done_ < packets_in_chunk_) return {};
  ++chunk_;
  packets_done_ = 0;
  offset_ = -1;
  return {};
}

Result<std::size_t> Mp4Reader::NextSize() {
  while (packet_ < track_.n_packets && !truncated_) {
    auto settled = Settle();
    std::uint32_t size = 0;
    if (settled) {
      auto found = SizeOf(packet_);
      if (found)
        size = *found;
      else
        settled = tl::unexpected(found.error());
    }
    if (!settled) {
      if (settled.error().code == ErrorCode::kIo) return tl::unexpected(settled.error());
      truncated_ = true;
      break;
    }
    if (size > 0 && size <= kMaxMp4PacketBytes) return size;
    truncated_ = truncated_ || size > kMaxMp4PacketBytes;
    TM_TRY(StepOver(size));
  }
  return 0;
}

Result<std::size_t> Mp4Reader::Next(std::span<std::byte> out) {
  const std::size_t n = data_.Peek(offset_, out);
  if (data_.error()) return tl::unexpected(*data_.error());
  truncated_ = truncated_ || n < out.size();
  TM_TRY(StepOver(static_cast<std::uint32_t>(out.size())));
  return n;
}

Result<std::int64_t> Mp4Reader::SeekTo(std::int64_t time) {
  std::int64_t start = 0;
  std::int64_t target = 0;
  for (std::int64_t i = 0; i < durations_.n_entries(); ++i) {
    std::uint32_t n = 0;
    TM_TRY_ASSIGN(n, durations_.Field(i, 0));
    std::uint32_t duration = 0;
    TM_TRY_ASSIGN(duration, durations_.Field(i, 4));
    const std::int64_t steps =
        duration == 0 ? n : std::min<std::int64_t>((time - start) / duration, n);
    start += steps * duration;
    target += steps;
    if (steps < n) break;
  }
  target = std::min(target, track_.n_packets);
  packet_ = chunk_ = run_ = packets_done_ = 0;
  offset_ = -1;
  truncated_ = false;
  while (packet_ < target) {
    TM_TRY(Settle());
    if (packet_ + packets_in_chunk_ <= target) {
      packet_ += packets_in_chunk_;
      ++chunk_;
      offset_ = -1;
      continue;
    }
    if (track_.same_size != 0) {
      packets_done_ = target - packet_;
      offset_ += packets_done_ * track_.same_size;
      packet_ = target;
      break;
    }
    std::uint32_t size = 0;
    TM_TRY_ASSIGN(size, SizeOf(packet_));
    TM_TRY(StepOver(size));
  }
  return start;
}

}  // namespace tidemark::io
