#include "analysis/bar_decoder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace tidemark::analysis {
namespace {

using Places = std::vector<std::optional<BarDecoder::Place>>;

constexpr float kDown = 0.7F;
constexpr float kOther = 0.05F;

// What the decoder says of each beat, knowing up to `n_ahead` of those that follow.
Places Decode(BarDecoder& decoder, std::span<const float> downbeats,
              std::size_t n_ahead = BarDecoder::kMaxAhead) {
  Places places;
  for (std::size_t i = 0; i < downbeats.size(); ++i) {
    places.push_back(
        decoder.Next(downbeats.subspan(i, std::min(n_ahead + 1, downbeats.size() - i))));
  }
  return places;
}

void AppendBars(std::vector<float>& downbeats, int meter, int n_bars) {
  for (int i = 0; i < meter * n_bars; ++i) downbeats.push_back(i % meter == 0 ? kDown : kOther);
}

std::vector<float> Bars(int meter, int n_bars, int pickup = 0) {
  std::vector<float> downbeats(static_cast<std::size_t>(pickup), kOther);
  AppendBars(downbeats, meter, n_bars);
  return downbeats;
}

std::ptrdiff_t NumTold(const Places& places) {
  return std::ranges::count_if(places, [](const auto& place) { return place.has_value(); });
}

void ExpectPlace(const std::optional<BarDecoder::Place>& place, int position, int meter,
                 std::size_t beat) {
  ASSERT_TRUE(place) << "beat " << beat;
  EXPECT_EQ(place->position, position) << "beat " << beat;
  EXPECT_EQ(place->meter, meter) << "beat " << beat;
}

TEST(BarDecoder, CountsBarsOfTwoToSevenBeats) {
  for (int meter = BarDecoder::kShortestMeter; meter <= BarDecoder::kLongestMeter; ++meter) {
    BarDecoder decoder;
    const Places places = Decode(decoder, Bars(meter, 20));
    for (std::size_t i = static_cast<std::size_t>(meter); i < places.size(); ++i) {
      ExpectPlace(places[i], static_cast<int>(i) % meter + 1, meter, i);
    }
    EXPECT_EQ(decoder.meter(), meter);
  }
}

TEST(BarDecoder, GoesOnCountingOnceItHasBegun) {
  for (const int meter : {3, 4, 7}) {
    BarDecoder decoder;
    const Places places = Decode(decoder, Bars(meter, 20));
    const auto first = std::ranges::find_if(places, [](const auto& place) { return !!place; });
    EXPECT_EQ(NumTold(places), places.end() - first) << "in bars of " << meter;
  }
}

TEST(BarDecoder, TakesABarOfSixWithAnAccentInTheMiddleForOne) {
  std::vector<float> downbeats;
  for (int i = 0; i < 120; ++i) {
    downbeats.push_back(i % 6 == 0 ? kDown : i % 6 == 3 ? 0.2F : kOther);
  }
  BarDecoder decoder;
  const Places places = Decode(decoder, downbeats);
  for (std::size_t i = 12; i < places.size(); ++i) {
    ExpectPlace(places[i], static_cast<int>(i) % 6 + 1, 6, i);
  }
}

TEST(BarDecoder, FindsTheDownbeatAfterAPickup) {
  for (const int meter : {3, 4, 5}) {
    for (int pickup = 1; pickup < meter; ++pickup) {
      BarDecoder decoder;
      const Places places = Decode(decoder, Bars(meter, 20, pickup));
      for (std::size_t i = static_cast<std::size_t>(2 * meter); i < places.size(); ++i) {
        const int position = (static_cast<int>(i) + meter - pickup) % meter + 1;
        ExpectPlace(places[i], position, meter, i);
      }
    }
  }
}

TEST(BarDecoder, CountsWithoutKnowingWhatFollows) {
  for (const int meter : {3, 4}) {
    BarDecoder decoder;
    const Places places = Decode(decoder, Bars(meter, 20), 0);
    for (std::size_t i = static_cast<std::size_t>(3 * meter); i < places.size(); ++i) {
      ExpectPlace(places[i], static_cast<int>(i) % meter + 1, meter, i);
    }
  }
}

TEST(BarDecoder, ClaimsNothingWhereNoBeatStandsOut) {
  for (const float level : {0.0F, 0.05F, 0.3F, 0.6F, 1.0F}) {
    BarDecoder decoder;
    const Places places = Decode(decoder, std::vector<float>(200, level));
    EXPECT_EQ(NumTold(places), 0) << "of 200 beats of " << level;
    EXPECT_FALSE(decoder.meter());
  }
}

TEST(BarDecoder, ClaimsLittleWhereDownbeatsComeAtRandom) {
  std::mt19937 random(1);
  std::uniform_real_distribution<float> faint(0, 0.15F);
  std::vector<float> downbeats(600);
  for (float& p : downbeats) p = faint(random);
  BarDecoder decoder;
  const Places places = Decode(decoder, downbeats);
  EXPECT_LT(NumTold(places), 60);
  EXPECT_FALSE(decoder.meter());
}

TEST(BarDecoder, HearsDownbeatsThatAreFaint) {
  std::vector<float> downbeats = Bars(4, 20);
  for (float& p : downbeats) p = p == kDown ? 0.3F : 0.03F;
  BarDecoder decoder;
  const Places places = Decode(decoder, downbeats);
  for (std::size_t i = 8; i < places.size(); ++i) {
    ExpectPlace(places[i], static_cast<int>(i) % 4 + 1, 4, i);
  }
}

TEST(BarDecoder, BridgesDownbeatsThatAreMissing) {
  std::vector<float> downbeats = Bars(4, 30);
  for (std::size_t i = 0; i < downbeats.size(); i += 20) downbeats[i] = kOther;
  downbeats[50] = 0.5F;  // an accent where none belongs
  BarDecoder decoder;
  const Places places = Decode(decoder, downbeats);
  for (std::size_t i = 8; i < places.size(); ++i) {
    ExpectPlace(places[i], static_cast<int>(i) % 4 + 1, 4, i);
  }
}

TEST(BarDecoder, RecoversFromALostBeat) {
  std::vector<float> downbeats = Bars(4, 10);
  AppendBars(downbeats, 3, 1);
  AppendBars(downbeats, 4, 10);
  BarDecoder decoder;
  const Places places = Decode(decoder, downbeats);
  for (std::size_t i = 8; i < 40; ++i) ExpectPlace(places[i], static_cast<int>(i) % 4 + 1, 4, i);
  for (std::size_t i = 43; i < places.size(); ++i) {
    ExpectPlace(places[i], static_cast<int>(i - 43) % 4 + 1, 4, i);
  }
  EXPECT_EQ(decoder.meter(), 4);
}

TEST(BarDecoder, RecoversFromABeatTooMany) {
  std::vector<float> downbeats = Bars(4, 10);
  downbeats.push_back(kOther);
  AppendBars(downbeats, 4, 10);
  BarDecoder decoder;
  const Places places = Decode(decoder, downbeats);
  for (std::size_t i = 41; i < places.size(); ++i) {
    ExpectPlace(places[i], static_cast<int>(i - 41) % 4 + 1, 4, i);
  }
}

TEST(BarDecoder, FollowsAChangeOfMeter) {
  std::vector<float> downbeats = Bars(4, 10);
  AppendBars(downbeats, 3, 20);
  BarDecoder decoder;
  const Places places = Decode(decoder, downbeats);
  for (std::size_t i = 8; i < 40; ++i) ExpectPlace(places[i], static_cast<int>(i) % 4 + 1, 4, i);
  for (std::size_t i = 43; i < places.size(); ++i) {
    ExpectPlace(places[i], static_cast<int>(i - 40) % 3 + 1, 3, i);
  }
  EXPECT_EQ(decoder.meter(), 3);  // that of 60 beats against 40
}

TEST(BarDecoder, HasNoMeterBeforeTheFirstBeat) {
  BarDecoder decoder;
  EXPECT_FALSE(decoder.meter());
  decoder.Next(std::vector<float>{kOther});
  EXPECT_FALSE(decoder.meter());
}

TEST(BarDecoder, ForgetsTheBarButNotTheMeterAtReset) {
  BarDecoder decoder;
  Decode(decoder, Bars(3, 20));
  decoder.Reset();
  EXPECT_EQ(decoder.meter(), 3);
  const Places places = Decode(decoder, Bars(4, 10, 2));
  for (std::size_t i = 10; i < places.size(); ++i) {
    ExpectPlace(places[i], static_cast<int>(i + 2) % 4 + 1, 4, i);
  }
}

TEST(BarDecoder, LosesNoPrecisionInALongRun) {
  BarDecoder decoder;
  Decode(decoder, Bars(4, 25'000));
  const Places places = Decode(decoder, Bars(4, 10));
  for (std::size_t i = 0; i < places.size(); ++i) {
    ExpectPlace(places[i], static_cast<int>(i) % 4 + 1, 4, i);
  }
}

}  // namespace
}  // namespace tidemark::analysis
