#include "io/mp4_samples.h"

#include <algorithm>

#include "io/header_fields.h"

namespace tidemark::io {

void Mp4Runs::Restart() { entry_ = left_ = sum_ = 0; }

Result<bool> Mp4Runs::Settle() {
  while (left_ == 0) {
    if (entry_ >= table_.n_entries()) return false;
    TM_TRY_ASSIGN(value_, table_.Field(entry_, 4));
    std::uint32_t n = 0;
    TM_TRY_ASSIGN(n, table_.Field(entry_, 0));
    left_ = n;
    ++entry_;
  }
  return true;
}

Result<void> Mp4Runs::Skip(std::int64_t n) {
  while (n > 0) {
    bool more = false;
    TM_TRY_ASSIGN(more, Settle());
    if (!more) return {};
    const std::int64_t step = std::min(n, left_);
    left_ -= step;
    n -= step;
    sum_ += step * value();
  }
  return {};
}

Mp4SampleCursor::Mp4SampleCursor(ByteStream& bytes, const Mp4Samples& samples)
    : samples_(samples),
      durations_(bytes, samples.durations),
      offsets_(bytes, samples.offsets),
      chunk_sizes_(bytes, samples.chunk_sizes),
      sizes_(bytes, samples.sizes),
      chunk_starts_(bytes, samples.chunk_starts),
      keys_(bytes, samples.keys) {}

void Mp4SampleCursor::Restart() {
  durations_.Restart();
  offsets_.Restart();
  index_ = chunk_ = run_ = run_end_ = per_chunk_ = done_ = key_at_ = 0;
  offset_ = -1;
}

Result<void> Mp4SampleCursor::LoadRun() {
  if (run_ >= chunk_sizes_.n_entries() || chunk_ >= chunk_starts_.n_entries()) {
    return Fail(ErrorCode::kBadData, "lacks chunks");
  }
  std::uint32_t n = 0;
  TM_TRY_ASSIGN(n, chunk_sizes_.Field(run_, 4));
  if (n == 0) return Fail(ErrorCode::kBadData, "has empty chunks");
  per_chunk_ = n;
  run_end_ = chunk_starts_.n_entries();
  if (++run_ < chunk_sizes_.n_entries()) {
    std::uint32_t next_first = 0;
    TM_TRY_ASSIGN(next_first, chunk_sizes_.Field(run_, 0));
    run_end_ = std::min(run_end_, std::int64_t{next_first} - 1);
  }
  if (run_end_ <= chunk_) return Fail(ErrorCode::kBadData, "has chunks in disorder");
  return {};
}

Result<void> Mp4SampleCursor::SkipChunks(std::int64_t n_samples) {
  if (n_samples > 0) offset_ = -1;
  index_ += n_samples;
  while (n_samples > 0) {
    if (chunk_ >= run_end_) TM_TRY(LoadRun());
    if (done_ == 0 && n_samples >= per_chunk_) {
      const std::int64_t n_chunks = std::min(n_samples / per_chunk_, run_end_ - chunk_);
      chunk_ += n_chunks;
      n_samples -= n_chunks * per_chunk_;
      continue;
    }
    const std::int64_t step = std::min(n_samples, per_chunk_ - done_);
    n_samples -= step;
    done_ += step;
    if (done_ == per_chunk_) {
      ++chunk_;
      done_ = 0;
    }
  }
  return {};
}

Result<std::uint32_t> Mp4SampleCursor::SizeOf(std::int64_t index) {
  if (samples_.same_size != 0) return samples_.same_size;
  return sizes_.Field(index, 0);
}

Result<void> Mp4SampleCursor::FindOffset() {
  if (chunk_ >= run_end_) TM_TRY(LoadRun());
  TM_TRY_ASSIGN(offset_, chunk_starts_.FileOffset(chunk_));
  for (std::int64_t i = index_ - done_; i < index_; ++i) {
    std::uint32_t size = 0;
    TM_TRY_ASSIGN(size, SizeOf(i));
    offset_ += size;
  }
  return {};
}

Result<bool> Mp4SampleCursor::IsKey(std::int64_t index) {
  if (samples_.all_keys) return true;
  for (; key_at_ < keys_.n_entries(); ++key_at_) {
    std::uint32_t key = 0;
    TM_TRY_ASSIGN(key, keys_.Field(key_at_, 0));
    if (std::int64_t{key} - 1 >= index) return std::int64_t{key} - 1 == index;
  }
  return false;
}

Result<std::optional<Mp4Sample>> Mp4SampleCursor::Next() {
  if (index_ >= samples_.n_samples) return std::nullopt;
  if (offset_ < 0) TM_TRY(FindOffset());
  bool more = false;
  TM_TRY_ASSIGN(more, durations_.Settle());
  Mp4Sample sample;
  sample.index = index_;
  sample.offset = offset_;
  sample.decode_time = sample.show_time = durations_.sum();
  sample.duration = more ? durations_.value() : 0;
  TM_TRY_ASSIGN(more, offsets_.Settle());
  if (more) sample.show_time += offsets_.value();
  TM_TRY_ASSIGN(sample.size, SizeOf(index_));
  TM_TRY_ASSIGN(sample.key, IsKey(index_));
  TM_TRY(durations_.Skip(1));
  TM_TRY(offsets_.Skip(1));
  TM_TRY(SkipChunks(1));
  // In the same chunk the next one follows.
  if (done_ > 0) offset_ = sample.offset + sample.size;
  return sample;
}

Result<void> Mp4SampleCursor::MoveTo(std::int64_t index) {
  if (index < index_) Restart();
  const std::int64_t ahead = std::min(index, samples_.n_samples) - index_;
  TM_TRY(durations_.Skip(ahead));
  TM_TRY(offsets_.Skip(ahead));
  return SkipChunks(ahead);
}

Result<std::int64_t> Mp4SampleCursor::IndexAt(std::int64_t decode_time) {
  TM_TRY(MoveTo(0));
  std::int64_t index = 0;
  for (;;) {
    bool more = false;
    TM_TRY_ASSIGN(more, durations_.Settle());
    if (!more) break;
    const std::int64_t n = durations_.left();
    const std::int64_t ahead = decode_time - durations_.sum();
    if (ahead < 0) break;
    const std::int64_t duration = durations_.value();
    const std::int64_t steps = duration == 0 ? n : std::min(n, ahead / duration + 1);
    index += steps;
    if (steps < n) break;
    TM_TRY(durations_.Skip(n));
  }
  Restart();
  return std::clamp<std::int64_t>(index - 1, 0, std::max<std::int64_t>(samples_.n_samples - 1, 0));
}

Result<std::int64_t> Mp4SampleCursor::KeyAtOrBefore(std::int64_t index) {
  if (samples_.all_keys) return index;
  std::int64_t low = 0;  // keys before it are at or before the sample
  std::int64_t high = keys_.n_entries();
  while (low < high) {
    const std::int64_t middle = (low + high) / 2;
    std::uint32_t key = 0;
    TM_TRY_ASSIGN(key, keys_.Field(middle, 0));
    if (std::int64_t{key} - 1 <= index)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == 0) return 0;
  std::uint32_t key = 0;
  TM_TRY_ASSIGN(key, keys_.Field(low - 1, 0));
  return std::int64_t{key} - 1;
}

}  // namespace tidemark::io
