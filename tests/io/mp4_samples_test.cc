#include "io/mp4_samples.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "io/byte_stream.h"
#include "io/header_fields.h"
#include "io/mp4_short_tables.h"
#include "tests/io/video_files.h"

namespace tidemark::testing {
namespace {

constexpr int kVideoPackets = 2400;
constexpr int kReorderedFrames = 2;

class Mp4SamplesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!HasFfmpegCommand()) GTEST_SKIP() << "the ffmpeg command is not installed";
    ASSERT_TRUE(RunFfmpeg(dir_.path(),
                          "-f lavfi -i testsrc2=size=64x36:rate=30:duration=80 -f lavfi -i "
                          "sine=duration=80 -c:v libx264 -preset ultrafast -bf 2 -b_strategy 0 -g "
                          "50 -c:a aac a.mp4"));
  }

  void Open(const std::string& name) {
    auto bytes = io::OpenByteStream(dir_ / name);
    ASSERT_TRUE(bytes);
    bytes_ = std::move(*bytes);
    auto tracks = io::FindMp4Samples(*bytes_);
    ASSERT_TRUE(tracks) << tracks.error().message;
    tracks_ = std::move(*tracks);
  }

  // Size, position and flags of each packet, as ffprobe and as the tables tell them.
  [[nodiscard]] std::vector<std::string> Expected(const std::string& name) const {
    std::istringstream lines(OutputOf(
        "ffprobe -v error -select_streams v:0 -show_entries packet=size,pos,flags -of csv=p=0 '" +
        (dir_ / name) + "'"));
    std::vector<std::string> packets;
    for (std::string line; std::getline(lines, line);) {
      packets.push_back(line.substr(0, line.find('_')));
    }
    return packets;
  }
  [[nodiscard]] std::vector<std::string> Found() {
    std::vector<std::string> packets;
    io::Mp4SampleCursor cursor(*bytes_, tracks_[0]);
    for (;;) {
      const auto sample = cursor.Next();
      if (!sample || !*sample) return packets;
      packets.push_back(std::to_string((*sample)->size) + "," + std::to_string((*sample)->offset) +
                        "," + ((*sample)->key ? "K" : ""));
    }
  }

  TempDir dir_;
  std::unique_ptr<io::ByteStream> bytes_;
  std::vector<io::Mp4Samples> tracks_;
};

TEST_F(Mp4SamplesTest, PacketsAreWhereLibavformatFindsThem) {
  ASSERT_TRUE(RunFfmpeg(dir_.path(), "-i a.mp4 -c copy -movflags faststart a.mov"));
  ASSERT_TRUE(RunFfmpeg(dir_.path(), "-i a.mp4 -c copy -movflags negative_cts_offsets b.mp4"));
  for (const char* const name : {"a.mp4", "a.mov", "b.mp4"}) {
    ASSERT_NO_FATAL_FAILURE(Open(name));
    ASSERT_EQ(tracks_.size(), 2U);
    ASSERT_EQ(tracks_[0].n_samples, kVideoPackets);
    EXPECT_EQ(Found(), Expected(name)) << name;
  }
}

TEST_F(Mp4SamplesTest, ACursorGoesAnywhereAndFindsKeyFrames) {
  ASSERT_NO_FATAL_FAILURE(Open("a.mp4"));
  io::Mp4SampleCursor cursor(*bytes_, tracks_[0]);
  std::vector<io::Mp4Sample> all;
  all.reserve(kVideoPackets);
  for (int i = 0; i < kVideoPackets; ++i) all.push_back(**cursor.Next());
  EXPECT_FALSE(cursor.Next()->has_value());
  for (const std::int64_t index : {2000, 1, 700, 701, 0, 2399, 1234}) {
    ASSERT_TRUE(cursor.MoveTo(index));
    const io::Mp4Sample sample = **cursor.Next();
    const io::Mp4Sample& same = all[static_cast<std::size_t>(index)];
    EXPECT_EQ(sample.offset, same.offset);
    EXPECT_EQ(sample.show_time, same.show_time);
    EXPECT_EQ(sample.key, same.key);
    EXPECT_EQ(*cursor.IndexAt(same.decode_time), index);
    EXPECT_EQ(*cursor.IndexAt(same.decode_time + same.duration - 1), index);
    EXPECT_EQ(*cursor.KeyAtOrBefore(index), index / 50 * 50);
  }
  EXPECT_EQ(*cursor.IndexAt(-1), 0);
}

