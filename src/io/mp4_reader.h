// Mp4Reader: the packets of one audio track of a plain MP4 file, found through windows on its
// tables. libavformat holds an entry for every packet instead, 28 MB for six hours of AAC.
// Made by OpenMp4(); one owner, one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "io/byte_stream.h"
#include "io/decoder_input.h"
#include "io/mp4_table.h"
#include "io/mp4_track.h"
#include "io/packet_reader.h"

namespace tidemark::io {

// Opens one audio track of a plain or fragmented MP4. On success the reader owns the stream and
// `bytes` is null. Errors as FindMp4Track().
Result<std::unique_ptr<PacketReader>> OpenMp4(std::unique_ptr<ByteStream>& bytes, int stream);

class Mp4Reader final : public PacketReader {
 public:
  // On success the reader owns the stream and `bytes` is null. kIo, kBadData where the tables
  // cannot be read. REQUIRES: !track.fragments.
  static Result<std::unique_ptr<Mp4Reader>> Create(std::unique_ptr<ByteStream>& bytes,
                                                   const Mp4Track& track);

  [[nodiscard]] const PacketTrack& track() const override { return track_.packets; }
  Result<std::size_t> NextSize() override;
  Result<std::size_t> Next(std::span<std::byte> out) override;
  Result<std::int64_t> SeekTo(std::int64_t time) override;
  [[nodiscard]] bool truncated() const override { return truncated_; }

 private:
  Mp4Reader(ByteStream& bytes, const Mp4Track& track);
  Result<void> Settle();
  Result<std::uint32_t> SizeOf(std::int64_t packet);
  Result<void> StepOver(std::uint32_t size);

  std::unique_ptr<ByteStream> owned_;
  Mp4Track track_;
  Mp4TableReader durations_;
  Mp4TableReader chunk_sizes_;
  Mp4TableReader sizes_;
  Mp4TableReader chunk_starts_;
  DecoderInput data_;
  std::int64_t packet_ = 0;            // the next one
  std::int64_t chunk_ = 0;             // its chunk
  std::int64_t run_ = 0;               // entry of chunk_sizes_ that covers the chunk
  std::int64_t packets_in_chunk_ = 0;  // of which `packets_done_` are behind
  std::int64_t packets_done_ = 0;
  std::int64_t offset_ = 0;  // of the next packet; -1: not looked up yet
  bool truncated_ = false;
};

}  // namespace tidemark::io
