// Every format that is not XML, and what opens it that is not ours; what all formats refuse.
#include "edit/timeline_writer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "edit/timecode.h"
#include "tests/edit/timeline_tools.h"

namespace tidemark::edit {
namespace {

using testing::AudioTimeline;
using testing::CountOf;
using testing::kHardName;
using testing::Quoted;
using testing::ReadText;
using testing::SampleTimelines;
using testing::Shell;
using testing::ShellRun;
using testing::TempDir;
using testing::VideoTimeline;
using testing::Written;

// An event of a CMX 3600 list, read by its columns.
struct EdlEvent {
  std::int64_t source_in, source_out, record_in, record_out;
  double frames_per_second = 0;  // of M2; 0: none
  std::string channels;
};

std::vector<EdlEvent> ReadEdl(const std::string& text, const TimecodeFormat& format) {
  std::vector<EdlEvent> events;
  const std::regex event(
      R"(^(\d{3,})  (\w{1,8}) +(\S+) +C +([\d:;]{11}) ([\d:;]{11}) ([\d:;]{11}) ([\d:;]{11})\r?$)");
  const std::regex motion(R"(^M2   (\w{1,8}) +([\d.]{5,}) +([\d:;]{11})\r?$)");
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, event)) {
      EXPECT_EQ(std::stoul(match[1]), events.size() + 1);
      const auto frame = [&](std::size_t i) {
        return ParseTimecode(match[i].str(), format).value();
      };
      events.push_back({frame(4), frame(5), frame(6), frame(7), 0, match[3].str()});
    } else if (std::regex_match(line, match, motion)) {
      events.back().frames_per_second = std::stod(match[2]);
      EXPECT_EQ(ParseTimecode(match[3].str(), format), events.back().source_in);
    } else {
      EXPECT_TRUE(std::regex_match(line, std::regex(R"((TITLE: |FCM: |\* |AUD  )[^]*)"))) << line;
    }
  }
  return events;
}

TEST(TimelineWriter, WritesEdlThatReadsBackToTheFrame) {
  const TempDir dir;
  const Timeline timeline = VideoTimeline(dir / "my talk.mkv", 4);
  const std::string text = Written(timeline, TimelineFormat::kEdl, dir / "list.edl");
  EXPECT_NE(text.find("FCM: DROP FRAME"), std::string::npos);
  EXPECT_NE(text.find("* FROM CLIP NAME: my talk.mkv"), std::string::npos);
  const TimecodeFormat format = UsualTimecode(testing::kNtsc);
  const std::vector<EdlEvent> events = ReadEdl(text, format);
  ASSERT_EQ(events.size(), timeline.clips.size());
  std::int64_t at = ParseTimecode("01:00:00;00", format).value();
  for (std::size_t i = 0; i < events.size(); ++i) {
    EXPECT_EQ(events[i].source_in, timeline.clips[i].begin);
    EXPECT_EQ(events[i].source_out, timeline.clips[i].end);
    EXPECT_EQ(events[i].record_in, at);
    at += tidemark::OutputTicks(timeline.clips[i]);
    EXPECT_EQ(events[i].record_out, at);
    EXPECT_EQ(events[i].channels, "AA/V");
    EXPECT_NEAR(events[i].frames_per_second, timeline.clips[i].speed == 1 ? 0 : 119.9, 0.06);
  }
}

TEST(TimelineWriter, CountsTheSourceInEdlFromItsOwnTimecode) {
  const TempDir dir;
  Timeline timeline = VideoTimeline(dir / "a.mkv");
  timeline.media.start_timecode = "10:00:00:00";
  const std::string text = Written(timeline, TimelineFormat::kEdl, dir / "list.edl");
  EXPECT_NE(text.find("FCM: NON-DROP FRAME"), std::string::npos);
  EXPECT_NE(text.find(" C        10:00:01:15 10:00:02:00 01:00:01:00 01:00:01:15"),
            std::string::npos)
      << text;
}

TEST(TimelineWriter, RefusesEdlPastTheDay) {
  const TempDir dir;
  Timeline timeline = VideoTimeline(dir / "a.mkv");
  timeline.n_ticks = 30 * 3600 * 25;
  const auto written = WriteTimeline(timeline, TimelineFormat::kEdl, dir / "list.edl");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kUnsupported);
  EXPECT_FALSE(std::filesystem::exists(dir / "list.edl"));
}

