#include "io/mp4_gapless.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>

#include "io/mp4_table.h"

namespace tidemark::io {
namespace {

// The end of the last packet, in units of the track's time scale.
Result<std::int64_t> TotalTime(ByteStream& bytes, const Mp4Track& track) {
  Mp4TableReader durations(bytes, track.durations);
  std::int64_t total = 0;
  std::int64_t packets_left = track.n_packets;
  for (std::int64_t i = 0; i < durations.n_entries() && packets_left > 0; ++i) {
    std::uint32_t n = 0;
    TM_TRY_ASSIGN(n, durations.Field(i, 0));
    std::uint32_t duration = 0;
    TM_TRY_ASSIGN(duration, durations.Field(i, 4));
    const std::int64_t counted = std::min<std::int64_t>(n, packets_left);
    packets_left -= counted;
    if (counted > 0 && duration > (std::numeric_limits<std::int64_t>::max() - total) / counted) {
      return Fail(ErrorCode::kUnsupported, "has impossible durations");
    }
    total += counted * duration;
  }
  return total;
}

struct Edit {
  std::int64_t media_time = 0;
  std::uint64_t movie_duration = 0;  // 0: up to the end
};

// "elst": version and flags (4), count (4), then duration, media time (-1: silence before the
// start; 4 bytes each, 8 in version 1) and rate (16.16) of each edit.
Result<std::optional<Edit>> ReadEdit(ByteStream& bytes, const Mp4Box& elst) {
  std::array<std::byte, 8> head{};
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, ReadAt(bytes, elst.body, head));
  const bool is_long = head[0] == std::byte{1};
  const auto n_edits = ReadUnsigned<std::uint32_t>(head, 4, ByteOrder::kBig);
  const std::int64_t edit_bytes = is_long ? 20 : 12;
  std::optional<Edit> found;
  if (n_edits > 8) return Fail(ErrorCode::kUnsupported, "has many edits");
  for (std::uint32_t i = 0; i < n_edits; ++i) {
    std::array<std::byte, 20> entry{};
    const auto fields = std::span(entry).first(static_cast<std::size_t>(edit_bytes));
    TM_TRY_ASSIGN(n, ReadAt(bytes, elst.body + 8 + i * edit_bytes, fields));
    if (n < fields.size()) break;
    Edit edit;
    edit.movie_duration = is_long ? ReadUnsigned<std::uint64_t>(entry, 0, ByteOrder::kBig)
                                  : ReadUnsigned<std::uint32_t>(entry, 0, ByteOrder::kBig);
    edit.media_time =
        is_long ? static_cast<std::int64_t>(ReadUnsigned<std::uint64_t>(entry, 8, ByteOrder::kBig))
                : static_cast<std::int32_t>(ReadUnsigned<std::uint32_t>(entry, 4, ByteOrder::kBig));
    if (edit.media_time < 0) continue;
    constexpr std::uint32_t kNormalSpeed = 0x10000;
    const auto rate = ReadUnsigned<std::uint32_t>(fields, static_cast<std::size_t>(edit_bytes) - 4,
                                                  ByteOrder::kBig);
    if (found || rate != kNormalSpeed) return Fail(ErrorCode::kUnsupported, "has several edits");
    found = edit;
  }
  return found;
}

// The note of iTunes and others: the box "----" with the name "iTunSMPB" and as its data a text
// of hexadecimal numbers: zero, delay, padding, length, ...
struct Note {
  std::int64_t delay = 0;
  std::int64_t length = 0;
};
std::optional<Note> ParseNote(const std::string& text) {
  std::array<std::int64_t, 4> numbers{};
  const char* at = text.c_str();
  for (std::int64_t& number : numbers) {
    char* end = nullptr;
    number = std::strtoll(at, &end, 16);
    if (end == at) return std::nullopt;
    at = end;
  }
  if (numbers[1] < 0 || numbers[3] <= 0) return std::nullopt;
  return Note{numbers[1], numbers[3]};
}

Result<std::optional<Note>> ReadNote(ByteStream& bytes, const Mp4Box& moov) {
  constexpr std::int64_t kFullBoxBytes = 4;
  constexpr std::int64_t kDataHeaderBytes = 8;
  std::optional<Mp4Box> box;
  TM_TRY_ASSIGN(box, FindMp4Box(bytes, moov, "udta"));
  if (box) {
    TM_TRY_ASSIGN(box, FindMp4Box(bytes, *box, "meta"));
  }
  if (box) {
    TM_TRY_ASSIGN(box, FindMp4Box(bytes, *box, "ilst", kFullBoxBytes));
  }
  if (!box) return std::nullopt;
  Mp4Boxes items(bytes, box->body, box->end);
  for (;;) {
    std::optional<Mp4Box> item;
    TM_TRY_ASSIGN(item, items.Next());
    if (!item) return std::nullopt;
    if (!item->Is("----")) continue;
    std::optional<Mp4Box> name;
    TM_TRY_ASSIGN(name, FindMp4Box(bytes, *item, "name"));
    std::array<std::byte, 8> tag{};
    if (!name || name->body_bytes() != kFullBoxBytes + 8) continue;
    TM_TRY(ReadAt(bytes, name->body + kFullBoxBytes, tag));
    if (!HasText(tag, 0, "iTunSMPB")) continue;
    std::optional<Mp4Box> data;
    TM_TRY_ASSIGN(data, FindMp4Box(bytes, *item, "data"));
    if (!data) continue;
    std::array<std::byte, 128> raw{};
    std::size_t n = 0;
    const auto size = std::clamp<std::int64_t>(data->body_bytes() - kDataHeaderBytes, 0, 127);
    TM_TRY_ASSIGN(n, ReadAt(bytes, data->body + kDataHeaderBytes,
                            std::span(raw).first(static_cast<std::size_t>(size))));
    return ParseNote(std::string(reinterpret_cast<const char*>(raw.data()), n));
  }
}

// From the Opus header that the decoder is given (RFC 7845, 5.1).
std::int64_t OpusPreSkip(const PacketTrack& packets) {
  constexpr std::size_t kFieldAt = 10;
  if (packets.setup.size() < kFieldAt + 2) return 0;
  return ReadUnsigned<std::uint16_t>(packets.setup, kFieldAt, ByteOrder::kLittle);
}

}  // namespace

