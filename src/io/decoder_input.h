// DecoderInput: what libsndfile sees of a ByteStream: an optional made-up header, then the
// stream's bytes from a chosen offset. It keeps a sliding window of recent bytes, so that the
// short steps back that decoders take work on pipes too, and so that no decoder read of a few
// bytes becomes a system call. Owned by SndfileSource, used by the thread that reads it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "io/byte_stream.h"
#include "io/mpeg_audio_frame.h"

namespace tidemark::io {

class DecoderInput {
 public:
  // How long the decoder is told the input is. kEndless makes every input look alike, file or
  // pipe: decoders then never look for the end first, and stop where the bytes do.
  enum class Length : std::uint8_t { kEndless, kTrue };

  // `bytes` must outlive this. Takes kWindowBytes of memory.
  explicit DecoderInput(ByteStream& bytes);

  // From now on the decoder sees `header` (at most kMaxHeaderBytes) and then the stream from
  // stream offset `start`; its position is 0.
  void Present(std::span<const std::byte> header, std::int64_t start, Length length);

  // Of MPEG audio presented from a frame on: the decoder sees only whole frames that follow one
  // another without a gap, and then an end. (libmpg123 would write to stderr about all else.)
  // claimed_bytes is the length that the file's own header claims, 0 for none.
  void ShowMpegFramesOnly(const MpegAudioFrame& first, std::int64_t claimed_bytes);

  // The calls of a decoder, in its own offsets. Read() returns fewer bytes only at the end or
  // after a failure, which error() then holds. Seek() only moves; reading finds out whether the
  // stream can follow.
  std::size_t Read(std::span<std::byte> out);
  std::int64_t Seek(std::int64_t offset, int whence);
  [[nodiscard]] std::int64_t Tell() const { return position_; }
  [[nodiscard]] std::int64_t ClaimedLength() const;

  // Reads at a stream offset without moving the decoder's position; fewer bytes only at the end.
  std::size_t Peek(std::int64_t stream_offset, std::span<std::byte> out);

  // The stream offset of the byte the decoder would read next.
  [[nodiscard]] std::int64_t stream_position() const;
  // Where the last whole MPEG frame that was seen ends.
  [[nodiscard]] std::int64_t mpeg_end() const { return mpeg_end_; }
  // The furthest stream offset handed to the decoder since Present().
  [[nodiscard]] std::int64_t high_water() const { return high_water_; }
  // True once the stream has answered a read with its end.
  [[nodiscard]] bool at_end() const { return at_end_; }
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

  static constexpr std::size_t kMaxHeaderBytes = 64;
  static constexpr std::size_t kWindowBytes = 192 * 1024;
  // Of the window, how much is kept behind the newest byte: more than the largest Ogg page.
  static constexpr std::size_t kHistoryBytes = 80 * 1024;

 private:
  bool FillAt(std::int64_t stream_offset);
  std::size_t PartOfMpegFrames(std::int64_t stream_offset, std::size_t n_bytes);

  ByteStream& bytes_;
  std::array<std::byte, kMaxHeaderBytes> header_{};
  std::int64_t header_bytes_ = 0;
  std::int64_t start_ = 0;
  Length length_ = Length::kEndless;
  std::optional<MpegAudioFrame> mpeg_;
  std::int64_t mpeg_end_ = 0;
  std::int64_t claimed_bytes_ = 0;
  std::int64_t position_ = 0;
  bool looking_at_tail_ = false;
  std::int64_t high_water_ = 0;
  std::vector<std::byte> window_;
  std::int64_t window_start_ = 0;  // stream offset of window_[0]
  std::size_t window_filled_ = 0;
  bool at_end_ = false;
  std::optional<Error> error_;
};

}  // namespace tidemark::io
