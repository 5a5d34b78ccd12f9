#include "edit/timeline_reader.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "memory/heap.h"
#include "tests/edit/timeline_tools.h"

namespace tidemark::edit {
namespace {

using testing::AudioTimeline;
using testing::TempDir;
using testing::VideoTimeline;
using testing::Written;

TimelineList Parsed(std::string_view text) {
  auto list = ParseTimelineList(text, "list", "");
  EXPECT_TRUE(list) << (list ? "" : list.error().message);
  return list.value_or(TimelineList{});
}

void ExpectRefused(std::string_view text, ErrorCode code, const std::string& message) {
  const auto list = ParseTimelineList(text, "list", "");
  ASSERT_FALSE(list) << text;
  EXPECT_EQ(list.error().message, message);
  EXPECT_EQ(list.error().code, code) << message;
}

TEST(TimelineReader, ReadsBackWhatWasWritten) {
  const TempDir dir;
  for (const Timeline& timeline :
       {VideoTimeline(dir / "a.mkv"), VideoTimeline(dir / "a.mkv", 4), AudioTimeline(dir / "a.wav"),
        AudioTimeline(dir / "a.wav", 1.25), AudioTimeline(dir / "a.wav", 0.5),
        AudioTimeline(dir / "a.wav", 3.7)}) {
    for (const TimelineFormat format :
         {TimelineFormat::kJson, TimelineFormat::kV1, TimelineFormat::kV2, TimelineFormat::kV3}) {
      if (format == TimelineFormat::kV1 && !timeline.media.video) continue;  // counts frames
      SCOPED_TRACE(TimelineFormatName(format));
      Written(timeline, format, dir / "list.json");
      const auto list = ReadTimelineList(dir / "list.json");
      ASSERT_TRUE(list) << list.error().message;
      if (format == TimelineFormat::kV3 && timeline.clips[2].speed == 3.7) {
        // v3 has only what is played: several ranges of the source give the same.
        EXPECT_EQ(OutputTicks(list->timeline), OutputTicks(timeline));
      } else {
        EXPECT_EQ(list->timeline.clips, timeline.clips);
      }
      EXPECT_EQ(list->timeline.timebase, timeline.timebase);
      EXPECT_EQ(list->timeline.media.path, timeline.media.path);
      EXPECT_FALSE(list->timebase_is_implied);
      const bool has_length = format != TimelineFormat::kV3;
      EXPECT_EQ(list->timeline.n_ticks, has_length ? timeline.n_ticks : timeline.clips.back().end);
    }
  }
}

TEST(TimelineReader, ReadsAllThatCutJsonSaysOfTheMedia) {
  const TempDir dir;
  Timeline timeline = VideoTimeline(dir / "a.mkv");
  timeline.media.start_timecode = "01:00:00;00";
  timeline.media.audio = {{44'100, 6, 0x3F}};
  timeline.media.video->variable_rate = true;
  Written(timeline, TimelineFormat::kJson, dir / "list.json");
  const auto list = ReadTimelineList(dir / "list.json");
  ASSERT_TRUE(list) << list.error().message;
  const MediaInfo& media = list->timeline.media;
  EXPECT_NEAR(media.duration_s, timeline.media.duration_s, 1e-9);
  EXPECT_EQ(media.start_timecode, "01:00:00;00");
  ASSERT_EQ(media.audio.size(), 1U);
  EXPECT_EQ(media.audio[0].sample_rate_hz, 44'100);
  EXPECT_EQ(media.audio[0].channels, 6);
  EXPECT_EQ(media.audio[0].channel_mask, 0x3FU);
  ASSERT_TRUE(media.video);
  EXPECT_EQ(media.video->width, 64);
  EXPECT_EQ(media.video->height, 36);
  EXPECT_EQ(media.video->frame_rate, testing::kNtsc);
  EXPECT_TRUE(media.video->variable_rate);
}

TEST(TimelineReader, CountsAudioInFramesForV1) {
  const TempDir dir;
  Written(AudioTimeline(dir / "a.wav"), TimelineFormat::kV1, dir / "list.json");
  const auto list = ReadTimelineList(dir / "list.json");
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_EQ(list->timeline.timebase, (Timebase{30, 1}));
  EXPECT_EQ(list->timeline.clips,
            (std::vector<Clip>{{0, 20, 1}, {31, 41, 1}, {41, 68, 1}, {82, 180, 1}}));
}

TEST(TimelineReader, TakesRelativePathsFromTheFolderOfTheList) {
  const TempDir dir;
  const std::string list = dir / "list.json";
  std::ofstream(list) << R"({"version":"1","source":"sub/a.wav","chunks":[[0,9,1]]})";
  EXPECT_EQ(ReadTimelineList(list)->timeline.media.path, dir / "sub/a.wav");
  std::ofstream(list) << R"({"version":"1","source":"/x/a.wav","chunks":[[0,9,1]]})";
  EXPECT_EQ(ReadTimelineList(list)->timeline.media.path, "/x/a.wav");
}

TEST(TimelineReader, ReadsV1InAnyOrderOfKeysAndSaysThatItsTimebaseIsImplied) {
  const TimelineList list = Parsed(
      R"({"chunks":[[0,26,1],[26,34,0],[34,396,2.5],[396,410,99999.0]],"more":{"a":[1]},
          "source":"a.mp4","version":"1"})");
  EXPECT_EQ(list.timeline.clips, (std::vector<Clip>{{0, 26, 1}, {34, 396, 2.5}}));
  EXPECT_EQ(list.timeline.n_ticks, 410);
  EXPECT_TRUE(list.timebase_is_implied);
}

TEST(TimelineReader, ReadsV2WithItsTableOfEffects) {
  const TimelineList list = Parsed(
      R"({"version":"2","source":"a.mp4","tb":"30000/1001","effects":[[],["speed:2.0"],["cut"],
          ["nil"]],"clips":[[0,26,0],[26,30,2],[34,396,1],[396,400,3]]})");
  EXPECT_EQ(list.timeline.clips, (std::vector<Clip>{{0, 26, 1}, {34, 396, 2}, {396, 400, 1}}));
  EXPECT_EQ(list.timeline.timebase, testing::kNtsc);
}

TEST(TimelineReader, ReadsV3OfOlderVersions) {
  const TimelineList list = Parsed(
      R"({"version":"3","resolution":[1280,720],"timebase":"30/1","samplerate":48000,
          "background":"#000","v":[[{"name":"video","src":"a.mp4","start":0,"dur":26,"offset":0,
          "speed":1.0,"stream":0},{"name":"video","src":"a.mp4","start":26,"dur":10,"offset":17,
          "speed":2.0,"stream":0}]],"a":[[{"name":"audio","src":"a.mp4","start":0,"dur":26,
          "offset":0,"speed":1.0,"volume":1,"stream":0},{"name":"audio","src":"a.mp4","start":26,
          "dur":10,"offset":17,"speed":2.0,"volume":1,"stream":0}]]})");
  EXPECT_EQ(list.timeline.clips, (std::vector<Clip>{{0, 26, 1}, {34, 54, 2}}));
  EXPECT_EQ(list.timeline.media.audio.size(), 1U);
  EXPECT_EQ(list.timeline.media.video->width, 1280);
}

TEST(TimelineReader, TakesSecondsInCutJsonWhereTicksAreMissing) {
  const TimelineList list = Parsed(
      R"({"schema":"tidemark.cut/1","source":{"path":"a.wav"},"timebase":{"num":44100,"den":1},
          "clips":[{"begin_s":1.5,"end_s":2},{"begin":88200,"end":99999,"end_s":2.267551}]})");
  EXPECT_EQ(list.timeline.clips, (std::vector<Clip>{{66'150, 88'200, 1}, {88'200, 99'999, 1}}));
  EXPECT_EQ(list.timeline.n_ticks, 99'999);
}

TEST(TimelineReader, RefusesWhatIsNoList) {
  ExpectRefused("", ErrorCode::kBadData, "list: byte 1: The document is empty.");
  ExpectRefused("[1]", ErrorCode::kBadData, "list: byte 1: it is an array, not a list of cuts");
  ExpectRefused("{}", ErrorCode::kBadData,
                "list: JSON, but no list of cuts; it takes \"schema\": \"tidemark.cut/1\", or "
                "\"version\": \"1\" to \"3\" (auto-editor's)");
  ExpectRefused(R"({"version":"4"})", ErrorCode::kUnsupported,
                "list: a list of kind '4'; it takes \"schema\": \"tidemark.cut/1\", or "
                "\"version\": \"1\" to \"3\" (auto-editor's)");
  ExpectRefused(R"({"version":"1" "source"})", ErrorCode::kBadData,
                "list: byte 16: Missing a comma or '}' after an object member.");
  ExpectRefused(std::string(100, '['), ErrorCode::kBadData,
                "list: byte 1: it is an array, not a list of cuts");
}

TEST(TimelineReader, RefusesBrokenV1WithItsPlace) {
  const auto refuse = [](const char* chunks, const char* message) {
    ExpectRefused(std::string(R"({"version":"1","source":"a","chunks":)") + chunks + "}",
                  ErrorCode::kBadData, message);
  };
  refuse("[[0,1]]", "list: byte 43: chunks 1 has not three numbers");
  refuse("[[0,9,1],[10,20,1]]", "list: byte 55: chunks 2 begins at 10, where 9 was due");
  refuse("[[0,9,\"x\"]]", "list: byte 47: chunks 1 has a third number that is none, or below 0");
  refuse("[[0,9.5,1]]", "list: byte 42: chunks 1 is no whole number from 0 to 9007199254740992");
  refuse("[[0,9,0]]", "list: it keeps nothing of its source");
  refuse("[[0,9,0.001]]", "list: clip 1 has the speed 0.001; speeds are from 0.01 to 99999");
  refuse("7", "list: byte 38: \"chunks\" is no array");
  ExpectRefused(R"({"version":"1","chunks":[]})", ErrorCode::kBadData,
                "list: it has no \"source\"");
}

TEST(TimelineReader, RefusesCutJsonThatContradictsItself) {
  const std::string head =
      R"({"schema":"tidemark.cut/1","source":{"path":"a"},"timebase":{"num":100,"den":1},)";
  ExpectRefused(head + R"("clips":[{"begin":5,"begin_s":3,"end":900}]})", ErrorCode::kBadData,
                "list: clip 1: \"begin\" is 5, which is 0.050000 s, but \"begin_s\" says "
                "3.000000; remove the one that is wrong");
  ExpectRefused(head + R"("clips":[{"begin":5}]})", ErrorCode::kBadData,
                "list: clip 1: it has neither \"end\" nor \"end_s\"");
  ExpectRefused(head + R"("clips":[{"begin":9,"end":9}]})", ErrorCode::kBadData,
                "list: clip 1 does not end after its begin");
  ExpectRefused(head + R"("n_ticks":8,"clips":[{"begin":0,"end":9}]})", ErrorCode::kBadData,
                "list: clip 1 ends at 9, behind the end of the source at 8");
}

std::string V3(const std::string& tracks, const std::string& more = "") {
  return R"({"version":"3","timebase":"30/1","samplerate":48000,)" + more + tracks + "}";
}
constexpr const char* kClip = R"({"src":"a","start":0,"dur":9,"offset":0,"stream":0})";

TEST(TimelineReader, RefusesV3ThatCannotBeRendered) {
  const auto unsupported = [](const std::string& text, const std::string& message) {
    const auto list = ParseTimelineList(text, "list", "");
    ASSERT_FALSE(list) << text;
    EXPECT_EQ(list.error().code, ErrorCode::kUnsupported) << list.error().message;
    EXPECT_NE(list.error().message.find(message), std::string::npos) << list.error().message;
  };
  const std::string clip = kClip;
  unsupported(V3(R"("a":[[)" + clip + R"(,{"src":"b","start":9,"dur":9,"offset":0}]])"),
              "clip 2 of audio track 1 is of another source; only one can be rendered");
  unsupported(V3(R"("a":[[)" + clip + R"(,{"src":"a","start":10,"dur":9,"offset":0}]])"),
              "does not begin where the one before it ends");
  unsupported(V3(R"("v":[[)" + clip + R"(]],"a":[[{"src":"a","start":0,"dur":8,"offset":0}]])"),
              "its tracks are not cut alike");
  unsupported(V3(R"("a":[[{"src":"a","start":0,"dur":8,"offset":0,"effects":["volume:0.5"]}]])"),
              "clip 1 of audio track 1: it asks for 'volume:0.5'; only speeds can be rendered");
  unsupported(V3(R"("a":[[{"src":"a","start":0,"dur":8,"offset":0,"effects":["varispeed:2"]}]])"),
              "(varispeed)");
  unsupported(V3(R"("a":[[{"src":"a","start":0,"dur":8,"offset":0,"stream":1}]])"), "stream 1");
  unsupported(V3(R"("v":[[{"src":null,"start":0,"dur":8,"offset":0}]])"), "has no source");
  unsupported(V3(R"("v":[[{"name":"image","src":"a","start":0,"dur":8}]])"),
              "is neither video nor audio");
  unsupported(
      V3(R"("a":[[)" + clip + "]]", R"("transitions":{"v":[[{"kind":"dissolve"}]],"a":[]},)"),
      "it has transitions");
  unsupported(V3(R"("v":[[)" + clip + "],[" + clip + "]]"), "several tracks of video");
}

TEST(TimelineReader, TakesEmptyTransitionsAndTracks) {
  const TimelineList list =
      Parsed(V3(R"("v":[[]],"a":[[)" + std::string(kClip) + "]]", R"("transitions":{"v":[[]]},)"));
  EXPECT_EQ(list.timeline.clips, (std::vector<Clip>{{0, 9, 1}}));
  EXPECT_FALSE(list.timeline.media.video);
}

TEST(TimelineReader, RefusesFilesThatAreTooLarge) {
  const TempDir dir;
  const std::string path = dir / "list.json";
  std::ofstream(path) << '{';
  std::filesystem::resize_file(path, kMaxListBytes + 1);
  const auto list = ReadTimelineList(path);
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().message, path + ": over 64 MiB: not a list of cuts");
  EXPECT_EQ(ReadTimelineList(dir / "none").error().code, ErrorCode::kNoInput);
}