Result<void> ReadMp4Gapless(ByteStream& bytes, const Mp4Box& moov, const Mp4Box& trak,
                            std::uint32_t movie_scale, Mp4Track* track) {
  PacketTrack& packets = track->packets;
  std::int64_t total = 0;
  TM_TRY_ASSIGN(total, TotalTime(bytes, *track));
  std::optional<Edit> edit;
  std::optional<Mp4Box> box;
  TM_TRY_ASSIGN(box, FindMp4Box(bytes, trak, "edts"));
  if (box) {
    TM_TRY_ASSIGN(box, FindMp4Box(bytes, *box, "elst"));
  }
  if (box) {
    TM_TRY_ASSIGN(edit, ReadEdit(bytes, *box));
  }
  if (track->fragments) {
    // How long the fragments are nobody knows beforehand.
    if (edit) packets.skip_time = edit->media_time;
    if (!edit && packets.codec == "opus") packets.skip_time = OpusPreSkip(packets);
    return {};
  }
  if (edit) {
    packets.skip_time = std::min(edit->media_time, total);
    packets.keep_time = total - packets.skip_time;
    // The edit is counted in the movie's coarse units. An end within one of them of the last
    // packet's end is that end, rounded.
    const double unit = static_cast<double>(packets.time_scale_hz) / movie_scale;
    const double kept = static_cast<double>(edit->movie_duration) * unit;
    if (edit->movie_duration > 0 && kept < static_cast<double>(*packets.keep_time) - unit) {
      packets.keep_time = static_cast<std::int64_t>(std::llround(kept));
    }
    return {};
  }
  std::optional<Note> note;
  TM_TRY_ASSIGN(note, ReadNote(bytes, moov));
  if (note && packets.codec == "aac") {
    packets.skip_time = std::min(note->delay, total);
    packets.keep_time = std::min(note->length, total - packets.skip_time);
    return {};
  }
  if (packets.codec == "opus") packets.skip_time = OpusPreSkip(packets);
  packets.keep_time = std::max<std::int64_t>(total - packets.skip_time, 0);
  return {};
}

}  // namespace tidemark::io
