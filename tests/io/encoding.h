// Encodes planes of samples through the FFmpeg module, for tests. Header only.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "io/ffmpeg_encoder.h"
#include "tests/io/media_files.h"

namespace tidemark::testing {

inline Planes MakePlanes(int channels, std::size_t n_frames, int rate_hz = kMediaRateHz) {
  const std::vector<float> interleaved = MakeMusic(channels, n_frames, rate_hz);
  Planes planes(static_cast<std::size_t>(channels), std::vector<float>(n_frames));
  for (std::size_t i = 0; i < interleaved.size(); ++i) {
    planes[i % planes.size()][i / planes.size()] = interleaved[i];
  }
  return planes;
}

// Every sample at a step of an integer of that many bits.
inline Planes Quantized(Planes planes, int bits) {
  const float scale = std::ldexp(1.0F, bits - 1);
  for (auto& plane : planes) {
    for (float& sample : plane) sample = std::nearbyint(sample * scale) / scale;
  }
  return planes;
}

inline io::EncodeSpec MakeSpec(const std::string& path, int channels, int rate_hz = kMediaRateHz) {
  io::EncodeSpec spec;
  spec.path = path;
  spec.audio.resize(1);
  spec.audio[0].format = {rate_hz, channels, 0};
  return spec;
}

// All tracks in steps of block_frames.
inline Result<void> WriteTracks(io::Encoder& encoder, std::vector<Planes> tracks,
                                std::size_t block_frames = 1000) {
  for (std::size_t at = 0; at < tracks[0][0].size(); at += block_frames) {
    for (std::size_t t = 0; t < tracks.size(); ++t) {
      std::vector<float*> pointers;
      for (auto& plane : tracks[t]) pointers.push_back(plane.data() + at);
      const std::size_t n = std::min(block_frames, tracks[t][0].size() - at);
      TM_TRY(encoder.Write(t, AudioBlock(pointers, n)));
    }
  }
  return {};
}

inline Result<std::string> Encode(const io::EncodeSpec& spec, const std::vector<Planes>& tracks) {
  std::unique_ptr<io::Encoder> encoder;
  TM_TRY_ASSIGN(encoder, io::OpenFfmpegEncoder(spec));
  TM_TRY(WriteTracks(*encoder, tracks));
  TM_TRY(encoder->Finish());
  return encoder->warning();
}

// How many frames the ffmpeg command finds in audio stream `stream`; its samples too if wanted.
inline std::size_t CountWithFfmpeg(const std::string& dir, const std::string& path, int stream = 0,
                                   Planes* planes = nullptr) {
  const std::string out = dir + "/counted.wav";
  if (!RunFfmpeg(dir, "-i '" + path + "' -map 0:a:" + std::to_string(stream) +
                          " -c:a pcm_f32le counted.wav")) {
    return 0;
  }
  Decoded decoded = Decode(out);
  if (planes != nullptr) *planes = decoded.planes;
  return decoded.n_frames();
}

// By how many frames `late` comes after `early`, searched up to 3000 both ways.
inline std::ptrdiff_t LagOf(const std::vector<float>& early, const std::vector<float>& late) {
  std::ptrdiff_t best_lag = -99999;
  double best = -1e300;
  for (std::ptrdiff_t lag = -3000; lag <= 3000; ++lag) {
    double sum = 0;
    for (std::ptrdiff_t i = 10'000; i < 14'000; ++i) {
      sum += static_cast<double>(early[static_cast<std::size_t>(i)]) *
             static_cast<double>(late[static_cast<std::size_t>(i + lag)]);
    }
    if (sum > best) best_lag = lag;
    best = std::max(best, sum);
  }
  return best_lag;
}

class EncoderTest : public FfmpegTest {
 protected:
  static void SetUpTestSuite() { ::signal(SIGPIPE, SIG_IGN); }

  [[nodiscard]] std::size_t CountFiles() const {
    std::size_t n = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(dir_.path())) ++n;
    return n;
  }
};

}  // namespace tidemark::testing
