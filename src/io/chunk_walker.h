// ChunkWalker: goes through the chunks of a RIFF or FORM file, of which each is a four-letter
// code, a 32-bit size and a body padded to even length. Reads forward only, so that it works on
// a pipe. One owner, one thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "io/byte_stream.h"
#include "io/header_fields.h"

namespace tidemark::io {

// More chunks before the audio than any writer makes; a file of empty chunks ends here.
inline constexpr int kMaxHeaderChunks = 10'000;

struct Chunk {
  std::array<std::byte, 4> id;
  std::uint32_t size = 0;        // as the header says; the file may end sooner
  std::int64_t body_offset = 0;  // where the stream stands

  [[nodiscard]] bool Is(std::string_view code) const { return HasText(id, 0, code); }
};

class ChunkWalker {
 public:
  // `bytes` must outlive the walker. The first chunk starts at first_offset.
  ChunkWalker(ByteStream& bytes, std::int64_t first_offset, ByteOrder order)
      : bytes_(bytes), next_offset_(first_offset), order_(order) {}

  // The next chunk; nullopt at the end of the file. A pad byte that a writer left out is noticed.
  // kBadData after kMaxHeaderChunks, kIo where reading fails.
  Result<std::optional<Chunk>> Next();

 private:
  ByteStream& bytes_;
  std::int64_t next_offset_;
  ByteOrder order_;
  bool after_odd_ = false;
  int n_chunks_ = 0;
};

// Fills `out` from where the stream stands. kBadData, naming `what`, where the file ends sooner.
Result<void> ReadExactly(ByteStream& bytes, std::span<std::byte> out, std::string_view what);

}  // namespace tidemark::io
