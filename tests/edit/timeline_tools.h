// What the tests of timelines need: timelines to write, media that shows which frame it is, and the
// programs that are not ours which open what was written. Header only.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "edit/timeline.h"
#include "edit/timeline_writer.h"
#include "tests/io/test_files.h"

namespace tidemark::testing {

inline std::string Quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

struct ShellRun {
  int status = -1;
  std::string output;  // standard output and error
};

inline ShellRun Shell(const std::string& command) {
  ShellRun run;
  std::FILE* const pipe = popen((command + " 2>&1 </dev/null").c_str(), "r");
  if (pipe == nullptr) return run;
  std::array<char, 4096> piece{};
  for (std::size_t n = 0; (n = std::fread(piece.data(), 1, piece.size(), pipe)) > 0;) {
    run.output.append(piece.data(), n);
  }
  run.status = pclose(pipe);
  return run;
}

inline bool Has(const std::string& tool) { return Shell("command -v " + tool).status == 0; }

#define TM_NEED(tool) \
  if (!::tidemark::testing::Has(tool)) GTEST_SKIP() << tool << " is not installed"

inline std::string ReadText(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::size_t CountOf(std::string_view text, std::string_view part) {
  std::size_t n = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++n;
  return n;
}

constexpr Timebase kNtsc{30'000, 1001};
constexpr int kSourceFrames = 180;

// Six seconds of video with two streams of mono sound: four clips, one of them at `speed`.
inline edit::Timeline VideoTimeline(const std::string& path, double speed = 1) {
  edit::Timeline timeline;
  timeline.media.path = path;
  timeline.media.duration_s = kNtsc.Seconds(kSourceFrames);
  timeline.media.audio = {{48'000, 1, 0}, {48'000, 1, 0}};
  timeline.media.video = edit::VideoInfo{64, 36, kNtsc, false};
  timeline.timebase = kNtsc;
  timeline.n_ticks = kSourceFrames;
  timeline.clips = {{0, 30, 1}, {45, 60, 1}, {60, 100, speed}, {120, 150, 1}};
  return timeline;
}

// Six seconds of stereo, cut between samples.
inline edit::Timeline AudioTimeline(const std::string& path, double speed = 1) {
  edit::Timeline timeline;
  timeline.media.path = path;
  timeline.media.duration_s = 6;
  timeline.media.audio = {{44'100, 2, 3}};
  timeline.timebase = {44'100, 1};
  timeline.n_ticks = 264'600;
  timeline.clips = {
      {0, 30'001, 1}, {45'000, 60'007, 1}, {60'007, 100'000, speed}, {120'000, 264'600, 1}};
  return timeline;
}

inline std::vector<edit::Timeline> SampleTimelines(const std::string& path) {
  return {VideoTimeline(path), VideoTimeline(path, 4), AudioTimeline(path),
          AudioTimeline(path, 1.25)};
}

constexpr const char* kHardName = "Anna & Bob's \"best\" <take> 3% – ünï #1?.mkv";

// What VideoTimeline() describes: the left half of frame n is as light as the tens digit of n, the
// right half as the ones digit, counted in fourteens and in steps that survive a change of colour
// space; the streams of sound are tones of 440 and 1760 Hz.
inline void MakeVideo(const std::string& path) {
  const ShellRun run = Shell(
      "ffmpeg -v error -y -f lavfi -i color=black:s=64x36:r=30000/1001:d=6.006,format=yuv420p,"
      "geq=lum='16+15*if(lt(X\\,W/2)\\,floor(N/14)\\,mod(N\\,14))':cb=128:cr=128 -f lavfi -i "
      "sine=440:r=48000:d=6.006 -f lavfi -i "
      "sine=1760:r=48000:d=6.006 -map 0 -map 1 -map 2 -frames:v 180 -c:v ffv1 -c:a pcm_s16le "
      "-color_range tv " +
      Quoted(path));
  ASSERT_EQ(run.status, 0) << run.output;
}

// Which frame of MakeVideo() each frame shows.
inline std::vector<int> ShownFrames(const std::string& path, const TempDir& dir) {
  const std::string raw = dir / "frames.raw";
  const ShellRun run =
      Shell("ffmpeg -v error -y -i " + Quoted(path) +
            " -map 0:v -vsync passthrough -f rawvideo -pix_fmt yuv420p " + Quoted(raw));
  EXPECT_EQ(run.status, 0) << run.output;
  const std::vector<std::byte> bytes = ReadBytes(raw);
  constexpr std::size_t kFrameBytes = 64 * 36 * 3 / 2;
  std::vector<int> shown;
  const auto digit = [&bytes](std::size_t at) {
    return (static_cast<int>(bytes[at]) - 16 + 7) / 15;
  };
  for (std::size_t at = 64 * 18; at < bytes.size(); at += kFrameBytes) {
    shown.push_back(14 * digit(at + 16) + digit(at + 48));
  }
  return shown;
}

// The frames that the output shows, by the clips alone.
inline std::vector<int> ExpectedFrames(const edit::Timeline& timeline) {
  std::vector<int> expected;
  for (const Clip& clip : timeline.clips) {
    const std::int64_t n = OutputTicks(clip);
    const double begin = std::ceil(static_cast<double>(clip.begin) / clip.speed);
    for (std::int64_t i = 0; i < n; ++i) {
      expected.push_back(static_cast<int>((begin + static_cast<double>(i)) * clip.speed));
    }
  }
  return expected;
}

inline std::string Written(const edit::Timeline& timeline, edit::TimelineFormat format,
                           const std::string& path) {
  const auto written = edit::WriteTimeline(timeline, format, path);
  EXPECT_TRUE(written.has_value()) << (written ? "" : written.error().message);
  return ReadText(path);
}

}  // namespace tidemark::testing
