// Mp4Track: one audio track of a plain MP4, M4A or QuickTime file: its codec, and where in the
// file the tables lie that say where its packets are. The tables themselves, which grow with the
// length of the audio, stay in the file. Values; the functions read through a ByteStream.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "io/byte_stream.h"
#include "io/packet_reader.h"

namespace tidemark::io {

// A table of fixed-size entries in the file.
struct Mp4Table {
  std::int64_t offset = 0;
  std::int64_t n_entries = 0;
  int entry_bytes = 0;
};

// Of a file in fragments: where they begin, and what holds where they do not say otherwise.
struct Mp4Fragments {
  std::int64_t start = 0;
  std::uint32_t track_id = 0;
  std::uint32_t duration = 0;  // of a packet
  std::uint32_t size = 0;
};

// The largest packet of any codec read here is far below this.
inline constexpr std::uint32_t kMaxMp4PacketBytes = 1024 * 1024;

struct Mp4Track {
  PacketTrack packets;
  Mp4Table durations;     // "stts": packets (4), duration of each (4)
  Mp4Table chunk_sizes;   // "stsc": first chunk from 1 (4), packets per chunk (4), entry (4)
  Mp4Table sizes;         // "stsz": size (4); none where all are the same
  Mp4Table chunk_starts;  // "stco" or "co64": offset (4 or 8)
  std::int64_t n_packets = 0;
  std::uint32_t same_size = 0;  // of every packet; 0: see `sizes`
  // Set where all packets are in fragments; there are no tables then.
  std::optional<Mp4Fragments> fragments;
};

// Finds audio track number `stream`. kUnsupported where the file is not a plain MP4 or has
// something that is not understood here (several edits, encryption, data in other files):
// libavformat may still read it. kUsage where there is no such track. kIo.
Result<Mp4Track> FindMp4Track(ByteStream& bytes, int stream);

}  // namespace tidemark::io
