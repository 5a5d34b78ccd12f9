// ActivityAnalyzer: the intervals in which there is sound, as they become certain.
// One owner, one thread. Memory does not depend on the length of the audio.
//
// The automatic threshold, per channel, on the RMS of 5 ms around their mean: the
// largest of
//   - 6 dB over the noise floor, 3 dB for the 50 ms next to sound. The floor is the lowest steady
//     level of 300 ms (5 ms RMS within 5 dB of its mean, no trend) from 15 s before to 3 s after,
//     at most -36 dBFS and 12 dB below the loudest sound near it;
//   - 45 dB below the loudest 5 ms within 2 s either side;
//   - -80 dBFS.
// A steady level with nothing louder is sound: without contrast nothing says that it is noise. So
// constant noise alone is one interval, and so is music; a faint hiss before the first word is not.
// Sound on any channel is sound. A decision about a moment waits for the 3 s after it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "analysis/activity_threshold.h"
#include "analysis/analyzer.h"
#include "analysis/interval_builder.h"
#include "analysis/noise_floor.h"
#include "base/result.h"
#include "base/stream_format.h"
#include "memory/arena.h"

namespace tidemark::analysis {

struct ActivityOptions {
  ActivityThreshold threshold;
  double min_silence_s = 0.25;  // shorter gaps count as sound; at least kMinSilenceFloorS
  double min_sound_s = 0.05;    // then shorter sounds count as silence
  double margin_before_s = 0;   // then intervals grow, or shrink where negative
  double margin_after_s = 0;
};

struct ActivityResult {
  double active_s = 0;
  std::int64_t count = 0;
  double longest_s = 0;
  // With an automatic threshold: the lowest noise floor found on any channel; absent where none
  // was, -110 for digital silence.
  std::optional<double> noise_floor_dbfs;
  // The fixed threshold, or the median of the automatic ones over the file.
  double threshold_dbfs = 0;
};

class ActivityAnalyzer final : public Analyzer {
 public:
  // Drain() never finds more than this many.
  static constexpr std::size_t kMaxPending = IntervalBuilder::kMaxPending;
  static constexpr double kMinSilenceFloorS = 0.01;

  static std::size_t PlanBytes(const ActivityOptions& options, const StreamFormat& format);

  // kUsage for lengths that are negative or not finite, or margins over an hour.
  static Result<std::unique_ptr<ActivityAnalyzer>> Create(const ActivityOptions& options,
                                                          const StreamFormat& format,
                                                          memory::Arena& arena);

  void Push(const AudioBlock& block) override;
  // Ends an open interval; nothing reaches across a gap.
  void Gap(std::int64_t next_frame) override;
  void Finish() override;

  // Moves the intervals that became certain to `out`, in order; returns how many.
  // REQUIRES: called after each Push(), Gap() and Finish(), with out.size() >= kMaxPending.
  std::size_t Drain(std::span<Interval> out) { return builder_.Drain(out); }

  // REQUIRES: Finish() was called.
  [[nodiscard]] const ActivityResult& result() const { return result_; }

 private:
  // At most this many cells share a block: at kMinSampleRateHz a cell has 20 samples.
  static constexpr std::size_t kMaxPieces = kBlockFrames * 200 / kMinSampleRateHz + 3;

  // Over the samples of a cell; d is the distance from the centre.
  struct CellSums {
    double sum = 0;      // of d
    double squares = 0;  // of d^2

    // The same sums for a centre that lies `step` higher.
    void MoveCentre(double step, double n_frames) {
      squares += n_frames * step * step - 2 * step * sum;
      sum -= n_frames * step;
    }
  };
  struct Channel {
    NoiseFloor floor;
    NoiseFloor::Decision decision;
    float centre = 0;      // the constant offset, tracked
    CellSums cell;         // the open one
    float cell_steps = 0;  // squared differences between neighbours, in a cell that measures them
    CellSums last_cell;
  };
  // A block, cut where cells end: piece p is [edges[p], edges[p + 1]); the first n_ended pieces
  // end a cell, one more may leave its cell open.
  struct Pieces {
    std::size_t n = 0;
    std::size_t n_ended = 0;
    std::array<std::size_t, kMaxPieces + 1> edges;
    double last_cell_frames = 0;  // of the last cell that ended by the block's end
    double open_cell_frames = 0;
    std::array<double, kMaxPieces> per_cell_frames;    // 1 / length of the cell that ends
    std::array<double, kMaxPieces> per_window_frames;  // 1 / length of it and the one before

    [[nodiscard]] std::span<const float> Of(std::span<const float> samples, std::size_t p) const {
      return samples.subspan(edges[p], edges[p + 1] - edges[p]);
    }
  };

  ActivityAnalyzer(const ActivityOptions& options, const StreamFormat& format,
                   memory::Arena& arena);
  void StartSegment(std::int64_t frame);
  // Cells count from the start of the segment, seconds from the start of the file.
  [[nodiscard]] std::int64_t CellStart(std::int64_t cell) const;
  [[nodiscard]] double SecondsAtCell(std::int64_t cell) const;
  [[nodiscard]] Pieces CutAtCells(std::int64_t n_block_frames) const;
  void AddToPeakCells(const AudioBlock& block, const Pieces& pieces);
  void AddSamples(Channel& channel, std::span<const float> samples, const Pieces& pieces) const;
  static float PowerOf(const CellSums& last, const CellSums& cell, double per_frames);
  void MoveCentre(Channel& channel, double mean, const Pieces& pieces) const;
  void MeasureSteps(Channel& channel, std::span<const float> samples, const Pieces& pieces,
                    std::span<NoiseFloor::Cell> cells) const;
  void EndOpenCell();
  void DecideFrame();
  void AddFrame(std::uint32_t above, CellState state_above);
  void EndSegment();

  ActivityThreshold threshold_;
  int sample_rate_hz_;
  std::int64_t cells_per_second_;
  std::span<Channel> channels_;
  std::int64_t segment_start_frame_ = 0;
  std::int64_t n_frames_ = 0;          // since the start of the segment
  std::int64_t n_cells_ = 0;           // ended since the start of the segment
  bool open_cell_is_loud_ = false;     // reached a fixed threshold
  std::int64_t n_decided_frames_ = 0;  // frames of the noise floor, 50 ms
  LevelCode maybe_level_ = 0;
  std::optional<LevelCode> lowest_floor_;
  ThresholdMedian median_;
  IntervalBuilder builder_;
  ActivityResult result_;
};

}  // namespace tidemark::analysis
