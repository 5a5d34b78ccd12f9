#include "io/mp4_track.h"

#include <gtest/gtest.h>

#include <initializer_list>

#include "io/mp4_reader.h"
#include "tests/io/byte_builder.h"
#include "tests/io/memory_stream.h"

namespace tidemark::testing {
namespace {

Bytes Box(const char* type, std::initializer_list<Bytes> parts) {
  ByteBuilder body;
  for (const Bytes& part : parts) body.Append(part);
  return ByteBuilder().Big(body.size() + 8, 4).Text(type).Append(body.bytes()).bytes();
}

// A file of five ALAC packets of 4096 frames in two chunks, of 10, 20, 30, 40 and 50 bytes, which
// hold 1, 2, 3, 4 and 5.
struct Mp4Options {
  std::uint32_t data_flags = 1;
  std::uint32_t edit_start = 0;
  std::uint32_t edit_duration = 0;  // in thousandths of a second; 0: no edit list
  std::uint32_t claimed_packets = 5;
  bool fragmented = false;
};

Bytes MakeMp4(const Mp4Options& options) {
  Bytes media;
  for (int i = 1; i <= 5; ++i)
    media.insert(media.end(), static_cast<std::size_t>(10 * i), std::byte(i));
  const Bytes head = Box("ftyp", {ByteBuilder().Text("M4A ").Big(0, 4).bytes()});
  const Bytes mdat = Box("mdat", {media});
  const auto start = static_cast<std::uint32_t>(head.size() + 8);

  const Bytes cookie = Box("alac", {ByteBuilder()
                                        .Big(0, 4)
                                        .Big(4096, 4)
                                        .Big(0x0010280A0E020000, 8)
                                        .Big(0, 8)
                                        .Big(44100, 4)
                                        .bytes()});
  const Bytes entry = Box("alac", {ByteBuilder()
                                       .Big(0, 6)
                                       .Big(1, 2)
                                       .Big(0, 8)
                                       .Big(2, 2)
                                       .Big(16, 2)
                                       .Big(0, 4)
                                       .Big(44100, 2)
                                       .Big(0, 2)
                                       .bytes(),
                                   cookie});
  const Bytes stbl = Box(
      "stbl",
      {Box("stsd", {ByteBuilder().Big(0, 4).Big(1, 4).bytes(), entry}),
       Box("stts", {ByteBuilder().Big(0, 4).Big(1, 4).Big(5, 4).Big(4096, 4).bytes()}),
       Box("stsc", {ByteBuilder()
                        .Big(0, 4)
                        .Big(2, 4)
                        .Big(1, 4)
                        .Big(3, 4)
                        .Big(1, 4)
                        .Big(2, 4)
                        .Big(2, 4)
                        .Big(1, 4)
                        .bytes()}),
       Box("stsz", {ByteBuilder()
                        .Big(0, 8)
                        .Big(options.claimed_packets, 4)
                        .Big(10, 4)
                        .Big(20, 4)
                        .Big(30, 4)
                        .Big(40, 4)
                        .Big(50, 4)
                        .bytes()}),
       Box("stco", {ByteBuilder().Big(0, 4).Big(2, 4).Big(start, 4).Big(start + 60, 4).bytes()})});
  const Bytes dref = Box("dref", {ByteBuilder().Big(0, 4).Big(1, 4).bytes(),
                                  Box("url ", {ByteBuilder().Big(options.data_flags, 4).bytes()})});
  const Bytes mdia =
      Box("mdia", {Box("mdhd", {ByteBuilder().Big(0, 8).Big(0, 4).Big(44100, 4).Big(0, 8).bytes()}),
                   Box("hdlr", {ByteBuilder().Big(0, 8).Text("soun").Big(0, 8).Big(0, 4).bytes()}),
                   Box("minf", {Box("dinf", {dref}), stbl})});
  Bytes edits;
  if (options.edit_duration > 0) {
    edits = Box("edts", {Box("elst", {ByteBuilder()
                                          .Big(0, 4)
                                          .Big(1, 4)
                                          .Big(options.edit_duration, 4)
                                          .Big(options.edit_start, 4)
                                          .Big(0x10000, 4)
                                          .bytes()})});
  }
  const Bytes mvex = options.fragmented ? Box("mvex", {}) : Bytes{};
  const Bytes moov =
      Box("moov", {Box("mvhd", {ByteBuilder().Big(0, 8).Big(0, 4).Big(1000, 4).Big(0, 8).bytes()}),
                   Box("trak", {edits, mdia}), mvex});
  return ByteBuilder().Append(head).Append(mdat).Append(moov).bytes();
}

// `file` must outlive the reader.
std::unique_ptr<io::PacketReader> Open(const Bytes& file) {
  std::unique_ptr<io::ByteStream> bytes = std::make_unique<MemoryStream>(file);
  auto reader = io::OpenMp4(bytes, 0);
  EXPECT_TRUE(reader.has_value()) << (reader ? "" : reader.error().message);
  return reader ? std::move(*reader) : nullptr;
}

// The first byte of each packet from here to the end; 0 where a packet is not all of one value.
std::vector<int> Packets(io::PacketReader& reader) {
  std::vector<int> firsts;
  for (;;) {
    const auto size = reader.NextSize();
    if (!size || *size == 0) return firsts;
    Bytes packet(*size);
    const auto n = reader.Next(packet);
    if (!n || *n < packet.size()) return firsts;
    const bool uniform = packet == Bytes(packet.size(), packet[0]);
    firsts.push_back(uniform ? std::to_integer<int>(packet[0]) : 0);
  }
}

TEST(Mp4Reader, FindsEveryPacketAcrossChunks) {
  const Bytes file = MakeMp4({});
  const auto reader = Open(file);
  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(reader->track().codec, "alac");
  EXPECT_EQ(reader->track().keep_time, 5 * 4096);
  EXPECT_EQ(Packets(*reader), (std::vector<int>{1, 2, 3, 4, 5}));
  EXPECT_FALSE(reader->truncated());
}

TEST(Mp4Reader, JumpsToThePacketThatHoldsATime) {
  const Bytes file = MakeMp4({});
  const auto reader = Open(file);
  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(reader->SeekTo(3 * 4096 + 5).value_or(-1), 3 * 4096);
  EXPECT_EQ(Packets(*reader), (std::vector<int>{4, 5}));
  EXPECT_EQ(reader->SeekTo(4096).value_or(-1), 4096);
  EXPECT_EQ(Packets(*reader), (std::vector<int>{2, 3, 4, 5}));
  EXPECT_EQ(reader->SeekTo(1'000'000).value_or(-1), 5 * 4096);
  EXPECT_TRUE(Packets(*reader).empty());
}

TEST(Mp4Reader, TakesDelayAndLengthFromTheEditList) {
  Mp4Options options;
  options.edit_start = 2112;
  options.edit_duration = 200;
  const Bytes file = MakeMp4(options);
  const auto reader = Open(file);
  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(reader->track().skip_time, 2112);
  EXPECT_EQ(reader->track().keep_time, 8820);
  // An end that only rounding to thousandths sets apart from the last packet's end is that end.
  options.edit_duration = (5 * 4096 - 2112) * 1000 / 44100;
  const Bytes rounded = MakeMp4(options);
  EXPECT_EQ(Open(rounded)->track().keep_time, 5 * 4096 - 2112);
}

TEST(Mp4Reader, SaysThatPacketsAreMissing) {
  Bytes file = MakeMp4({});
  const auto full = Open(file);
  ASSERT_NE(full, nullptr);
  // The media box comes before the index: moving the last chunk beyond the end leaves a hole.
  const std::string_view type = "stco";
  const auto at = std::search(file.begin(), file.end(), type.begin(), type.end(),
                              [](std::byte b, char c) { return b == static_cast<std::byte>(c); });
  ASSERT_NE(at, file.end());
  *(at + 4 + 8 + 4) = std::byte{0x7F};
  const auto reader = Open(file);
  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(Packets(*reader), (std::vector<int>{1, 2, 3}));
  EXPECT_TRUE(reader->truncated());
}

TEST(Mp4Reader, NeverReadsATableBeyondItsBox) {
  Mp4Options options;
  options.claimed_packets = 0xFFFFFFFF;
  const Bytes file = MakeMp4(options);
  const auto reader = Open(file);
  ASSERT_NE(reader, nullptr);
  EXPECT_EQ(Packets(*reader), (std::vector<int>{1, 2, 3, 4, 5}));
}

TEST(FindMp4Track, LeavesToLibavformatWhatItDoesNotUnderstand) {
  Mp4Options external;
  external.data_flags = 0;
  Mp4Options both;
  both.fragmented = true;
  for (const Bytes& file : {MakeMp4(external), MakeMp4(both), Bytes(100, std::byte{1})}) {
    MemoryStream stream(file);
    const auto track = io::FindMp4Track(stream, 0);
    ASSERT_FALSE(track);
    EXPECT_EQ(track.error().code, ErrorCode::kUnsupported);
  }
}

}  // namespace
}  // namespace tidemark::testing
