#include "io/ffmpeg_module_mp4_tables.h"

#include <algorithm>
#include <limits>
#include <optional>

namespace tidemark::io {
namespace {

constexpr std::int64_t kMax32 = std::numeric_limits<std::uint32_t>::max();

// A table of counted entries: version and flags, how many, and the entries.
class Table {
 public:
  Table(BoxWriter& out, std::uint32_t type, std::uint32_t version = 0) : out_(out) {
    box_ = out_.Open(type);
    out_.Put32(version << 24U);
    count_at_ = out_.position();
    out_.Put32(0);
  }
  void Add(std::uint64_t value) {
    out_.Put32(value);
    ++n_;
  }
  void AddTwo(std::uint64_t first, std::uint64_t second) {
    out_.Put32(first);
    out_.Put32(second);
    ++n_;
  }
  void AddWide(std::uint64_t value) {
    out_.Put(value, 8);
    ++n_;
  }
  void AddChunk(std::uint64_t first_chunk, std::uint64_t n_samples) {
    out_.Put32(first_chunk);
    out_.Put32(n_samples);
    out_.Put32(1);  // the only sample description
    ++n_;
  }
  void Close() {
    out_.Patch32(count_at_, n_);
    out_.Close(box_);
  }

 private:
  BoxWriter& out_;
  std::int64_t box_ = 0;
  std::int64_t count_at_ = 0;
  std::uint64_t n_ = 0;
};

// Equal values that follow each other, as count and value.
class RunLength {
 public:
  explicit RunLength(Table& table) : table_(table) {}
  void Add(std::uint32_t value, std::uint64_t n = 1) {
    if (n_ > 0 && value != value_) Flush();
    value_ = value;
    n_ += n;
  }
  void Flush() {
    while (n_ > 0) {
      const std::uint64_t n = std::min<std::uint64_t>(n_, static_cast<std::uint64_t>(kMax32));
      table_.AddTwo(n, value_);
      n_ -= n;
    }
  }

 private:
  Table& table_;
  std::uint32_t value_ = 0;
  std::uint64_t n_ = 0;
};

struct Writing {
  Mp4Runs& runs;
  const Mp4TrackDefaults& track;
  std::uint32_t frame_bytes;
  BoxWriter& out;

  [[nodiscard]] std::uint64_t SamplesIn(const Mp4Sample& sample) const {
    return frame_bytes == 0 ? 1 : sample.size / frame_bytes;
  }
};

Result<void> WriteDurations(const Writing& w) {
  Table table(w.out, FourLetters("stts"));
  RunLength run(table);
  TM_TRY(w.runs.Visit(w.track, [&](const Mp4Sample& sample) -> Result<void> {
    if (w.frame_bytes == 0) {
      run.Add(sample.duration);
    } else {
      run.Add(1, w.SamplesIn(sample));
    }
    return {};
  }));
  run.Flush();
  table.Close();
  return {};
}

Result<void> WriteOrder(const Writing& w) {
  Table table(w.out, FourLetters("ctts"), 1);
  RunLength run(table);
  TM_TRY(w.runs.Visit(w.track, [&](const Mp4Sample& sample) -> Result<void> {
    run.Add(static_cast<std::uint32_t>(sample.shown_after));
    return {};
  }));
  run.Flush();
  table.Close();
  return {};
}

Result<void> WriteSyncSamples(const Writing& w) {
  Table table(w.out, FourLetters("stss"));
  std::uint64_t number = 0;
  TM_TRY(w.runs.Visit(w.track, [&](const Mp4Sample& sample) -> Result<void> {
    ++number;
    if (sample.is_sync) table.Add(number);
    return {};
  }));
  table.Close();
  return {};
}

Result<void> WriteChunks(const Writing& w) {
  Table table(w.out, FourLetters("stsc"));
  std::uint64_t chunk = 0;
  std::uint64_t n_samples = 0;
  std::uint64_t n_before = 0;
  const auto end_chunk = [&] {
    if (chunk > 0 && n_samples != n_before) table.AddChunk(chunk, n_samples);
    n_before = n_samples;
  };
  TM_TRY(w.runs.Visit(w.track, [&](const Mp4Sample& sample) -> Result<void> {
    if (sample.starts_chunk) {
      end_chunk();
      ++chunk;
      n_samples = 0;
    }
    n_samples += w.SamplesIn(sample);
    return {};
  }));
  end_chunk();
  table.Close();
  return {};
}

Result<void> WriteSizes(const Writing& w, const Mp4TrackTotals& totals) {
  const std::int64_t box = w.out.Open(FourLetters("stsz"));
  w.out.Put32(0);
  w.out.Put32(w.frame_bytes);
  const std::int64_t count_at = w.out.position();
  w.out.Put32(0);
  std::uint64_t n = 0;
  if (w.frame_bytes != 0) {
    n = static_cast<std::uint64_t>(totals.n_bytes / w.frame_bytes);
  } else {
    TM_TRY(w.runs.Visit(w.track, [&](const Mp4Sample& sample) -> Result<void> {
      w.out.Put32(sample.size);
      ++n;
      return {};
    }));
  }
  w.out.Patch32(count_at, n);
  w.out.Close(box);
  return {};
}

Result<void> WriteOffsets(const Writing& w, const Mp4TrackTotals& totals) {
  const bool wide = totals.last_offset > kMax32;
  Table table(w.out, wide ? FourLetters("co64") : FourLetters("stco"));
  TM_TRY(w.runs.Visit(w.track, [&](const Mp4Sample& sample) -> Result<void> {
    const auto offset = static_cast<std::uint64_t>(sample.offset);
    if (sample.starts_chunk && wide) table.AddWide(offset);
    if (sample.starts_chunk && !wide) table.Add(offset);
    return {};
  }));
  table.Close();
  return {};
}

}  // namespace

void BoxWriter::Keep(Result<void> result) {
  if (result_ && !result) result_ = std::move(result);
}

void BoxWriter::Drain() {
  if (result_) Keep(sink_.WriteAt(at_, std::span(buffer_).first(n_buffered_)));
  at_ += static_cast<std::int64_t>(n_buffered_);
  n_buffered_ = 0;
}

void BoxWriter::Put(std::uint64_t value, std::size_t n_bytes) {
  if (n_buffered_ + n_bytes > buffer_.size()) Drain();
  for (std::size_t i = n_bytes; i-- > 0;) {
    buffer_[n_buffered_++] = static_cast<std::byte>(value >> 8 * i & 0xFFU);
  }
}

void BoxWriter::Write(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    if (n_buffered_ == buffer_.size()) Drain();
    const std::size_t n = std::min(bytes.size(), buffer_.size() - n_buffered_);
    std::copy_n(bytes.begin(), n, buffer_.begin() + static_cast<std::ptrdiff_t>(n_buffered_));
    n_buffered_ += n;
    bytes = bytes.subspan(n);
  }
}

