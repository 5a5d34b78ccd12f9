#include "io/raw_format.h"

#include <gtest/gtest.h>

namespace tidemark::io {
namespace {

TEST(RawFormat, ReadsRateChannelsAndEncoding) {
  const auto raw = ParseRawFormat("48000:2:s24be");
  ASSERT_TRUE(raw.has_value()) << raw.error().message;
  EXPECT_EQ(raw->sample_rate_hz, 48000);
  EXPECT_EQ(raw->channels, 2);
  EXPECT_EQ(raw->encoding, "s24be");
  const auto layout = LayoutOfRaw(*raw, 600);
  ASSERT_TRUE(layout.has_value());
  EXPECT_EQ(EncodingName(layout->encoding), "pcm_s24be");
  EXPECT_EQ(layout->data_offset, 0);
  EXPECT_EQ(layout->data_bytes, 600);
}

TEST(RawFormat, KnowsAllFormats) {
  for (const char* name : {"s8", "u8", "s16le", "s16be", "s24le", "s24be", "s32le", "s32be",
                           "f32le", "f32be", "f64le", "f64be", "alaw", "mulaw"}) {
    EXPECT_TRUE(ParseRawFormat(std::string("8000:1:") + name).has_value()) << name;
  }
}

TEST(RawFormat, RefusesAnythingElseWithTheListOfFormats) {
  for (const char* text :
       {"", ":", "::", "44100", "44100:2", "44100:2:", "44100:2:s17le", "44100:0:s16le",
        "44100:65:s16le", "3999:1:s16le", "768001:1:s16le", "-44100:1:s16le", "44100.5:1:s16le",
        "44100 :1:s16le", "44100:1:s16le:", "99999999999999999999:1:s16le", "44100:1:S16LE"}) {
    const auto raw = ParseRawFormat(text);
    ASSERT_FALSE(raw.has_value()) << text;
    EXPECT_EQ(raw.error().code, ErrorCode::kUsage);
    EXPECT_NE(raw.error().message.find("s16le s16be"), std::string::npos);
  }
}

}  // namespace
}  // namespace tidemark::io