TEST(TimelineReader, RefusesMoreClipsThanItKeeps) {
  std::string text = R"({"version":"1","source":"a","chunks":[)";
  for (std::size_t i = 0; i <= kMaxListClips; ++i) {
    text += (i == 0 ? "[" : ",[") + std::to_string(i) + "," + std::to_string(i + 1) + ",1]";
  }
  const auto list = ParseTimelineList(text + "]}", "list", "");
  ASSERT_FALSE(list);
  EXPECT_NE(list.error().message.find("it has more than 500000 chunks"), std::string::npos);
}

TEST(TimelineReader, TakesNoMoreThanItSays) {
  const TempDir dir;
  constexpr std::size_t kClips = 100'000;
  // `item` for each clip, with its number in place of '@'.
  const auto list_of = [](std::string text, std::string_view item, const std::string& end) {
    const std::size_t at = item.find('@');
    for (std::size_t i = 0; i < kClips; ++i) {
      if (i > 0) text += ',';
      text += item.substr(0, at);
      text += std::to_string(i);
      text += item.substr(at + 1);
    }
    return text + end;
  };
  const std::string texts[] = {
      list_of(R"({"clips":[)", R"({"begin_s":@,"end":200000})",
              R"(],"schema":"tidemark.cut/1","source":{"path":"a"},"timebase":{"num":1,"den":1}})"),
      list_of(R"({"version":"2","source":"a","tb":"30/1","effects":[[]],"clips":[)", "[@,200000,0]",
              "]}"),
      list_of(R"({"version":"3","timebase":"30/1","a":[[)",
              R"({"src":"a","dur":1,"offset":7,"start":@})", "]]}")};
  for (const std::string& text : texts) {
    std::ofstream(dir / "list.json") << text;
    const std::uint64_t before = memory::ReadHeap().live_bytes;
    memory::ResetHeapPeak();
    const auto list = ReadTimelineList(dir / "list.json");
    const std::uint64_t taken = memory::ReadHeap().peak_bytes - before;
    ASSERT_TRUE(list) << list.error().message;
    EXPECT_EQ(list->timeline.clips.size(), kClips);
    EXPECT_EQ(list->read_bytes, TimelineListBytes(text.size(), kClips));
    EXPECT_LE(taken, list->read_bytes);
    EXPECT_GT(2 * taken, list->read_bytes);
  }
}

TEST(TimelineReader, RefusesTextsThatNoListHas) {
  const std::string text = R"({"version":"1","source":")" + std::string(70'000, 'x') + R"("})";
  const auto list = ParseTimelineList(text, "list", "");
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().message, "list: byte 65562: a text or number has more than 64 KiB");
  EXPECT_FALSE(ParseTimelineList(R"({"version":)" + std::string(70'000, '1') + "}", "list", ""));
}

TEST(TimelineReader, KnowsListsFromMedia) {
  EXPECT_TRUE(LooksLikeTimelineList("{\"version\""));
  EXPECT_TRUE(LooksLikeTimelineList("\xEF\xBB\xBF \r\n {"));
  EXPECT_FALSE(LooksLikeTimelineList("RIFF"));
  EXPECT_FALSE(LooksLikeTimelineList(""));
}

}  // namespace
}  // namespace tidemark::edit
