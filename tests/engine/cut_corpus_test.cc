// What is kept of the development corpus (not part of the repository) by `audio` alone: speech
// between silences, whose truth is known to the sample.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "analysis/activity.h"
#include "edit/cut_rules.h"
#include "io/open_source.h"

namespace tidemark {
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

// The edges of the clips, at ticks of a sample or of a frame of video.
Result<std::vector<double>> CutEdges(const fs::path& path, std::optional<Timebase> video) {
  using analysis::ActivityAnalyzer;
  std::unique_ptr<io::Source> source;
  TM_TRY_ASSIGN(source, io::OpenSource(path.string(), {}));
  const StreamFormat format = source->info().stream;
  const Timebase timebase = video.value_or(Timebase{format.sample_rate_hz, 1});
  auto arena = memory::Arena::Create(ActivityAnalyzer::PlanBytes({}, format));
  std::unique_ptr<ActivityAnalyzer> analyzer;
  TM_TRY_ASSIGN(analyzer, ActivityAnalyzer::Create({}, format, *arena));
  edit::RangeList found;
  std::array<analysis::Interval, ActivityAnalyzer::kMaxPending> out;
  const auto drain = [&] {
    const std::size_t n = analyzer->Drain(out);
    for (std::size_t i = 0; i < n; ++i) {
      EXPECT_TRUE(found.Append({edit::NearestTick(out[i].start_s, timebase),
                                edit::NearestTick(out[i].end_s, timebase)}));
    }
  };
  std::vector<float> samples(kBlockFrames);
  float* plane = samples.data();
  const AudioBlock block({&plane, 1}, kBlockFrames);
  std::int64_t n_frames = 0;
  for (;;) {
    std::size_t n = 0;
    TM_TRY_ASSIGN(n, source->Read(block));
    if (n == 0) break;
    analyzer->Push(block.First(n));
    drain();
    n_frames += static_cast<std::int64_t>(n);
  }
  analyzer->Finish();
  drain();
  edit::CutRuleOptions options;
  options.margin_before_s = options.margin_after_s = 0;
  const double length_s = static_cast<double>(n_frames) / format.sample_rate_hz;
  const std::int64_t n_ticks = edit::NearestTick(length_s, timebase);
  const edit::EditRule rule;
  std::vector<Clip> clips;
  TM_TRY_ASSIGN(clips, edit::MakeClips(edit::Evaluate(rule, {&found, 1}, n_ticks), options,
                                       timebase, n_ticks));
  std::vector<double> edges;
  for (const Clip& clip : clips) {
    edges.insert(edges.end(), {timebase.Seconds(clip.begin), timebase.Seconds(clip.end)});
  }
  return edges;
}

// On average, and each one by half as much again: a soft onset can hide in the noise.
void ExpectEdgesWithin(double tolerance_s, std::optional<Timebase> video) {
  const fs::path folder = TIDEMARK_SOURCE_DIR "/../shared/corpus/activity";
  if (!fs::exists(folder)) GTEST_SKIP() << "no corpus at " << folder;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".flac") continue;
    const auto edges = CutEdges(entry.path(), video);
    ASSERT_TRUE(edges) << edges.error().message;
    const std::vector<double> truth = TruthEdges(entry.path());
    ASSERT_EQ(edges->size(), truth.size()) << entry.path();
    double error_s = 0;
    for (std::size_t i = 0; i < truth.size(); ++i) {
      EXPECT_NEAR((*edges)[i], truth[i], 1.5 * tolerance_s) << entry.path();
      error_s += std::abs((*edges)[i] - truth[i]);
    }
    EXPECT_LT(error_s / static_cast<double>(truth.size()), tolerance_s) << entry.path();
  }
}

TEST(CutCorpus, HasEveryEdgeWithin20Milliseconds) { ExpectEdgesWithin(0.02, std::nullopt); }

TEST(CutCorpus, LosesNoMoreThanHalfAFrameOfVideoToItsTicks) {
  constexpr double kHalfAFrame_s = 0.5 * 1001 / 30000;
  ExpectEdgesWithin(0.02 + kHalfAFrame_s, Timebase{30000, 1001});
}

}  // namespace
}  // namespace tidemark
