#include "io/waveform_file.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <vector>

namespace tidemark::io {
namespace {

using Values = std::vector<std::int16_t>;

class WaveformFileTest : public testing::Test {
 protected:
  void TearDown() override { std::filesystem::remove(path_); }
  std::string Path(const char* extension) {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    path_ = testing::TempDir() + "tidemark_" + test->name() + extension;
    return path_;
  }
  [[nodiscard]] std::string Bytes() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  std::string path_;
};

std::uint32_t Field(const std::string& bytes, std::size_t index) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    value |= std::uint32_t{static_cast<unsigned char>(bytes.at(4 * index + i))} << (8 * i);
  }
  return value;
}

// What a reader of the binary format finds; checks that the length agrees with the data.
Values ParseDat(const std::string& bytes) {
  EXPECT_EQ(Field(bytes, 0), 2U);
  const std::size_t width = (Field(bytes, 1) & 1U) != 0 ? 1 : 2;
  const std::size_t n_values = std::size_t{2} * Field(bytes, 4) * Field(bytes, 5);
  EXPECT_EQ(bytes.size(), 24 + n_values * width);
  Values values;
  for (std::size_t i = 0; i < n_values; ++i) {
    const auto low = static_cast<unsigned char>(bytes.at(24 + i * width));
    const auto high = static_cast<unsigned char>(bytes.at(24 + i * width + width - 1));
    values.push_back(width == 1 ? static_cast<std::int16_t>(static_cast<std::int8_t>(low))
                                : static_cast<std::int16_t>(low | high << 8));
  }
  return values;
}

Values ParseJson(const std::string& text, std::size_t values_per_pixel) {
  unsigned long length = 0;
  int header_bytes = 0;
  const int n_fields = std::sscanf(text.c_str(),
                                   R"({"version":2,"channels":%*d,"sample_rate":%*d,)"
                                   R"("samples_per_pixel":%*d,"bits":%*d,"length": %lu,"data":[%n)",
                                   &length, &header_bytes);
  EXPECT_EQ(n_fields, 1);
  EXPECT_GT(header_bytes, 0);
  EXPECT_TRUE(text.ends_with("]}\n"));
  const std::string data = text.substr(static_cast<std::size_t>(header_bytes));
  std::istringstream numbers(data.substr(0, data.size() - 3));
  Values values;
  std::string number;
  while (std::getline(numbers, number, ',')) {
    values.push_back(static_cast<std::int16_t>(std::stoi(number)));
  }
  EXPECT_EQ(length * values_per_pixel, values.size());
  return values;
}

Values SomeValues(std::size_t n, int limit) {
  Values values;
  for (std::size_t i = 0; i < n; ++i) {
    values.push_back(static_cast<std::int16_t>(static_cast<int>(i * 7919) % (2 * limit) - limit));
  }
  return values;
}

TEST_F(WaveformFileTest, WritesTheBinaryHeaderOfVersion2) {
  auto file = WaveformFile::Create(
      Path(".dat"),
      {.sample_rate_hz = 44'100, .samples_per_pixel = 512, .bits = 16, .channels = 2});
  ASSERT_TRUE(file);
  ASSERT_TRUE(file->Append(Values{-1, 2, -3, 4}));
  ASSERT_TRUE(file->Finish());
  const std::string bytes = Bytes();
  EXPECT_EQ(Field(bytes, 1), 0U);
  EXPECT_EQ(Field(bytes, 2), 44'100U);
  EXPECT_EQ(Field(bytes, 3), 512U);
  EXPECT_EQ(Field(bytes, 4), 1U);
  EXPECT_EQ(Field(bytes, 5), 2U);
  EXPECT_EQ(ParseDat(bytes), (Values{-1, 2, -3, 4}));
}

TEST_F(WaveformFileTest, ReadsBackWhatWasWrittenInManyPieces) {
  for (const char* extension : {".dat", ".json"}) {
    for (const int bits : {8, 16}) {
      const Values values = SomeValues(60'000, bits == 8 ? 128 : 32'768);
      auto file = WaveformFile::Create(
          Path(extension),
          {.sample_rate_hz = 8'000, .samples_per_pixel = 2, .bits = bits, .channels = 3});
      ASSERT_TRUE(file);
      for (std::size_t at = 0; at < values.size(); at += 600) {
        ASSERT_TRUE(file->Append(std::span(values).subspan(at, 600)));
      }
      ASSERT_TRUE(file->Finish());
      EXPECT_EQ(file->n_pixels(), 10'000);
      EXPECT_EQ(path_.ends_with("json") ? ParseJson(Bytes(), 6) : ParseDat(Bytes()), values);
    }
  }
}

TEST_F(WaveformFileTest, IsAWholeFileWhileItGrows) {
  for (const char* extension : {".dat", ".json"}) {
    const Values values = SomeValues(12'000, 32'768);
    auto file = WaveformFile::Create(
        Path(extension),
        {.sample_rate_hz = 8'000, .samples_per_pixel = 2, .bits = 16, .channels = 1});
    ASSERT_TRUE(file);
    std::size_t n_most = 0;
    for (std::size_t at = 0; at < values.size(); at += 100) {
      const Values seen = path_.ends_with("json") ? ParseJson(Bytes(), 2) : ParseDat(Bytes());
      ASSERT_TRUE(std::equal(seen.begin(), seen.end(), values.begin()));
      n_most = std::max(n_most, seen.size());
      ASSERT_TRUE(file->Append(std::span(values).subspan(at, 100)));
    }
    EXPECT_GT(n_most, 0U);
  }
}

TEST_F(WaveformFileTest, IsEmptyButWholeWithoutPixels) {
  auto file = WaveformFile::Create(
      Path(".json"), {.sample_rate_hz = 8'000, .samples_per_pixel = 256, .bits = 8, .channels = 1});
  ASSERT_TRUE(file->Finish());
  EXPECT_TRUE(ParseJson(Bytes(), 2).empty());
}

TEST_F(WaveformFileTest, SaysWhichPathCannotBeCreated) {
  const auto file = WaveformFile::Create("/nonexistent-folder/peaks.dat", {});
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kIo);
  EXPECT_NE(file.error().message.find("/nonexistent-folder/peaks.dat"), std::string::npos);
}

TEST_F(WaveformFileTest, RefusesWhatCannotBeWrittenInTheMiddle) {
  const auto file = WaveformFile::Create("/dev/null", {});
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::kUsage);
}

TEST_F(WaveformFileTest, ReportsAWriteThatFails) {
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  auto file = WaveformFile::Create(
      Path(".dat"), {.sample_rate_hz = 8'000, .samples_per_pixel = 2, .bits = 16, .channels = 1});
  rlimit limit = before;
  limit.rlim_cur = 4096;
  setrlimit(RLIMIT_FSIZE, &limit);
  const auto appended = file->Append(SomeValues(20'000, 100));
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().code, ErrorCode::kIo);
}

}  // namespace
}  // namespace tidemark::io