TEST_F(Mp4SamplesTest, AnEditIsInUnitsOfItsTrack) {
  ASSERT_NO_FATAL_FAILURE(Open("a.mp4"));
  ASSERT_TRUE(tracks_[0].edit);
  const std::int64_t frame = tracks_[0].longest;
  EXPECT_EQ(tracks_[0].edit->media_time, kReorderedFrames * frame);
  EXPECT_EQ(tracks_[0].edit->duration, kVideoPackets * frame);
  EXPECT_EQ(tracks_[0].total_time, kVideoPackets * frame);
  EXPECT_FALSE(tracks_[0].is_audio);
  EXPECT_TRUE(tracks_[1].is_audio);
}

TEST_F(Mp4SamplesTest, AShortenedViewKeepsWhatIsSaidOfTheWhole) {
  // Every frame lasts differently.
  ASSERT_TRUE(
      RunFfmpeg(dir_.path(),
                "-i a.mp4 -an -c copy -bsf:v 'setts=ts=TS+mod(N\\,2)*7' -video_track_timescale "
                "15360 v.mp4"));
  for (const char* const name : {"a.mp4", "v.mp4"}) {
    ASSERT_NO_FATAL_FAILURE(Open(name));
    auto view = io::ShortTables::Create(*bytes_, tracks_);
    ASSERT_TRUE(view) << view.error().message;
    const std::int64_t shown = (*view)->shown()[0].n_samples;
    EXPECT_GE(shown, io::kShownSamples);
    EXPECT_LT(shown, kVideoPackets);
    // What is left contradicts itself only in how many samples there are.
    std::vector<std::byte> header(static_cast<std::size_t>(*bytes_->size()));
    ASSERT_TRUE((*view)->Seek(0));
    EXPECT_EQ(*(*view)->Read(header), header.size());
    const auto& durations = tracks_[0].durations;
    const auto at = static_cast<std::size_t>(durations.offset) - 4;
    const auto n = io::ReadUnsigned<std::uint32_t>(header, at, io::ByteOrder::kBig);
    std::int64_t total = 0;
    std::int64_t n_samples = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const std::int64_t count =
          io::ReadUnsigned<std::uint32_t>(header, at + 4 + 8 * i, io::ByteOrder::kBig);
      total += count * io::ReadUnsigned<std::uint32_t>(header, at + 8 + 8 * i, io::ByteOrder::kBig);
      n_samples += count;
    }
    EXPECT_EQ(total, tracks_[0].total_time);
    EXPECT_EQ(n_samples, kVideoPackets);
  }
}

TEST_F(Mp4SamplesTest, WhatIsNotUnderstoodIsLeftToOthers) {
  ASSERT_TRUE(RunFfmpeg(dir_.path(), "-i a.mp4 -c copy -movflags frag_keyframe f.mp4"));
  ASSERT_TRUE(RunFfmpeg(dir_.path(), "-i a.mp4 -c:v copy -c:a pcm_s16le -t 5 p.mov"));
  for (const char* const name : {"f.mp4", "p.mov"}) {
    const auto bytes = io::OpenByteStream(dir_ / name);
    ASSERT_TRUE(bytes);
    const auto tracks = io::FindMp4Samples(**bytes);
    ASSERT_FALSE(tracks) << name;
    EXPECT_EQ(tracks.error().code, ErrorCode::kUnsupported);
  }
}

}  // namespace
}  // namespace tidemark::testing
