#include "dsp/channel_matrix.h"

#include <gtest/gtest.h>

#include <cmath>
#include <type_traits>
#include <vector>

#include "memory/heap.h"

namespace tidemark::dsp {
namespace {

constexpr std::size_t kMost = ChannelMatrix::kMaxMatrixChannels;
constexpr float kHalfPower = 0.70710678F;

static_assert(std::is_trivially_copyable_v<ChannelMatrix>);

using Rows = std::vector<std::vector<float>>;

void ForAllPairs(void (*check)(const ChannelMatrix& matrix)) {
  for (std::size_t n_in = 1; n_in <= kMost; ++n_in) {
    for (std::size_t n_out = 1; n_out <= kMost; ++n_out) {
      SCOPED_TRACE(testing::Message() << n_in << " to " << n_out);
      check(ChannelMatrix(n_in, n_out));
    }
  }
}

void ExpectGains(const ChannelMatrix& matrix, const Rows& wanted, float divisor) {
  ASSERT_EQ(wanted.size(), matrix.n_out());
  for (std::size_t k = 0; k < matrix.n_out(); ++k) {
    ASSERT_EQ(wanted[k].size(), matrix.n_in());
    for (std::size_t c = 0; c < matrix.n_in(); ++c) {
      EXPECT_NEAR(matrix.gain(k, c), wanted[k][c] / divisor, 1e-6) << "to " << k << " from " << c;
    }
  }
}

Rows Mixed(const ChannelMatrix& matrix, const Rows& in) {
  Rows out(matrix.n_out(), std::vector<float>(in[0].size(), -9));
  std::vector<const float*> from;
  std::vector<float*> to;
  for (const auto& plane : in) from.push_back(plane.data());
  for (auto& plane : out) to.push_back(plane.data());
  matrix.Mix(from.data(), in[0].size(), to.data());
  return out;
}

Rows Ramps(std::size_t channels, std::size_t n) {
  Rows planes(channels, std::vector<float>(n));
  for (std::size_t c = 0; c < channels; ++c) {
    for (std::size_t i = 0; i < n; ++i) {
      planes[c][i] = static_cast<float>((i * 37 + c * 101) % 256) / 128 - 1;
    }
  }
  return planes;
}

// The loudspeaker on the other side.
std::size_t Mirrored(std::size_t channels, std::size_t c) {
  static const std::size_t kMirror[kMost][kMost] = {{0},
                                                    {1, 0},
                                                    {1, 0, 2},
                                                    {1, 0, 3, 2},
                                                    {1, 0, 2, 4, 3},
                                                    {1, 0, 2, 3, 5, 4},
                                                    {1, 0, 2, 3, 4, 6, 5},
                                                    {1, 0, 2, 3, 5, 4, 7, 6}};
  return kMirror[channels - 1][c];
}

bool IsLfe(std::size_t channels, std::size_t c) { return channels >= 6 && c == 3; }

TEST(ChannelMatrix, CannotClipWhateverTheChannels) {
  ForAllPairs([](const ChannelMatrix& matrix) {
    for (std::size_t k = 0; k < matrix.n_out(); ++k) {
      double sum = 0;
      for (std::size_t c = 0; c < matrix.n_in(); ++c) {
        EXPECT_GE(matrix.gain(k, c), 0);
        sum += static_cast<double>(matrix.gain(k, c));
      }
      EXPECT_LE(sum, 1 + 1e-6);
    }
  });
}

TEST(ChannelMatrix, LosesNoChannelButTheLfe) {
  ForAllPairs([](const ChannelMatrix& matrix) {
    for (std::size_t c = 0; c < matrix.n_in(); ++c) {
      float sum = 0;
      for (std::size_t k = 0; k < matrix.n_out(); ++k) sum += matrix.gain(k, c);
      if (IsLfe(matrix.n_in(), c) && matrix.n_out() < 6) {
        EXPECT_EQ(sum, 0);
      } else {
        EXPECT_GT(sum, 0.1F) << "channel " << c;
      }
    }
  });
}

TEST(ChannelMatrix, TreatsLeftAndRightAlike) {
  ForAllPairs([](const ChannelMatrix& matrix) {
    for (std::size_t k = 0; k < matrix.n_out(); ++k) {
      for (std::size_t c = 0; c < matrix.n_in(); ++c) {
        EXPECT_EQ(matrix.gain(k, c),
                  matrix.gain(Mirrored(matrix.n_out(), k), Mirrored(matrix.n_in(), c)));
      }
    }
  });
}

TEST(ChannelMatrix, MixesBySumsOfItsGains) {
  ForAllPairs([](const ChannelMatrix& matrix) {
    for (const std::size_t n : {0, 1, 17, 256}) {
      const Rows in = Ramps(matrix.n_in(), n);
      const Rows out = Mixed(matrix, in);
      for (std::size_t k = 0; k < matrix.n_out(); ++k) {
        for (std::size_t i = 0; i < n; ++i) {
          double wanted = 0;
          for (std::size_t c = 0; c < matrix.n_in(); ++c) {
            wanted += static_cast<double>(matrix.gain(k, c)) * static_cast<double>(in[c][i]);
          }
          ASSERT_NEAR(out[k][i], wanted, 1e-6);
        }
      }
    }
  });
}

TEST(ChannelMatrix, CopiesEveryBitWhereTheCountsAreEqual) {
  for (std::size_t n = 1; n <= kMost; ++n) {
    const ChannelMatrix matrix(n, n);
    for (std::size_t k = 0; k < n; ++k) {
      for (std::size_t c = 0; c < n; ++c) EXPECT_EQ(matrix.gain(k, c), k == c ? 1 : 0);
    }
    const Rows in = Ramps(n, 300);
    EXPECT_EQ(Mixed(matrix, in), in);
  }
}

TEST(ChannelMatrix, LeavesTheFurtherChannelsOfAnUpMixSilent) {
  ExpectGains({1, 2}, {{1}, {1}}, 1);
  ExpectGains({1, 4}, {{1}, {1}, {0}, {0}}, 1);
  ExpectGains({1, 6}, {{0}, {0}, {1}, {0}, {0}, {0}}, 1);
  ExpectGains({2, 3}, {{1, 0}, {0, 1}, {0, 0}}, 1);
  ExpectGains({2, 8}, {{1, 0}, {0, 1}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}, {0, 0}}, 1);
  ExpectGains({4, 5}, {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}}, 1);
  ExpectGains({6, 7},
              {{1, 0, 0, 0, 0, 0},
               {0, 1, 0, 0, 0, 0},
               {0, 0, 1, 0, 0, 0},
               {0, 0, 0, 1, 0, 0},
               {0, 0, 0, 0, 0, 0},
               {0, 0, 0, 0, 1, 0},
               {0, 0, 0, 0, 0, 1}},
              1);
}

