// NoiseFloor: the levels of one channel over the last seconds, the lowest steady one among them,
// and the threshold for sound that follows (rules: activity.h). Owned by ActivityAnalyzer; fixed
// size, trivially copyable; one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace tidemark::analysis {

// A level in steps of 0.5 dB from -110 dBFS (0) up to +17.5 (255).
using LevelCode = std::uint8_t;
LevelCode LevelCodeOf(float power);  // of a mean square, 1.0 = 0 dBFS; within 0.3 dB
double DbfsOf(LevelCode code);

// Median of a stream of level codes.
class ThresholdMedian {
 public:
  void Add(LevelCode code) { ++counts_[code]; }
  [[nodiscard]] LevelCode Median() const;

 private:
  std::array<std::uint32_t, 256> counts_{};
};

// The newest kCapacity codes; written twice, so that any run of them lies in one piece.
class LevelHistory {
 public:
  static constexpr std::int64_t kCapacity = 512;

  void Set(std::int64_t i, LevelCode code) {
    const auto at = static_cast<std::size_t>(i % kCapacity);
    codes_[at] = code;
    codes_[at + kCapacity] = code;
  }
  // Codes number max(first, 0) to end - 1. REQUIRES: all of them newer than the newest kCapacity.
  [[nodiscard]] std::span<const LevelCode> Between(std::int64_t first, std::int64_t end) const {
    const std::int64_t begin = first < 0 ? 0 : first;
    return std::span(codes_).subspan(static_cast<std::size_t>(begin % kCapacity),
                                     static_cast<std::size_t>(end - begin));
  }

 private:
  std::array<LevelCode, 2 * kCapacity> codes_{};
};

class NoiseFloor {
 public:
  static constexpr std::int64_t kFramesPerSecond = 20;  // statistics are kept per 50 ms
  static constexpr std::int64_t kLookAheadFrames = 3 * kFramesPerSecond;
  static constexpr std::int64_t kMaxCellsPerFrame = 20;

  // What to make of one frame's cells. A cell is above where its level reaches `threshold`, and
  // within 50 ms of such a cell where all levels between reach `edge_threshold`.
  struct Decision {
    LevelCode threshold = 0;
    LevelCode edge_threshold = 0;  // at most `threshold`
    bool maybe = false;  // steady from the start, with nothing louder yet: above means kMaybe
    LevelCode maybe_level = 0;
    std::optional<LevelCode> floor;
  };

  struct Cell {
    float power;       // mean square of the 5 ms that end with the cell
    float step_power;  // mean square of the differences between samples; 0 in unmeasured cells
  };
  // Steps are measured in every kStepCells-th cell of a frame.
  static constexpr std::int64_t kStepCells = 5;

  // Forgets everything; a new signal starts.
  void Start(std::int64_t cells_per_frame);
  void AddCells(std::span<const Cell> cells);
  // Ends a frame that has fewer cells than others.
  void EndSignal();

  // Whole frames since Start().
  [[nodiscard]] std::int64_t n_frames() const { return n_frames_; }
  // The loudest level around `frame`, against which steady levels may be noise.
  [[nodiscard]] LevelCode LoudestNear(std::int64_t frame) const;
  // REQUIRES: frames in rising order, each once, within kLookAheadFrames of the newest.
  Decision Decide(std::int64_t frame, LevelCode loudest);
  // Whether a steady level is no more than the noise floor that was found later.
  static bool IsSame(LevelCode level, LevelCode floor);
  // Bit i: the frame's cell i is above. REQUIRES: `decision` is that of Decide(frame), and no later
  // frame was decided.
  [[nodiscard]] std::uint32_t CellsAbove(std::int64_t frame, const Decision& decision) const;

 private:
  // A block may end several frames before the oldest one is decided.
  static constexpr std::int64_t kFrameRing = kLookAheadFrames + 12;
  static constexpr std::int64_t kSteadyFrames = 6;
  static constexpr LevelCode kNotSteady = 255;

  void EndFrame();
  void NoteSteadyLevel();
  [[nodiscard]] LevelCode LowestFloor(std::int64_t frame) const;
  [[nodiscard]] std::int64_t LookAheadEnd(std::int64_t frame) const;
  // Bit i: both in the i-th cell from frame `first` on and in the next one, the 5 ms that end there
  // reach `level`. REQUIRES: at most three frames.
  [[nodiscard]] std::uint64_t CellsReaching(LevelCode level, std::int64_t first,
                                            std::int64_t end) const;

  std::int64_t cells_per_frame_ = 1;
  std::int64_t n_cells_ = 0;
  std::int64_t n_frames_ = 0;
  std::int64_t n_frame_cells_ = 0;  // of the open frame
  struct Frame {
    float power = 0;  // sums over the cells
    float step_power = 0;
    float peak_power = 0;  // the largest of a cell
  };
  Frame open_frame_;
  std::array<Frame, kSteadyFrames> frames_{};  // the newest, with means
  std::optional<LevelCode> floor_;
  LevelHistory peaks_;
  LevelHistory steady_;  // mean of the 300 ms that end with the frame, where steady
  LevelHistory floors_;  // those of them that may be a noise floor
  using FrameCells = std::array<LevelCode, kMaxCellsPerFrame>;
  std::array<FrameCells, kFrameRing> cells_{};
};

}  // namespace tidemark::analysis
