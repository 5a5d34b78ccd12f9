// What holds over length: sound and picture stay together, memory stays where it is.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "memory/meter.h"
#include "tests/io/video_files.h"

namespace tidemark::testing {

// How many more frames av_frame_ref(), below, keeps for the module; -1: all.
static int kept_until_failure = -1;

namespace {

constexpr std::int64_t kFlashEvery = 300;  // frames

class FfmpegVideoTrackTest : public FfmpegTest {
 protected:
  // n_frames of 29.97 a second; each 300th, from 150 on, is white, and a click is heard with it.
  void MakeFlashes(std::int64_t n_frames) {
    std::ofstream sound(dir_ / "clicks.raw", std::ios::binary);
    const std::vector<std::int16_t> silence(static_cast<std::size_t>(rate_hz_));
    std::vector<std::int16_t> loud;  // 20 ms at 1 kHz, loud at once
    for (int i = 0; i < rate_hz_ / 50; ++i)
      loud.push_back(i * 2000 / rate_hz_ % 2 ? -20'000 : 20'000);
    std::int64_t at = 0;
    for (std::int64_t n = kFlashEvery / 2; n < n_frames; n += kFlashEvery) {
      const bool between = n * 1001 * rate_hz_ % 30'000 != 0;
      const std::int64_t click = SampleAtTick(n, kNtsc, rate_hz_) + (between ? 1 : 0);
      while (at < click) {
        const auto n_samples = std::min<std::int64_t>(click - at, rate_hz_);
        sound.write(reinterpret_cast<const char*>(silence.data()), n_samples * 2);
        at += n_samples;
      }
      const auto n_loud = static_cast<std::int64_t>(loud.size());
      sound.write(reinterpret_cast<const char*>(loud.data()), n_loud * 2);
      at += n_loud;
    }
    const std::int64_t end = SampleAtTick(n_frames, kNtsc, rate_hz_);
    while (at++ < end) sound.write("\0", 2);
    sound.close();
    const std::string duration = std::to_string(kNtsc.Seconds(n_frames));
    ASSERT_TRUE(RunFfmpeg(
        dir_.path(),
        "-f lavfi -i color=black:size=32x32:rate=30000/1001:duration=" + duration +
            " -f s16le -ar " + std::to_string(rate_hz_) +
            " -ac 1 -i clicks.raw -vf "
            "\"drawbox=color=white:t=fill:enable='eq(mod(n,300),150)'\" -c:v libx264 -preset "
            "ultrafast -bf 2 -g 250 -c:a pcm_s16le flashes.mov"));
  }

  // Audio and video in step, as a cut renders them.
  Result<void> Render(const std::string& input, const std::vector<Clip>& clips,
                      const std::string& name, const std::string& codec = "pcm_s16le") {
    io::OpenOptions options;
    options.container_timeline = true;
    std::unique_ptr<io::Source> source;
    TM_TRY_ASSIGN(source, io::OpenSource(dir_ / input, options));
    const int rate_hz = source->info().stream.sample_rate_hz;
    io::EncodeSpec spec = VideoOnly(dir_ / input, dir_ / name, kNtsc, clips);
    spec.audio.resize(1);
    spec.audio[0].format = {rate_hz, 1, 0};
    spec.audio[0].codec = codec;
    const bool is_webm = name.ends_with(".webm");
    spec.video->codec = is_webm ? "libvpx" : "";
    spec.video->preset = is_webm ? "" : "superfast";  // the fastest with B-frames
    std::unique_ptr<io::Encoder> encoder;
    TM_TRY_ASSIGN(encoder, io::OpenFfmpegEncoder(spec));
    std::vector<float> samples(kBlockFrames);
    std::vector<float*> planes = {samples.data()};
    std::int64_t at = 0;
    std::int64_t ticks = 0;
    for (const Clip& clip : clips) {
      const std::int64_t begin = SampleAtTick(clip.begin, kNtsc, rate_hz);
      std::int64_t left = SampleAtTick(ticks + clip.end - clip.begin, kNtsc, rate_hz) -
                          SampleAtTick(ticks, kNtsc, rate_hz);
      const std::int64_t end = begin + left;
      while (at < end) {
        const std::int64_t target = at < begin ? begin : end;
        const auto n = static_cast<std::size_t>(std::min<std::int64_t>(target - at, kBlockFrames));
        std::size_t got = 0;
        TM_TRY_ASSIGN(got, source->Read(AudioBlock(planes, n)));
        if (at >= begin) TM_TRY(encoder->Write(0, AudioBlock(planes, n)));
        at += static_cast<std::int64_t>(got > 0 ? got : n);
      }
      ticks += clip.end - clip.begin;
      TM_TRY(encoder->AdvanceVideo(kNtsc.Seconds(ticks)));
    }
    return encoder->Finish();
  }

