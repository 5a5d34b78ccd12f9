// Small videos for tests, made and looked at with the ffmpeg commands. Header only.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "io/ffmpeg_encoder.h"
#include "tests/io/media_files.h"

namespace tidemark::testing {

inline constexpr Timebase kNtsc{30000, 1001};

// What a shell command prints.
inline std::string OutputOf(const std::string& command) {
  std::string text;
  std::FILE* const pipe = ::popen((command + " 2>/dev/null").c_str(), "r");
  if (pipe == nullptr) return text;
  std::array<char, 65536> buffer{};
  while (const std::size_t n = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    text.append(buffer.data(), n);
  }
  ::pclose(pipe);
  return text;
}

inline std::string Probe(const std::string& path, const std::string& entries,
                         const std::string& stream = "v:0") {
  std::string text = OutputOf("ffprobe -v error -select_streams " + stream + " -show_entries " +
                              entries + " -of default=nw=1:nk=1 '" + path + "'");
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

// What the ffmpeg command complains of where it decodes all of a file; empty: nothing.
inline std::string ComplaintsOf(const std::string& path) {
  return OutputOf("(ffmpeg -nostdin -v error -i '" + path + "' -f null - 2>&1)");
}

// When each packet of a stream is shown, in order, in seconds.
inline std::vector<double> TimesOf(const std::string& path, const std::string& stream = "v:0") {
  std::vector<double> times;
  std::istringstream lines(Probe(path, "packet=pts_time", stream));
  for (std::string line; std::getline(lines, line);) times.push_back(std::atof(line.c_str()));
  std::sort(times.begin(), times.end());
  return times;
}

// A number drawn into each frame: its brightness, in steps of 8 from 20 on.
inline constexpr int kNumbers = 25;
inline std::string NumberedVideo(const std::string& rate, double duration_s,
                                 const std::string& size = "64x36") {
  return "-f lavfi -i \"color=black:size=" + size + ":rate=" + rate +
         ":duration=" + std::to_string(duration_s) +
         ",format=gray,geq=lum='20+8*mod(N,25)',format=yuv420p\"";
}

// The numbers in the frames of a file, in order.
inline std::vector<int> NumbersOf(const std::string& path) {
  const std::string bytes = OutputOf(
      "ffmpeg -nostdin -v error -i '" + path +
      "' -map 0:v:0 -vf scale=1:1:flags=area,format=gray -vsync passthrough -f rawvideo -");
  std::vector<int> numbers;
  for (const char byte : bytes) {
    numbers.push_back((static_cast<int>(static_cast<unsigned char>(byte)) - 16) / 8);
  }
  return numbers;
}

inline io::EncodeSpec VideoOnly(const std::string& input, const std::string& output,
                                Timebase timebase, std::vector<Clip> clips) {
  io::EncodeSpec spec;
  spec.path = output;
  spec.video.emplace();
  spec.video->input_path = input;
  spec.video->timebase = timebase;
  spec.video->clips = std::move(clips);
  spec.video->preset = "ultrafast";
  return spec;
}

// All of it, in steps of half a second; the encoder's warning.
inline Result<std::string> CutVideo(const io::EncodeSpec& spec) {
  std::unique_ptr<io::Encoder> encoder;
  TM_TRY_ASSIGN(encoder, io::OpenFfmpegEncoder(spec));
  std::int64_t ticks = 0;
  for (const Clip& clip : spec.video->clips) ticks += OutputTicks(clip);
  const double length_s = spec.video->timebase.Seconds(ticks);
  for (double at_s = 0; at_s < length_s; at_s += 0.5) TM_TRY(encoder->AdvanceVideo(at_s));
  TM_TRY(encoder->Finish());
  return encoder->warning();
}

}  // namespace tidemark::testing
