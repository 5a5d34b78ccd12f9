// Holds tuning and dominant frequency to the accuracy the project promises, on a development
// corpus beside the repository; skipped where it is absent.
#include <gtest/gtest.h>
#include <sndfile.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string>

#include "tests/analysis/spectral_run.h"

namespace tidemark::analysis {
namespace {

namespace fs = std::filesystem;

struct Item {
  fs::path audio;
  double truth_hz = 0;
};

// The number after "key": in a flat JSON file.
std::optional<double> NumberIn(const fs::path& path, const std::string& key) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  const std::string all = text.str();
  const std::size_t at = all.find("\"" + key + "\":");
  if (at == std::string::npos) return std::nullopt;
  return std::stod(all.substr(at + key.size() + 3));
}

std::vector<Item> Items(const std::string& kind) {
  const fs::path folder = fs::path(TIDEMARK_SOURCE_DIR) / "../shared/corpus" / kind;
  std::vector<Item> items;
  if (!fs::is_directory(folder)) return items;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") continue;
    fs::path truth = entry.path();
    truth.replace_extension(".json");
    const auto hz = NumberIn(truth, kind + "_hz");
    if (hz) items.push_back({entry.path(), *hz});
  }
  return items;
}

std::unique_ptr<SpectralRun> Analyze(const fs::path& path) {
  SF_INFO info{};
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> file(sf_open(path.c_str(), SFM_READ, &info),
                                                         &sf_close);
  if (!file) return nullptr;
  const auto n_channels = static_cast<std::size_t>(info.channels);
  auto run = std::make_unique<SpectralRun>(SpectralOptions{},
                                           StreamFormat{info.samplerate, info.channels, 0});
  std::vector<float> interleaved(64 * kBlockFrames * n_channels);
  for (;;) {
    const sf_count_t read = sf_readf_float(file.get(), interleaved.data(), 64 * kBlockFrames);
    if (read <= 0) return run;
    Channels channels(n_channels, std::vector<float>(static_cast<std::size_t>(read)));
    for (std::size_t i = 0; i < channels[0].size(); ++i) {
      for (std::size_t c = 0; c < n_channels; ++c) {
        channels[c][i] = interleaved[i * n_channels + c];
      }
    }
    run->Push(channels);
  }
}

TEST(SpectralCorpus, TuningIsWithinThreeCentsAndHalfOfItWithinSevenTenths) {
  const std::vector<Item> items = Items("tuning");
  if (items.empty()) GTEST_SKIP() << "no corpus beside the repository";
  std::vector<double> errors;
  for (const Item& item : items) {
    const auto run = Analyze(item.audio);
    ASSERT_TRUE(run) << item.audio;
    const auto result = run->Finish().tuning();
    ASSERT_TRUE(result) << item.audio;
    const double apart = CentsApart(result->a4_hz, item.truth_hz);
    errors.push_back(std::abs(apart - 100 * std::round(apart / 100)));
    EXPECT_LT(errors.back(), 3) << item.audio;
    EXPECT_LT(errors.back(), 2 * result->uncertainty_cents) << item.audio;
  }
  std::ranges::sort(errors);
  EXPECT_LT(errors[errors.size() / 2], 0.7);
}

TEST(SpectralCorpus, DominantFrequencyIsWithinHalfACent) {
  const std::vector<Item> items = Items("dominant");
  if (items.empty()) GTEST_SKIP() << "no corpus beside the repository";
  for (const Item& item : items) {
    const auto run = Analyze(item.audio);
    ASSERT_TRUE(run) << item.audio;
    const auto result = run->Finish().dominant();
    ASSERT_TRUE(result) << item.audio;
    EXPECT_LT(std::abs(CentsApart(result->hz, item.truth_hz)), 0.5) << item.audio;
  }
}

}  // namespace
}  // namespace tidemark::analysis
