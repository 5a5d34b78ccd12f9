// Mp4Samples: any track of a plain MP4 or QuickTime file by its sample tables, which stay in the
// file: where they lie, and a cursor that goes through the samples, coded order, by small windows
// on them. One owner, one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "io/byte_stream.h"
#include "io/mp4_table.h"
#include "io/mp4_track.h"

namespace tidemark::io {

// The one edit that shows media; what stands before it is an empty one. In units of the track.
struct Mp4Edit {
  std::int64_t media_time = 0;
  std::int64_t duration = 0;
  [[nodiscard]] std::int64_t end() const { return media_time + duration; }
};

struct Mp4Samples {
  std::uint32_t track_id = 0;
  bool is_audio = false;
  std::int64_t n_samples = 0;
  std::uint32_t same_size = 0;  // of every sample; 0: see `sizes`
  Mp4Table durations;           // "stts": samples (4), duration (4)
  Mp4Table offsets;             // "ctts": samples (4), shown minus decoded (4); may be empty
  Mp4Table chunk_sizes;         // "stsc": first chunk from 1 (4), samples a chunk (4), entry (4)
  Mp4Table sizes;               // "stsz": size (4)
  Mp4Table chunk_starts;        // "stco" or "co64": offset (4 or 8)
  Mp4Table keys;                // "stss": sample from 1 (4); without the box all are keys
  bool all_keys = true;
  std::int64_t hints_type = -1;  // where the type of the box "sdtp" stands, a byte a sample
  std::optional<Mp4Edit> edit;
  // Over the whole track, in its units.
  std::int64_t total_time = 0;
  std::int64_t longest = 0;          // duration of a sample
  std::int64_t greatest_offset = 0;  // never below 0
  // By how much libavformat decodes earlier, so that nothing is shown before it is decoded. The
  // last two runs of offsets do not count there.
  std::int64_t decode_shift = 0;
};

// The tracks of a file, in order, their tables checked from end to end. kUnsupported where the file
// is no plain MP4 (fragments too) or one of its tracks has something that is not understood here:
// several edits, other files, several sample entries, compact sizes, groups of key frames, tables
// that contradict each other. libavformat may still read it. kIo.
Result<std::vector<Mp4Samples>> FindMp4Samples(ByteStream& bytes);

struct Mp4Sample {
  std::int64_t index = 0;
  std::int64_t offset = 0;  // in the file
  std::uint32_t size = 0;
  std::int64_t decode_time = 0;
  std::int64_t show_time = 0;
  std::int64_t duration = 0;
  bool key = false;
};

// A table of runs: how many samples (4), and a value that all of them have (4).
class Mp4Runs {
 public:
  Mp4Runs(ByteStream& bytes, const Mp4Table& table) : table_(bytes, table) {}
  void Restart();
  // Passes n samples, or as many as there are.
  Result<void> Skip(std::int64_t n);
  // Makes value() that of the next sample; false behind the last.
  Result<bool> Settle();
  [[nodiscard]] std::int32_t value() const { return static_cast<std::int32_t>(value_); }
  [[nodiscard]] std::int64_t left() const { return left_; }
  [[nodiscard]] std::int64_t sum() const { return sum_; }  // of the values passed

 private:
  Mp4TableReader table_;
  std::int64_t entry_ = 0;  // the next one
  std::int64_t left_ = 0;
  std::uint32_t value_ = 0;
  std::int64_t sum_ = 0;
};

class Mp4SampleCursor {
 public:
  // `bytes` must outlive this. REQUIRES: `samples` comes from FindMp4Samples() of the same file.
  Mp4SampleCursor(ByteStream& bytes, const Mp4Samples& samples);

  // The next sample, moving on; nullopt behind the last. kIo, kBadData where the tables changed.
  Result<std::optional<Mp4Sample>> Next();
  // Makes it the next one. Goes on from here where it lies ahead, else from the start.
  Result<void> MoveTo(std::int64_t index);

  // The last sample decoded at or before `time`; 0 where there is none.
  Result<std::int64_t> IndexAt(std::int64_t decode_time);
  // The last key sample at or before that one; 0 where there is none.
  Result<std::int64_t> KeyAtOrBefore(std::int64_t index);

 private:
  Result<void> LoadRun();
  Result<void> SkipChunks(std::int64_t n_samples);
  Result<std::uint32_t> SizeOf(std::int64_t index);
  Result<void> FindOffset();
  Result<bool> IsKey(std::int64_t index);
  void Restart();

  Mp4Samples samples_;
  Mp4Runs durations_;
  Mp4Runs offsets_;
  Mp4TableReader chunk_sizes_;
  Mp4TableReader sizes_;
  Mp4TableReader chunk_starts_;
  Mp4TableReader keys_;
  std::int64_t index_ = 0;      // the next sample
  std::int64_t chunk_ = 0;      // its chunk
  std::int64_t run_ = 0;        // entry of chunk_sizes_ behind the one that covers the chunk
  std::int64_t run_end_ = 0;    // chunk where that entry ends
  std::int64_t per_chunk_ = 0;  // samples, of which `done_` are behind
  std::int64_t done_ = 0;
  std::int64_t offset_ = -1;  // of the next sample; -1: not looked up yet
  std::int64_t key_at_ = 0;   // entry of keys_ near which the next key is
};

}  // namespace tidemark::io
