#include "io/ffmpeg_module_mp4_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace tidemark::io {
namespace {

// A piece of two seconds has some hundred samples of at most 16 bytes.
constexpr std::int64_t kMaxPieceBytes = 1 << 20;

struct Fields {
  std::span<const std::byte> bytes;
  std::size_t at = 0;
  bool ok = true;

  std::uint32_t Next() {
    if (at + 4 > bytes.size()) {
      ok = false;
      return 0;
    }
    at += 4;
    return ReadBig32(bytes, at - 4);
  }
};

// The first box in `boxes`, which is cut off; nullopt at the end.
struct MemoryBox {
  std::uint32_t type = 0;
  std::span<const std::byte> body;
};
std::optional<MemoryBox> NextBox(std::span<const std::byte>* boxes) {
  if (boxes->size() < 8) return std::nullopt;
  const std::size_t n = ReadBig32(*boxes, 0);
  if (n < 8 || n > boxes->size()) return std::nullopt;
  const MemoryBox box{ReadBig32(*boxes, 4), boxes->subspan(8, n - 8)};
  *boxes = boxes->subspan(n);
  return box;
}

constexpr std::uint32_t kNonSync = 0x10000;

}  // namespace

std::uint32_t ReadBig32(std::span<const std::byte> bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value = value << 8U | std::to_integer<std::uint32_t>(bytes[at + i]);
  }
  return value;
}

std::uint64_t ReadBig64(std::span<const std::byte> bytes, std::size_t at) {
  return std::uint64_t{ReadBig32(bytes, at)} << 32U | ReadBig32(bytes, at + 4);
}

tl::unexpected<Error> NotOurMp4(const ByteSink& sink) {
  return Fail(ErrorCode::kInternal,
              fmt::format("{}: the MP4 in pieces cannot be indexed; this is a bug of tidemark",
                          sink.name()));
}

Result<Mp4Place> ReadMp4Place(ByteSink& sink, std::int64_t start, std::int64_t limit) {
  std::array<std::byte, 16> head{};
  const std::int64_t n_head = std::min<std::int64_t>(16, limit - start);
  if (n_head < 8) return NotOurMp4(sink);
  TM_TRY(sink.ReadAt(start, std::span(head).first(static_cast<std::size_t>(n_head))));
  Mp4Place place{ReadBig32(head, 4), start, start + 8, start + ReadBig32(head, 0)};
  if (place.end == start + 1) {
    place.body = start + 16;
    place.end = start + static_cast<std::int64_t>(ReadBig64(head, 8));
  }
  if (place.end < place.body || place.end > limit) return NotOurMp4(sink);
  return place;
}

struct Mp4Runs::Walk {
  Mp4TrackDefaults defaults;  // of the track, then of the piece
  const Visitor* visit = nullptr;
  const Mp4TrackDefaults* track = nullptr;
  std::optional<Mp4Sample> waiting;  // for the time of its successor
  std::int64_t base = 0;             // what a run's offset counts from
  std::int64_t time = 0;

  // The next sample begins at `time`; the one before lasts until then.
  Result<void> Pass() {
    if (!waiting) return {};
    const Mp4Sample sample = *waiting;
    waiting.reset();
    return (*visit)(sample);
  }
};

Result<void> Mp4Runs::Visit(const Mp4TrackDefaults& track, const Visitor& visit) {
  Walk walk;
  walk.track = &track;
  walk.visit = &visit;
  for (std::int64_t at = begin_; at < end_;) {
    Mp4Place place;
    TM_TRY_ASSIGN(place, ReadMp4Place(sink_, at, end_));
    if (place.type == FourLetters("moof")) TM_TRY(VisitPiece(place, walk));
    at = place.end;
  }
  return walk.Pass();
}

Result<void> Mp4Runs::VisitPiece(const Mp4Place& moof, Walk& walk) {
  if (moof.end - moof.body > kMaxPieceBytes) return NotOurMp4(sink_);
  piece_.resize(static_cast<std::size_t>(moof.end - moof.body));
  TM_TRY(sink_.ReadAt(moof.body, piece_));
  std::span<const std::byte> boxes(piece_);
  while (const auto box = NextBox(&boxes)) {
    if (box->type == FourLetters("traf")) TM_TRY(VisitTraf(box->body, moof.start, walk));
  }
  return {};
}

Result<void> Mp4Runs::VisitTraf(std::span<const std::byte> traf, std::int64_t moof_start,
                                Walk& walk) {
  bool is_ours = false;
  while (const auto box = NextBox(&traf)) {
    if (box->type == FourLetters("tfhd")) {
      Fields fields{box->body};
      const std::uint32_t flags = fields.Next();
      is_ours = fields.Next() == walk.track->track_id;
      if (!is_ours) return {};
      walk.defaults = *walk.track;
      walk.base = moof_start;
      if ((flags & 0x1U) != 0) {
        const std::uint64_t high = fields.Next();
        walk.base = static_cast<std::int64_t>(high << 32U | fields.Next());
      }
      if ((flags & 0x2U) != 0) fields.Next();
      if ((flags & 0x8U) != 0) walk.defaults.duration = fields.Next();
      if ((flags & 0x10U) != 0) walk.defaults.size = fields.Next();
      if ((flags & 0x20U) != 0) walk.defaults.flags = fields.Next();
      if (!fields.ok) return NotOurMp4(sink_);
    } else if (box->type == FourLetters("tfdt") && is_ours && box->body.size() >= 8) {
      const bool wide = box->body[0] == std::byte{1} && box->body.size() >= 12;
      walk.time = wide ? static_cast<std::int64_t>(ReadBig64(box->body, 4))
                       : std::int64_t{ReadBig32(box->body, 4)};
      if (walk.waiting) {
        walk.waiting->duration =
            static_cast<std::uint32_t>(std::max<std::int64_t>(walk.time - walk.waiting->time, 0));
      }
    } else if (box->type == FourLetters("trun") && is_ours) {
      TM_TRY(VisitRun(box->body, walk));
    }
  }
  return {};
}

Result<void> Mp4Runs::VisitRun(std::span<const std::byte> trun, Walk& walk) {
  Fields fields{trun};
  const std::uint32_t flags = fields.Next();
  const std::uint32_t n = fields.Next();
  std::int64_t offset = walk.base;
  if ((flags & 0x1U) != 0) offset += static_cast<std::int32_t>(fields.Next());
  const bool first_differs = (flags & 0x4U) != 0;
  const std::uint32_t first_flags = first_differs ? fields.Next() : 0;
  for (std::uint32_t i = 0; i < n && fields.ok; ++i) {
    Mp4Sample sample;
    sample.offset = offset;
    sample.time = walk.time;
    sample.starts_chunk = i == 0;
    sample.duration = (flags & 0x100U) != 0 ? fields.Next() : walk.defaults.duration;
    sample.size = (flags & 0x200U) != 0 ? fields.Next() : walk.defaults.size;
    std::uint32_t sample_flags = (flags & 0x400U) != 0 ? fields.Next() : walk.defaults.flags;
    if (i == 0 && first_differs) sample_flags = first_flags;
    if ((flags & 0x800U) != 0) sample.shown_after = static_cast<std::int32_t>(fields.Next());
    sample.is_sync = (sample_flags & kNonSync) == 0;
    TM_TRY(walk.Pass());
    walk.waiting = sample;
    offset += sample.size;
    walk.time += sample.duration;
  }
  if (!fields.ok) return NotOurMp4(sink_);
  return {};
}

}  // namespace tidemark::io
