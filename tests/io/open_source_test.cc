#include "io/open_source.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <random>

#include "io/container_guess.h"
#include "tests/io/byte_builder.h"
#include "tests/io/media_files.h"

namespace tidemark::testing {
namespace {

Error Refusal(const std::string& path, const io::OpenOptions& options = {}) {
  auto source = io::OpenSource(path, options);
  EXPECT_FALSE(source.has_value()) << path;
  return source ? Error{ErrorCode::kInternal, ""} : source.error();
}

TEST(OpenSource, GoesByContentAndNotByName) {
  TempDir dir;
  const std::vector<float> music = MakeMusic(1, 5000);
  WriteMedia(dir / "flac.mp3", kFlac16, 1, music);
  WriteWav(dir / "wav.flac", WavFormat::kS16, 1, kMediaRateHz, music);
  WriteMedia(dir / "mp3.wav", kMp3, 1, music);
  EXPECT_EQ(Decode(dir / "flac.mp3").info.format, "FLAC");
  EXPECT_EQ(Decode(dir / "wav.flac").info.format, "WAV");
  EXPECT_EQ(Decode(dir / "mp3.wav").info.format, "MP3");
}

TEST(OpenSource, NamesTheFileInOneLineWhateverIsWrong) {
  TempDir dir;
  std::ofstream(dir / "empty");
  std::ofstream(dir / "page.mp3") << "<!DOCTYPE html>\n<html><body>404</body></html>\n";
  std::ofstream(dir / "data.wav") << R"({"error": "not found"})";
  std::ofstream(dir / "zeros", std::ios::binary) << std::string(5000, '\0');
  const struct {
    std::string path;
    ErrorCode code;
  } kCases[] = {
      {dir / "absent", ErrorCode::kNoInput},   {dir.path(), ErrorCode::kNoInput},
      {dir / "empty", ErrorCode::kBadData},    {dir / "page.mp3", ErrorCode::kBadData},
      {dir / "data.wav", ErrorCode::kBadData},
  };
  for (const auto& [path, code] : kCases) {
    const Error error = Refusal(path);
    EXPECT_EQ(error.code, code) << error.message;
    EXPECT_NE(error.message.find(path), std::string::npos) << error.message;
    EXPECT_EQ(error.message.find('\n'), std::string::npos) << error.message;
  }
  EXPECT_FALSE(Refusal(dir / "zeros").message.empty());
}

TEST(OpenSource, RefusesRatesThatTheAnalysisDoesNotCover) {
  TempDir dir;
  WriteMedia(dir / "slow.flac", kFlac16, 1, MakeMusic(1, 4000, 2000), 2000);
  const Error error = Refusal(dir / "slow.flac");
  EXPECT_EQ(error.code, ErrorCode::kUnsupported);
  EXPECT_NE(error.message.find("2000 Hz"), std::string::npos) << error.message;
}

TEST(OpenSource, ReadsRawSamplesAsTold) {
  TempDir dir;
  WriteBytes(dir / "raw", Raw({0x00, 0x40, 0x00, 0xC0}));
  io::OpenOptions options;
  options.raw = io::RawFormat{8000, 1, "s16le"};
  const Decoded decoded = Decode(dir / "raw", options);
  EXPECT_EQ(decoded.planes[0], (std::vector<float>{0.5F, -0.5F}));
}

TEST(OpenSource, SaysWhichDecodersReadWhat) {
  const auto rows = io::ListFormats();
  for (const char* const decoder : {"pcm", "libsndfile"}) {
    EXPECT_TRUE(std::any_of(rows.begin(), rows.end(), [decoder](const io::FormatRow& row) {
      return row.decoder == decoder;
    }));
  }
}

TEST(LooksLikeText, TellsTextFromAudio) {
  const auto of = [](std::string_view text) {
    return io::LooksLikeText(std::as_bytes(std::span(text.data(), text.size())));
  };
  EXPECT_TRUE(of("#EXTM3U\nsong.mp3\n"));
  EXPECT_TRUE(of("\xEF\xBB\xBFna\xC3\xAFve"));
  EXPECT_TRUE(of(std::string_view("\xFF\xFEh\0e\0l\0l\0o\0 \0w\0o\0", 18)));
  EXPECT_FALSE(of(std::string_view("RIFF\x24\0\0\0WAVE", 12)));
  EXPECT_FALSE(of(std::string_view("\xFF\xFB\x90\x64\0\0\0\0", 8)));
}

}  // namespace
}  // namespace tidemark::testing
