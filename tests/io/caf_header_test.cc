#include "io/caf_header.h"

#include <gtest/gtest.h>

#include <limits>

#include "io/core_audio_layout.h"
#include "tests/io/apple_files.h"
#include "tests/io/memory_stream.h"

namespace tidemark::io {
namespace {

using testing::ByteBuilder;
using testing::Bytes;
using testing::CafFile;
using testing::CafSpec;
using testing::MemoryStream;

Result<PcmLayout> Parse(const Bytes& file, MemoryStream::Kind kind = MemoryStream::Kind::kFile) {
  MemoryStream stream(file, kind);
  return ParseCafHeader(stream);
}

TEST(CafHeader, KnowsEveryFlagAndWidth) {
  const struct {
    CafSpec spec;
    const char* name;
  } cases[] = {
      {{"lpcm", 0, 2, 1, 2, 8}, "pcm_s8"},      {{"lpcm", 0, 4, 1, 2, 16}, "pcm_s16be"},
      {{"lpcm", 2, 4, 1, 2, 16}, "pcm_s16le"},  {{"lpcm", 2, 6, 1, 2, 24}, "pcm_s24le"},
      {{"lpcm", 0, 6, 1, 2, 20}, "pcm_s24be"},  {{"lpcm", 2, 8, 1, 2, 24}, "pcm_s32le"},
      {{"lpcm", 1, 8, 1, 2, 32}, "pcm_f32be"},  {{"lpcm", 3, 8, 1, 2, 32}, "pcm_f32le"},
      {{"lpcm", 3, 16, 1, 2, 64}, "pcm_f64le"}, {{"alaw", 0, 2, 1, 2, 8}, "pcm_alaw"},
      {{"ulaw", 0, 2, 1, 2, 0}, "pcm_mulaw"},
  };
  for (const auto& [spec, name] : cases) {
    const auto layout = Parse(CafFile(spec, Bytes(32)));
    ASSERT_TRUE(layout.has_value()) << name << ": " << layout.error().message;
    EXPECT_EQ(EncodingName(layout->encoding), name);
    EXPECT_EQ(layout->data_bytes, 32);
  }
}

TEST(CafHeader, ReadsToTheEndWhereTheSizeIsOpen) {
  CafSpec spec;
  spec.size_known = false;
  const auto layout = Parse(CafFile(spec, Bytes(32)));
  ASSERT_TRUE(layout.has_value());
  EXPECT_EQ(layout->data_bytes, 32);
  EXPECT_TRUE(layout->warning.empty());
  const auto piped = Parse(CafFile(spec, Bytes(32)), MemoryStream::Kind::kPipe);
  ASSERT_TRUE(piped.has_value());
  EXPECT_FALSE(piped->data_bytes.has_value());
}

TEST(CafHeader, RefusesWhatIsNotPcmOrContradictsItself) {
  const struct {
    CafSpec spec;
    ErrorCode code;
  } cases[] = {
      {{"alac", 0, 0, 4096, 2, 16}, ErrorCode::kUnsupported},
      {{"lpcm", 0, 0, 1, 2, 16}, ErrorCode::kBadData},
      {{"lpcm", 0, 3, 1, 2, 16}, ErrorCode::kBadData},
      {{"lpcm", 0, 2, 1, 2, 16}, ErrorCode::kBadData},
      {{"lpcm", 0, 4, 2, 2, 16}, ErrorCode::kBadData},
      {{"lpcm", 0, 4, 1, 2, 0}, ErrorCode::kBadData},
      {{"lpcm", 1, 4, 1, 2, 16}, ErrorCode::kUnsupported},
      {{"lpcm", 0, 4, 1, 0, 16}, ErrorCode::kBadData},
      {{"lpcm", 0, 4, 1, 0xFFFFFFFF, 16}, ErrorCode::kUnsupported},
      {{"lpcm", 0, 4, 1, 2, 16, 0.0}, ErrorCode::kBadData},
      {{"lpcm", 0, 4, 1, 2, 16, -44100.0}, ErrorCode::kBadData},
      {{"lpcm", 0, 4, 1, 2, 16, std::numeric_limits<double>::quiet_NaN()}, ErrorCode::kBadData},
      {{"lpcm", 0, 4, 1, 2, 16, 2147483648.0}, ErrorCode::kUnsupported},
  };
  for (const auto& [spec, code] : cases) {
    const auto layout = Parse(CafFile(spec, Bytes(32)));
    ASSERT_FALSE(layout.has_value());
    EXPECT_EQ(layout.error().code, code) << layout.error().message;
  }
}

TEST(CafHeader, RefusesAFileThatDoesNotStartWithItsDescription) {
  const Bytes file = ByteBuilder().Text("caff").Big(1 << 16, 4).Text("data").Big(4, 8).bytes();
  const auto layout = Parse(file);
  ASSERT_FALSE(layout.has_value());
  EXPECT_EQ(layout.error().code, ErrorCode::kBadData);
}

TEST(CoreAudioLayout, BecomesAChannelMask) {
  const auto tag = [](std::uint32_t value, std::uint32_t bitmap) {
    return ChannelMaskOfCoreAudioLayout(
        ByteBuilder().Big(value, 4).Big(bitmap, 4).Big(0, 4).bytes());
  };
  EXPECT_EQ(tag(101 << 16 | 2, 0), 0x3U);
  EXPECT_EQ(tag(121 << 16 | 6, 0), 0x3FU);
  EXPECT_EQ(tag(1 << 16, 0x60F), 0x60FU);
  EXPECT_EQ(tag(0xFFFF0002, 0), 0U);
}

TEST(CoreAudioLayout, UsesDescriptionsInTheOrderOfAMaskOnly) {
  const auto of_labels = [](std::initializer_list<std::uint32_t> labels) {
    ByteBuilder chunk;
    chunk.Big(0, 8).Big(labels.size(), 4);
    for (const std::uint32_t label : labels) chunk.Big(label, 4).Big(0, 16 - 8).Big(0, 8);
    return ChannelMaskOfCoreAudioLayout(chunk.bytes());
  };
  EXPECT_EQ(of_labels({1, 2, 3, 4, 5, 6}), 0x3FU);
  EXPECT_EQ(of_labels({3, 1, 2}), 0U);
  EXPECT_EQ(of_labels({1, 200}), 0U);
  const Bytes lying = ByteBuilder().Big(0, 8).Big(0xFFFFFFFF, 4).bytes();
  EXPECT_EQ(ChannelMaskOfCoreAudioLayout(lying), 0U);
}

}  // namespace
}  // namespace tidemark::io
