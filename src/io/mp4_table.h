// Mp4TableReader: reads the entries of an Mp4Table through a small window, so that a table of any
// length costs the same memory. One owner, one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "io/byte_stream.h"
#include "io/mp4_track.h"

namespace tidemark::io {

class Mp4TableReader {
 public:
  // `bytes` must outlive this. Takes window_bytes.
  Mp4TableReader(ByteStream& bytes, const Mp4Table& table, std::size_t window_bytes = kWindowBytes);

  // Goes over to another table, keeping the window.
  void Restart(const Mp4Table& table);

  [[nodiscard]] std::int64_t n_entries() const { return table_.n_entries; }

  // The bytes of an entry, valid until the next call. kIo where reading fails, kBadData where the
  // file ends before. REQUIRES: 0 <= index < n_entries().
  Result<std::span<const std::byte>> Entry(std::int64_t index);

  // The 32-bit field at `field` of an entry.
  Result<std::uint32_t> Field(std::int64_t index, std::size_t field);

  // A place in the file, of 4 or 8 bytes as the entries have (stco, co64). kBadData where it is
  // none.
  Result<std::int64_t> FileOffset(std::int64_t index);

  static constexpr std::size_t kWindowBytes = 4096;

 private:
  ByteStream& bytes_;
  Mp4Table table_;
  std::vector<std::byte> window_;
  std::int64_t first_ = 0;
  std::int64_t n_held_ = 0;
};

}  // namespace tidemark::io
