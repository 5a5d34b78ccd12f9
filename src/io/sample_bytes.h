// SampleBytes: the bytes of the samples, a contiguous piece at a time, from a sliding map of a
// file (mapped_bytes.h) or from a buffer (buffered_bytes.h). Owned by PcmSource; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.h"
#include "io/source.h"

namespace tidemark::io {

// The longest piece that may be asked for in one go: a block of the widest frames.
inline constexpr std::size_t kMaxFrameBytes = std::size_t{kMaxChannels} * 8;

class SampleBytes {
 public:
  SampleBytes() = default;
  SampleBytes(const SampleBytes&) = delete;
  SampleBytes& operator=(const SampleBytes&) = delete;
  virtual ~SampleBytes() = default;

  // The bytes from `offset` of the file on: at most `most`, at least `least` but for the end of
  // the samples, where there may be fewer or none. Valid until the next call. Where the stream
  // cannot seek, `offset` must not go back. kIo where reading or mapping fails.
  // REQUIRES: 0 < least <= kMaxFrameBytes, least <= most.
  virtual Result<std::span<const std::byte>> View(std::int64_t offset, std::size_t least,
                                                  std::size_t most) = 0;

  // To be asked after touching a view has raised a bus error, and at the end: true if the file
  // has become shorter than its samples; View() then ends where the file does.
  virtual bool NoticeShrinking() = 0;

  // What the map or buffer takes at most, exactly.
  [[nodiscard]] virtual MemoryAllowance allowance() const = 0;
};

}  // namespace tidemark::io
