// Files over 4 GiB, sparse, so that they cost nothing, and what reading a long one keeps resident.
#include <unistd.h>

#include <fstream>
#include <string>

#include "tests/io/read_all.h"
#include "tests/io/riff_files.h"
#include "tests/io/test_files.h"

namespace tidemark::io {
namespace {

using testing::ByteBuilder;
using testing::Bytes;
using testing::OpenFile;
using testing::Planes;
using testing::ReadFrames;
using testing::TempFile;
using testing::WriteBytes;

constexpr std::int64_t kWrap = std::int64_t{1} << 32;
// 5 GiB and a little of stereo 16-bit samples.
constexpr std::int64_t kDataBytes = kWrap + (std::int64_t{1} << 30) + 4096;

// A file of `header`, then samples of silence up to `file_bytes`.
bool MakeSparse(const std::string& path, const Bytes& header, std::int64_t file_bytes) {
  WriteBytes(path, header);
  return ::truncate(path.c_str(), file_bytes) == 0;
}

// The header of a stereo 16-bit WAV with these sizes.
Bytes WavHeader(std::uint32_t outer, std::uint32_t declared) {
  ByteBuilder out;
  out.Text("RIFF").Little(outer, 4).Text("WAVEfmt ").Little(16, 4);
  out.Append(testing::WavFormatBody({1, 2, 44100, 16, 4})).Text("data").Little(declared, 4);
  return out.bytes();
}

// Overwrites one stereo frame of the file and expects to find it by seeking.
void ExpectFrameAt(const std::string& path, std::int64_t data_offset, std::int64_t frame) {
  {
    std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(data_offset + 4 * frame);
    file.write("\x00\x40\x00\xC0", 4);
  }
  auto source = OpenFile(path);
  ASSERT_TRUE(source.has_value()) << source.error().message;
  ASSERT_TRUE((*source)->Seek(frame - 1).has_value());
  const Planes planes = ReadFrames(**source, 2);
  EXPECT_EQ(planes[0], (std::vector<float>{0.0F, 0.5F}));
  EXPECT_EQ(planes[1], (std::vector<float>{0.0F, -0.5F}));
}

TEST(PcmLargeFiles, ReadAllOfAWavWhateverItsSizesSay) {
  const auto low = static_cast<std::uint32_t>(kDataBytes % kWrap);
  const struct {
    const char* name;
    std::uint32_t outer;
    std::uint32_t declared;
  } cases[] = {{"zero", 0, 0},
               {"greatest", 0xFFFFFFFF, 0xFFFFFFFF},
               {"wrapped", low + 36, low},
               {"signed", 0x7FFFFFFF, 0x7FFFFFFF}};
  for (const auto& [name, outer, declared] : cases) {
    SCOPED_TRACE(name);
    const TempFile file;
    if (!MakeSparse(file.path(), WavHeader(outer, declared), 44 + kDataBytes)) {
      GTEST_SKIP() << "no room for a sparse file of 5 GiB";
    }
    auto source = OpenFile(file.path());
    ASSERT_TRUE(source.has_value()) << source.error().message;
    EXPECT_EQ((*source)->info().declared_frames, kDataBytes / 4);
    EXPECT_FALSE((*source)->truncated());
    ExpectFrameAt(file.path(), 44, kDataBytes / 4 - 1);
  }
}

TEST(PcmLargeFiles, ReadRf64ToItsLastFrame) {
  ByteBuilder header;
  header.Text("RF64").Little(0xFFFFFFFF, 4).Text("WAVEds64").Little(28, 4);
  header.Little(72 + static_cast<std::uint64_t>(kDataBytes), 8).Little(kDataBytes, 8);
  header.Little(kDataBytes / 4, 8).Little(0, 4).Text("fmt ").Little(16, 4);
  header.Append(testing::WavFormatBody({1, 2, 44100, 16, 4})).Text("data").Little(0xFFFFFFFF, 4);
  const TempFile file;
  if (!MakeSparse(file.path(), header.bytes(), 80 + kDataBytes)) {
    GTEST_SKIP() << "no room for a sparse file of 5 GiB";
  }
  ExpectFrameAt(file.path(), 80, kDataBytes / 4 - 1);
}

// Resident bytes of this process that belong to files or to nobody, from /proc.
long ResidentKib() {
  std::ifstream status("/proc/self/status");
  long total = 0;
  std::string word;
  while (status >> word) {
    long kib = 0;
    if ((word == "RssFile:" || word == "RssAnon:") && status >> kib) total += kib;
  }
  return total;
}

// The most that is resident while the file is read, seen at every stage of the map's way.
long PeakWhileReading(const std::string& path) {
  auto source = OpenFile(path);
  EXPECT_TRUE(source.has_value());
  std::vector<float> left(kBlockFrames);
  std::vector<float> right(kBlockFrames);
  std::array<float*, 2> planes = {left.data(), right.data()};
  long peak = 0;
  for (int i = 0;; ++i) {
    if (i % 17 == 0) peak = std::max(peak, ResidentKib());
    const auto n = (*source)->Read(AudioBlock(planes, kBlockFrames));
    EXPECT_TRUE(n.has_value());
    if (n.value_or(0) == 0) break;
  }
  return peak;
}

TEST(PcmLargeFiles, KeepNoMoreResidentThanShortOnes) {
#if defined(TIDEMARK_SANITIZED) || defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "sanitizers shadow all that is touched";
#endif
  constexpr std::int64_t kShort = 16 << 20;
  constexpr std::int64_t kLong = 600 << 20;
  const TempFile small;
  const TempFile large;
  ASSERT_TRUE(MakeSparse(small.path(), WavHeader(kShort + 36, kShort), 44 + kShort));
  ASSERT_TRUE(MakeSparse(large.path(), WavHeader(kLong + 36, kLong), 44 + kLong));
  const long before = ResidentKib();
  const long with_small = PeakWhileReading(small.path());
  const long with_large = PeakWhileReading(large.path());
  EXPECT_LE(with_large - with_small, 512);
  EXPECT_LE(with_large - before, 3 * 1024);
}

}  // namespace
}  // namespace tidemark::io
