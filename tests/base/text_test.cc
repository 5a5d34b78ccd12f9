#include "base/text.h"

#include <gtest/gtest.h>

namespace tidemark {
namespace {

TEST(Text, LosesItsCapitalsOfAsciiAlone) {
  EXPECT_EQ(LowerCase("Talk.M4A"), "talk.m4a");
  EXPECT_EQ(LowerCase("@[\xC3\x84"), "@[\xC3\x84");
  EXPECT_EQ(LowerCase(""), "");
}

}  // namespace
}  // namespace tidemark