  // In seconds of the output.
  std::vector<double> Flashes(const std::string& name) {
    const std::vector<double> times = TimesOf(dir_ / name);
    const std::vector<int> levels = NumbersOf(dir_ / name);
    EXPECT_EQ(times.size(), levels.size());
    std::vector<double> flashes;
    for (std::size_t i = 0; i < std::min(times.size(), levels.size()); ++i) {
      if (levels[i] > 12) flashes.push_back(times[i]);
    }
    return flashes;
  }

  std::vector<double> Clicks(const std::string& name) {
    const std::string bytes = OutputOf("ffmpeg -nostdin -v error -i '" + dir_ / name +
                                       "' -map 0:a -f s8 -ar " + std::to_string(rate_hz_) + " -");
    std::vector<double> clicks;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      const double at_s = static_cast<double>(i) / rate_hz_;
      const bool is_new = clicks.empty() || at_s > clicks.back() + 0.5;
      if (is_new && std::abs(static_cast<int>(static_cast<signed char>(bytes[i]))) > 50)
        clicks.push_back(at_s);
    }
    return clicks;
  }

  // How far sound and picture are apart at most, in seconds.
  double WorstOffset(const std::string& name, std::size_t n_expected) {
    const std::vector<double> flashes = Flashes(name);
    const std::vector<double> clicks = Clicks(name);
    EXPECT_EQ(flashes.size(), n_expected) << name;
    EXPECT_EQ(clicks.size(), n_expected) << name;
    double worst_s = 0;
    for (std::size_t i = 0; i < std::min(flashes.size(), clicks.size()); ++i) {
      worst_s = std::max(worst_s, std::abs(flashes[i] - clicks[i]));
    }
    return worst_s;
  }

  int rate_hz_ = 8000;
};

TEST_F(FfmpegVideoTrackTest, KeepsSoundAndPictureTogetherOverAnHourOfCuts) {
  constexpr std::int64_t kFrames = 107'892 + 600;
  MakeFlashes(kFrames);
  std::vector<Clip> clips;
  for (std::int64_t begin = 0; begin + 299 < kFrames; begin += 300) {
    clips.push_back({begin + begin % 97, begin + 140, 1});
    clips.push_back({begin + 141, begin + 297, 1});
  }
  const auto rendered = Render("flashes.mov", clips, "out.mov");
  ASSERT_TRUE(rendered) << rendered.error().message;
  const double worst_s = WorstOffset("out.mov", clips.size() / 2);
  EXPECT_LT(worst_s, 0.0005);
  RecordProperty("worst_offset_us", static_cast<int>(worst_s * 1e6));
}

// A stamp of Matroska may be off by half a millisecond, of video and of audio.
TEST_F(FfmpegVideoTrackTest, KeepsSoundAndPictureTogetherInMatroskaWhereCodecsDelay) {
  for (const int rate_hz : {48'000, 24'000}) {
    rate_hz_ = rate_hz;
    MakeFlashes(900);
    const struct {
      const char* codec;
      const char* once;
      const char* again;
    } kCases[] = {{"opus", "opus.webm", "opus2.webm"},
                  {"vorbis", "vorbis.webm", "vorbis2.webm"},
                  {"opus", "opus.mkv", "opus2.mkv"}};
    for (const auto& [codec, once, again] : kCases) {
      SCOPED_TRACE(std::string(once) + " " + std::to_string(rate_hz));
      const auto rendered = Render("flashes.mov", {{0, 260, 1}, {310, 880, 1}}, once, codec);
      ASSERT_TRUE(rendered) << rendered.error().message;
      EXPECT_LT(WorstOffset(once, 3), 0.001);
      // As players have it: by the stamps of what is decoded.
      const double sound_s = std::stod(Probe(dir_ / once, "frame=pts_time", "a:0"));
      EXPECT_NEAR(sound_s, TimesOf(dir_ / once).front(), 0.001);
      const auto cut_again = Render(once, {{0, 200, 1}, {230, 800, 1}}, again, codec);
      ASSERT_TRUE(cut_again) << cut_again.error().message;
      EXPECT_LT(WorstOffset(again, 3), 0.001);
      std::filesystem::remove(dir_ / once);
      std::filesystem::remove(dir_ / again);
    }
  }
}

// The peak of a process of its own that cuts `input`.
std::uint64_t PeakOf(const io::EncodeSpec& spec) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    memory::ResetPeakRss();
    const bool done = CutVideo(spec).has_value();
    const std::uint64_t peak = done ? memory::ReadProcessMemory().peak_rss_bytes : 0;
    const ssize_t written = ::write(ends[1], &peak, sizeof peak);
    ::_exit(written == sizeof peak ? 0 : 1);
  }
  ::close(ends[1]);
  std::uint64_t peak = 0;
  EXPECT_EQ(::read(ends[0], &peak, sizeof peak), static_cast<ssize_t>(sizeof peak));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_GT(peak, 0U);
  return peak;
}

