// What is kept of the development corpus (not part of the repository) by `audio` alone: speech
// between silences, whose truth is known to the sample.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <vector>

#include "edit/range_list.h"
#include "engine/cut_analysis.h"
#include "engine/cut_media.h"

namespace tidemark::engine {
namespace {

namespace fs = std::filesystem;

std::vector<double> TruthEdges(fs::path path) {
  std::ifstream file(path.replace_extension(".json"));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::istringstream pairs(text.substr(text.find("[[", text.find("\"active\"")) + 1));
  std::vector<double> edges;
  char mark = 0;
  for (double begin_s = 0, end_s = 0; pairs >> mark >> begin_s >> mark >> end_s;) {
    edges.insert(edges.end(), {begin_s, end_s});
    pairs >> mark >> mark;
    if (mark != ',') break;
  }
  return edges;
}

// The edges of the clips that `tidemark cut --margin 0` makes; in whole frames of video where
// given.
Result<std::vector<double>> CutEdges(const fs::path& path, std::optional<Timebase> video) {
  const Cancellation cancellation;
  std::unique_ptr<CutMedia> media;
  TM_TRY_ASSIGN(media, CutMedia::Open(path.string(), {}, cancellation));
  CutAnalysisOptions options;
  options.rules.options.margin_before_s = options.rules.options.margin_after_s = 0;
  std::unique_ptr<CutAnalysis> analysis;
  TM_TRY_ASSIGN(analysis, CutAnalysis::Create(options, *media, cancellation));
  for (bool more = true; more;) {
    TM_TRY_ASSIGN(more, analysis->Next());
  }
  edit::Timeline timeline;
  TM_TRY_ASSIGN(timeline, analysis->Decide());
  std::vector<double> edges;
  for (const Clip& clip : timeline.clips) {
    for (const std::int64_t tick : {clip.begin, clip.end}) {
      const double at_s = timeline.timebase.Seconds(tick);
      edges.push_back(video ? video->Seconds(edit::NearestTick(at_s, *video)) : at_s);
    }
  }
  return edges;
}

void ExpectEdgesWithin(double tolerance_s, std::optional<Timebase> video) {
  const fs::path folder = TIDEMARK_SOURCE_DIR "/../shared/corpus/activity";
  if (!fs::exists(folder)) GTEST_SKIP() << "no corpus at " << folder;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".flac") continue;
    const auto edges = CutEdges(entry.path(), video);
    ASSERT_TRUE(edges) << edges.error().message;
    const std::vector<double> truth = TruthEdges(entry.path());
    ASSERT_EQ(edges->size(), truth.size()) << entry.path();
    for (std::size_t i = 0; i < truth.size(); ++i) {
      EXPECT_NEAR((*edges)[i], truth[i], tolerance_s) << entry.path();
    }
  }
}

TEST(CutCorpus, HasEveryEdgeWithin20Milliseconds) { ExpectEdgesWithin(0.02, std::nullopt); }

TEST(CutCorpus, LosesNoMoreThanHalfAFrameToTicksOfVideo) {
  constexpr double kHalfAFrame_s = 0.5 * 1001 / 30000;
  ExpectEdgesWithin(0.02 + kHalfAFrame_s, Timebase{30000, 1001});
}

}  // namespace
}  // namespace tidemark::engine
