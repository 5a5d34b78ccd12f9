// What tests of every floor need to put audio on disk: a folder that cleans up after itself and
// writers of plain WAV files. Header only; any thread.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tidemark::testing {

// A fresh folder under the system's temporary folder, removed with all that is in it.
class TempDir {
 public:
  TempDir() {
    std::string name = (std::filesystem::temp_directory_path() / "tidemark-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) ADD_FAILURE() << "cannot make " << name;
    path_ = name;
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string path() const { return path_.string(); }
  [[nodiscard]] std::string operator/(std::string_view name) const {
    return (path_ / name).string();
  }

 private:
  std::filesystem::path path_;
};

inline void WriteBytes(const std::string& path, std::span<const std::byte> bytes) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  ASSERT_TRUE(file.good()) << path;
}

inline std::vector<std::byte> ReadBytes(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::byte> bytes(std::filesystem::file_size(path));
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  return bytes;
}

// One file in a folder of its own.
class TempFile {
 public:
  explicit TempFile(std::string_view name = "file.bin") : path_(dir_ / name) {}
  explicit TempFile(std::span<const std::byte> bytes, std::string_view name = "file.bin")
      : TempFile(name) {
    WriteBytes(path_, bytes);
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  TempDir dir_;
  std::string path_;
};

enum class WavFormat { kU8, kS16, kS24, kS32, kF32, kF64 };

inline std::size_t BytesPerSample(WavFormat format) {
  constexpr std::size_t kBytes[] = {1, 2, 3, 4, 4, 8};
  return kBytes[static_cast<std::size_t>(format)];
}

// Appends the low n_bytes of `value`, least significant first.
inline void AppendLittle(std::vector<std::byte>& out, std::uint64_t value, std::size_t n_bytes) {
  for (std::size_t i = 0; i < n_bytes; ++i) out.push_back(static_cast<std::byte>(value >> 8 * i));
}

inline void AppendText(std::vector<std::byte>& out, std::string_view text) {
  for (const char c : text) out.push_back(static_cast<std::byte>(c));
}

// Integer formats round to nearest and clip; full scale = 1.0.
inline void AppendSample(std::vector<std::byte>& out, WavFormat format, float sample) {
  const std::size_t n_bytes = BytesPerSample(format);
  if (format == WavFormat::kF32) {
    std::uint32_t bits = 0;
    std::memcpy(&bits, &sample, sizeof bits);
    return AppendLittle(out, bits, n_bytes);
  }
  if (format == WavFormat::kF64) {
    const double wide = sample;
    std::uint64_t bits = 0;
    std::memcpy(&bits, &wide, sizeof bits);
    return AppendLittle(out, bits, n_bytes);
  }
  const double full_scale = std::ldexp(1.0, static_cast<int>(8 * n_bytes) - 1);
  const auto value = static_cast<std::int64_t>(std::clamp(
      std::nearbyint(static_cast<double>(sample) * full_scale), -full_scale, full_scale - 1));
  const std::int64_t offset = format == WavFormat::kU8 ? 128 : 0;
  AppendLittle(out, static_cast<std::uint64_t>(value + offset), n_bytes);
}

// The bytes of a plain RIFF/WAVE file; `interleaved` holds whole frames.
inline std::vector<std::byte> MakeWav(WavFormat format, int channels, int sample_rate_hz,
                                      std::span<const float> interleaved) {
  const auto frame_bytes = static_cast<std::uint64_t>(channels) * BytesPerSample(format);
  const std::uint64_t data_bytes = interleaved.size() * BytesPerSample(format);
  const bool is_float = format == WavFormat::kF32 || format == WavFormat::kF64;
  std::vector<std::byte> out;
  AppendText(out, "RIFF");
  AppendLittle(out, 36 + data_bytes + data_bytes % 2, 4);
  AppendText(out, "WAVEfmt ");
  AppendLittle(out, 16, 4);
  AppendLittle(out, is_float ? 3 : 1, 2);
  AppendLittle(out, static_cast<std::uint64_t>(channels), 2);
  AppendLittle(out, static_cast<std::uint64_t>(sample_rate_hz), 4);
  AppendLittle(out, static_cast<std::uint64_t>(sample_rate_hz) * frame_bytes, 4);
  AppendLittle(out, frame_bytes, 2);
  AppendLittle(out, 8 * BytesPerSample(format), 2);
  AppendText(out, "data");
  AppendLittle(out, data_bytes, 4);
  for (const float sample : interleaved) AppendSample(out, format, sample);
  if (data_bytes % 2 != 0) out.push_back(std::byte{0});
  return out;
}

inline void WriteWav(const std::string& path, WavFormat format, int channels, int sample_rate_hz,
                     std::span<const float> interleaved) {
  WriteBytes(path, MakeWav(format, channels, sample_rate_hz, interleaved));
}

}  // namespace tidemark::testing
