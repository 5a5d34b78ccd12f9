#include "dsp/channel_matrix.h"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <numbers>
#include <numeric>
#include <span>

#include "base/copy_samples.h"
#include "dsp/channel_matrix_kernels.h"

namespace tidemark::dsp {
namespace {

constexpr std::size_t kMost = ChannelMatrix::kMaxMatrixChannels;
constexpr double kMinus3Db = 0.5 * std::numbers::sqrt2;

enum class Speaker : std::uint8_t {
  kLeft,
  kRight,
  kCentre,
  kLfe,
  kBackLeft,
  kBackRight,
  kBackCentre,
  kSideLeft,
  kSideRight,
};
using enum Speaker;

constexpr Speaker kLayouts[kMost][kMost] = {
    {kCentre},
    {kLeft, kRight},
    {kLeft, kRight, kCentre},
    {kLeft, kRight, kBackLeft, kBackRight},
    {kLeft, kRight, kCentre, kBackLeft, kBackRight},
    {kLeft, kRight, kCentre, kLfe, kBackLeft, kBackRight},
    {kLeft, kRight, kCentre, kLfe, kBackCentre, kSideLeft, kSideRight},
    {kLeft, kRight, kCentre, kLfe, kBackLeft, kBackRight, kSideLeft, kSideRight},
};

using Layout = std::span<const Speaker>;

bool Has(Layout layout, Speaker speaker) { return std::ranges::count(layout, speaker) > 0; }

// Where one input channel goes: a gain for each output.
class Route {
 public:
  Route(Layout in, Layout out) : in_(in), out_(out) {}

  void Add(Speaker speaker, double gain) {
    const auto place = std::ranges::find(out_, speaker);
    if (place != out_.end()) {
      gains_[static_cast<std::size_t>(place - out_.begin())] += gain;
      return;
    }
    switch (speaker) {
      case kLeft:
      case kRight:
        return Add(kCentre, kMinus3Db * gain);
      case kCentre:
        return AddBoth(kLeft, kRight, (in_.size() == 1 ? 1 : kMinus3Db) * gain);
      case kLfe:
        return;
      case kBackCentre:
        return AddBoth(kBackLeft, kBackRight, kMinus3Db * gain);
      case kBackLeft:
        return AddSurround(kSideLeft, kLeft, gain);
      case kBackRight:
        return AddSurround(kSideRight, kRight, gain);
      case kSideLeft:
        return AddSurround(kBackLeft, kLeft, gain);
      case kSideRight:
        return AddSurround(kBackRight, kRight, gain);
    }
  }

  [[nodiscard]] double gain(std::size_t out) const { return gains_[out]; }

 private:
  void AddBoth(Speaker left, Speaker right, double gain) {
    Add(left, gain);
    Add(right, gain);
  }
  void AddSurround(Speaker other, Speaker front, double gain) {
    if (Has(out_, other)) return Add(other, (Has(in_, other) ? kMinus3Db : 1) * gain);
    Add(front, kMinus3Db * gain);
  }

  Layout in_;
  Layout out_;
  std::array<double, kMost> gains_{};
};

}  // namespace

ChannelMatrix::ChannelMatrix(std::size_t n_in, std::size_t n_out) : n_in_(n_in), n_out_(n_out) {
  assert(n_in >= 1 && n_in <= kMost && n_out >= 1 && n_out <= kMost);
  const Layout in(kLayouts[n_in - 1], n_in);
  const Layout out(kLayouts[n_out - 1], n_out);
  std::array<std::array<double, kMost>, kMost> gains{};
  for (std::size_t c = 0; c < n_in; ++c) {
    Route route(in, out);
    route.Add(in[c], 1);
    for (std::size_t k = 0; k < n_out; ++k) gains[k][c] = route.gain(k);
  }
  double most = 1;
  for (const auto& row : gains) most = std::max(most, std::accumulate(row.begin(), row.end(), 0.0));
  for (std::size_t k = 0; k < n_out; ++k) {
    for (std::size_t c = 0; c < n_in; ++c) {
      gains_[k][c] = static_cast<float>(gains[k][c] / most);
    }
  }
}

void ChannelMatrix::Mix(const float* const* in, std::size_t n, float* const* out) const {
  for (std::size_t k = 0; k < n_out_; ++k) {
    bool silent = true;
    for (std::size_t c = 0; c < n_in_; ++c) {
      const float gain = gains_[k][c];
      if (gain == 0) continue;
      if (!silent) {
        AddScaledSamples(in[c], n, gain, out[k]);
      } else if (gain == 1) {
        CopySamples(in[c], n, out[k]);
      } else {
        ScaleSamples(in[c], n, gain, out[k]);
      }
      silent = false;
    }
    if (silent) std::fill_n(out[k], n, 0.0F);
  }
}

}  // namespace tidemark::dsp
