#include "base/copy_samples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace tidemark {
namespace {

TEST(CopySamples, CopiesAnyNumberAndNoMore) {
  for (std::size_t n = 0; n < 70; ++n) {
    std::vector<float> from(n);
    std::iota(from.begin(), from.end(), 1.0F);
    std::vector<float> to(n + 16, -1.0F);
    CopySamples(from.data(), n, to.data());
    EXPECT_TRUE(std::equal(from.begin(), from.end(), to.begin())) << n;
    for (std::size_t i = n; i < to.size(); ++i) EXPECT_EQ(to[i], -1.0F) << n;
  }
}

}  // namespace
}  // namespace tidemark
