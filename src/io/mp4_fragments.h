// Mp4FragmentReader: the packets of one audio track of a fragmented MP4 ("moof" boxes, as in
// streaming), fragment by fragment. libavformat keeps an entry of every packet it has passed.
// Made by OpenMp4(); one owner, one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "io/mp4_box.h"
#include "io/mp4_table.h"
#include "io/mp4_track.h"
#include "io/packet_reader.h"
#include "io/windowed_stream.h"

namespace tidemark::io {

class Mp4FragmentReader final : public PacketReader {
 public:
  // Takes `bytes`. REQUIRES: track.fragments.
  static std::unique_ptr<Mp4FragmentReader> Create(std::unique_ptr<ByteStream> bytes,
                                                   const Mp4Track& track);

  [[nodiscard]] const PacketTrack& track() const override { return track_.packets; }
  Result<std::size_t> NextSize() override;
  Result<std::size_t> Next(std::span<std::byte> out) override;
  Result<std::int64_t> SeekTo(std::int64_t time) override;
  [[nodiscard]] bool truncated() const override { return truncated_; }

 private:
  // What holds for the packets that do not say otherwise.
  struct Defaults {
    std::uint32_t duration = 0;
    std::uint32_t size = 0;
  };

  Mp4FragmentReader(std::unique_ptr<ByteStream> bytes, const Mp4Track& track);
  Result<bool> NextRun();
  Result<void> StartTrack(const Mp4Box& traf);
  Result<void> StartRun(const Mp4Box& trun);
  Result<std::uint32_t> FieldOfPacket(int field_at, std::uint32_t otherwise);
  Result<void> StepOver(std::uint32_t size);

  WindowedStream stream_;
  Mp4Track track_;
  std::int64_t top_at_ = 0;   // the next box of the file,
  std::int64_t traf_at_ = 0;  // of the fragment,
  std::int64_t moof_end_ = 0;
  std::int64_t trun_at_ = 0;  // and of the track in the fragment
  std::int64_t traf_end_ = 0;
  std::int64_t moof_start_ = 0;
  std::int64_t base_ = 0;  // what data offsets of the fragment's track count from
  Defaults defaults_;
  Mp4TableReader run_;
  std::int64_t n_in_run_ = 0;
  std::int64_t packet_ = 0;  // of the run
  int duration_at_ = -1;     // of the fields in an entry of the run; -1: it has none
  int size_at_ = -1;
  std::int64_t offset_ = 0;  // of the next packet
  std::int64_t time_ = 0;    // at which it starts
  bool truncated_ = false;
};

}  // namespace tidemark::io
