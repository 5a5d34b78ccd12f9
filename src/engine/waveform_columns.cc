#include "engine/waveform_columns.h"

#include <algorithm>

namespace tidemark::engine {

void WaveformColumns::Push(const AudioBlock& block) {
  for (std::size_t at = 0; at < block.n_frames();) {
    const auto n = static_cast<std::size_t>(std::min<std::int64_t>(
        column_frames_ - n_in_column_, static_cast<std::int64_t>(block.n_frames() - at)));
    for (std::size_t c = 0; c < block.n_channels(); ++c) {
      const auto [low, high] = std::ranges::minmax(block.channel(c).subspan(at, n));
      min_ = n_in_column_ == 0 && c == 0 ? low : std::min(min_, low);
      max_ = n_in_column_ == 0 && c == 0 ? high : std::max(max_, high);
    }
    n_in_column_ += static_cast<std::int64_t>(n);
    at += n;
    if (n_in_column_ == column_frames_) EndColumn();
  }
  n_frames_ += static_cast<std::int64_t>(block.n_frames());
}

void WaveformColumns::EndColumn() {
  columns_[2 * n_columns_] = min_;
  columns_[2 * n_columns_ + 1] = max_;
  n_in_column_ = 0;
  if (++n_columns_ < kColumns) return;
  n_columns_ /= 2;
  column_frames_ *= 2;
  for (std::size_t i = 0; i < n_columns_; ++i) {
    columns_[2 * i] = std::min(columns_[4 * i], columns_[4 * i + 2]);
    columns_[2 * i + 1] = std::max(columns_[4 * i + 1], columns_[4 * i + 3]);
  }
}

std::span<const float> WaveformColumns::Finish() {
  const auto n_full = static_cast<std::int64_t>(n_columns_);
  if (n_in_column_ > 0) {
    // The last one is shorter: columns of equal length are read off below.
    columns_[2 * n_columns_] = min_;
    columns_[2 * n_columns_ + 1] = max_;
  }
  const std::int64_t n_there = n_full + (n_in_column_ > 0 ? 1 : 0);
  const std::int64_t n = std::min<std::int64_t>(n_there, kColumns / 2);
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t first = i * n_frames_ / n / column_frames_;
    const std::int64_t end = std::clamp<std::int64_t>(
        ((i + 1) * n_frames_ / n + column_frames_ - 1) / column_frames_, first + 1, n_there);
    float low = columns_[static_cast<std::size_t>(2 * first)];
    float high = columns_[static_cast<std::size_t>(2 * first + 1)];
    for (std::int64_t k = first + 1; k < end; ++k) {
      low = std::min(low, columns_[static_cast<std::size_t>(2 * k)]);
      high = std::max(high, columns_[static_cast<std::size_t>(2 * k + 1)]);
    }
    result_[static_cast<std::size_t>(2 * i)] = low;
    result_[static_cast<std::size_t>(2 * i + 1)] = high;
  }
  return result_.first(static_cast<std::size_t>(2 * n));
}

}  // namespace tidemark::engine
