#include "edit/edit_term.h"

#include <gtest/gtest.h>

#include <cmath>

namespace tidemark::edit {
namespace {

EditTerm Parsed(std::string_view text) {
  const auto term = ParseEditTerm(text);
  EXPECT_TRUE(term) << text << ": " << term.error().message;
  return term.value_or(EditTerm{});
}

TEST(EditTerm, ReadsAudioWithItsOptionsInAnyOrder) {
  EXPECT_EQ(Parsed("audio"), EditTerm{});
  EditTerm term;
  term.threshold = 0.04;
  term.stream = 1;
  term.channel = 0;
  term.snap = SnapTo::kBar;
  EXPECT_EQ(Parsed("audio:threshold=4%,stream=1,channel=0,snap=bar"), term);
  EXPECT_EQ(Parsed("audio:snap=bar,channel=0,stream=1,threshold=0.04"), term);
  EXPECT_EQ(Parsed("audio:0.04,stream=1,snap=bar,channel=0"), term);
  EXPECT_EQ(Parsed("audio:auto,stream=all,channel=all"), EditTerm{});
}

TEST(EditTerm, ReadsAThresholdInDecibels) {
  EXPECT_NEAR(*Parsed("audio:-20dB").threshold, 0.1, 1e-12);
  EXPECT_NEAR(*Parsed("audio:threshold=-40dBFS").threshold, 0.01, 1e-12);
}

TEST(EditTerm, ReadsPositionsOfBeatsAndBars) {
  EXPECT_EQ(Parsed("beats").kept_positions, EditTerm::kEveryPosition);
  EXPECT_EQ(Parsed("beats:keep=1+3-4").kept_positions, 0b1101U);
  EXPECT_EQ(Parsed("beats:every=4").kept_positions, 0b1U);
  EXPECT_EQ(Parsed("beats:every=4,drop=2").kept_positions, 0b1101U);
  EXPECT_EQ(Parsed("bars:drop=4,every=4").kept_positions, 0b0111U);
  EXPECT_EQ(Parsed("beats:drop=1").kept_positions, EditTerm::kEveryPosition << 1);
}

TEST(EditTerm, SharesADetectorWithTermsThatOnlyTheGridTellsApart) {
  EXPECT_EQ(Parsed("audio:4%,snap=beat").Detector(), Parsed("audio:4%").Detector());
  EXPECT_EQ(Parsed("beats:every=4").Detector(), Parsed("bars:every=2,keep=2").Detector());
  EXPECT_FALSE(Parsed("beats:stream=1").Detector() == Parsed("beats").Detector());
  EXPECT_FALSE(Parsed("audio:4%").Detector() == Parsed("audio").Detector());
}

TEST(EditTerm, SaysWhatIsWrongAndWhere) {
  const struct {
    std::string_view text;
    std::size_t offset;
    std::string_view part;
  } cases[] = {
      {"adio", 0, "there is no 'adio'"},
      {"motion:0.02", 0, "there is no 'motion'"},
      {"audio:", 6, "threshold"},
      {"audio:0", 6, "threshold"},
      {"audio:5dB", 6, "threshold"},
      {"audio:120%", 6, "threshold"},
      {"audio:4%,4%", 9, "twice"},
      {"audio:stream=0,4%,loud", 18, "threshold"},
      {"audio:4%,threshold=5%", 9, "twice"},
      {"audio:stream=-1", 6, "no stream"},
      {"audio:stream=1x", 6, "no stream"},
      {"audio:every=2", 6, "no option 'every'"},
      {"speech:threshold=4%", 7, "no option 'threshold'"},
      {"speech:4%", 7, "NAME=VALUE"},
      {"speech:snap=tick", 7, "snap="},
      {"beats:every=0", 6, "1 to 64"},
      {"beats:every=4,keep=5", 0, "every=4"},
      {"beats:keep=2-1", 6, "no positions"},
      {"beats:keep=", 6, "no positions"},
      {"beats:keep=1+", 6, "no positions"},
      {"beats:keep=1,drop=2", 13, "once"},
      {"bars:keep=1", 0, "every=N"},
  };
  for (const auto& c : cases) {
    const auto term = ParseEditTerm(c.text);
    ASSERT_FALSE(term) << c.text;
    EXPECT_EQ(term.error().offset, c.offset) << c.text;
    EXPECT_NE(term.error().message.find(c.part), std::string::npos)
        << c.text << ": " << term.error().message;
  }
}

}  // namespace
}  // namespace tidemark::edit