TEST(ChannelMatrix, AveragesStereoToMonoExactly) {
  const ChannelMatrix matrix(2, 1);
  EXPECT_EQ(matrix.gain(0, 0), 0.5F);
  EXPECT_EQ(matrix.gain(0, 1), 0.5F);
}

TEST(ChannelMatrix, MixesDownAsBs775) {
  const float h = kHalfPower;
  ExpectGains({3, 1}, {{h, h, 1}}, 1 + 2 * h);
  ExpectGains({3, 2}, {{1, 0, h}, {0, 1, h}}, 1 + h);
  ExpectGains({4, 2}, {{1, 0, h, 0}, {0, 1, 0, h}}, 1 + h);
  ExpectGains({5, 1}, {{h, h, 1, 0.5F, 0.5F}}, 2 + 2 * h);
  ExpectGains({5, 2}, {{1, 0, h, h, 0}, {0, 1, h, 0, h}}, 1 + 2 * h);
  ExpectGains({6, 2}, {{1, 0, h, 0, h, 0}, {0, 1, h, 0, 0, h}}, 1 + 2 * h);
  ExpectGains({6, 1}, {{h, h, 1, 0, 0.5F, 0.5F}}, 2 + 2 * h);
  ExpectGains({6, 3}, {{1, 0, 0, 0, h, 0}, {0, 1, 0, 0, 0, h}, {0, 0, 1, 0, 0, 0}}, 1 + h);
  ExpectGains({7, 2}, {{1, 0, h, 0, 0.5F, h, 0}, {0, 1, h, 0, 0.5F, 0, h}}, 1.5F + 2 * h);
  ExpectGains({8, 2}, {{1, 0, h, 0, h, 0, h, 0}, {0, 1, h, 0, 0, h, 0, h}}, 1 + 3 * h);
  ExpectGains({8, 6},
              {{1, 0, 0, 0, 0, 0, 0, 0},
               {0, 1, 0, 0, 0, 0, 0, 0},
               {0, 0, 1, 0, 0, 0, 0, 0},
               {0, 0, 0, 1, 0, 0, 0, 0},
               {0, 0, 0, 0, 1, 0, h, 0},
               {0, 0, 0, 0, 0, 1, 0, h}},
              1 + h);
}

TEST(ChannelMatrix, AllocatesNothing) {
  const Rows in = Ramps(8, 64);
  std::vector<float> left(64);
  std::vector<float> right(64);
  const float* const from[] = {in[0].data(), in[1].data(), in[2].data(), in[3].data(),
                               in[4].data(), in[5].data(), in[6].data(), in[7].data()};
  float* const to[] = {left.data(), right.data()};
  const std::uint64_t before = memory::ReadHeap().allocations;
  const ChannelMatrix matrix(8, 2);
  matrix.Mix(from, 64, to);
  EXPECT_EQ(memory::ReadHeap().allocations, before);
}

}  // namespace
}  // namespace tidemark::dsp
