#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <string_view>
#include <vector>

#include "tidemark/tidemark.h"

namespace {

class TrackC : public ::testing::Test {
 protected:
  TrackC() { tidemark_track_defaults(&options_, sizeof(options_)); }
  ~TrackC() override { tidemark_track_free(track_); }

  tidemark_track_options options_;
  tidemark_track* track_ = nullptr;
};

TEST_F(TrackC, WritesAndReads) {
  ASSERT_EQ(tidemark_track_create(&options_, &track_), TIDEMARK_OK);
  EXPECT_EQ(tidemark_track_frame_samples(track_), 960U);
  EXPECT_EQ(tidemark_track_frame_bytes(track_), 1920U);
  const std::vector<std::int16_t> samples(960, 77);
  size_t n_taken = 0;
  EXPECT_EQ(tidemark_track_write(track_, samples.data(), 960, TIDEMARK_S16, 48000, 1, &n_taken),
            TIDEMARK_OK);
  EXPECT_EQ(n_taken, 960U);
  std::vector<std::int16_t> frame(960);
  tidemark_frame_info info;
  EXPECT_EQ(tidemark_track_read_paced(track_, frame.data(), 1920, &info), TIDEMARK_OK);
  EXPECT_TRUE(info.audio);
  EXPECT_EQ(frame, samples);
  const std::array<const void*, 2> planes{samples.data(), samples.data()};
  EXPECT_EQ(
      tidemark_track_write_planar(track_, planes.data(), 480, TIDEMARK_S16, 48000, 2, nullptr),
      TIDEMARK_OK);
  EXPECT_EQ(tidemark_track_finish(track_), TIDEMARK_OK);
  EXPECT_EQ(tidemark_track_read(track_, frame.data(), 1920, &info), TIDEMARK_OK);
  EXPECT_EQ(frame[479], 77);
  tidemark_track_stats stats;
  stats.struct_size = sizeof(stats);
  tidemark_track_get_stats(track_, &stats);
  EXPECT_EQ(stats.read, 1920);
}

TEST_F(TrackC, SaysWhatIsWrong) {
  options_.channels = 0;
  EXPECT_EQ(tidemark_track_create(&options_, &track_), TIDEMARK_USAGE);
  EXPECT_EQ(track_, nullptr);
  EXPECT_NE(std::string_view(tidemark_last_error()).find("channels"), std::string_view::npos);
  EXPECT_EQ(tidemark_track_create(nullptr, &track_), TIDEMARK_USAGE);
  options_.channels = 1;
  options_.type = static_cast<tidemark_sample_type>(9);
  EXPECT_EQ(tidemark_track_create(&options_, &track_), TIDEMARK_USAGE);
  EXPECT_EQ(tidemark_track_write(nullptr, "", 0, TIDEMARK_S16, 48000, 1, nullptr), TIDEMARK_USAGE);
  EXPECT_EQ(tidemark_track_frame_bytes(nullptr), 0U);
}

TEST_F(TrackC, FailsOnceStopped) {
  ASSERT_EQ(tidemark_track_create(&options_, &track_), TIDEMARK_OK);
  tidemark_track_stop(track_);
  std::array<std::byte, 1920> frame;
  EXPECT_EQ(tidemark_track_read(track_, frame.data(), 1920, nullptr), TIDEMARK_STOPPED);
  EXPECT_EQ(tidemark_track_read(track_, nullptr, 1920, nullptr), TIDEMARK_USAGE);
}

// As a program that was compiled before the last fields were added.
TEST_F(TrackC, TakesOptionsAndStatsOfAnOlderHeader) {
  constexpr size_t kOlder = offsetof(tidemark_track_options, conceal);
  std::array<std::byte, sizeof(tidemark_track_options)> storage;
  storage.fill(std::byte{0xA5});
  auto* older = reinterpret_cast<tidemark_track_options*>(storage.data());
  tidemark_track_defaults(older, kOlder);
  EXPECT_EQ(storage[kOlder], std::byte{0xA5});
  EXPECT_EQ(tidemark_track_create(older, &track_), TIDEMARK_OK);
  tidemark_track_stats stats;
  std::memset(&stats, 0x5A, sizeof(stats));
  stats.struct_size = offsetof(tidemark_track_stats, held_bytes);
  tidemark_track_get_stats(track_, &stats);
  EXPECT_EQ(stats.held_bytes, 0x5A5A5A5A5A5A5A5AU);
}

}  // namespace
