// BufferedBytes: SampleBytes from any ByteStream through one buffer of kBufferBytes: pipes, and
// files on file systems that cannot map. It asks the stream for what is wanted and no more, so that
// a live pipe is waited for no longer than it must be. Owned by PcmSource; one thread.
#pragma once

#include <memory>
#include <optional>

#include "io/byte_stream.h"
#include "io/sample_bytes.h"

namespace tidemark::io {

inline constexpr std::size_t kBufferBytes = 64 * 1024;

class BufferedBytes final : public SampleBytes {
 public:
  // The samples end at byte `end` of `stream`, or with it where that is nullopt or comes first.
  // `stream` must outlive this and be used by nobody else.
  BufferedBytes(ByteStream& stream, std::optional<std::int64_t> end);

  Result<std::span<const std::byte>> View(std::int64_t offset, std::size_t least,
                                          std::size_t most) override;
  bool NoticeShrinking() override { return false; }
  [[nodiscard]] MemoryAllowance allowance() const override { return {kBufferBytes, 0}; }

 private:
  Result<void> FillFrom(std::int64_t offset, std::size_t most);

  ByteStream& stream_;
  std::optional<std::int64_t> end_;
  std::unique_ptr<std::byte[]> buffer_;
  std::int64_t buffer_offset_ = 0;
  std::size_t n_buffered_ = 0;
};

}  // namespace tidemark::io