TEST_F(FfmpegVideoTrackTest, TakesTheSameMemoryForTenSecondsAndForAMinute) {
#ifdef TIDEMARK_SANITIZED
  GTEST_SKIP() << "sanitizers keep what was freed";
#endif
  ASSERT_TRUE(RunFfmpeg(dir_.path(),
                        NumberedVideo("30", 60, "320x180") +
                            " -f lavfi -i sine=duration=60 -c:v libx264 -preset ultrafast in.mkv"));
  const auto peak_of = [&](std::int64_t n_frames, const std::string& name) {
    io::EncodeSpec spec = VideoOnly(dir_ / "in.mkv", dir_ / name, {30, 1}, {});
    for (std::int64_t at = 0; at < n_frames; at += 60)
      spec.video->clips.push_back({at, at + 50, 1});
    spec.video->preset = "veryfast";
    return PeakOf(spec);
  };
  const std::uint64_t brief = peak_of(300, "brief.mp4");
  const std::uint64_t lengthy = peak_of(1800, "long.mp4");
  EXPECT_LT(lengthy, brief + (std::uint64_t{3} << 20));
}

TEST_F(FfmpegVideoTrackTest, SaysSoWhereNoMemoryIsLeftForAFrame) {
  ASSERT_TRUE(RunFfmpeg(dir_.path(), NumberedVideo("30", 1) + " -c:v libx264 in.mp4"));
  // The second plays the first's last frames again, the third plays some twice as fast.
  const io::EncodeSpec spec =
      VideoOnly(dir_ / "in.mp4", dir_ / "out.mp4", {30, 1}, {{0, 10, 1}, {8, 12, 1}, {12, 20, 2}});
  int n_kept = 0;
  for (bool done = false; !done; ++n_kept) {
    kept_until_failure = n_kept;
    const auto cut = CutVideo(spec);
    done = kept_until_failure >= 0;
    if (done) {
      EXPECT_TRUE(cut) << cut.error().message;
    } else {
      ASSERT_FALSE(cut) << "without frame " << n_kept;
      EXPECT_EQ(cut.error().code, ErrorCode::kMemory);
    }
  }
  kept_until_failure = -1;
  EXPECT_GT(n_kept, 40);
}

}  // namespace
}  // namespace tidemark::testing

// Stands before FFmpeg's own, which has no memory left when the module has kept so many frames.
extern "C" [[gnu::visibility("default")]] int av_frame_ref(void* to, const void* from) {
  using Refer = int (*)(void*, const void*);
  Dl_info caller{};
  ::dladdr(__builtin_return_address(0), &caller);
  static const auto refer = reinterpret_cast<Refer>(
      ::dlsym(::dlopen(caller.dli_fname, RTLD_LAZY | RTLD_NOLOAD), "av_frame_ref"));
  int& left = tidemark::testing::kept_until_failure;
  const bool counts =
      left >= 0 && std::string_view(caller.dli_fname).ends_with("tidemark_ffmpeg.so");
  if (counts && left-- == 0) return -ENOMEM;
  return refer(to, from);
}
