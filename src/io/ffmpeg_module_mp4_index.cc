#include "io/ffmpeg_module_mp4_index.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <vector>

#include "io/ffmpeg_module_mp4_runs.h"
#include "io/ffmpeg_module_mp4_tables.h"

namespace tidemark::io {
namespace {

constexpr std::int64_t kMax32 = std::numeric_limits<std::uint32_t>::max();
// Everything in a moov that is copied through memory is smaller; tags and cover are not.
constexpr std::int64_t kMaxSmallBox = 64 * 1024;
// Sample entries of QuickTime whose samples are single frames of PCM.
constexpr std::array kPcmEntries = {FourLetters("sowt"), FourLetters("twos"), FourLetters("in24"),
                                    FourLetters("in32"), FourLetters("fl32"), FourLetters("fl64"),
                                    FourLetters("raw "), FourLetters("alaw"), FourLetters("ulaw"),
                                    FourLetters("lpcm")};

struct Track {
  Mp4TrackDefaults defaults;
  Mp4TrackTotals totals;
  std::uint32_t scale_hz = 1;
  std::uint32_t frame_bytes = 0;      // of PCM; 0: not PCM
  std::int64_t first_shown = 0;       // where in the track's time the edit begins
  std::int64_t empty_movie_time = 0;  // before it is seen or heard
  std::int64_t edit_movie_time = 0;   // for which it is
};

class Indexer {
 public:
  explicit Indexer(ByteSink& sink) : sink_(sink), out_(sink) {}
  Result<void> Run();

 private:
  using Bytes = std::vector<std::byte>;
  Result<Bytes> ReadBody(const Mp4Place& place);
  Result<std::optional<Mp4Place>> Find(const Mp4Place& parent, std::uint32_t type);
  Result<Mp4Place> Require(const Mp4Place& parent, std::uint32_t type);
  Result<void> FindMoov();
  Result<void> ReadDefaults(std::uint32_t track_id, Mp4TrackDefaults* defaults);
  Result<Track> ReadTrack(const Mp4Place& trak);
  Result<void> ReadEdits(const Mp4Place& trak, Track* track);
  Result<void> ReadSampleEntry(const Mp4Place& stbl, Track* track);
  [[nodiscard]] std::int64_t MovieTime(std::int64_t time, std::uint32_t scale_hz) const;
  Result<void> WriteTimed(const Mp4Place& place, std::size_t n_between, std::int64_t duration);
  Result<void> WriteEdits(const Track& track);
  Result<void> WriteInside(const Mp4Place& parent, const Track& track);
  Result<void> WriteMoov();
  Result<void> CoverPieces();

