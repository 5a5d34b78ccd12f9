#include "io/w64_header.h"

#include <gtest/gtest.h>

#include "tests/io/memory_stream.h"
#include "tests/io/riff_files.h"

namespace tidemark::io {
namespace {

using testing::ByteBuilder;
using testing::Bytes;
using testing::MemoryStream;
using testing::W64File;

Result<PcmLayout> Parse(const Bytes& file) {
  MemoryStream stream(file, MemoryStream::Kind::kPipe);
  return ParseW64Header(stream);
}

TEST(W64Header, ReadsAPlainFile) {
  const auto layout = Parse(W64File({1, 2, 96000, 24, 6}, Bytes(60)));
  ASSERT_TRUE(layout.has_value()) << layout.error().message;
  EXPECT_EQ(layout->format, "W64");
  EXPECT_EQ(EncodingName(layout->encoding), "pcm_s24le");
  EXPECT_EQ(layout->stream.sample_rate_hz, 96000);
  EXPECT_EQ(layout->data_offset, 104);
  EXPECT_EQ(layout->data_bytes, 60);
}

TEST(W64Header, TakesPaddingThatIsCountedAsDataForPadding) {
  Bytes file = W64File({1, 6, 48000, 16, 12}, Bytes(36));
  // 36 bytes are 3 frames; with the padding to 40 they look like 3 frames and a bit.
  file[104 - 8] = std::byte{24 + 40};
  const auto layout = Parse(file);
  ASSERT_TRUE(layout.has_value());
  EXPECT_EQ(layout->data_bytes, 36);
}

TEST(W64Header, ReadsToTheEndWhereTheSizeWasNeverFilledIn) {
  for (const std::uint64_t size : {std::uint64_t{0}, std::uint64_t{24}, ~std::uint64_t{0}}) {
    Bytes file = W64File({}, Bytes(80));
    const Bytes field = ByteBuilder().Little(size, 8).bytes();
    std::copy(field.begin(), field.end(), file.begin() + 104 - 8);
    MemoryStream stream(file);
    const auto layout = ParseW64Header(stream);
    ASSERT_TRUE(layout.has_value());
    EXPECT_EQ(layout->data_bytes, 80);
    EXPECT_FALSE(layout->warning.empty());
  }
}

TEST(W64Header, RefusesAChunkSmallerThanItsHeader) {
  Bytes file = W64File({}, Bytes(80));
  file[40 + 16] = std::byte{23};
  const auto layout = Parse(file);
  ASSERT_FALSE(layout.has_value());
  EXPECT_EQ(layout.error().code, ErrorCode::kBadData);
}

TEST(W64Header, RefusesAFileWithoutSamples) {
  Bytes file = W64File({}, {});
  file.resize(80);
  const auto layout = Parse(file);
  ASSERT_FALSE(layout.has_value());
  EXPECT_NE(layout.error().message.find("no data chunk"), std::string::npos);
}

}  // namespace
}  // namespace tidemark::io