TEST(TimelineWriter, WritesFfconcatThatFfmpegReads) {
  TM_NEED("ffmpeg");
  const TempDir dir;
  const std::string source = dir / "it's 100% sound.wav";
  testing::WriteWav(source, testing::WavFormat::kS16, 2, 44'100,
                    std::vector<float>(std::size_t{2} * 264'600, 0.25F));
  const Timeline timeline = AudioTimeline(source);
  const std::string list = dir / "list.ffconcat";
  const std::string text = Written(timeline, TimelineFormat::kFfconcat, list);
  EXPECT_EQ(CountOf(text, "file 'it'\\''s 100% sound.wav'\n"), timeline.clips.size()) << text;
  const std::string raw = dir / "out.raw";
  const ShellRun run =
      Shell("ffmpeg -v error -y -safe 0 -i " + Quoted(list) + " -f s16le " + Quoted(raw));
  ASSERT_EQ(run.status, 0) << run.output;
  // FFmpeg cuts between packets, some 1024 samples of PCM each.
  const auto n_frames = static_cast<double>(std::filesystem::file_size(raw)) / 4;
  EXPECT_NEAR(n_frames, static_cast<double>(OutputTicks(timeline)),
              1100.0 * static_cast<double>(timeline.clips.size()));
}

TEST(TimelineWriter, RefusesSpeedsInFfconcat) {
  const TempDir dir;
  const auto written =
      WriteTimeline(AudioTimeline(dir / "a.wav", 2), TimelineFormat::kFfconcat, dir / "list");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(written.error().message,
            "a.wav: clip 3 plays at 2 times the speed, and ffconcat cannot change speed; write "
            "shotcut (melt renders it), otio or json");
  EXPECT_FALSE(std::filesystem::exists(dir / "list"));
}

TEST(TimelineWriter, LabelsWhatIsKeptAndCutForAudacity) {
  const TempDir dir;
  EXPECT_EQ(Written(AudioTimeline(dir / "a.wav", 1.25), TimelineFormat::kAudacity, dir / "list"),
            "0.000000\t0.680295\tkept\n"
            "0.680295\t1.020408\tcut\n"
            "1.020408\t1.360703\tkept\n"
            "1.360703\t2.267574\tkept 1.25x\n"
            "2.267574\t2.721088\tcut\n"
            "2.721088\t6.000000\tkept\n");
}

TEST(TimelineWriter, WritesOtioWhoseTracksAddUp) {
  TM_NEED("python3");
  const TempDir dir;
  const Timeline timeline = AudioTimeline(dir / "a b.wav", 4);
  const std::string path = dir / "list.otio";
  Written(timeline, TimelineFormat::kOtio, path);
  // As OpenTimelineIO adds up a track: by the clips' source ranges.
  const ShellRun run = Shell("python3 -c " + Quoted(R"(
import json, sys
timeline = json.load(open(sys.argv[1]))
assert timeline["OTIO_SCHEMA"] == "Timeline.1"
tracks = timeline["tracks"]["children"]
assert [t["kind"] for t in tracks] == ["Audio"]
clips = tracks[0]["children"]
for c in clips:
    assert c["media_reference"]["OTIO_SCHEMA"] == "ExternalReference.1"
    assert c["media_reference"]["target_url"].endswith("/a%20b.wav")
    assert c["source_range"]["duration"]["rate"] == 44100
print(sum(int(c["source_range"]["duration"]["value"]) for c in clips))
print([int(c["source_range"]["start_time"]["value"]) for c in clips])
print([e["time_scalar"] for c in clips for e in c["effects"]])
)") + " " + Quoted(path));
  EXPECT_EQ(run.output,
            std::to_string(OutputTicks(timeline)) + "\n[0, 45000, 60007, 120000]\n[4.0]\n");
}

TEST(TimelineWriter, WritesCutJsonThatItsSchemaAccepts) {
  if (Shell("/usr/bin/python3 -c 'import jsonschema'").status != 0) {
    GTEST_SKIP() << "python3-jsonschema is not installed";
  }
  const TempDir dir;
  for (const Timeline& timeline : SampleTimelines(dir / kHardName)) {
    const std::string path = dir / "cut.json";
    const std::string text = Written(timeline, TimelineFormat::kJson, path);
    EXPECT_EQ(text.find(dir.path()), std::string::npos) << "not relative to its folder";
    const ShellRun run = Shell(
        "/usr/bin/python3 -c 'import json, jsonschema, sys; "
        "jsonschema.Draft202012Validator(json.load(open(sys.argv[2]))).validate("
        "json.load(open(sys.argv[1])))' " +
        Quoted(path) + " " + Quoted(std::string(TIDEMARK_SOURCE_DIR) + "/docs/cut.schema.json"));
    EXPECT_EQ(run.status, 0) << run.output;
  }
}

TEST(TimelineWriter, WritesV1AsAutoEditorDoes) {
  const TempDir dir;
  Timeline timeline = VideoTimeline(dir / "a.mkv", 4);
  timeline.clips = {{2, 30, 1}, {30, 100, 4}};
  EXPECT_EQ(Written(timeline, TimelineFormat::kV1, dir / "list.json"), R"({
  "version": "1",
  "source": ")" + dir.path() + R"(/a.mkv",
  "timebase": "30000/1001",
  "chunks": [
    [
      0,
      2,
      99999.0
    ],
    [
      2,
      30,
      1.0
    ],
    [
      30,
      100,
      4.0
    ],
    [
      100,
      180,
      99999.0
    ]
  ]
}
)");
}

TEST(TimelineWriter, WritesV3AsAutoEditorDoes) {
  const TempDir dir;
  Timeline timeline = VideoTimeline(dir / "a.mkv", 4);
  timeline.media.audio.resize(1);
  timeline.clips = {{30, 101, 4}};
  const std::string clip = R"([
      {
        "src": ")" + dir.path() +
                           R"(/a.mkv",
        "start": 0,
        "dur": 18,
        "offset": 8,
        "stream": 0,
        "effects": [
          "speed:4.0"
        ]
      }
    ])";
  EXPECT_EQ(Written(timeline, TimelineFormat::kV3, dir / "list.json"), R"({
  "version": "3",
  "templateFile": ")" + dir.path() + R"(/a.mkv",
  "timebase": "30000/1001",
  "background": "#000000",
  "resolution": [
    64,
    36
  ],
  "samplerate": 48000,
  "layout": "mono",
  "langs": [
    "und",
    "und"
  ],
  "v": [
    )" + clip + R"(
  ],
  "a": [
    )" + clip + R"(
  ]
}
)");
}

