#include "edit/report_html.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/edit/timeline_tools.h"

namespace tidemark::edit {
namespace {

using testing::AudioTimeline;
using testing::CountOf;
using testing::Quoted;
using testing::ReadText;
using testing::Shell;
using testing::ShellRun;
using testing::TempDir;

std::vector<float> Swell(std::size_t n_columns) {
  std::vector<float> min_max;
  for (std::size_t i = 0; i < n_columns; ++i) {
    const float level = std::abs(std::sin(static_cast<float>(i) / 20));
    min_max.push_back(-level);
    min_max.push_back(level);
  }
  return min_max;
}

std::string Page(const Timeline& timeline, std::span<const float> min_max,
                 const std::string& path) {
  const CutReport report{timeline, {min_max}, "out <1>.wav", {{"--edit", "a<b & \"c\""}}, "1.2.3"};
  const auto written = WriteCutReport(report, path);
  EXPECT_TRUE(written) << (written ? "" : written.error().message);
  return ReadText(path);
}

TEST(ReportHtml, LoadsNothingAndEscapesAllText) {
  const TempDir dir;
  const std::string page = Page(AudioTimeline("/x/<script>alert(1)</script>'\"&\xFF.wav", 4),
                                Swell(100), dir / "r.html");
  EXPECT_EQ(page.find("<script>alert"), std::string::npos);
  EXPECT_EQ(page.find("http"), page.find("http-equiv"));
  EXPECT_EQ(CountOf(page, "://"), 0U);
  EXPECT_EQ(CountOf(page, "src="), 0U);
  EXPECT_NE(page.find("script&gt;&#39;&quot;&amp;\xEF\xBF\xBD.wav"), std::string::npos);
  EXPECT_NE(page.find("a&lt;b &amp; &quot;c&quot;"), std::string::npos);
  EXPECT_NE(page.find("out &lt;1&gt;.wav"), std::string::npos);
}

TEST(ReportHtml, SaysWhatTheCutComesTo) {
  const TempDir dir;
  const std::string page = Page(AudioTimeline("/x/a.wav"), Swell(100), dir / "r.html");
  EXPECT_NE(page.find("<p class=\"headline\">0.8 s shorter</p>"), std::string::npos) << page;
  EXPECT_NE(page.find("<dt>Longest cut</dt><dd>0:00.454<small>at 0:02.268</small></dd>"),
            std::string::npos);
  EXPECT_EQ(CountOf(page, "<tr data-b="), 4U);
}

TEST(ReportHtml, StaysBoundedForVeryManyClips) {
  const TempDir dir;
  Timeline timeline = AudioTimeline("/x/a.wav");
  timeline.n_ticks = 44'100LL * 3600 * 24;
  timeline.clips.clear();
  for (std::int64_t i = 0; i < 200'000; ++i)
    timeline.clips.push_back({i * 17'000, i * 17'000 + 9000, 1});
  const std::string page = Page(timeline, Swell(kMaxReportColumns), dir / "r.html");
  EXPECT_LT(page.size(), 1'500'000U);
  EXPECT_EQ(CountOf(page, "<tr data-b="), kMaxReportClips);
  EXPECT_NE(page.find("The first 2000 of 200000"), std::string::npos);
}

TEST(ReportHtml, DrawsAPictureThatIsWellFormed) {
  TM_NEED("xmllint");
  const TempDir dir;
  for (const std::size_t n_columns : {std::size_t{0}, std::size_t{1}, std::size_t{3000}}) {
    const std::string page = Page(AudioTimeline("/x/a&b.wav", 4), Swell(n_columns), dir / "r.html");
    const std::size_t begin = page.find("<svg ");
    const std::size_t end = page.find("</svg>") + 6;
    std::ofstream(dir / "r.svg") << page.substr(begin, end - begin);
    const ShellRun run = Shell("xmllint --noout " + Quoted(dir / "r.svg"));
    EXPECT_EQ(run.status, 0) << run.output;
  }
}

}  // namespace
}  // namespace tidemark::edit
