#include "dsp/fft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "memory/arena.h"

namespace tidemark::dsp {
namespace {

using Bin = std::complex<float>;

TEST(RealFft, AgreesWithTheDefinitionOfTheTransform) {
  for (const std::size_t n : {30U, 1024U, 3072U}) {
    auto arena =
        memory::Arena::Create(memory::ArenaBytes<float>(n) + memory::ArenaBytes<Bin>(n / 2 + 1));
    ASSERT_TRUE(arena);
    const std::span<float> in = arena->Take<float>(n);
    auto fft = RealFft::Create(in, arena->Take<Bin>(n / 2 + 1));
    ASSERT_TRUE(fft);
    std::vector<double> x(n);
    for (std::size_t i = 0; i < n; ++i) {
      x[i] = std::sin(static_cast<double>(i * i % 97)) + 0.3;
      in[i] = static_cast<float>(x[i]);
    }
    fft->Transform();
    for (const std::size_t k : {std::size_t{0}, std::size_t{1}, n / 5, n / 3, n / 2}) {
      std::complex<double> sum = 0;
      for (std::size_t i = 0; i < n; ++i) {
        sum += x[i] * std::polar(1.0, -2 * std::numbers::pi * static_cast<double>(k * i % n) /
                                          static_cast<double>(n));
      }
      const std::complex<double> got(fft->out()[k]);
      EXPECT_LT(std::abs(got - sum), 2e-6 * static_cast<double>(n)) << n << " points, bin " << k;
    }
  }
}

}  // namespace
}  // namespace tidemark::dsp
