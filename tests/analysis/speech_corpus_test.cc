// Speech on the development corpus (not part of the repository): every word of it, and little of
// its music; a quarter of that, since it takes its time.
#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "analysis/speech.h"

namespace tidemark::analysis {
namespace {

namespace fs = std::filesystem;

const fs::path kCorpus = TIDEMARK_SOURCE_DIR "/../shared/corpus";

struct Heard {
  std::vector<Interval> intervals;
  double share = 0;  // of the length
};

Heard Hear(const fs::path& path) {
  Heard heard;
  SF_INFO info{};
  SNDFILE* const file = sf_open(path.c_str(), SFM_READ, &info);
  EXPECT_NE(file, nullptr) << path;
  if (file == nullptr) return heard;
  const auto n_channels = static_cast<std::size_t>(info.channels);
  const StreamFormat format{info.samplerate, info.channels, 0};
  auto arena = memory::Arena::Create(SpeechAnalyzer::PlanBytes({}, format));
  auto analyzer = SpeechAnalyzer::Create({}, format, *arena);
  std::vector<float> mixed(n_channels * kBlockFrames);
  std::vector<std::vector<float>> planes(n_channels, std::vector<float>(kBlockFrames));
  std::vector<float*> pointers;
  for (auto& plane : planes) pointers.push_back(plane.data());
  std::array<Interval, SpeechAnalyzer::kMaxPending> out;
  const auto drain = [&] {
    const std::size_t n = (*analyzer)->Drain(out);
    heard.intervals.insert(heard.intervals.end(), out.begin(), out.begin() + n);
  };
  std::int64_t n_frames = 0;
  for (sf_count_t n = 0; (n = sf_readf_float(file, mixed.data(), kBlockFrames)) > 0;) {
    for (std::size_t i = 0; i < static_cast<std::size_t>(n) * n_channels; ++i) {
      planes[i % n_channels][i / n_channels] = mixed[i];
    }
    (*analyzer)->Push(AudioBlock(pointers, static_cast<std::size_t>(n)));
    drain();
    n_frames += n;
  }
  (*analyzer)->Finish();
  drain();
  sf_close(file);
  heard.share = (*analyzer)->result().active_s * info.samplerate / static_cast<double>(n_frames);
  return heard;
}

std::vector<Interval> Truth(fs::path path) {
  std::ifstream file(path.replace_extension(".json"));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::istringstream pairs(text.substr(text.find("[[", text.find("\"active\"")) + 1));
  std::vector<Interval> truth;
  char mark = 0;
  for (Interval pair; pairs >> mark >> pair.start_s >> mark >> pair.end_s;) {
    truth.push_back(pair);
    pairs >> mark >> mark;
    if (mark != ',') break;
  }
  return truth;
}

TEST(SpeechCorpus, HasEveryEdgeOfSpeechWithin20Milliseconds) {
  if (!fs::exists(kCorpus)) GTEST_SKIP() << "no corpus at " << kCorpus;
  for (const auto& entry : fs::directory_iterator(kCorpus / "activity")) {
    if (entry.path().extension() != ".flac") continue;
    const std::vector<Interval> found = Hear(entry.path()).intervals;
    const std::vector<Interval> truth = Truth(entry.path());
    ASSERT_EQ(found.size(), truth.size()) << entry.path();
    for (std::size_t i = 0; i < truth.size(); ++i) {
      EXPECT_NEAR(found[i].start_s, truth[i].start_s, 0.02) << entry.path();
      EXPECT_NEAR(found[i].end_s, truth[i].end_s, 0.02) << entry.path();
    }
  }
}

TEST(SpeechCorpus, TakesLittleMusicForSpeech) {
  if (!fs::exists(kCorpus)) GTEST_SKIP() << "no corpus at " << kCorpus;
  for (const char* kind : {"beats", "drums", "expressive"}) {
    std::vector<fs::path> pieces;
    for (const auto& entry : fs::directory_iterator(kCorpus / kind)) {
      if (entry.path().extension() != ".json") pieces.push_back(entry.path());
    }
    std::ranges::sort(pieces);
    double share = 0;
    int n = 0;
    for (std::size_t i = 0; i < pieces.size(); i += 4, ++n) share += Hear(pieces[i]).share;
    ASSERT_GT(n, 3);
    EXPECT_LT(share / n, 0.05) << kind;
  }
}

}  // namespace
}  // namespace tidemark::analysis
