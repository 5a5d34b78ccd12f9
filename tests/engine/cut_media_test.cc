#include "engine/cut_media.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <string>

#include "base/cancellation.h"
#include "engine/cut_analysis.h"
#include "io/ffmpeg_source.h"
#include "tests/io/media_files.h"

namespace tidemark::testing {
namespace {

class CutMediaTest : public FfmpegTest {
 protected:
  std::unique_ptr<engine::CutMedia> Open(const std::string& name) {
    auto media = engine::CutMedia::Open(dir_ / name, {}, cancellation_);
    EXPECT_TRUE(media) << (media ? "" : media.error().message);
    return media ? *std::move(media) : nullptr;
  }

  // A picture of so many frames, and a tone of tone_s.
  bool MakeVideo(int n_frames, int rate, double tone_s, const std::string& name) {
    return RunFfmpeg(dir_.path(), "-f lavfi -i testsrc2=size=64x36:rate=" + std::to_string(rate) +
                                      " -f lavfi -i sine=r=48000:d=" + std::to_string(tone_s) +
                                      " -frames:v " + std::to_string(n_frames) +
                                      " -c:v libx264 -preset ultrafast -c:a aac " + name);
  }

  // How many ticks the first pass finds, of the media that nothing is cut from.
  std::int64_t CountTicks(engine::CutMedia& media) {
    engine::CutAnalysisOptions options;
    options.rules.rule = *edit::ParseEditRule("none");
    auto analysis = engine::CutAnalysis::Create(options, media, cancellation_);
    EXPECT_TRUE(analysis) << (analysis ? "" : analysis.error().message);
    if (!analysis) return -1;
    for (;;) {
      const auto more = (*analysis)->Next();
      EXPECT_TRUE(more) << (more ? "" : more.error().message);
      if (!more || !*more) break;
    }
    const auto timeline = (*analysis)->Decide();
    EXPECT_TRUE(timeline) << (timeline ? "" : timeline.error().message);
    return timeline ? timeline->n_ticks : -1;
  }

  Cancellation cancellation_;
};

TEST_F(CutMediaTest, CountsTheLengthOfVideoFromWhereItsTimelineBegins) {
  ASSERT_TRUE(MakeVideo(50, 25, 2, "v.mp4"));
  for (const std::string name : {"v.ts", "v.mkv", "v.mp4"}) {
    for (const std::string offset : {"0", "3600"}) {
      SCOPED_TRACE(name + " at " + offset);
      ASSERT_TRUE(
          RunFfmpeg(dir_.path(), "-i v.mp4 -c copy -output_ts_offset " + offset + " of_" + name));
      const auto media = Open("of_" + name);
      ASSERT_NE(media, nullptr);
      EXPECT_NEAR(media->origin_s(), std::stod(offset), 1.5);
      EXPECT_LT(media->info().duration_s, 2.1);
      // The sound of AAC may go on for some frames.
      EXPECT_NEAR(static_cast<double>(CountTicks(*media)), 51, 1);
    }
  }
}

TEST_F(CutMediaTest, CountsTheLengthOfAudioFromWhereItBegins) {
  ASSERT_TRUE(RunFfmpeg(dir_.path(), "-f lavfi -i sine=r=48000:d=2 tone.wav"));
  for (const std::string name : {"a.ts", "a.mka", "a.ogg", "a.m4a", "two.ts", "two.mka"}) {
    SCOPED_TRACE(name);
    const std::string streams = name.rfind("two", 0) == 0 ? " -map 0 -map 0" : "";
    ASSERT_TRUE(RunFfmpeg(dir_.path(),
                          "-i tone.wav" + streams + " -c:a aac -output_ts_offset 3600 " + name) ||
                RunFfmpeg(dir_.path(), "-i tone.wav -output_ts_offset 3600 " + name));
    const auto media = Open(name);
    ASSERT_NE(media, nullptr);
    EXPECT_LT(media->info().duration_s, 2.1);
    EXPECT_NEAR(static_cast<double>(CountTicks(*media)) / 48'000, 2, 0.1);
    EXPECT_FALSE(media->source(0).truncated());
  }
}

TEST_F(CutMediaTest, LosesNoFrameAtTheEnd) {
  // Lengths that come out a little short in seconds and back.
  for (const auto& [n_frames, rate] : {std::pair{29, 25}, {57, 25}, {58, 25}, {123, 30}}) {
    for (const std::string name : {"v.mp4", "v.ts"}) {
      SCOPED_TRACE(std::to_string(n_frames) + " in " + name);
      ASSERT_TRUE(MakeVideo(n_frames, rate, 0.5, name));
      const auto media = Open(name);
      ASSERT_NE(media, nullptr);
      EXPECT_EQ(CountTicks(*media), n_frames);
    }
  }
}

TEST_F(CutMediaTest, PlansTheIndexOfEveryStreamOfAFragmentedMp4) {
  ASSERT_TRUE(RunFfmpeg(dir_.path(),
                        "-f lavfi -i testsrc2=size=64x36:rate=25:duration=4 -f lavfi -i "
                        "sine=r=48000:d=4 -map 0 -map 1 -map 1 -map 1 -c:v libx264 -preset "
                        "ultrafast -c:a aac -movflags +frag_keyframe+empty_moov v.mp4"));
  const auto media = Open("v.mp4");
  ASSERT_NE(media, nullptr);
  ASSERT_EQ(media->n_streams(), 3U);
  const std::size_t index_bytes =
      media->source(0).info().allowance.anonymous_bytes - io::kFfmpegAllowance.anonymous_bytes;
  // A hundred frames, three times 187 of AAC.
  EXPECT_GT(index_bytes, 600U * 96);
  engine::Plan plan;
  media->AddToPlan(plan);
  int n_further = 0;
  for (const engine::PlanRow& row : plan.rows()) {
    if (row.stage.rfind("decoder of audio stream", 0) != 0) continue;
    EXPECT_EQ(row.bytes, engine::kFurtherDecoderBytes + index_bytes);
    ++n_further;
  }
  EXPECT_EQ(n_further, 2);
  engine::Plan copy;
  media->AddCopyToPlan(copy);
  EXPECT_GE(copy.TotalBytes(), index_bytes + (std::uint64_t{2} << 20));
}

TEST_F(CutMediaTest, PlansTheIndexThatACopyOfFragmentedAudioNeeds) {
  ASSERT_TRUE(RunFfmpeg(dir_.path(),
                        "-f lavfi -i sine=r=48000:d=30 -c:a aac -movflags "
                        "+frag_keyframe+empty_moov -frag_duration 2000000 a.m4a"));
  const auto media = Open("a.m4a");
  ASSERT_NE(media, nullptr);
  engine::Plan copy;
  media->AddCopyToPlan(copy);
  EXPECT_GE(copy.TotalBytes(), 1400U * 96 + (std::uint64_t{2} << 20));
}

}  // namespace
}  // namespace tidemark::testing
