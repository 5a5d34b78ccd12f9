// Compressed audio for tests: written by libsndfile, or by the ffmpeg command where libsndfile
// has no encoder; and inputs that come through a real pipe. Header only.
#pragma once

#include <gtest/gtest.h>
#include <sndfile.h>
#include <sys/stat.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "io/open_source.h"
#include "tests/io/read_all.h"
#include "tests/io/test_files.h"

namespace tidemark::testing {

inline constexpr int kMediaRateHz = 44'100;

// A chord that swells, over a little noise: interleaved, the same for the same arguments.
inline std::vector<float> MakeMusic(int channels, std::size_t n_frames,
                                    int rate_hz = kMediaRateHz) {
  std::mt19937 random(17);
  std::uniform_real_distribution<float> noise(-0.01F, 0.01F);
  std::vector<float> samples;
  samples.reserve(n_frames * static_cast<std::size_t>(channels));
  for (std::size_t i = 0; i < n_frames; ++i) {
    const double t = static_cast<double>(i) / rate_hz;
    const double swell = 0.3 + 0.2 * std::sin(2.0 * t);
    for (int c = 0; c < channels; ++c) {
      const double tone =
          std::sin(6.2831853 * 440.0 * (c + 1) * t) + std::sin(6.2831853 * 554.4 * t);
      samples.push_back(static_cast<float>(0.5 * swell * tone) + noise(random));
    }
  }
  return samples;
}

inline void WriteMedia(const std::string& path, int format, int channels,
                       std::span<const float> interleaved, int rate_hz = kMediaRateHz) {
  SF_INFO info{};
  info.samplerate = rate_hz;
  info.channels = channels;
  info.format = format;
  SNDFILE* const file = sf_open(path.c_str(), SFM_WRITE, &info);
  ASSERT_NE(file, nullptr) << path << ": " << sf_strerror(nullptr);
  const auto n_frames = static_cast<sf_count_t>(interleaved.size()) / channels;
  // In pieces: the Vorbis encoder keeps what one call hands it on the stack.
  constexpr sf_count_t kPiece = 4096;
  for (sf_count_t at = 0; at < n_frames; at += kPiece) {
    const sf_count_t n = std::min(kPiece, n_frames - at);
    ASSERT_EQ(sf_writef_float(file, interleaved.data() + at * channels, n), n);
  }
  sf_close(file);
}

inline constexpr int kFlac16 = SF_FORMAT_FLAC | SF_FORMAT_PCM_16;
inline constexpr int kFlac24 = SF_FORMAT_FLAC | SF_FORMAT_PCM_24;
inline constexpr int kVorbis = SF_FORMAT_OGG | SF_FORMAT_VORBIS;
inline constexpr int kOpus = SF_FORMAT_OGG | SF_FORMAT_OPUS;
inline constexpr int kMp3 = SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;

inline bool HasFfmpegCommand() {
  static const bool has = std::system("ffmpeg -version >/dev/null 2>&1") == 0;
  return has;
}

// Runs `ffmpeg <arguments>` in `dir`; false where it fails.
inline bool RunFfmpeg(const std::string& dir, const std::string& arguments) {
  const std::string command =
      "cd '" + dir + "' && ffmpeg -nostdin -v error -y " + arguments + " >/dev/null 2>&1";
  return std::system(command.c_str()) == 0;
}

inline bool UseFfmpegModule() {
  const std::string folder = TIDEMARK_BINARY_DIR;
  ::setenv("TIDEMARK_MODULE_DIR", folder.c_str(), 0);
  return std::filesystem::exists(folder + "/tidemark_ffmpeg.so");
}

// What a Source says and gives, to compare two ways to the same audio.
struct Decoded {
  io::SourceInfo info;
  Planes planes;
  bool truncated = false;
  std::string warning;

  [[nodiscard]] std::size_t n_frames() const { return planes.empty() ? 0 : planes[0].size(); }
};

inline Decoded Decode(const std::string& path, const io::OpenOptions& options = {}) {
  Decoded decoded;
  auto source = io::OpenSource(path, options);
  EXPECT_TRUE(source.has_value()) << (source ? "" : source.error().message);
  if (!source) return decoded;
  decoded.planes = ReadAll(**source);
  decoded.info = (*source)->info();
  decoded.truncated = (*source)->truncated();
  decoded.warning = (*source)->warning();
  return decoded;
}

// The same with the bytes coming through a FIFO.
inline Decoded DecodeThroughPipe(const std::string& path, const io::OpenOptions& options = {}) {
  TempDir dir;
  const std::string fifo = dir / "fifo";
  EXPECT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const std::vector<std::byte> bytes = ReadBytes(path);
  std::thread writer([&] {
    std::ofstream out(fifo, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
  });
  Decoded decoded = Decode(fifo, options);
  writer.join();
  return decoded;
}

// What goes through the FFmpeg module, in a folder of its own.
class FfmpegTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!UseFfmpegModule()) GTEST_SKIP() << "the FFmpeg module is not built";
    if (!HasFfmpegCommand()) GTEST_SKIP() << "the ffmpeg command is not installed";
  }

  TempDir dir_;
};

}  // namespace tidemark::testing
