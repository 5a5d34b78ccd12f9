// Tones, and how much of a signal is not the tone that it should be.
#pragma once

#include <cmath>
#include <cstddef>
#include <numbers>
#include <span>
#include <vector>

namespace tidemark::dsp::testing {

inline std::vector<float> Tone(double hz, double rate_hz, std::size_t n) {
  std::vector<float> tone(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double turns = hz * static_cast<double>(i) / rate_hz;
    tone[i] =
        static_cast<float>(0.5 * std::sin(2 * std::numbers::pi * (turns - std::floor(turns))));
  }
  return tone;
}

inline double Power(std::span<const float> signal) {
  double sum = 0;
  for (const float x : signal) sum += static_cast<double>(x) * static_cast<double>(x);
  return sum / static_cast<double>(signal.size());
}

struct ToneFit {
  double sine = 0;  // of the least squares fit sine sin(2 pi hz i / rate_hz) + cosine cos(...)
  double cosine = 0;
  double sinad_db = 0;  // what is fitted, over the rest

  [[nodiscard]] double amplitude() const { return std::hypot(sine, cosine); }
};

// Index 0 of `signal` lies at `first` samples.
inline ToneFit FitTone(std::span<const float> signal, double hz, double rate_hz, double first = 0) {
  double ss = 0;
  double sc = 0;
  double cc = 0;
  double xs = 0;
  double xc = 0;
  const auto angle = [&](std::size_t i) {
    const double turns = hz * (static_cast<double>(i) + first) / rate_hz;
    return 2 * std::numbers::pi * (turns - std::floor(turns));
  };
  for (std::size_t i = 0; i < signal.size(); ++i) {
    const double s = std::sin(angle(i));
    const double c = std::cos(angle(i));
    ss += s * s;
    sc += s * c;
    cc += c * c;
    xs += static_cast<double>(signal[i]) * s;
    xc += static_cast<double>(signal[i]) * c;
  }
  const double determinant = ss * cc - sc * sc;
  ToneFit fit{(xs * cc - xc * sc) / determinant, (xc * ss - xs * sc) / determinant, 0};
  double wanted = 0;
  double rest = 0;
  for (std::size_t i = 0; i < signal.size(); ++i) {
    const double tone = fit.sine * std::sin(angle(i)) + fit.cosine * std::cos(angle(i));
    wanted += tone * tone;
    rest += (static_cast<double>(signal[i]) - tone) * (static_cast<double>(signal[i]) - tone);
  }
  fit.sinad_db = 10 * std::log10(wanted / rest);
  return fit;
}

}  // namespace tidemark::dsp::testing