TEST(TimelineWriter, RefusesListsThatGoBackInFormatsThatCannot) {
  const TempDir dir;
  Timeline timeline = VideoTimeline(dir / "a.mkv");
  std::swap(timeline.clips[0], timeline.clips[1]);
  for (const TimelineFormat format :
       {TimelineFormat::kV1, TimelineFormat::kV2, TimelineFormat::kAudacity}) {
    const auto written = WriteTimeline(timeline, format, dir / "list");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::kUnsupported);
  }
  EXPECT_TRUE(WriteTimeline(timeline, TimelineFormat::kV3, dir / "list"));
}

TEST(TimelineWriter, RefusesNamesThatAFormatCannotHold) {
  const TempDir dir;
  for (const TimelineFormat format : {TimelineFormat::kKdenlive, TimelineFormat::kShotcut,
                                      TimelineFormat::kV1, TimelineFormat::kJson}) {
    const auto written = WriteTimeline(VideoTimeline(dir / "a\x01\xFF.mkv"), format, dir / "list");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::kUnsupported);
  }
  EXPECT_TRUE(
      WriteTimeline(VideoTimeline(dir / "a\x01\xFF.mkv"), TimelineFormat::kOtio, dir / "list"));
}

TEST(TimelineWriter, NeverReplacesTheSource) {
  const TempDir dir;
  std::ofstream(dir / "a.mkv") << "media";
  std::filesystem::create_symlink(dir / "a.mkv", dir / "link");
  for (const char* name : {"a.mkv", "link"}) {
    const auto written =
        WriteTimeline(VideoTimeline(dir / "a.mkv"), TimelineFormat::kOtio, dir / name);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::kUsage);
  }
  EXPECT_EQ(ReadText(dir / "a.mkv"), "media");
}

TEST(TimelineWriter, RefusesTheStandardInputAsSource) {
  const TempDir dir;
  const auto written = WriteTimeline(VideoTimeline("-"), TimelineFormat::kOtio, dir / "list");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kUsage);
}

}  // namespace
}  // namespace tidemark::edit
