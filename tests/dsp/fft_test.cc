#include "dsp/fft.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "memory/arena.h"

namespace tidemark::dsp {
namespace {

TEST(RealFft, AgreesWithTheDefinitionOfTheTransform) {
  for (const std::size_t n : {30U, 32U, 36U, 1024U, 1120U, 3072U}) {
    auto arena = memory::Arena::Create(RealFft::PlanBytes(n));
    ASSERT_TRUE(arena);
    auto fft = RealFft::Create(n, *arena);
    ASSERT_TRUE(fft);
    const std::span<float> in = fft->in();
    std::vector<double> x(n);
    for (std::size_t i = 0; i < n; ++i) {
      x[i] = std::sin(static_cast<double>(i * i % 97)) + 0.3;
      in[i] = static_cast<float>(x[i]);
    }
    fft->Transform();
    for (std::size_t k = 0; k <= n / 2; k += std::max<std::size_t>(1, n / 150)) {
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
