// Broken headers, made from valid ones: cut at every byte, each byte and field set to extremes,
// and random damage with a fixed seed. Whatever happens must be an Error or a bounded stream.
#include <array>
#include <random>

#include "tests/io/apple_files.h"
#include "tests/io/read_all.h"
#include "tests/io/riff_files.h"

namespace tidemark::io {
namespace {

using testing::Bytes;
using testing::MemoryStream;

struct Victim {
  const char* name;
  Bytes file;
  std::size_t header_bytes;
};

std::vector<Victim> Victims() {
  constexpr std::size_t kSampleBytes = 240;
  std::vector<Victim> victims;
  const auto add = [&](const char* name, Bytes file) {
    const std::size_t header_bytes = file.size() - kSampleBytes;
    victims.push_back({name, std::move(file), header_bytes});
  };
  const Bytes samples(kSampleBytes, std::byte{0x5A});
  add("WAV", testing::WavFile({1, 2, 44100, 16, 4}, samples));
  add("extensible WAV", testing::WavFile({0xFFFE, 2, 44100, 24, 6, 1, 20, 3}, samples));
  add("RF64", testing::Rf64File("RF64", {3, 1, 44100, 32, 4}, samples));
  add("W64", testing::W64File({1, 2, 44100, 16, 4}, samples));
  add("AIFF", testing::AiffFile({"", 2, 60, 16, 44100}, samples));
  add("AIFF-C", testing::AiffFile({"fl32", 1, 60, 32, 44100}, samples));
  add("CAF", testing::CafFile({"lpcm", 2, 4, 1, 2, 16}, samples));
  return victims;
}

// Opens and reads `file`, and checks that all stays within what the file can hold.
void ExpectBounded(const Bytes& file, MemoryStream::Kind kind) {
  auto source = testing::OpenMemory(file, kind);
  if (!source) {
    EXPECT_FALSE(source.error().message.empty());
    EXPECT_NE(source.error().code, ErrorCode::kInternal);
    return;
  }
  const SourceInfo& info = (*source)->info();
  ASSERT_GE(info.stream.channels, 1);
  ASSERT_LE(info.stream.channels, kMaxChannels);
  ASSERT_GE(info.stream.sample_rate_hz, kMinSampleRateHz);
  ASSERT_LE(info.stream.sample_rate_hz, kMaxSampleRateHz);
  const auto planes = testing::ReadAll(**source);
  EXPECT_LE(planes[0].size() * planes.size(), file.size());
  if (info.declared_frames && *info.declared_frames > static_cast<std::int64_t>(planes[0].size())) {
    EXPECT_TRUE((*source)->truncated());
  }
}

void ExpectBoundedEitherWay(const Bytes& file) {
  ExpectBounded(file, MemoryStream::Kind::kFile);
  ExpectBounded(file, MemoryStream::Kind::kPipe);
}

TEST(MalformedPcm, StaysBoundedWhenCutAtEveryByte) {
  for (const Victim& victim : Victims()) {
    SCOPED_TRACE(victim.name);
    for (std::size_t n = 0; n < victim.file.size(); ++n) {
      ExpectBoundedEitherWay(
          {victim.file.begin(), victim.file.begin() + static_cast<std::ptrdiff_t>(n)});
    }
  }
}

TEST(MalformedPcm, IsAnErrorWhenCutWithinTheHeader) {
  for (const Victim& victim : Victims()) {
    SCOPED_TRACE(victim.name);
    for (std::size_t n = 0; n + 8 < victim.header_bytes; ++n) {
      const Bytes cut(victim.file.begin(), victim.file.begin() + static_cast<std::ptrdiff_t>(n));
      EXPECT_FALSE(testing::OpenMemory(cut).has_value()) << n;
    }
  }
}

TEST(MalformedPcm, StaysBoundedWithEveryFieldAtItsExtremes) {
  for (const Victim& victim : Victims()) {
    SCOPED_TRACE(victim.name);
    for (const std::size_t n_bytes : {1U, 2U, 4U, 8U, 10U}) {
      for (std::size_t at = 0; at + n_bytes <= victim.header_bytes; ++at) {
        for (const int value : {0x00, 0x01, 0x7F, 0x80, 0xFF}) {
          Bytes file = victim.file;
          std::fill_n(file.begin() + static_cast<std::ptrdiff_t>(at), n_bytes,
                      static_cast<std::byte>(value));
          ExpectBoundedEitherWay(file);
        }
      }
    }
  }
}

TEST(MalformedPcm, StaysBoundedUnderRandomDamage) {
  std::mt19937 random(432);
  for (const Victim& victim : Victims()) {
    SCOPED_TRACE(victim.name);
    for (int round = 0; round < 4000; ++round) {
      Bytes file = victim.file;
      for (std::uint32_t i = 0; i < 1 + random() % 6; ++i) {
        file[random() % victim.header_bytes] = static_cast<std::byte>(random());
      }
      if (random() % 4 == 0) file.resize(random() % file.size());
      ExpectBoundedEitherWay(file);
    }
  }
}

}  // namespace
}  // namespace tidemark::io
