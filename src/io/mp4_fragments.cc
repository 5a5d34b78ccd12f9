#include "io/mp4_fragments.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace tidemark::io {
namespace {

// Of a run whose packets are all alike, and which therefore needs no bytes to claim many.
constexpr std::int64_t kMaxPacketsAlike = 1 << 20;
// A pipe cannot come back to the table once the data has passed: the whole table of a fragment of
// three minutes of AAC fits.
constexpr std::size_t kRunWindowBytes = 64 * 1024;

}  // namespace

Mp4FragmentReader::Mp4FragmentReader(std::unique_ptr<ByteStream> bytes, const Mp4Track& track)
    : stream_(std::move(bytes)),
      track_(track),
      top_at_(track.fragments->start),
      run_(stream_, {}, kRunWindowBytes) {
  track_.packets.seekable = stream_.seekable();
}

std::unique_ptr<Mp4FragmentReader> Mp4FragmentReader::Create(std::unique_ptr<ByteStream> bytes,
                                                             const Mp4Track& track) {
  return std::unique_ptr<Mp4FragmentReader>(new Mp4FragmentReader(std::move(bytes), track));
}

// Moves to the next run of packets of the track that has any; false at the end of the file.
Result<bool> Mp4FragmentReader::NextRun() {
  n_in_run_ = packet_ = 0;
  while (n_in_run_ == 0) {
    const bool in_traf = trun_at_ < traf_end_;
    const bool in_moof = !in_traf && traf_at_ < moof_end_;
    std::int64_t& at = in_traf ? trun_at_ : in_moof ? traf_at_ : top_at_;
    const std::int64_t end =
        in_traf   ? traf_end_
        : in_moof ? moof_end_
                  : stream_.size().value_or(std::numeric_limits<std::int64_t>::max());
    std::optional<Mp4Box> box;
    TM_TRY_ASSIGN(box, Mp4Boxes(stream_, at, end).Next());
    if (!box && !in_traf && !in_moof) return false;
    at = box ? box->end : end;
    if (!box) continue;
    if (in_traf) {
      if (box->Is("trun")) TM_TRY(StartRun(*box));
    } else if (in_moof) {
      if (box->Is("traf")) TM_TRY(StartTrack(*box));
    } else if (box->Is("moof")) {
      moof_start_ = box->start;
      traf_at_ = box->body;
      moof_end_ = box->end;
      // The header of the data that follows is read now: once the data has passed, a pipe cannot
      // come back to it.
      std::optional<Mp4Box> data;
      TM_TRY_ASSIGN(data, Mp4Boxes(stream_, top_at_, end).Next());
      if (data && data->Is("mdat")) top_at_ = data->end;
    }
  }
  return true;
}

// "tfhd": flags (4), track (4), then what the flags announce: 1 base offset (8), 2 sample entry
// (4), 8 duration (4), 0x10 size (4).
Result<void> Mp4FragmentReader::StartTrack(const Mp4Box& traf) {
  std::optional<Mp4Box> tfhd;
  TM_TRY_ASSIGN(tfhd, FindMp4Box(stream_, traf, "tfhd"));
  if (!tfhd) return {};
  std::array<std::byte, 28> fields{};
  const auto room = static_cast<std::size_t>(
      std::clamp<std::int64_t>(tfhd->body_bytes(), 0, std::int64_t{fields.size()}));
  TM_TRY(ReadAt(stream_, tfhd->body, std::span(fields).first(room)));
  const auto flags = ReadUnsigned<std::uint32_t>(fields, 0, ByteOrder::kBig);
  if (ReadUnsigned<std::uint32_t>(fields, 4, ByteOrder::kBig) != track_.fragments->track_id) {
    return {};
  }
  std::size_t at = 8;
  base_ = moof_start_;
  if ((flags & 1) != 0) {
    const auto base = ReadUnsigned<std::uint64_t>(fields, at, ByteOrder::kBig);
    base_ = static_cast<std::int64_t>(base & (~std::uint64_t{0} >> 2));
    at += 8;
  }
  if ((flags & 2) != 0) at += 4;
  defaults_ = {track_.fragments->duration, track_.fragments->size};
  if ((flags & 8) != 0) {
    defaults_.duration = ReadUnsigned<std::uint32_t>(fields, at, ByteOrder::kBig);
    at += 4;
  }
  if ((flags & 0x10) != 0) {
    defaults_.size = ReadUnsigned<std::uint32_t>(fields, at, ByteOrder::kBig);
  }
  offset_ = base_;
  trun_at_ = traf.body;
  traf_end_ = traf.end;
  return {};
}