void BoxWriter::CopyFrom(std::int64_t begin, std::int64_t end) {
  std::array<std::byte, 4096> piece{};
  while (begin < end && result_) {
    const std::int64_t n = std::min<std::int64_t>(end - begin, piece.size());
    const auto bytes = std::span(piece).first(static_cast<std::size_t>(n));
    Keep(sink_.ReadAt(begin, bytes));
    Write(bytes);
    begin += n;
  }
}

std::int64_t BoxWriter::Open(std::uint32_t type) {
  const std::int64_t box = position();
  Put32(0);
  Put32(type);
  return box;
}

void BoxWriter::Close(std::int64_t box) {
  const std::int64_t size = position() - box;
  if (size > kMax32) Keep(NotOurMp4(sink_));
  Patch32(box, static_cast<std::uint64_t>(size));
}

void BoxWriter::Patch32(std::int64_t position, std::uint64_t value) {
  std::array<std::byte, 4> bytes{};
  for (std::size_t i = 0; i < 4; ++i)
    bytes[i] = static_cast<std::byte>(value >> (24 - 8 * i) & 0xFFU);
  if (position < at_) Drain();
  if (position >= at_) {
    std::copy(bytes.begin(), bytes.end(), buffer_.begin() + (position - at_));
  } else if (result_) {
    Keep(sink_.WriteAt(position, bytes));
  }
}

Result<void> BoxWriter::Flush() {
  Drain();
  return result_;
}

Result<Mp4TrackTotals> SumMp4Track(Mp4Runs& runs, const Mp4TrackDefaults& track) {
  Mp4TrackTotals totals;
  TM_TRY(runs.Visit(track, [&](const Mp4Sample& sample) -> Result<void> {
    totals.duration = sample.time + sample.duration;
    totals.shown_end = std::max(totals.shown_end, totals.duration + sample.shown_after);
    ++totals.n_samples;
    totals.n_bytes += sample.size;
    totals.last_offset = std::max(totals.last_offset, sample.offset);
    totals.reorders = totals.reorders || sample.shown_after != 0;
    totals.has_non_sync = totals.has_non_sync || !sample.is_sync;
    return {};
  }));
  return totals;
}

Result<void> WriteMp4Tables(Mp4Runs& runs, const Mp4TrackDefaults& track,
                            const Mp4TrackTotals& totals, std::uint32_t frame_bytes,
                            BoxWriter& out) {
  const Writing w{runs, track, frame_bytes, out};
  TM_TRY(WriteDurations(w));
  if (totals.reorders) TM_TRY(WriteOrder(w));
  if (totals.has_non_sync) TM_TRY(WriteSyncSamples(w));
  TM_TRY(WriteChunks(w));
  TM_TRY(WriteSizes(w, totals));
  return WriteOffsets(w, totals);
}

}  // namespace tidemark::io
