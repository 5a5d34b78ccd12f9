// Finding and checking the sample tables of the tracks of a file.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "io/header_fields.h"
#include "io/mp4_box.h"
#include "io/mp4_samples.h"

namespace tidemark::io {
namespace {

constexpr std::size_t kMaxTracks = 64;
constexpr std::int64_t kMaxTime = std::int64_t{1} << 60;

tl::unexpected<Error> LeaveIt(const char* why) { return Fail(ErrorCode::kUnsupported, why); }

// A table behind version and flags, `before` bytes more and a 4-byte count.
Result<Mp4Table> ReadTable(ByteStream& bytes, const Mp4Box& box, int before, int entry_bytes) {
  Mp4Table table;
  TM_TRY_ASSIGN(table.n_entries, ReadMp4Field<std::uint32_t>(bytes, box.body + 4 + before));
  table.offset = box.body + 8 + before;
  table.entry_bytes = entry_bytes;
  if (table.n_entries > (box.end - table.offset) / entry_bytes) return LeaveIt("has cut tables");
  return table;
}

Result<void> ReadSizes(ByteStream& bytes, const Mp4Box& box, Mp4Samples* track) {
  TM_TRY_ASSIGN(track->same_size, ReadMp4Field<std::uint32_t>(bytes, box.body + 4));
  TM_TRY_ASSIGN(track->n_samples, ReadMp4Field<std::uint32_t>(bytes, box.body + 8));
  if (track->same_size == 0) {
    TM_TRY_ASSIGN(track->sizes, ReadTable(bytes, box, 4, 4));
  }
  track->sizes.offset = box.body + 12;
  return {};
}

Result<void> ReadBox(ByteStream& bytes, const Mp4Box& box, Mp4Samples* track) {
  if (box.Is("stts")) {
    TM_TRY_ASSIGN(track->durations, ReadTable(bytes, box, 0, 8));
  } else if (box.Is("ctts")) {
    TM_TRY_ASSIGN(track->offsets, ReadTable(bytes, box, 0, 8));
  } else if (box.Is("stsc")) {
    TM_TRY_ASSIGN(track->chunk_sizes, ReadTable(bytes, box, 0, 12));
  } else if (box.Is("stco")) {
    TM_TRY_ASSIGN(track->chunk_starts, ReadTable(bytes, box, 0, 4));
  } else if (box.Is("co64")) {
    TM_TRY_ASSIGN(track->chunk_starts, ReadTable(bytes, box, 0, 8));
  } else if (box.Is("stss")) {
    TM_TRY_ASSIGN(track->keys, ReadTable(bytes, box, 0, 4));
    track->all_keys = false;
  } else if (box.Is("sdtp")) {
    track->hints_type = box.start + 4;
  } else if (box.Is("stsz")) {
    TM_TRY(ReadSizes(bytes, box, track));
  } else if (box.Is("stz2") || box.Is("stps")) {
    return LeaveIt("has tables of a rare kind");
  } else if (box.Is("sbgp")) {
    std::uint32_t kind = 0;
    TM_TRY_ASSIGN(kind, ReadMp4Field<std::uint32_t>(bytes, box.body + 4));
    constexpr std::uint32_t kRap = 0x72617020;
    constexpr std::uint32_t kSync = 0x73796E63;
    if (kind == kRap || kind == kSync) return LeaveIt("has groups of key frames");
  } else if (box.Is("stsd")) {
    std::uint32_t n_entries = 0;
    TM_TRY_ASSIGN(n_entries, ReadMp4Field<std::uint32_t>(bytes, box.body + 4));
    if (n_entries != 1) return LeaveIt("has several sample entries");
  }
  return {};
}

Result<void> CheckDurations(ByteStream& bytes, Mp4Samples* track) {
  Mp4TableReader table(bytes, track->durations);
  std::int64_t n_samples = 0;
  for (std::int64_t i = 0; i < table.n_entries(); ++i) {
    std::uint32_t n = 0;
    TM_TRY_ASSIGN(n, table.Field(i, 0));
    std::uint32_t duration = 0;
    TM_TRY_ASSIGN(duration, table.Field(i, 4));
    n_samples += n;
    if (duration > 0 && n > (kMaxTime - track->total_time) / duration) return LeaveIt("is endless");
    if (duration > std::numeric_limits<std::int32_t>::max()) return LeaveIt("goes back in time");
    track->total_time += std::int64_t{n} * duration;
    track->longest = std::max<std::int64_t>(track->longest, duration);
  }
  if (n_samples != track->n_samples) return LeaveIt("has tables that contradict each other");
  return {};
}

Result<void> CheckOffsets(ByteStream& bytes, Mp4Samples* track) {
  Mp4TableReader table(bytes, track->offsets);
  std::int64_t n_samples = 0;
  for (std::int64_t i = 0; i < table.n_entries(); ++i) {
    std::uint32_t n = 0;
    TM_TRY_ASSIGN(n, table.Field(i, 0));
    std::uint32_t offset = 0;
    TM_TRY_ASSIGN(offset, table.Field(i, 4));
    constexpr std::int32_t kMostBack = -(1 << 28);
    if (static_cast<std::int32_t>(offset) < kMostBack) return LeaveIt("goes back in time");
    n_samples += n;
    track->greatest_offset =
        std::max<std::int64_t>(track->greatest_offset, static_cast<std::int32_t>(offset));
    if (i + 2 >= table.n_entries()) continue;
    track->decode_shift =
        std::max(track->decode_shift, -std::int64_t{static_cast<std::int32_t>(offset)});
  }
  if (n_samples != track->n_samples && table.n_entries() > 0) {
    return LeaveIt("has tables that contradict each other");
  }
  return {};
}

Result<void> CheckKeys(ByteStream& bytes, const Mp4Samples& track) {
  if (track.all_keys) return {};
  if (track.keys.n_entries == 0) return LeaveIt("names no key frames");
  Mp4TableReader table(bytes, track.keys);
  std::int64_t last = 0;
  for (std::int64_t i = 0; i < table.n_entries(); ++i) {
    std::uint32_t key = 0;
    TM_TRY_ASSIGN(key, table.Field(i, 0));
    if (key <= last) return LeaveIt("has key frames in disorder");
    last = key;
  }
  return {};
}

Result<void> CheckChunks(ByteStream& bytes, const Mp4Samples& track) {
  Mp4TableReader table(bytes, track.chunk_sizes);
  const std::int64_t n_chunks = track.chunk_starts.n_entries;
  std::int64_t n_samples = 0;
  for (std::int64_t i = 0; i < table.n_entries(); ++i) {
    std::uint32_t first = 0;
    TM_TRY_ASSIGN(first, table.Field(i, 0));
    std::uint32_t n = 0;
    TM_TRY_ASSIGN(n, table.Field(i, 4));
    std::uint32_t entry = 0;
    TM_TRY_ASSIGN(entry, table.Field(i, 8));
    std::int64_t end = n_chunks + 1;
    if (i + 1 < table.n_entries()) {
      TM_TRY_ASSIGN(end, table.Field(i + 1, 0));
    }
    const bool in_order = first >= 1 && end > first && end <= n_chunks + 1;
    if (!in_order || n == 0 || entry != 1 || (i == 0 && first != 1)) {
      return LeaveIt("has odd chunks");
    }
    n_samples += (end - first) * n;
  }
  if (n_samples != track.n_samples) return LeaveIt("has tables that contradict each other");
  return {};
}

// "elst": version and flags (4), count (4), then duration in units of the movie, media time (-1:
// nothing is shown; 4 bytes each, 8 in version 1) and rate (16.16) of each edit.
Result<void> ReadEdits(ByteStream& bytes, const Mp4Box& elst, double units, Mp4Samples* track) {
  std::uint8_t version = 0;
  TM_TRY_ASSIGN(version, ReadMp4Field<std::uint8_t>(bytes, elst.body));
  const bool is_long = version == 1;
  Mp4Table table;
  TM_TRY_ASSIGN(table, ReadTable(bytes, elst, 0, is_long ? 20 : 12));
  if (table.n_entries > 8) return LeaveIt("has many edits");
  Mp4TableReader edits(bytes, table);
  for (std::int64_t i = 0; i < table.n_entries; ++i) {
    std::span<const std::byte> at;
    TM_TRY_ASSIGN(at, edits.Entry(i));
    const std::uint64_t duration = is_long ? ReadUnsigned<std::uint64_t>(at, 0, ByteOrder::kBig)
                                           : ReadUnsigned<std::uint32_t>(at, 0, ByteOrder::kBig);
    const auto time =
        is_long ? static_cast<std::int64_t>(ReadUnsigned<std::uint64_t>(at, 8, ByteOrder::kBig))
                : static_cast<std::int32_t>(ReadUnsigned<std::uint32_t>(at, 4, ByteOrder::kBig));
    const auto rate = ReadUnsigned<std::uint32_t>(at, is_long ? 16 : 8, ByteOrder::kBig);
    constexpr std::uint32_t kNormalSpeed = 0x10000;
    constexpr double kMost = 1e15;
    const double length = static_cast<double>(duration) * units;
    if (track->edit || rate != kNormalSpeed || length > kMost || time < -1) {
      return LeaveIt("has several edits");
    }
    if (time == -1) continue;
    if (duration == 0) return LeaveIt("has an edit without an end");
    track->edit = Mp4Edit{time, std::llround(length)};
  }
  return {};
}

// Behind two times of 4 or (version 1) 8 bytes: a time scale, in "tkhd" the track's number.
Result<std::uint32_t> ReadBehindTimes(ByteStream& bytes, const Mp4Box& header) {
  std::uint8_t version = 0;
  TM_TRY_ASSIGN(version, ReadMp4Field<std::uint8_t>(bytes, header.body));
  return ReadMp4Field<std::uint32_t>(bytes, header.body + (version == 1 ? 20 : 12));
}

// Bit 0 of an entry's flags says that the data is in this very file.
Result<void> CheckDataReference(ByteStream& bytes, const Mp4Box& minf) {
  Mp4Box box;
  TM_TRY_ASSIGN(box, RequireMp4Box(bytes, minf, "dinf"));
  TM_TRY_ASSIGN(box, RequireMp4Box(bytes, box, "dref"));
  std::uint32_t n_entries = 0;
  TM_TRY_ASSIGN(n_entries, ReadMp4Field<std::uint32_t>(bytes, box.body + 4));
  std::uint32_t flags = 0;
  TM_TRY_ASSIGN(flags, ReadMp4Field<std::uint32_t>(bytes, box.body + 16));
  if (n_entries != 1 || (flags & 1) == 0) return LeaveIt("keeps its media in another file");
  return {};
}

Result<Mp4Samples> ReadTrack(ByteStream& bytes, const Mp4Box& trak, std::uint32_t movie_scale) {
  Mp4Samples track;
  Mp4Box box;
  TM_TRY_ASSIGN(box, RequireMp4Box(bytes, trak, "tkhd"));
  TM_TRY_ASSIGN(track.track_id, ReadBehindTimes(bytes, box));
  Mp4Box mdia;
  TM_TRY_ASSIGN(mdia, RequireMp4Box(bytes, trak, "mdia"));
  TM_TRY_ASSIGN(box, RequireMp4Box(bytes, mdia, "mdhd"));
  std::uint32_t scale = 0;
  TM_TRY_ASSIGN(scale, ReadBehindTimes(bytes, box));
  if (scale == 0 || movie_scale == 0) return LeaveIt("has no time scale");
  TM_TRY_ASSIGN(box, RequireMp4Box(bytes, mdia, "hdlr"));
  std::uint32_t handler = 0;
  TM_TRY_ASSIGN(handler, ReadMp4Field<std::uint32_t>(bytes, box.body + 8));
  constexpr std::uint32_t kSoun = 0x736F756E;
  track.is_audio = handler == kSoun;
  Mp4Box minf;
  TM_TRY_ASSIGN(minf, RequireMp4Box(bytes, mdia, "minf"));
  TM_TRY(CheckDataReference(bytes, minf));
  TM_TRY_ASSIGN(box, RequireMp4Box(bytes, minf, "stbl"));
  Mp4Boxes tables(bytes, box.body, box.end);
  for (;;) {
    std::optional<Mp4Box> table;
    TM_TRY_ASSIGN(table, tables.Next());
    if (!table) break;
    TM_TRY(ReadBox(bytes, *table, &track));
  }
  if (track.n_samples == 0) return track;
  // Samples that are points in time are a QuickTime way of storing PCM.
  const bool is_pcm = track.is_audio && track.same_size != 0;
  if (is_pcm) return LeaveIt("holds audio that is not coded");
  TM_TRY(CheckDurations(bytes, &track));
  TM_TRY(CheckOffsets(bytes, &track));
  TM_TRY(CheckKeys(bytes, track));
  TM_TRY(CheckChunks(bytes, track));
  std::optional<Mp4Box> edits;
  TM_TRY_ASSIGN(edits, FindMp4Box(bytes, trak, "edts"));
  if (edits) {
    TM_TRY_ASSIGN(edits, FindMp4Box(bytes, *edits, "elst"));
  }
  if (edits) {
    TM_TRY(ReadEdits(bytes, *edits, static_cast<double>(scale) / movie_scale, &track));
  }
  return track;
}

}  // namespace

Result<std::vector<Mp4Samples>> FindMp4Samples(ByteStream& bytes) {
  std::optional<Mp4Box> moov;
  Mp4Boxes top(bytes, 0, bytes.size().value_or(std::numeric_limits<std::int64_t>::max()));
  do {
    TM_TRY_ASSIGN(moov, top.Next());
    if (!moov || moov->Is("moof")) return LeaveIt("has no movie header");
  } while (!moov->Is("moov"));
  Mp4Box mvhd;
  TM_TRY_ASSIGN(mvhd, RequireMp4Box(bytes, *moov, "mvhd"));
  std::uint32_t scale = 0;
  TM_TRY_ASSIGN(scale, ReadBehindTimes(bytes, mvhd));
  std::vector<Mp4Samples> tracks;
  Mp4Boxes boxes(bytes, moov->body, moov->end);
  for (;;) {
    std::optional<Mp4Box> box;
    TM_TRY_ASSIGN(box, boxes.Next());
    if (!box) break;
    if (box->Is("mvex") || box->Is("cmov")) return LeaveIt("is in fragments");
    if (!box->Is("trak")) continue;
    if (tracks.size() >= kMaxTracks) return LeaveIt("has many tracks");
    Mp4Samples track;
    TM_TRY_ASSIGN(track, ReadTrack(bytes, *box, scale));
    for (const Mp4Samples& other : tracks) {
      if (other.track_id == track.track_id) return LeaveIt("has tracks of one number");
    }
    tracks.push_back(track);
  }
  return tracks;
}

}  // namespace tidemark::io