  ByteSink& sink_;
  BoxWriter out_;
  Mp4Place moov_;
  std::int64_t pieces_end_ = 0;
  std::uint32_t movie_scale_hz_ = 1;
};

Result<Indexer::Bytes> Indexer::ReadBody(const Mp4Place& place) {
  if (place.end - place.body > kMaxSmallBox) return NotOurMp4(sink_);
  Bytes bytes(static_cast<std::size_t>(place.end - place.body));
  TM_TRY(sink_.ReadAt(place.body, bytes));
  return bytes;
}

Result<std::optional<Mp4Place>> Indexer::Find(const Mp4Place& parent, std::uint32_t type) {
  for (std::int64_t at = parent.body; at < parent.end;) {
    Mp4Place place;
    TM_TRY_ASSIGN(place, ReadMp4Place(sink_, at, parent.end));
    if (place.type == type) return place;
    at = place.end;
  }
  return std::nullopt;
}

Result<Mp4Place> Indexer::Require(const Mp4Place& parent, std::uint32_t type) {
  std::optional<Mp4Place> place;
  TM_TRY_ASSIGN(place, Find(parent, type));
  if (!place) return NotOurMp4(sink_);
  return *place;
}

Result<void> Indexer::FindMoov() {
  pieces_end_ = sink_.size();
  TM_TRY_ASSIGN(moov_, Require({0, 0, 0, pieces_end_}, FourLetters("moov")));
  Mp4Place mvhd;
  TM_TRY_ASSIGN(mvhd, Require(moov_, FourLetters("mvhd")));
  Bytes body;
  TM_TRY_ASSIGN(body, ReadBody(mvhd));
  if (body.size() < 32) return NotOurMp4(sink_);
  movie_scale_hz_ = std::max(ReadBig32(body, body[0] == std::byte{1} ? 20 : 12), 1U);
  return {};
}

// "trex": version and flags, track, description, duration, size, flags.
Result<void> Indexer::ReadDefaults(std::uint32_t track_id, Mp4TrackDefaults* defaults) {
  Mp4Place mvex;
  TM_TRY_ASSIGN(mvex, Require(moov_, FourLetters("mvex")));
  for (std::int64_t at = mvex.body; at < mvex.end;) {
    Mp4Place place;
    TM_TRY_ASSIGN(place, ReadMp4Place(sink_, at, mvex.end));
    at = place.end;
    if (place.type != FourLetters("trex")) continue;
    Bytes body;
    TM_TRY_ASSIGN(body, ReadBody(place));
    if (body.size() < 24 || ReadBig32(body, 4) != track_id) continue;
    *defaults = {track_id, ReadBig32(body, 12), ReadBig32(body, 16), ReadBig32(body, 20)};
    return {};
  }
  return NotOurMp4(sink_);
}

// The muxer's list: at most an empty edit, then one that goes to the end.
Result<void> Indexer::ReadEdits(const Mp4Place& trak, Track* track) {
  std::optional<Mp4Place> edts;
  TM_TRY_ASSIGN(edts, Find(trak, FourLetters("edts")));
  if (!edts) return {};
  Mp4Place elst;
  TM_TRY_ASSIGN(elst, Require(*edts, FourLetters("elst")));
  Bytes body;
  TM_TRY_ASSIGN(body, ReadBody(elst));
  if (body.size() < 8) return NotOurMp4(sink_);
  const bool wide = body[0] == std::byte{1};
  const std::size_t entry_bytes = wide ? 20 : 12;
  for (std::size_t at = 8; at + entry_bytes <= body.size(); at += entry_bytes) {
    const std::int64_t duration =
        wide ? static_cast<std::int64_t>(ReadBig64(body, at)) : std::int64_t{ReadBig32(body, at)};
    const std::int64_t start =
        wide ? static_cast<std::int64_t>(ReadBig64(body, at + 8))
             : std::int64_t{static_cast<std::int32_t>(ReadBig32(body, at + 4))};
    if (start < 0) {
      track->empty_movie_time += duration;
    } else {
      track->first_shown = start;
    }
  }
  return {};
}

// PCM: how many bytes a frame has, from the channels and the width of the sample entry (8.5.2);
// its width is that of the samples from version 1 on, so that the sum of bytes decides.
Result<void> Indexer::ReadSampleEntry(const Mp4Place& stbl, Track* track) {
  Mp4Place stsd;
  TM_TRY_ASSIGN(stsd, Require(stbl, FourLetters("stsd")));
  Bytes body;
  TM_TRY_ASSIGN(body, ReadBody(stsd));
  if (body.size() < 16) return NotOurMp4(sink_);
  const std::uint32_t type = ReadBig32(body, 12);
  const bool is_pcm = std::find(kPcmEntries.begin(), kPcmEntries.end(), type) != kPcmEntries.end();
  const Mp4TrackTotals& totals = track->totals;
  if (!is_pcm || totals.duration == 0 || totals.n_bytes % totals.duration != 0) return {};
  track->frame_bytes = static_cast<std::uint32_t>(totals.n_bytes / totals.duration);
  return {};
}

std::int64_t Indexer::MovieTime(std::int64_t time, std::uint32_t scale_hz) const {
  const auto scaled = static_cast<__int128>(time) * movie_scale_hz_ + scale_hz / 2;
  return static_cast<std::int64_t>(scaled / scale_hz);
}

Result<Track> Indexer::ReadTrack(const Mp4Place& trak) {
  Track track;
  Mp4Place tkhd;
  TM_TRY_ASSIGN(tkhd, Require(trak, FourLetters("tkhd")));
  Bytes body;
  TM_TRY_ASSIGN(body, ReadBody(tkhd));
  if (body.size() < 32) return NotOurMp4(sink_);
  TM_TRY(ReadDefaults(ReadBig32(body, body[0] == std::byte{1} ? 20 : 12), &track.defaults));
  Mp4Place mdia;
  TM_TRY_ASSIGN(mdia, Require(trak, FourLetters("mdia")));
  Mp4Place mdhd;
  TM_TRY_ASSIGN(mdhd, Require(mdia, FourLetters("mdhd")));
  TM_TRY_ASSIGN(body, ReadBody(mdhd));
  if (body.size() < 24) return NotOurMp4(sink_);
  track.scale_hz = std::max(ReadBig32(body, body[0] == std::byte{1} ? 20 : 12), 1U);
  TM_TRY(ReadEdits(trak, &track));
  Mp4Runs runs(sink_, moov_.end, pieces_end_);
  TM_TRY_ASSIGN(track.totals, SumMp4Track(runs, track.defaults));
  track.edit_movie_time = MovieTime(
      std::max<std::int64_t>(track.totals.shown_end - track.first_shown, 0), track.scale_hz);
  Mp4Place minf;
  TM_TRY_ASSIGN(minf, Require(mdia, FourLetters("minf")));
  Mp4Place stbl;
  TM_TRY_ASSIGN(stbl, Require(minf, FourLetters("stbl")));
  TM_TRY(ReadSampleEntry(stbl, &track));
  return track;
}

// mvhd, mdhd (n_between = 4: the time scale) and tkhd (8: track and reserved): version and flags,
// two dates, n_between bytes, the duration, the rest. Dates and duration have 64 bits in version 1.
Result<void> Indexer::WriteTimed(const Mp4Place& place, std::size_t n_between,
                                 std::int64_t duration) {
  Bytes body;
  TM_TRY_ASSIGN(body, ReadBody(place));
  const bool was_wide = body[0] == std::byte{1};
  const std::size_t date_bytes = was_wide ? 8 : 4;
  const std::size_t between = 4 + 2 * date_bytes;
  const std::size_t rest = between + n_between + date_bytes;
  if (body.size() < rest) return NotOurMp4(sink_);
  const bool wide = was_wide || duration > kMax32;
  const std::int64_t box = out_.Open(place.type);
  out_.Put32((wide ? 1U << 24U : 0U) | (ReadBig32(body, 0) & 0xFFFFFFU));
  for (std::size_t i = 0; i < 2; ++i) {
    const std::size_t at = 4 + i * date_bytes;
    out_.Put(was_wide ? ReadBig64(body, at) : ReadBig32(body, at), wide ? 8 : 4);
  }
  const std::span<const std::byte> bytes(body);
  out_.Write(bytes.subspan(between, n_between));
  out_.Put(static_cast<std::uint64_t>(duration), wide ? 8 : 4);
  out_.Write(bytes.subspan(rest));
  out_.Close(box);
  return {};
}

Result<void> Indexer::WriteEdits(const Track& track) {
  const bool wide = std::max(track.edit_movie_time, track.first_shown) > kMax32 / 2;
  const std::size_t n_bytes = wide ? 8 : 4;
  const std::int64_t edts = out_.Open(FourLetters("edts"));
  const std::int64_t elst = out_.Open(FourLetters("elst"));
  out_.Put32(wide ? 1U << 24U : 0U);
  out_.Put32(track.empty_movie_time > 0 ? 2 : 1);
  if (track.empty_movie_time > 0) {
    out_.Put(static_cast<std::uint64_t>(track.empty_movie_time), n_bytes);
    out_.Put(~std::uint64_t{0}, n_bytes);
    out_.Put32(0x10000);  // at normal speed
  }
  out_.Put(static_cast<std::uint64_t>(track.edit_movie_time), n_bytes);
  out_.Put(static_cast<std::uint64_t>(track.first_shown), n_bytes);
  out_.Put32(0x10000);
  out_.Close(elst);
  out_.Close(edts);
  return {};
}

// The boxes inside a trak, mdia, minf or stbl, with what depends on the samples made anew.
Result<void> Indexer::WriteInside(const Mp4Place& parent, const Track& track) {
  const std::int64_t box = out_.Open(parent.type);
  for (std::int64_t at = parent.body; at < parent.end;) {
    Mp4Place place;
    TM_TRY_ASSIGN(place, ReadMp4Place(sink_, at, parent.end));
    at = place.end;
    if (place.type == FourLetters("tkhd")) {
      TM_TRY(WriteTimed(place, 8, track.empty_movie_time + track.edit_movie_time));
      TM_TRY(WriteEdits(track));
    } else if (place.type == FourLetters("mdhd")) {
      TM_TRY(WriteTimed(place, 4, track.totals.duration));
    } else if (place.type == FourLetters("mdia") || place.type == FourLetters("minf") ||
               place.type == FourLetters("stbl")) {
      TM_TRY(WriteInside(place, track));
    } else if (parent.type == FourLetters("stbl") && place.type == FourLetters("stsd")) {
      out_.CopyFrom(place.start, place.end);
      Mp4Runs runs(sink_, moov_.end, pieces_end_);
      TM_TRY(WriteMp4Tables(runs, track.defaults, track.totals, track.frame_bytes, out_));
    } else if (parent.type != FourLetters("stbl") && place.type != FourLetters("edts")) {
      out_.CopyFrom(place.start, place.end);
    }
  }
  out_.Close(box);
  return {};
}

// A track without samples is left out: a cover stands in the tags and has none, and players report
// what they cannot describe.
Result<void> Indexer::WriteMoov() {
  std::vector<std::pair<Mp4Place, Track>> tracks;
  std::int64_t movie_time = 0;
  for (std::int64_t at = moov_.body; at < moov_.end;) {
    Mp4Place place;
    TM_TRY_ASSIGN(place, ReadMp4Place(sink_, at, moov_.end));
    at = place.end;
    if (place.type != FourLetters("trak")) continue;
    Track track;
    TM_TRY_ASSIGN(track, ReadTrack(place));
    movie_time = std::max(movie_time, track.empty_movie_time + track.edit_movie_time);
    tracks.emplace_back(place, track);
  }
  std::size_t n_written = 0;
  const std::int64_t box = out_.Open(FourLetters("moov"));
  for (std::int64_t at = moov_.body; at < moov_.end;) {
    Mp4Place place;
    TM_TRY_ASSIGN(place, ReadMp4Place(sink_, at, moov_.end));
    at = place.end;
    if (place.type == FourLetters("mvhd")) {
      TM_TRY(WriteTimed(place, 4, movie_time));
    } else if (place.type == FourLetters("trak")) {
      const Track& track = tracks[n_written++].second;
      if (track.totals.n_samples > 0) TM_TRY(WriteInside(place, track));
    } else if (place.type != FourLetters("mvex")) {
      out_.CopyFrom(place.start, place.end);
    }
  }
  out_.Close(box);
  return out_.Flush();
}

// The old moov becomes free space but for its last 16 bytes, with which an mdat begins that goes to
// the new one: size 1, "mdat", the size in 64 bits.
Result<void> Indexer::CoverPieces() {
  constexpr std::int64_t kHeadBytes = 16;
  const std::int64_t mdat = moov_.end - kHeadBytes;
  std::array<std::byte, 8 + kHeadBytes> bytes{};
  const auto put = [&bytes](std::size_t at, std::uint64_t value, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i)
      bytes[at + i] = static_cast<std::byte>(value >> 8 * (n - 1 - i) & 0xFFU);
  };
  put(0, static_cast<std::uint64_t>(mdat - moov_.start), 4);
  put(4, FourLetters("free"), 4);
  put(8, 1, 4);
  put(12, FourLetters("mdat"), 4);
  put(16, static_cast<std::uint64_t>(pieces_end_ - mdat), 8);
  TM_TRY(sink_.WriteAt(moov_.start, std::span(bytes).first(8)));
  return sink_.WriteAt(mdat, std::span(bytes).subspan(8));
}

Result<void> Indexer::Run() {
  TM_TRY(FindMoov());
  TM_TRY(WriteMoov());
  return CoverPieces();
}

}  // namespace

Result<void> MakeMp4Index(ByteSink& sink) { return Indexer(sink).Run(); }

}  // namespace tidemark::io
