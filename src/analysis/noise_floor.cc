#include "analysis/noise_floor.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "dsp/level_code_kernels.h"

namespace tidemark::analysis {
namespace {

constexpr double kLowestDbfs = -110.0;
constexpr int kCodesPerDb = 2;

constexpr int Codes(double db) { return static_cast<int>(db * kCodesPerDb); }
constexpr LevelCode CodeAt(double dbfs) {
  return static_cast<LevelCode>(Codes(dbfs - kLowestDbfs));
}
LevelCode Clamped(int code) { return static_cast<LevelCode>(std::clamp(code, 0, 255)); }

constexpr int kAboveFloor = Codes(6);
constexpr int kEdgeAboveFloor = Codes(3);
constexpr int kBelowPeak = Codes(45);
constexpr int kContrast = Codes(12);
constexpr int kSameFloor = Codes(3);
constexpr LevelCode kHighestFloor = CodeAt(-36);
constexpr LevelCode kHighestDullFloor = CodeAt(-52);
constexpr LevelCode kLowestThreshold = CodeAt(-80);
// The 5 ms RMS of steady noise keeps within 5 dB of its mean (white, 40 samples: 1 in 10^9 does
// not), and the mean of 150 ms within 1 dB of that of the next; speech and music rarely do both.
constexpr float kSteadyPeakRatio = 3.16F;
constexpr float kSteadyTrendRatio = 1.26F;
// Hiss changes much from sample to sample (white noise: ratio 2, pink about 0.7), held notes
// little; but so do hum and rumble, which are taken for a floor only where they are fainter.
constexpr float kHissStepRatio = 0.25F;

constexpr std::int64_t kFloorPastFrames = 15 * NoiseFloor::kFramesPerSecond;
constexpr std::int64_t kLoudestPastFrames = 20 * NoiseFloor::kFramesPerSecond;
constexpr std::int64_t kPeakFrames = 2 * NoiseFloor::kFramesPerSecond;

template <typename Ring>
auto& At(Ring& ring, std::int64_t i) {
  return ring[static_cast<std::size_t>(i) % ring.size()];
}

}  // namespace

LevelCode LevelCodeOf(float power) {
  constexpr float kLowestPower = 1e-11F;
  if (!(power > kLowestPower)) return 0;
  // log2 of the mantissa by a parabola: within 0.01.
  const auto bits = std::bit_cast<std::uint32_t>(power);
  const auto exponent = static_cast<float>(static_cast<int>(bits >> 23) - 127);
  const auto mantissa = std::bit_cast<float>((bits & 0x007FFFFFU) | 0x3F800000U);
  const float log2 = exponent + (2.0F - mantissa / 3.0F) * mantissa - 2.0F / 3.0F - 1.0F;
  constexpr float kDbPerOctave = 3.0103F;
  const float code = kCodesPerDb * (kDbPerOctave * log2 - static_cast<float>(kLowestDbfs)) + 0.5F;
  return Clamped(static_cast<int>(code));
}

double DbfsOf(LevelCode code) { return kLowestDbfs + static_cast<double>(code) / kCodesPerDb; }

LevelCode ThresholdMedian::Median() const {
  const auto total = std::accumulate(counts_.begin(), counts_.end(), std::uint64_t{0});
  std::uint64_t below = 0;
  for (std::size_t code = 0; code < counts_.size(); ++code) {
    below += counts_[code];
    if (2 * below >= total && below > 0) return static_cast<LevelCode>(code);
  }
  return 0;
}

void NoiseFloor::Start(std::int64_t cells_per_frame) {
  *this = NoiseFloor{};
  cells_per_frame_ = cells_per_frame;
}

void NoiseFloor::AddCells(std::span<const Cell> cells) {
  for (std::size_t at = 0; at < cells.size();) {
    const auto n_left = static_cast<std::size_t>(cells_per_frame_ - n_frame_cells_);
    const std::size_t n = std::min(n_left, cells.size() - at);
    LevelCode* codes = At(cells_, n_frames_).data() + n_frame_cells_;
    Frame frame = open_frame_;
    for (const Cell& cell : cells.subspan(at, n)) {
      *codes++ = LevelCodeOf(cell.power);
      frame.power += cell.power;
      frame.step_power += cell.step_power;
      frame.peak_power = std::max(frame.peak_power, cell.power);
    }
    open_frame_ = frame;
    n_frame_cells_ += static_cast<std::int64_t>(n);
    at += n;
    if (n == n_left) EndFrame();
  }
}

void NoiseFloor::EndSignal() {
  if (n_frame_cells_ > 0) EndFrame();
}

void NoiseFloor::EndFrame() {
  open_frame_.power /= static_cast<float>(n_frame_cells_);
  open_frame_.step_power *= static_cast<float>(kStepCells) / static_cast<float>(n_frame_cells_);
  n_cells_ += n_frame_cells_;
  At(frames_, n_frames_) = open_frame_;
  peaks_.Set(n_frames_, LevelCodeOf(open_frame_.peak_power));
  ++n_frames_;
  NoteSteadyLevel();
  n_frame_cells_ = 0;
  open_frame_ = Frame{};
}

void NoiseFloor::NoteSteadyLevel() {
  steady_.Set(n_frames_ - 1, kNotSteady);
  floors_.Set(n_frames_ - 1, kNotSteady);
  if (n_frames_ < kSteadyFrames) return;
  float older = 0;
  float newer = 0;
  float steps = 0;
  float peak = 0;
  for (std::int64_t i = 0; i < kSteadyFrames; ++i) {
    const Frame& frame = At(frames_, n_frames_ - 1 - i);
    (i < kSteadyFrames / 2 ? newer : older) += frame.power;
    steps += frame.step_power;
    peak = std::max(peak, frame.peak_power);
  }
  const float mean = (older + newer) / static_cast<float>(kSteadyFrames);
  const LevelCode level = LevelCodeOf(mean);
  const bool steady = peak <= kSteadyPeakRatio * mean && newer <= kSteadyTrendRatio * older &&
                      older <= kSteadyTrendRatio * newer;
  if (!steady && level > 0) return;
  steady_.Set(n_frames_ - 1, level);
  const bool hiss = steps >= kHissStepRatio * (older + newer);
  if (level <= (hiss ? kHighestFloor : kHighestDullFloor)) floors_.Set(n_frames_ - 1, level);
}

LevelCode NoiseFloor::LoudestNear(std::int64_t frame) const {
  return dsp::HighestCode(peaks_.Between(frame - kLoudestPastFrames, LookAheadEnd(frame)));
}

std::int64_t NoiseFloor::LookAheadEnd(std::int64_t frame) const {
  return std::min(n_frames_, frame + kLookAheadFrames + 1);
}

LevelCode NoiseFloor::LowestFloor(std::int64_t frame) const {
  const std::int64_t first = frame - kFloorPastFrames;
  const LevelCode lowest = dsp::LowestCode(floors_.Between(first, LookAheadEnd(frame)));
  if (lowest == 0 || lowest == kNotSteady) return lowest;
  const auto steady = steady_.Between(first, LookAheadEnd(frame));
  const LevelCode same = Clamped(lowest + kSameFloor);
  const LevelCode higher = Clamped(lowest + kContrast);
  const std::size_t n_same = dsp::CountCodes(steady, lowest, same);
  const std::size_t n_higher = dsp::CountCodes(steady, static_cast<LevelCode>(same + 1), higher);
  return n_same > n_higher ? lowest : kNotSteady;
}

NoiseFloor::Decision NoiseFloor::Decide(std::int64_t frame, LevelCode loudest) {
  const LevelCode candidate = LowestFloor(frame);
  const std::int64_t peak_end = std::min(n_frames_, frame + kPeakFrames + 1);
  const LevelCode peak = dsp::HighestCode(peaks_.Between(frame - kPeakFrames, peak_end));
  Decision decision;
  decision.threshold = std::max(kLowestThreshold, Clamped(peak - kBelowPeak));
  decision.edge_threshold = decision.threshold;
  if (candidate != kNotSteady) {
    const bool known = floor_ && candidate <= *floor_ + kSameFloor;
    const bool contrast = candidate == 0 || loudest >= candidate + kContrast;
    if (known || contrast) {
      floor_ = candidate;
    } else if (floor_) {
      return decision;
    } else {
      decision.maybe = true;
      decision.maybe_level = candidate;
    }
  }
  if (floor_) {
    decision.threshold = std::max(decision.threshold, Clamped(*floor_ + kAboveFloor));
    decision.edge_threshold = std::max(decision.edge_threshold, Clamped(*floor_ + kEdgeAboveFloor));
  }
  decision.floor = floor_;
  return decision;
}

bool NoiseFloor::IsSame(LevelCode level, LevelCode floor) { return level <= floor + kAboveFloor; }

std::uint64_t NoiseFloor::CellsReaching(LevelCode level, std::int64_t first,
                                        std::int64_t end) const {
  std::uint64_t reached = 0;
  unsigned n = 0;
  for (std::int64_t frame = first; frame < end; ++frame) {
    const std::int64_t n_left = n_cells_ - frame * cells_per_frame_;
    const auto n_cells = static_cast<std::size_t>(std::min(cells_per_frame_, n_left));
    for (const LevelCode cell : std::span(At(cells_, frame)).first(n_cells)) {
      reached |= std::uint64_t{cell >= level} << n++;
    }
  }
  // The last cell of the signal has no next one: it stands for that too.
  const bool next = end < n_frames_ ? At(cells_, end)[0] >= level : (reached >> (n - 1) & 1U) != 0;
  reached |= std::uint64_t{next} << n;
  return reached & (reached >> 1U);
}

std::uint32_t NoiseFloor::CellsAbove(std::int64_t frame, const Decision& decision) const {
  const std::int64_t first = std::max<std::int64_t>(frame - 1, 0);
  const std::int64_t end = std::min(frame + 2, n_frames_);
  std::uint64_t above = CellsReaching(decision.threshold, first, end);
  if (above != 0 && decision.edge_threshold < decision.threshold) {
    const std::uint64_t edges = CellsReaching(decision.edge_threshold, first, end);
    for (std::int64_t i = 0; i < cells_per_frame_; ++i) {
      above |= (above << 1U | above >> 1U) & edges;
    }
  }
  const auto own = static_cast<unsigned>((frame - first) * cells_per_frame_);
  const std::uint64_t n_own = std::min(cells_per_frame_, n_cells_ - frame * cells_per_frame_);
  return static_cast<std::uint32_t>(above >> own & ((std::uint64_t{1} << n_own) - 1));
}

}  // namespace tidemark::analysis
