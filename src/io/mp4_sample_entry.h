// What an MP4 sample entry (the "stsd" box) says about an audio codec, in the form in which
// FFmpeg's decoders want it. Pure functions on memory.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tidemark::io {

struct Mp4Codec {
  std::string decoder;  // FFmpeg's name: "aac", "alac", "mp3", "ac3", "eac3", "opus", "flac"
  std::vector<std::byte> setup;  // its extradata
  int sample_rate_hz = 0;
  int channels = 0;
  int bits_per_sample = 0;
};

// `entry` is one sample entry, its box header included. nullopt where the codec is not one of
// those above or the entry is not understood.
[[nodiscard]] std::optional<Mp4Codec> ParseMp4SampleEntry(std::span<const std::byte> entry);

}  // namespace tidemark::io
