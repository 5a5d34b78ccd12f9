// WaveformColumns: the smallest and largest sample of each of some thousand stretches of a
// recording of unknown length, for a picture of it. When the columns run out, each two become one.
// One owner, one thread; fixed memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/audio_block.h"
#include "memory/arena.h"

namespace tidemark::engine {

class WaveformColumns {
 public:
  static constexpr std::size_t kColumns = 4000;

  static std::size_t PlanBytes() { return 2 * memory::ArenaBytes<float>(2 * kColumns); }
  explicit WaveformColumns(memory::Arena& arena)
      : columns_(arena.Take<float>(2 * kColumns)), result_(arena.Take<float>(2 * kColumns)) {}

  void Push(const AudioBlock& block);
  // Minimum and maximum of n columns of equal length, at most kColumns, over all that was pushed;
  // empty where nothing was. Valid while the arena lives.
  std::span<const float> Finish();

 private:
  void EndColumn();

  std::span<float> columns_;  // minimum, maximum of each
  std::span<float> result_;
  std::size_t n_columns_ = 0;
  std::int64_t column_frames_ = 64;
  std::int64_t n_in_column_ = 0;
  std::int64_t n_frames_ = 0;
  float min_ = 0;
  float max_ = 0;
};

}  // namespace tidemark::engine
