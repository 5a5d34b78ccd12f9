// PipeStream: the ByteStream of what can only be read once: a pipe, FIFO, socket or terminal.
// Its first kReplayBytes are kept, so that several decoders may look at the start. The window is
// the only buffer and is allocated once, by Create(). One owner, one thread at a time.
#pragma once

#include <memory>
#include <string>

#include "io/byte_stream.h"
#include "io/unique_fd.h"

namespace tidemark::io {

class PipeStream final : public ByteStream {
 public:
  // Takes over `fd`, open for reading, blocking or not. `name` is what messages call it.
  // `cancellation`, if any, is borrowed: once requested, waiting ends in kCancelled.
  static std::unique_ptr<PipeStream> Create(UniqueFd fd, std::string name,
                                            const Cancellation* cancellation = nullptr);

  // Blocks until out is full or the writer closes.
  Result<std::size_t> Read(std::span<std::byte> out) override;
  // Ahead beyond the end is no error: the next Read() returns 0.
  Result<void> Seek(std::int64_t offset) override;
  [[nodiscard]] std::int64_t position() const override { return position_; }
  [[nodiscard]] std::optional<std::int64_t> size() const override { return std::nullopt; }
  [[nodiscard]] bool seekable() const override { return false; }

 private:
  PipeStream(UniqueFd fd, std::string name, const Cancellation* cancellation);
  // Returns once the descriptor has bytes or its end.
  Result<void> AwaitReadable() const;
  // One read() of at most out.size() bytes, remembered in the window while it lasts; 0 = end.
  Result<std::size_t> Pull(std::span<std::byte> out);
  [[nodiscard]] bool replayable() const {
    return taken_ <= static_cast<std::int64_t>(kReplayBytes);
  }

  UniqueFd fd_;
  std::string name_;
  const Cancellation* cancellation_;
  std::unique_ptr<std::byte[]> window_;
  std::int64_t taken_ = 0;     // bytes read from the descriptor so far
  std::int64_t position_ = 0;  // of the next byte handed out; > taken_ only after the end
  bool ended_ = false;
};

}  // namespace tidemark::io
