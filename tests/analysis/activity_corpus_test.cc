// Activity on the development corpus (not part of the repository): speech between silences, whose
// truth is known to the sample.
#include <gtest/gtest.h>
#include <sndfile.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "analysis/activity.h"
#include "tests/analysis/level_signals.h"

namespace tidemark::analysis {
namespace {

std::vector<Interval> Truth(const std::filesystem::path& path) {
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t begin = text.find("\"active\"");
  const std::string list = text.substr(begin, text.find("]]", begin) + 1 - begin);
  // "active": [[start, end], [start, end], ...
  std::istringstream pairs(list.substr(list.find("[[") + 1));
  std::vector<Interval> truth;
  char bracket = 0;
  char comma = 0;
  for (Interval pair; pairs >> bracket >> pair.start_s >> comma >> pair.end_s;) {
    truth.push_back(pair);
    pairs >> bracket >> comma;
  }
  EXPECT_FALSE(truth.empty());
  return truth;
}

std::vector<Interval> Find(const std::filesystem::path& path) {
  SF_INFO info{};
  SNDFILE* file = sf_open(path.c_str(), SFM_READ, &info);
  test::Planes planes{test::Plane(static_cast<std::size_t>(info.frames))};
  EXPECT_EQ(info.channels, 1);
  EXPECT_EQ(sf_readf_float(file, planes[0].data(), info.frames), info.frames);
  sf_close(file);
  const StreamFormat format{info.samplerate, 1, 0};
  auto arena = memory::Arena::Create(ActivityAnalyzer::PlanBytes({}, format));
  auto analyzer = ActivityAnalyzer::Create({}, format, *arena);
  std::vector<Interval> found;
  std::array<Interval, ActivityAnalyzer::kMaxPending> out;
  test::RunAnalyzer(**analyzer, std::move(planes), [&] {
    const std::size_t n = (*analyzer)->Drain(out);
    found.insert(found.end(), out.begin(), out.begin() + n);
  });
  return found;
}

TEST(ActivityCorpus, HasEveryEdgeWithin20Milliseconds) {
  const std::filesystem::path folder = TIDEMARK_SOURCE_DIR "/../shared/corpus/activity";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no corpus at " << folder;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".flac") continue;
    const std::vector<Interval> found = Find(entry.path());
    std::filesystem::path truth_path = entry.path();
    const std::vector<Interval> truth = Truth(truth_path.replace_extension(".json"));
    ASSERT_EQ(found.size(), truth.size()) << entry.path();
    for (std::size_t i = 0; i < truth.size(); ++i) {
      EXPECT_NEAR(found[i].start_s, truth[i].start_s, 0.02) << entry.path();
      EXPECT_NEAR(found[i].end_s, truth[i].end_s, 0.02) << entry.path();
    }
  }
}

}  // namespace
}  // namespace tidemark::analysis