// "trun": flags (4), number of packets (4), then where flag 1 is set the data offset (4, signed)
// and where flag 4 is set the first packet's flags (4); then per packet, as flags 0x100, 0x200,
// 0x400 and 0x800 say, its duration, size, flags and presentation offset (4 each).
Result<void> Mp4FragmentReader::StartRun(const Mp4Box& trun) {
  std::array<std::byte, 12> head{};
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, ReadAt(stream_, trun.body, head));
  const auto flags = ReadUnsigned<std::uint32_t>(head, 0, ByteOrder::kBig);
  Mp4Table table;
  table.offset = trun.body + 8;
  if ((flags & 1) != 0) {
    offset_ =
        base_ + static_cast<std::int32_t>(ReadUnsigned<std::uint32_t>(head, 8, ByteOrder::kBig));
    table.offset += 4;
  }
  if ((flags & 4) != 0) table.offset += 4;
  duration_at_ = size_at_ = -1;
  if ((flags & 0x100) != 0) duration_at_ = std::exchange(table.entry_bytes, table.entry_bytes + 4);
  if ((flags & 0x200) != 0) size_at_ = std::exchange(table.entry_bytes, table.entry_bytes + 4);
  if ((flags & 0x400) != 0) table.entry_bytes += 4;
  if ((flags & 0x800) != 0) table.entry_bytes += 4;
  n_in_run_ = ReadUnsigned<std::uint32_t>(head, 4, ByteOrder::kBig);
  if (table.entry_bytes > 0) {
    const std::int64_t room = std::max<std::int64_t>(trun.end - table.offset, 0);
    n_in_run_ = std::min(n_in_run_, room / table.entry_bytes);
  } else {
    n_in_run_ = std::min(n_in_run_, kMaxPacketsAlike);
  }
  if (n < 8 || offset_ < 0 || (size_at_ < 0 && defaults_.size == 0)) n_in_run_ = 0;
  table.n_entries = n_in_run_;
  run_.Restart(table);
  return {};
}

Result<std::uint32_t> Mp4FragmentReader::FieldOfPacket(int field_at, std::uint32_t otherwise) {
  if (field_at < 0) return otherwise;
  return run_.Field(packet_, static_cast<std::size_t>(field_at));
}

Result<void> Mp4FragmentReader::StepOver(std::uint32_t size) {
  std::uint32_t duration = 0;
  TM_TRY_ASSIGN(duration, FieldOfPacket(duration_at_, defaults_.duration));
  time_ += duration;
  offset_ += size;
  ++packet_;
  return {};
}

Result<std::size_t> Mp4FragmentReader::NextSize() {
  while (!truncated_) {
    if (packet_ == n_in_run_) {
      bool more = false;
      TM_TRY_ASSIGN(more, NextRun());
      if (!more) return 0;
    }
    auto size = FieldOfPacket(size_at_, defaults_.size);
    if (!size && size.error().code == ErrorCode::kIo) return tl::unexpected(size.error());
    truncated_ = !size || *size > kMaxMp4PacketBytes;
    if (truncated_) break;
    if (*size > 0) return *size;
    TM_TRY(StepOver(0));
  }
  return 0;
}

Result<std::size_t> Mp4FragmentReader::Next(std::span<std::byte> out) {
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, ReadAt(stream_, offset_, out));
  truncated_ = truncated_ || n < out.size();
  TM_TRY(StepOver(static_cast<std::uint32_t>(out.size())));
  return n;
}

Result<std::int64_t> Mp4FragmentReader::SeekTo(std::int64_t time) {
  top_at_ = track_.fragments->start;
  traf_at_ = moof_end_ = trun_at_ = traf_end_ = 0;
  n_in_run_ = packet_ = time_ = 0;
  truncated_ = false;
  for (;;) {
    std::size_t size = 0;
    TM_TRY_ASSIGN(size, NextSize());
    if (size == 0) return time_;
    std::uint32_t duration = 0;
    TM_TRY_ASSIGN(duration, FieldOfPacket(duration_at_, defaults_.duration));
    if (time_ + duration > time) return time_;
    TM_TRY(StepOver(static_cast<std::uint32_t>(size)));
  }
}

}  // namespace tidemark::io
