#include "io/data_extent.h"

#include <gtest/gtest.h>

namespace tidemark::io {
namespace {

constexpr std::int64_t kWrap = std::int64_t{1} << 32;

struct Case {
  const char* name;
  std::uint32_t declared;
  std::uint32_t outer;
  std::optional<std::int64_t> file_size;
  std::optional<std::int64_t> data_bytes;
  std::optional<std::int64_t> declared_bytes;
};

// All with samples from byte 44 on.
const Case kCases[] = {
    {"an honest header", 1000, 1036, 1044, 1000, 1000},
    {"an honest header before other chunks", 1000, 1136, 1144, 1000, 1000},
    {"a file that ends early", 1000, 1036, 544, 500, 1000},
    {"a file that ends before its samples", 1000, 1036, 44, 0, 1000},
    {"a size of 0 never filled in", 0, 0, 1044, 1000, 1000},
    {"a size of 0 in a header written for no samples yet", 0, 36, 1044, 1000, 1000},
    {"a size of 0 that is true, with a chunk behind", 0, 136, 144, 0, 0},
    {"a size of 0 that is true at the end", 0, 36, 44, 0, 0},
    {"the greatest 32-bit size", 0xFFFFFFFF, 0xFFFFFFFF, 1044, 1000, 1000},
    {"the greatest size less a header", 0xFFFFFFFF - 36, 0xFFFFFFFF, 1044, 1000, 1000},
    {"the greatest signed size", 0x7FFFFFFF, 0x7FFFFFFF, 1044, 1000, 1000},
    {"what sox writes to a pipe", 0x7FFFF000, 0x7FFFF024, 1044, 1000, 1000},
    {"a placeholder in a longer file", 0x7FFFF000, 0x7FFFF024, 44 + kWrap, kWrap, kWrap},
    {"a placeholder that is true", 0x7FFFF000, 0x7FFFF024, 0x7FFFF000LL + 44, 0x7FFFF000,
     0x7FFFF000},
    {"a long file that ends early", 3'000'000'000, 3'000'000'036, 2'000'000'044, 2'000'000'000,
     3'000'000'000},
    {"a size modulo 2^32", 1000, 1036, 44 + 1000 + kWrap, 1000 + kWrap, 1000 + kWrap},
    {"a size modulo 2^32 wrapped thrice", 1000, 77, 44 + 1000 + 3 * kWrap, 1000 + 3 * kWrap,
     1000 + 3 * kWrap},
    {"sizes modulo 2^32 with a chunk behind", 1000, 1136, 144 + 1000 + kWrap, 1000 + kWrap,
     1000 + kWrap},
    {"a short claim in a file over 4 GiB", 1000, 1036, 44 + 5'000'000'000, 1000, 1000},
    {"a pipe", 1000, 1036, std::nullopt, 1000, 1000},
    {"a pipe of unknown length", 0xFFFFFFFF, 0xFFFFFFFF, std::nullopt, std::nullopt, std::nullopt},
    {"a pipe with a header of zeros", 0, 0, std::nullopt, std::nullopt, std::nullopt},
    {"a pipe without samples", 0, 136, std::nullopt, 0, 0},
};

TEST(DataExtent, FindsTheSamplesWhateverA32BitHeaderClaims) {
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.name);
    PcmLayout layout;
    layout.data_offset = 44;
    SetExtent32(layout, c.declared, c.outer, c.file_size);
    EXPECT_EQ(layout.data_bytes, c.data_bytes);
    EXPECT_EQ(layout.declared_bytes, c.declared_bytes);
  }
}

TEST(DataExtent, FindsTheSamplesWhateverA64BitHeaderClaims) {
  PcmLayout honest;
  honest.data_offset = 44;
  SetExtent64(honest, 1000, 2000);
  EXPECT_EQ(honest.data_bytes, 1000);

  PcmLayout truncated = honest;
  SetExtent64(truncated, 5 * kWrap, 2000);
  EXPECT_EQ(truncated.data_bytes, 1956);
  EXPECT_EQ(truncated.declared_bytes, 5 * kWrap);

  PcmLayout unknown = honest;
  SetExtent64(unknown, ~std::uint64_t{0}, 2000);
  EXPECT_EQ(unknown.data_bytes, 1956);
  EXPECT_FALSE(unknown.warning.empty());

  PcmLayout piped;
  SetExtent64(piped, 0, std::nullopt);
  EXPECT_FALSE(piped.data_bytes.has_value());
}

}  // namespace
}  // namespace tidemark::io
