// The formats in XML, and what opens them that is not ours.
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "edit/timeline_writer.h"
#include "tests/edit/timeline_tools.h"

namespace tidemark::edit {
namespace {

using testing::CountOf;
using testing::ExpectedFrames;
using testing::kHardName;
using testing::Quoted;
using testing::ReadText;
using testing::SampleTimelines;
using testing::Shell;
using testing::ShellRun;
using testing::ShownFrames;
using testing::TempDir;
using testing::VideoTimeline;
using testing::Written;

constexpr TimelineFormat kXmlFormats[] = {TimelineFormat::kFcpxml, TimelineFormat::kPremiere,
                                          TimelineFormat::kResolve, TimelineFormat::kKdenlive,
                                          TimelineFormat::kShotcut};

std::string OurDtd(const char* name) {
  return std::string(TIDEMARK_SOURCE_DIR) + "/tests/edit/" + name;
}

void ExpectValid(const std::string& path, const std::string& dtd) {
  const ShellRun run = Shell("xmllint --noout --dtdvalid " + Quoted(dtd) + " " + Quoted(path));
  EXPECT_EQ(run.status, 0) << run.output << ReadText(path);
}

TEST(TimelineXml, WritesWellFormedXmlWhateverTheName) {
  TM_NEED("xmllint");
  const TempDir dir;
  for (const TimelineFormat format : kXmlFormats) {
    const std::string path = dir / "list.xml";
    const std::string xml = Written(VideoTimeline(dir / kHardName, 2), format, path);
    const ShellRun run = Shell("xmllint --noout " + Quoted(path));
    EXPECT_EQ(run.status, 0) << run.output;
    EXPECT_NE(xml.find("Anna &amp; Bob"), std::string::npos);
    EXPECT_NE(xml.find("&lt;take&gt; 3% – ünï #1?"), std::string::npos);
  }
}

TEST(TimelineXml, PercentEncodesTheNameInUrls) {
  const TempDir dir;
  for (const TimelineFormat format : {TimelineFormat::kFcpxml, TimelineFormat::kPremiere,
                                      TimelineFormat::kResolve, TimelineFormat::kOtio}) {
    const std::string text = Written(VideoTimeline(dir / "a b\n%ü.mkv"), format, dir / "list");
    EXPECT_NE(text.find("file://" + dir.path() + "/a%20b%0A%25%C3%BC.mkv"), std::string::npos)
        << text;
  }
}

TEST(TimelineXml, WritesFcpxmlThatItsDtdAccepts) {
  TM_NEED("xmllint");
  const TempDir dir;
  for (const Timeline& timeline : SampleTimelines(dir / kHardName)) {
    const std::string path = dir / "list.fcpxml";
    Written(timeline, TimelineFormat::kFcpxml, path);
    ExpectValid(path, OurDtd("fcpxml.dtd"));
  }
}

TEST(TimelineXml, PutsFcpxmlClipsOnFramesOneAfterAnother) {
  const TempDir dir;
  for (const Timeline& timeline : SampleTimelines(dir / "a.mkv")) {
    const std::string xml = Written(timeline, TimelineFormat::kFcpxml, dir / "list.fcpxml");
    const double frame_s = timeline.media.video ? 1001.0 / 30'000 : 1.0 / 60;
    const std::regex clip(
        R"re(<asset-clip [^>]*offset="(\d+)(?:/(\d+))?s" start="(\d+)(?:/(\d+))?s" duration="(\d+)(?:/(\d+))?s")re");
    double at_s = 0;
    std::size_t n = 0;
    for (std::sregex_iterator it(xml.begin(), xml.end(), clip), end; it != end; ++it, ++n) {
      const auto seconds = [&](int group) {
        const std::string den = (*it)[static_cast<std::size_t>(group) + 1].str();
        return std::stod((*it)[static_cast<std::size_t>(group)].str()) /
               (den.empty() ? 1 : std::stod(den));
      };
      EXPECT_NEAR(seconds(1), at_s, 1e-9);
      for (const int group : {1, 3, 5}) {
        EXPECT_NEAR(seconds(group) / frame_s, std::round(seconds(group) / frame_s), 1e-6);
      }
      at_s += seconds(5);
    }
    EXPECT_EQ(n, timeline.clips.size());
    EXPECT_NEAR(at_s, timeline.timebase.Seconds(OutputTicks(timeline)), frame_s);
  }
}

TEST(TimelineXml, WritesXmemlThatItsDtdAccepts) {
  TM_NEED("xmllint");
  const TempDir dir;
  for (const TimelineFormat format : {TimelineFormat::kPremiere, TimelineFormat::kResolve}) {
    for (const Timeline& timeline : SampleTimelines(dir / kHardName)) {
      const std::string path = dir / "list.xml";
      const std::string xml = Written(timeline, format, path);
      ExpectValid(path, OurDtd("xmeml.dtd"));
      EXPECT_EQ(CountOf(xml, "<pathurl>"), 1U);
    }
  }
}

TEST(TimelineXml, LinksEveryChannelForPremiereAndEveryStreamForResolve) {
  const TempDir dir;
  Timeline timeline = VideoTimeline(dir / "a.mkv");
  timeline.media.audio = {{48'000, 2, 3}, {48'000, 1, 0}};
  const std::string premiere = Written(timeline, TimelineFormat::kPremiere, dir / "p.xml");
  EXPECT_EQ(CountOf(premiere, "<clipitem "), 16U);  // four clips on a picture and three channels
  EXPECT_EQ(CountOf(premiere, "<linkclipref>clipitem-3-2</linkclipref>"), 4U);
  EXPECT_NE(premiere.find("<ntsc>TRUE</ntsc>"), std::string::npos);
  EXPECT_NE(premiere.find("<timebase>30</timebase>"), std::string::npos);
  const std::string resolve = Written(timeline, TimelineFormat::kResolve, dir / "r.xml");
  EXPECT_EQ(CountOf(resolve, "<clipitem "), 12U);
}

TEST(TimelineXml, RemapsTimeInXmeml) {
  const TempDir dir;
  const std::string xml =
      Written(VideoTimeline(dir / "a.mkv", 4), TimelineFormat::kResolve, dir / "r.xml");
  EXPECT_EQ(CountOf(xml, "<value>400</value>"), 3U);  // picture and two streams
  // Frame 60 of the source is frame 15 of it at that speed; ten frames are left of forty.
  EXPECT_EQ(CountOf(xml, "<in>15</in>"), 3U);
  EXPECT_EQ(CountOf(xml, "<out>25</out>"), 3U);
}

// Plays `path` in melt and says which frames of the source it shows.
// On a busy machine melt now and then waits for itself for ever or crashes, whatever it plays: it
// is given another try.
constexpr int kMeltTries = 3;

std::vector<int> FramesInMelt(const std::string& path, const TempDir& dir) {
  const std::string rendered = dir / "rendered.mkv";
  ShellRun run;
  for (int i = 0; i < kMeltTries && run.status != 0; ++i) {
    run = Shell("QT_QPA_PLATFORM=offscreen timeout -k 5 40 melt " + Quoted(path) +
                " -consumer avformat:" + Quoted(rendered) +
                " vcodec=ffv1 pix_fmt=yuv420p acodec=pcm_s16le real_time=0 threads=1");
  }
  EXPECT_EQ(run.status, 0) << run.output;
  return ShownFrames(rendered, dir);
}

// The level of what is left of the sound around a frequency.
double LevelAt(const std::string& path, int frequency_hz) {
  const ShellRun run = Shell("ffmpeg -hide_banner -i " + Quoted(path) + " -af bandpass=w=20:f=" +
                             std::to_string(frequency_hz) + ",volumedetect -vn -f null -");
  std::smatch match;
  const bool found =
      std::regex_search(run.output, match, std::regex(R"(mean_volume: (-?[\d.]+|-inf) dB)"));
  EXPECT_TRUE(found) << run.output;
  return found ? std::stod(match[1]) : -1000;
}

void ExpectFramesInMelt(TimelineFormat format, const char* name, double speed) {
  const TempDir dir;
  ASSERT_NO_FATAL_FAILURE(testing::MakeVideo(dir / "it's a source.mkv"));
  const Timeline timeline = VideoTimeline(dir / "it's a source.mkv", speed);
  Written(timeline, format, dir / name);
  const std::vector<int> shown = FramesInMelt(dir / name, dir);
  const std::vector<int> expected = ExpectedFrames(timeline);
  EXPECT_EQ(shown, expected);
  // Both streams of sound are heard, and nothing else.
  EXPECT_GT(LevelAt(dir / "rendered.mkv", 440), -35);
  EXPECT_GT(LevelAt(dir / "rendered.mkv", 1760), -35);
  EXPECT_LT(LevelAt(dir / "rendered.mkv", 880), -40);
}

TEST(TimelineXml, PlaysInMeltAsShotcutProject) {
  TM_NEED("melt");
  TM_NEED("ffmpeg");
  ExpectFramesInMelt(TimelineFormat::kShotcut, "list.mlt", 1);
  ExpectFramesInMelt(TimelineFormat::kShotcut, "list.mlt", 4);
}

TEST(TimelineXml, PlaysInMeltAsKdenliveProject) {
  TM_NEED("melt");
  TM_NEED("ffmpeg");
  ExpectFramesInMelt(TimelineFormat::kKdenlive, "list.kdenlive", 1);
  ExpectFramesInMelt(TimelineFormat::kKdenlive, "list.kdenlive", 4);
}

TEST(TimelineXml, WritesMltThatMltsOwnDtdAccepts) {
  TM_NEED("xmllint");
  const std::string installed = "/usr/share/mlt-7/xml/mlt-xml.dtd";
  if (!std::filesystem::exists(installed)) GTEST_SKIP() << "melt is not installed";
  const TempDir dir;
  // A content model without its parentheses stands in the DTD of MLT 7.
  const std::string dtd = dir / "mlt.dtd";
  ASSERT_EQ(Shell("sed 's/properties property >/properties (property*) >/' " + installed + " >" +
                  Quoted(dtd))
                .status,
            0);
  for (const TimelineFormat format : {TimelineFormat::kShotcut, TimelineFormat::kKdenlive}) {
    for (const Timeline& timeline : SampleTimelines(dir / kHardName)) {
      const std::string path = dir / "list.mlt";
      Written(timeline, format, path);
      ExpectValid(path, dtd);
    }
  }
}

}  // namespace
}  // namespace tidemark::edit
