#include "io/mp4_short_tables.h"

#include <algorithm>
#include <limits>

namespace tidemark::io {
namespace {

constexpr std::int64_t kFree = 0x66726565;  // a box to be stepped over
constexpr std::int64_t kCountBytes = 4;     // right before a table's entries

tl::unexpected<Error> LeaveIt(const char* why) { return Fail(ErrorCode::kUnsupported, why); }

}  // namespace

Result<std::unique_ptr<ShortTables>> ShortTables::Create(ByteStream& bytes,
                                                         std::span<const Mp4Samples> tracks) {
  std::unique_ptr<ShortTables> view(new ShortTables(bytes));
  for (const Mp4Samples& track : tracks) {
    view->shown_.push_back({track.n_samples, track.decode_shift});
    if (track.n_samples > kShownSamples) TM_TRY(view->Shorten(track));
  }
  TM_TRY(bytes.Seek(0));
  return view;
}

void ShortTables::Put(std::int64_t offset, std::int64_t value) {
  Patch patch{offset, {}};
  for (std::size_t i = 0; i < patch.value.size(); ++i) {
    patch.value[i] = static_cast<std::byte>(value >> (24 - 8 * i) & 0xFF);
  }
  patches_.push_back(patch);
}

void ShortTables::PutCount(const Mp4Table& table, std::int64_t n_entries) {
  Put(table.offset - kCountBytes, n_entries);
}

Result<void> ShortTables::Shorten(const Mp4Samples& track) {
  std::int64_t n_samples = 0;
  TM_TRY_ASSIGN(n_samples, ShortenChunks(track));
  PutCount(track.sizes, n_samples);
  shown_.back() = {n_samples, 0};
  if (track.hints_type >= 0) Put(track.hints_type, kFree);
  TM_TRY(ShortenDurations(track, n_samples));
  if (track.offsets.n_entries > 0) TM_TRY(ShortenOffsets(track, n_samples));
  return track.all_keys ? Result<void>{} : ShortenKeys(track, n_samples);
}

// Whole chunks, as a table that promises more samples than it has sizes for is refused. Returns how
// many samples they hold.
Result<std::int64_t> ShortTables::ShortenChunks(const Mp4Samples& track) {
  Mp4TableReader runs(bytes_, track.chunk_sizes);
  std::int64_t n_samples = 0;
  std::int64_t n_chunks = 0;
  std::int64_t run = 0;
  for (; run < runs.n_entries() && n_samples < kShownSamples; ++run) {
    std::uint32_t first = 0;
    TM_TRY_ASSIGN(first, runs.Field(run, 0));
    std::uint32_t per_chunk = 0;
    TM_TRY_ASSIGN(per_chunk, runs.Field(run, 4));
    std::int64_t end = track.chunk_starts.n_entries + 1;
    if (run + 1 < runs.n_entries()) {
      TM_TRY_ASSIGN(end, runs.Field(run + 1, 0));
    }
    const std::int64_t want = (kShownSamples - n_samples + per_chunk - 1) / per_chunk;
    const std::int64_t n = std::min(end - first, want);
    if (n_chunks == 0 && per_chunk > kShownSamples) {
      Put(track.chunk_sizes.offset + 4, kShownSamples);
      per_chunk = kShownSamples;
    }
    n_chunks += n;
    n_samples += n * per_chunk;
  }
  if (n_samples > 2 * kShownSamples) return LeaveIt("has huge chunks");
  PutCount(track.chunk_sizes, run);
  PutCount(track.chunk_starts, n_chunks);
  return n_samples;
}

// Durations are left as they are where they are few. Else the last two entries that are shown
// stand for all the rest, so that the whole duration and number of samples, from which frame rates
// are taken, stay exact.
Result<void> ShortTables::ShortenDurations(const Mp4Samples& track, std::int64_t n_samples) {
  const std::int64_t n_shown = n_samples + 2;
  if (track.durations.n_entries <= n_shown) return {};
  Mp4TableReader table(bytes_, track.durations);
  std::int64_t samples_left = track.n_samples;
  std::int64_t time_left = track.total_time;
  for (std::int64_t i = 0; i < n_samples; ++i) {
    std::uint32_t n = 0;
    TM_TRY_ASSIGN(n, table.Field(i, 0));
    std::uint32_t duration = 0;
    TM_TRY_ASSIGN(duration, table.Field(i, 4));
    samples_left -= n;
    time_left -= std::int64_t{n} * duration;
  }
  if (samples_left <= 0) return LeaveIt("has empty entries");
  const std::int64_t duration = time_left / samples_left;
  const std::int64_t longer = time_left % samples_left;
  if (duration >= std::numeric_limits<std::int32_t>::max()) return LeaveIt("is endless");
  const std::int64_t at = track.durations.offset + n_samples * track.durations.entry_bytes;
  Put(at, samples_left - longer);
  Put(at + 4, duration);
  Put(at + 8, longer);
  Put(at + 12, duration + 1);
  PutCount(track.durations, n_shown);
  return {};
}

Result<void> ShortTables::ShortenOffsets(const Mp4Samples& track, std::int64_t n_samples) {
  Mp4TableReader table(bytes_, track.offsets);
  std::int64_t entry = 0;
  std::array<std::int64_t, 3> shifts{};  // up to this run, the one before, the one before that
  for (std::int64_t i = 0; i < n_samples && entry < table.n_entries(); ++entry) {
    std::uint32_t n = 0;
    TM_TRY_ASSIGN(n, table.Field(entry, 0));
    std::uint32_t offset = 0;
    TM_TRY_ASSIGN(offset, table.Field(entry, 4));
    i += n;
    const std::int64_t back = -std::int64_t{static_cast<std::int32_t>(offset)};
    shifts = {std::max(shifts[0], back), shifts[0], shifts[1]};
  }
  shown_.back().decode_shift = shifts[2];
  PutCount(track.offsets, entry);
  return {};
}

Result<void> ShortTables::ShortenKeys(const Mp4Samples& track, std::int64_t n_samples) {
  Mp4TableReader table(bytes_, track.keys);
  std::int64_t entry = 0;
  for (; entry < table.n_entries(); ++entry) {
    std::uint32_t key = 0;
    TM_TRY_ASSIGN(key, table.Field(entry, 0));
    if (key > n_samples) break;
  }
  PutCount(track.keys, std::max<std::int64_t>(entry, 1));
  return {};
}

Result<std::size_t> ShortTables::Read(std::span<std::byte> out) {
  const std::int64_t begin = bytes_.position();
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, bytes_.Read(out));
  const std::int64_t end = begin + static_cast<std::int64_t>(n);
  for (const Patch& patch : patches_) {
    for (std::int64_t at = std::max(patch.offset, begin); at < std::min(patch.offset + 4, end);
         ++at) {
      out[static_cast<std::size_t>(at - begin)] =
          patch.value[static_cast<std::size_t>(at - patch.offset)];
    }
  }
  return n;
}

}  // namespace tidemark::io
