#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>
#include <string>
#include <thread>

#include "tests/io/encoding.h"
#include "tests/io/video_files.h"

namespace tidemark::testing {
namespace {

constexpr std::size_t kFrames = std::size_t{3} * 48'000;

class FfmpegTagsTest : public FfmpegTest {
 protected:
  // A picture, as bytes of a file.
  std::vector<std::byte> MakeCover(const std::string& name) {
    EXPECT_TRUE(RunFfmpeg(dir_.path(), "-f lavfi -i testsrc=s=64x48 -frames:v 1 " + name));
    return ReadBytes(dir_ / name);
  }
};

io::MediaTags MakeTags() {
  io::MediaTags tags;
  tags.tags = {{"title", "Ebbe und Flut \xC3\xA4"},
               {"artist", "The Tides"},
               {"album", "Shore"},
               {"date", "2024"},
               {"track", "3"},
               {"genre", "Ambient"}};
  tags.chapters = {{0, 1.25, "Low"}, {1.25, 2.5, "Rising = high"}, {2.5, 3, "High"}};
  return tags;
}

std::optional<std::string> Find(const io::MediaTags& tags, const std::string& key) {
  for (const auto& [name, value] : tags.tags) {
    std::string lower = name;
    std::transform(lower.begin(), lower.end(), lower.begin(), ::tolower);
    if (lower == key) return value;
  }
  return std::nullopt;
}

TEST_F(FfmpegTagsTest, ComeBackFromEveryContainerThatHasThem) {
  const std::vector<std::byte> jpeg = MakeCover("cover.jpg");
  const std::vector<std::byte> png = MakeCover("cover.png");
  const struct {
    const char* name;
    bool chapters;
    bool cover;
  } kCases[] = {
      {"a.flac", true, true}, {"a.ogg", true, true},   {"a.opus", true, true},
      {"a.mp3", true, true},  {"a.m4a", true, true},   {"a.mp4", true, true},
      {"a.mka", true, true},  {"a.webm", true, false}, {"a.wav", false, false},
  };
  for (const auto& [name, has_chapters, has_cover] : kCases) {
    for (const bool use_png : {false, true}) {
      SCOPED_TRACE(name);
      io::EncodeSpec spec = MakeSpec(dir_ / name, 2, 48'000);
      spec.overwrite = true;
      spec.tags = MakeTags();
      spec.tags.cover = use_png ? png : jpeg;
      spec.tags.cover_mime = use_png ? "image/png" : "image/jpeg";
      const auto warning = Encode(spec, {MakePlanes(2, kFrames, 48'000)});
      ASSERT_TRUE(warning) << warning.error().message;
      EXPECT_EQ(warning->find("cover") == std::string::npos, has_cover) << *warning;
      EXPECT_EQ(warning->find("chapters") == std::string::npos, has_chapters) << *warning;
      const auto tags = io::ReadMediaTags(spec.path);
      ASSERT_TRUE(tags) << tags.error().message;
      for (const auto& [key, value] : spec.tags.tags) {
        EXPECT_EQ(Find(*tags, key).value_or("(none)"), value) << key;
      }
      EXPECT_EQ(tags->tags.size(), spec.tags.tags.size());
      if (has_cover) {
        EXPECT_TRUE(tags->cover == spec.tags.cover);
        EXPECT_EQ(tags->cover_mime, spec.tags.cover_mime);
      }
      if (!has_chapters) continue;
      ASSERT_EQ(tags->chapters.size(), spec.tags.chapters.size());
      for (std::size_t i = 0; i < tags->chapters.size(); ++i) {
        EXPECT_NEAR(tags->chapters[i].begin_s, spec.tags.chapters[i].begin_s, 0.002);
        EXPECT_NEAR(tags->chapters[i].end_s, spec.tags.chapters[i].end_s, 0.03) << i;
        EXPECT_EQ(tags->chapters[i].title, spec.tags.chapters[i].title);
      }
    }
  }
}

TEST_F(FfmpegTagsTest, OfFfmpegsOwnFilesAreReadWithoutWhatDescribesTheFile) {
  WriteWav(dir_ / "music.wav", WavFormat::kS16, 2, kMediaRateHz, MakeMusic(2, kFrames));
  for (const char* const name : {"b.m4a", "b.mp3", "b.ogg", "b.flac", "b.mka"}) {
    ASSERT_TRUE(RunFfmpeg(dir_.path(), "-i music.wav -metadata title=One " + std::string(name)));
    const auto tags = io::ReadMediaTags(dir_ / name);
    ASSERT_TRUE(tags) << tags.error().message;
    ASSERT_EQ(tags->tags.size(), 1U) << name << " " << tags->tags.back().first;
    EXPECT_EQ(tags->tags[0].second, "One");
    EXPECT_TRUE(tags->chapters.empty());
    EXPECT_TRUE(tags->cover.empty());
  }
}

TEST_F(FfmpegTagsTest, WithoutAPlaceAreNamedInAWarning) {
  io::EncodeSpec spec = MakeSpec(dir_ / "a.m4a", 2);
  spec.tags.tags = {{"title", "x"}, {"MY_NOTE", "y"}};
  spec.tags.cover = std::vector<std::byte>(100, std::byte{7});
  spec.tags.cover_mime = "image/x-strange";
  const auto warning = Encode(spec, {MakePlanes(2, 1000)});
  ASSERT_TRUE(warning);
  EXPECT_NE(warning->find("MY_NOTE"), std::string::npos) << *warning;
  EXPECT_NE(warning->find("no JPEG or PNG"), std::string::npos) << *warning;
}

TEST_F(FfmpegTagsTest, CoverOfMp4LeavesNoTrackThatCannotBeDecoded) {
  for (const char* const name : {"a.m4a", "a.mp4"}) {
    io::EncodeSpec spec = MakeSpec(dir_ / name, 2, 48'000);
    spec.tags = MakeTags();
    spec.tags.cover = MakeCover("cover.jpg");
    spec.tags.cover_mime = "image/jpeg";
    ASSERT_TRUE(Encode(spec, {MakePlanes(2, kFrames, 48'000)}));
    EXPECT_EQ(ComplaintsOf(spec.path), "") << name;
    EXPECT_EQ(Probe(spec.path, "stream=codec_name", "v"), "mjpeg") << name;
    EXPECT_EQ(Probe(spec.path, "stream_disposition=attached_pic", "v"), "1") << name;
    EXPECT_EQ(Probe(spec.path, "stream=codec_name", "a"), "aac") << name;
    const auto tags = io::ReadMediaTags(spec.path);
    ASSERT_TRUE(tags);
    EXPECT_TRUE(tags->cover == spec.tags.cover) << name;
  }
}

TEST_F(FfmpegTagsTest, CoverIsLeftOutAndNamedWhereMp4CannotHaveOne) {
  io::EncodeSpec spec = MakeSpec(dir_ / "a.mov", 2, 48'000);
  spec.tags.cover = MakeCover("cover.jpg");
  spec.tags.cover_mime = "image/jpeg";
  const auto movie = Encode(spec, {MakePlanes(2, kFrames, 48'000)});
  ASSERT_TRUE(movie) << movie.error().message;
  EXPECT_NE(movie->find("cover"), std::string::npos) << *movie;
  EXPECT_EQ(ComplaintsOf(spec.path), "");

  spec.path = dir_ / "fifo";
  spec.container = "m4a";
  ASSERT_EQ(::mkfifo(spec.path.c_str(), 0600), 0);
  std::thread reader([&] {
    std::ifstream in(dir_ / "fifo", std::ios::binary);
    std::ofstream(dir_ / "piped.m4a", std::ios::binary) << in.rdbuf();
  });
  spec.overwrite = true;
  const auto piped = Encode(spec, {MakePlanes(2, kFrames, 48'000)});
  reader.join();
  ASSERT_TRUE(piped) << piped.error().message;
  EXPECT_NE(piped->find("cover"), std::string::npos) << *piped;
  EXPECT_EQ(ComplaintsOf(dir_ / "piped.m4a"), "");
}

TEST_F(FfmpegTagsTest, CoverOfSixteenMebibytesIsKeptAndALargerOneIsNot) {
  std::vector<std::byte> cover = MakeCover("cover.jpg");
  cover.resize(io::kMaxCoverBytes, std::byte{0});
  io::EncodeSpec spec = MakeSpec(dir_ / "a.m4a", 2);
  spec.tags.cover = cover;
  spec.tags.cover_mime = "image/jpeg";
  for (const char* const name : {"a.m4a", "a.mp3", "a.mka"}) {
    spec.path = dir_ / name;
    const auto done = Encode(spec, {MakePlanes(2, 5000)});
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(*done, "");
    const auto tags = io::ReadMediaTags(dir_ / name);
    ASSERT_TRUE(tags) << tags.error().message;
    EXPECT_EQ(tags->cover.size(), cover.size()) << name;
  }
  spec.path = dir_ / "b.m4a";
  spec.tags.cover.push_back(std::byte{0});
  const auto warning = Encode(spec, {MakePlanes(2, 5000)});
  ASSERT_TRUE(warning);
  EXPECT_NE(warning->find("left out"), std::string::npos);
}

}  // namespace
}  // namespace tidemark::testing
