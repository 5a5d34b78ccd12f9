#include "io/mp4_track.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

#include "io/mp4_box.h"
#include "io/mp4_gapless.h"
#include "io/mp4_sample_entry.h"

namespace tidemark::io {
namespace {

// A sample entry with its setup data; real ones are below 1 KiB.
constexpr std::size_t kMaxEntryBytes = 16 * 1024;

tl::unexpected<Error> LeaveIt(const char* why) { return Fail(ErrorCode::kUnsupported, why); }

// A table behind version and flags, `before` bytes more and a 4-byte count; cut to its box.
Result<Mp4Table> ReadTable(ByteStream& bytes, const Mp4Box& box, int before, int entry_bytes) {
  Mp4Table table;
  std::uint32_t count = 0;
  TM_TRY_ASSIGN(count, ReadMp4Field<std::uint32_t>(bytes, box.body + 4 + before));
  table.offset = box.body + 8 + before;
  table.entry_bytes = entry_bytes;
  table.n_entries = std::min<std::int64_t>(
      count, std::max<std::int64_t>(box.end - table.offset, 0) / entry_bytes);
  return table;
}

Result<void> ReadCodec(ByteStream& bytes, const Mp4Box& stbl, Mp4Track* track) {
  Mp4Box stsd;
  TM_TRY_ASSIGN(stsd, RequireMp4Box(bytes, stbl, "stsd"));
  std::uint32_t n_entries = 0;
  TM_TRY_ASSIGN(n_entries, ReadMp4Field<std::uint32_t>(bytes, stsd.body + 4));
  std::uint32_t size = 0;
  TM_TRY_ASSIGN(size, ReadMp4Field<std::uint32_t>(bytes, stsd.body + 8));
  if (n_entries != 1 || size > kMaxEntryBytes) return LeaveIt("has several sample entries");
  std::vector<std::byte> entry(size);
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, ReadAt(bytes, stsd.body + 8, entry));
  const auto codec = ParseMp4SampleEntry(std::span(entry).first(n));
  if (!codec) return LeaveIt("has a codec that is not known here");
  track->packets.format = "MP4";
  track->packets.codec = codec->decoder;
  track->packets.setup = codec->setup;
  track->packets.sample_rate_hz = codec->sample_rate_hz;
  track->packets.channels = codec->channels;
  track->packets.bits_per_sample = codec->bits_per_sample;
  return {};
}

Result<void> ReadTables(ByteStream& bytes, const Mp4Box& stbl, Mp4Track* track) {
  Mp4Box box;
  TM_TRY_ASSIGN(box, RequireMp4Box(bytes, stbl, "stts"));
  TM_TRY_ASSIGN(track->durations, ReadTable(bytes, box, 0, 8));
  TM_TRY_ASSIGN(box, RequireMp4Box(bytes, stbl, "stsc"));
  TM_TRY_ASSIGN(track->chunk_sizes, ReadTable(bytes, box, 0, 12));
  TM_TRY_ASSIGN(box, RequireMp4Box(bytes, stbl, "stsz"));
  TM_TRY_ASSIGN(track->same_size, ReadMp4Field<std::uint32_t>(bytes, box.body + 4));
  TM_TRY_ASSIGN(track->sizes, ReadTable(bytes, box, 4, 4));
  track->n_packets = track->sizes.n_entries;
  if (track->same_size != 0) {
    TM_TRY_ASSIGN(track->n_packets, ReadMp4Field<std::uint32_t>(bytes, box.body + 8));
  }
  std::optional<Mp4Box> starts;
  TM_TRY_ASSIGN(starts, FindMp4Box(bytes, stbl, "stco"));
  const bool is_short = starts.has_value();
  if (!is_short) {
    TM_TRY_ASSIGN(starts, FindMp4Box(bytes, stbl, "co64"));
  }
  if (!starts) return LeaveIt("lacks a box");
  TM_TRY_ASSIGN(track->chunk_starts, ReadTable(bytes, *starts, 0, is_short ? 4 : 8));
  // Bytes per packet below one are a QuickTime way of storing PCM; no packets: fragments follow.
  if (track->same_size == 1 || track->n_packets == 0 || track->chunk_starts.n_entries == 0 ||
      track->chunk_sizes.n_entries == 0 || track->durations.n_entries == 0) {
    return LeaveIt("has no packets");
  }
  return {};
}

// Bit 0 of an entry's flags says that the data is in this very file.
Result<void> CheckDataReference(ByteStream& bytes, const Mp4Box& minf) {
  Mp4Box dinf;
  TM_TRY_ASSIGN(dinf, RequireMp4Box(bytes, minf, "dinf"));
  Mp4Box dref;
  TM_TRY_ASSIGN(dref, RequireMp4Box(bytes, dinf, "dref"));
  std::uint32_t n_entries = 0;
  TM_TRY_ASSIGN(n_entries, ReadMp4Field<std::uint32_t>(bytes, dref.body + 4));
  std::uint32_t flags = 0;
  TM_TRY_ASSIGN(flags, ReadMp4Field<std::uint32_t>(bytes, dref.body + 16));
  if (n_entries != 1 || (flags & 1) == 0) return LeaveIt("keeps its audio in another file");
  return {};
}

// The time scale of "mvhd" and "mdhd" stands behind two times of 4 or (version 1) 8 bytes.
Result<std::uint32_t> ReadTimeScale(ByteStream& bytes, const Mp4Box& header) {
  std::uint8_t version = 0;
  TM_TRY_ASSIGN(version, ReadMp4Field<std::uint8_t>(bytes, header.body));
  std::uint32_t scale = 0;
  TM_TRY_ASSIGN(scale, ReadMp4Field<std::uint32_t>(bytes, header.body + (version == 1 ? 20 : 12)));
  if (scale == 0) return LeaveIt("has no time scale");
  return scale;
}

Result<bool> IsAudio(ByteStream& bytes, const Mp4Box& trak) {
  std::optional<Mp4Box> mdia;
  TM_TRY_ASSIGN(mdia, FindMp4Box(bytes, trak, "mdia"));
  if (!mdia) return false;
  std::optional<Mp4Box> hdlr;
  TM_TRY_ASSIGN(hdlr, FindMp4Box(bytes, *mdia, "hdlr"));
  if (!hdlr) return false;
  std::uint32_t handler = 0;
  TM_TRY_ASSIGN(handler, ReadMp4Field<std::uint32_t>(bytes, hdlr->body + 8));
  constexpr std::uint32_t kSoun = 0x736F756E;
  return handler == kSoun;
}

// "tkhd" has the track's number behind two times of 4 or (version 1) 8 bytes; "trex" has the track
// (4), sample entry (4), duration (4) and size (4) of its packets.
Result<Mp4Fragments> ReadFragmentDefaults(ByteStream& bytes, const Mp4Box& moov, const Mp4Box& mvex,
                                          const Mp4Box& trak) {
  Mp4Fragments fragments;
  fragments.start = moov.end;
  Mp4Box tkhd;
  TM_TRY_ASSIGN(tkhd, RequireMp4Box(bytes, trak, "tkhd"));
  std::uint8_t version = 0;
  TM_TRY_ASSIGN(version, ReadMp4Field<std::uint8_t>(bytes, tkhd.body));
  TM_TRY_ASSIGN(fragments.track_id,
                ReadMp4Field<std::uint32_t>(bytes, tkhd.body + (version == 1 ? 20 : 12)));
  Mp4Boxes boxes(bytes, mvex.body, mvex.end);
  for (;;) {
    std::optional<Mp4Box> trex;
    TM_TRY_ASSIGN(trex, boxes.Next());
    if (!trex) return fragments;
    if (!trex->Is("trex")) continue;
    std::uint32_t track_id = 0;
    TM_TRY_ASSIGN(track_id, ReadMp4Field<std::uint32_t>(bytes, trex->body + 4));
    if (track_id != fragments.track_id) continue;
    TM_TRY_ASSIGN(fragments.duration, ReadMp4Field<std::uint32_t>(bytes, trex->body + 12));
    TM_TRY_ASSIGN(fragments.size, ReadMp4Field<std::uint32_t>(bytes, trex->body + 16));
  }
}

Result<void> CheckNoTables(ByteStream& bytes, const Mp4Box& stbl) {
  std::optional<Mp4Box> stsz;
  TM_TRY_ASSIGN(stsz, FindMp4Box(bytes, stbl, "stsz"));
  if (!stsz) return {};
  std::uint32_t n_packets = 0;
  TM_TRY_ASSIGN(n_packets, ReadMp4Field<std::uint32_t>(bytes, stsz->body + 8));
  if (n_packets > 0) return LeaveIt("has packets both in its header and in fragments");
  return {};
}

Result<Mp4Track> ReadTrack(ByteStream& bytes, const Mp4Box& moov, const Mp4Box& trak,
                           const std::optional<Mp4Box>& mvex) {
  Mp4Track track;
  Mp4Box mvhd;
  TM_TRY_ASSIGN(mvhd, RequireMp4Box(bytes, moov, "mvhd"));
  std::uint32_t movie_scale = 0;
  TM_TRY_ASSIGN(movie_scale, ReadTimeScale(bytes, mvhd));
  Mp4Box mdia;
  TM_TRY_ASSIGN(mdia, RequireMp4Box(bytes, trak, "mdia"));
  Mp4Box mdhd;
  TM_TRY_ASSIGN(mdhd, RequireMp4Box(bytes, mdia, "mdhd"));
  std::uint32_t media_scale = 0;
  TM_TRY_ASSIGN(media_scale, ReadTimeScale(bytes, mdhd));
  Mp4Box minf;
  TM_TRY_ASSIGN(minf, RequireMp4Box(bytes, mdia, "minf"));
  TM_TRY(CheckDataReference(bytes, minf));
  Mp4Box stbl;
  TM_TRY_ASSIGN(stbl, RequireMp4Box(bytes, minf, "stbl"));
  TM_TRY(ReadCodec(bytes, stbl, &track));
  if (mvex) {
    TM_TRY(CheckNoTables(bytes, stbl));
    TM_TRY_ASSIGN(track.fragments, ReadFragmentDefaults(bytes, moov, *mvex, trak));
  } else {
    TM_TRY(ReadTables(bytes, stbl, &track));
  }
  track.packets.time_scale_hz = media_scale;
  TM_TRY(ReadMp4Gapless(bytes, moov, trak, movie_scale, &track));
  return track;
}

}  // namespace

Result<Mp4Track> FindMp4Track(ByteStream& bytes, int stream) {
  std::optional<Mp4Box> moov;
  Mp4Boxes top(bytes, 0, bytes.size().value_or(std::numeric_limits<std::int64_t>::max()));
  do {
    TM_TRY_ASSIGN(moov, top.Next());
    if (!moov || moov->Is("moof")) return LeaveIt("has no movie header");
  } while (!moov->Is("moov"));
  std::optional<Mp4Box> mvex;
  TM_TRY_ASSIGN(mvex, FindMp4Box(bytes, *moov, "mvex"));
  Mp4Boxes tracks(bytes, moov->body, moov->end);
  int n_audio = 0;
  for (;;) {
    std::optional<Mp4Box> trak;
    TM_TRY_ASSIGN(trak, tracks.Next());
    if (!trak) break;
    if (!trak->Is("trak")) continue;
    bool is_audio = false;
    TM_TRY_ASSIGN(is_audio, IsAudio(bytes, *trak));
    if (is_audio && n_audio++ == stream) return ReadTrack(bytes, *moov, *trak, mvex);
  }
  return LeaveIt("has no such audio track");
}

}  // namespace tidemark::io
