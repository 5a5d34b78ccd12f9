#include "analysis/onset_bands.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>
#include <utility>

#include "analysis/onset_kernels.h"
#include "base/copy_samples.h"
#include "dsp/stft_kernels.h"
#include "dsp/window.h"

namespace tidemark::analysis {
namespace {

constexpr double kLowestHz = 30;
constexpr double kBandsPerOctave = 12;
// The window, and the grid of bins that band edges lie on, are those of 1024 samples at 22.05 kHz.
constexpr double kWindowSeconds = 1024 / 22050.0;
constexpr double kGridHz = 1 / kWindowSeconds;

constexpr float kCompression = 30;         // log2(1 + kCompression * magnitude / level)
constexpr float kLeastLevel = 1e-5F;       // below it all is silence
constexpr double kLevelDecaySeconds = 10;  // of the level that loud frames leave behind
constexpr float kSilentPart = 1e-3F;       // of the level
constexpr std::size_t kRiseFrames = 2;

bool HasSmallFactors(std::size_t n) {
  for (const std::size_t factor : {2U, 3U, 5U}) {
    while (n % factor == 0) n /= factor;
  }
  return n == 1;
}

// The edges of the bands, in units of kGridHz: band i rises from edge i to i + 1, falls to i + 2.
std::array<double, OnsetBands::kBands + 2> BandEdges() {
  std::array<double, OnsetBands::kBands + 2> edges{};
  double last = 0;
  std::size_t n = 0;
  for (int step = 0; n < edges.size(); ++step) {
    const double edge = std::round(kLowestHz * std::exp2(step / kBandsPerOctave) / kGridHz);
    if (edge > last) edges[n++] = last = edge;
  }
  return edges;
}

std::size_t NumBins(std::size_t window, double rate_hz) {
  const auto highest =
      static_cast<std::size_t>(OnsetBands::kHighestHz * static_cast<double>(window) / rate_hz);
  return std::min(highest + 2, window / 2) + 1;
}

// Each bin lies in two bands at most; a band that holds none takes the nearest. Of a band's last
// lanes one at least is used.
std::size_t MaxWeights(std::size_t window, double rate_hz) {
  return 2 * NumBins(window, rate_hz) + WeightedRun::kLanes * OnsetBands::kBands;
}

// With room for the lanes of the last band.
std::size_t MagnitudeFloats(std::size_t window, double rate_hz) {
  return NumBins(window, rate_hz) + WeightedRun::kLanes;
}

// The longer it is, the seldomer a window of samples is moved to its start.
std::size_t BufferFrames(std::size_t window) { return 4 * window; }

}  // namespace

std::size_t OnsetBands::WindowFrames(double rate_hz) {
  const double wanted = kWindowSeconds * rate_hz;
  auto below = static_cast<std::size_t>(wanted) / 2 * 2;
  auto above = below + 2;
  while (!HasSmallFactors(below)) below -= 2;
  while (!HasSmallFactors(above)) above += 2;
  return wanted - static_cast<double>(below) < static_cast<double>(above) - wanted ? below : above;
}

std::size_t OnsetBands::PlanBytes(double rate_hz) {
  const std::size_t window = WindowFrames(rate_hz);
  return dsp::RealFft::PlanBytes(window) + memory::ArenaBytes<float>(window) +
         memory::ArenaBytes<float>(BufferFrames(window)) +
         memory::ArenaBytes<float>(MagnitudeFloats(window, rate_hz)) +
         memory::ArenaBytes<float>(MaxWeights(window, rate_hz));
}

Result<OnsetBands> OnsetBands::Create(double rate_hz, memory::Arena& arena) {
  const std::size_t window = WindowFrames(rate_hz);
  auto fft = dsp::RealFft::Create(window, arena);
  if (!fft) return tl::unexpected<Error>(std::move(fft).error());
  return OnsetBands(rate_hz, *std::move(fft), arena);
}

OnsetBands::OnsetBands(double rate_hz, dsp::RealFft fft, memory::Arena& arena)
    : rate_hz_(rate_hz),
      fft_(std::move(fft)),
      window_(arena.Take<float>(fft_.in().size())),
      samples_(arena.Take<float>(BufferFrames(window_.size()))),
      magnitude_(arena.Take<float>(MagnitudeFloats(window_.size(), rate_hz))),
      weights_(arena.Take<float>(MaxWeights(window_.size(), rate_hz))) {
  dsp::FillHann(window_);
  PlanBands();
  Reset();
}

void OnsetBands::PlanBands() {
  const auto edges = BandEdges();
  const double bin_hz = rate_hz_ / static_cast<double>(window_.size());
  std::size_t n_weights = 0;
  for (std::size_t i = 0; i < kBands && edges[i + 2] * kGridHz <= rate_hz_ / 2; ++i) {
    const double lower = edges[i] * kGridHz / bin_hz;
    const double centre = edges[i + 1] * kGridHz / bin_hz;
    const double upper = edges[i + 2] * kGridHz / bin_hz;
    WeightedRun& band = bands_[i];
    const std::size_t first_weight = n_weights;
    band.first = static_cast<std::uint32_t>(lower) + 1;
    float sum = 0;
    for (std::size_t bin = band.first; static_cast<double>(bin) < upper; ++bin) {
      const auto at = static_cast<double>(bin);
      const double weight =
          at <= centre ? (at - lower) / (centre - lower) : (upper - at) / (upper - centre);
      weights_[n_weights++] = static_cast<float>(weight);
      sum += static_cast<float>(weight);
    }
    if (sum == 0) {
      band.first = static_cast<std::uint32_t>(std::lround(centre));
      weights_[n_weights++] = sum = 1;
    }
    while ((n_weights - first_weight) % WeightedRun::kLanes != 0) weights_[n_weights++] = 0;
    const auto weights = weights_.subspan(first_weight, n_weights - first_weight);
    band.n_lanes = static_cast<std::uint32_t>(weights.size() / WeightedRun::kLanes);
    for (float& weight : weights) weight /= sum;
    n_bands_used_ = i + 1;
  }
}

void OnsetBands::Reset() {
  std::ranges::fill(samples_, 0.0F);
  first_ = 0;
  end_ = window_.size() / 2;  // frame 0 is centred on sample 0
  n_frames_ = 0;
  level_ = kLeastLevel;
  history_ = {};
}

std::size_t OnsetBands::Append(std::span<const float> samples) {
  if (end_ == samples_.size()) {
    std::copy(samples_.begin() + static_cast<std::ptrdiff_t>(first_), samples_.end(),
              samples_.begin());
    end_ -= std::exchange(first_, 0);
  }
  const std::size_t n = std::min(samples.size(), samples_.size() - end_);
  CopySamples(samples.data(), n, samples_.data() + end_);
  end_ += n;
  return n;
}

const OnsetBands::Frame& OnsetBands::NextFrame() {
  dsp::ApplyWindow(samples_.data() + first_, window_.data(), window_.size(), fft_.in().data());
  fft_.Transform();
  ScaledMagnitudes(fft_.out().data(), magnitude_.size() - WeightedRun::kLanes,
                   4 / static_cast<float>(window_.size()), magnitude_.data());
  Compress();
  const double hop = rate_hz_ / kFramesPerSecond;
  const auto from = std::llround(static_cast<double>(n_frames_) * hop);
  ++n_frames_;
  first_ += static_cast<std::size_t>(std::llround(static_cast<double>(n_frames_) * hop) - from);
  return frame_;
}

// The level follows loud frames at once and falls off slowly.
void OnsetBands::Compress() {
  std::array<float, kBands> bands{};
  WeightedSums(bands_.data(), n_bands_used_, weights_.data(), magnitude_.data(), bands.data());
  const float mean =
      std::accumulate(bands.begin(), bands.end(), 0.0F) / static_cast<float>(n_bands_used_);
  static const auto kDecay =
      static_cast<float>(std::exp(-1 / (kLevelDecaySeconds * kFramesPerSecond)));
  level_ = std::max({mean, level_ * kDecay, kLeastLevel});
  silent_ = mean <= level_ * kSilentPart;
  const auto now = static_cast<std::size_t>(n_frames_);
  auto& newest = history_[now % history_.size()];
  CompressLog2(bands.data(), n_bands_used_, kCompression / level_, newest.data());
  std::array<float, kBands> rise{};
  if (now >= kRiseFrames) {
    const auto& before = history_[(now - kRiseFrames) % history_.size()];
    RiseOverNeighbours(newest.data(), before.data(), n_bands_used_, rise.data());
  }
  for (std::size_t group = 0; group < kOutputs; ++group) {
    const std::size_t first = group * kGroup;
    const std::size_t n = std::min(kGroup, kBands - first);
    float sum = 0;
    for (std::size_t i = first; i < first + n; ++i) sum += rise[i];
    frame_[group] = sum / static_cast<float>(n);
  }
}

}  // namespace tidemark::analysis
