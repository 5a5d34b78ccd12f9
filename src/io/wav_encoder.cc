#include "io/wav_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "base/text.h"
#include "io/at_offset.h"

namespace tidemark::io {

Result<std::unique_ptr<WavEncoder>> WavEncoder::Create(WavSpec spec) {
  if (!IsWavEncoding(spec.encoding)) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("{}: a WAV does not hold {}", Printable(spec.path),
                            EncodingName(spec.encoding)));
  }
  std::unique_ptr<MediaFile> file;
  TM_TRY_ASSIGN(file, MediaFile::Create(spec.path, spec.overwrite, spec.cancellation));
  std::unique_ptr<WavEncoder> encoder(new WavEncoder(std::move(spec), std::move(file)));
  const WavHeaderBytes header = encoder->Header(encoder->spec_.n_frames);
  TM_TRY(encoder->WriteBytes(std::span(header.bytes).first(header.size)));
  return encoder;
}

WavEncoder::WavEncoder(WavSpec spec, std::unique_ptr<MediaFile> file)
    : spec_(std::move(spec)),
      file_(std::move(file)),
      frame_bytes_(spec_.encoding.n_bytes * static_cast<std::size_t>(spec_.format.channels)),
      buffer_(kWavEncoderBytes),
      kernel_copies_(file_->seekable()) {}

WavHeaderBytes WavEncoder::Header(std::optional<std::int64_t> n_frames) const {
  std::optional<std::uint64_t> n;
  if (n_frames) n = static_cast<std::uint64_t>(*n_frames);
  return MakeWavHeader(spec_.format, spec_.encoding, n, spec_.chunks.size());
}

Result<void> WavEncoder::Drain() {
  TM_TRY(file_->WriteAt(file_->size(), std::span(buffer_).first(n_buffered_)));
  n_buffered_ = 0;
  return {};
}

Result<void> WavEncoder::WriteBytes(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    if (n_buffered_ == buffer_.size()) TM_TRY(Drain());
    const std::size_t n = std::min(bytes.size(), buffer_.size() - n_buffered_);
    std::ranges::copy(bytes.first(n), buffer_.begin() + static_cast<std::ptrdiff_t>(n_buffered_));
    n_buffered_ += n;
    bytes = bytes.subspan(n);
  }
  return {};
}

Result<void> WavEncoder::Write(std::size_t, const AudioBlock& block) {
  assert(IsStorable(spec_.encoding));
  std::array<float*, kMaxChannels> planes{};
  for (std::size_t at = 0; at < block.n_frames();) {
    if (buffer_.size() - n_buffered_ < frame_bytes_) TM_TRY(Drain());
    const std::size_t room = (buffer_.size() - n_buffered_) / frame_bytes_;
    const std::size_t n = std::min(room, block.n_frames() - at);
    for (std::size_t c = 0; c < block.n_channels(); ++c) planes[c] = block.channels()[c] + at;
    StorePcm({std::span(planes).first(block.n_channels()), n}, spec_.encoding,
             spec_.dither ? &dither_ : nullptr, std::span(buffer_).subspan(n_buffered_));
    n_buffered_ += n * frame_bytes_;
    at += n;
  }
  n_frames_ += static_cast<std::int64_t>(block.n_frames());
  if (!spec_.n_frames && !file_->seekable()) return Drain();
  return {};
}

Result<void> WavEncoder::CopyFrames(const PcmExtent& from, std::int64_t first_frame,
                                    std::int64_t n_frames) {
  assert(static_cast<std::size_t>(from.frame_bytes) == frame_bytes_);
  std::int64_t offset = from.data_offset + first_frame * from.frame_bytes;
  std::int64_t n_bytes = n_frames * from.frame_bytes;
  n_frames_ += n_frames;
  if (kernel_copies_) {
    TM_TRY(Drain());
    std::int64_t n_copied = 0;
    TM_TRY_ASSIGN(n_copied, file_->CopyFrom(from.fd, offset, n_bytes));
    kernel_copies_ = n_copied == n_bytes;
    offset += n_copied;
    n_bytes -= n_copied;
  }
  while (n_bytes > 0) {
    if (n_buffered_ == buffer_.size()) TM_TRY(Drain());
    const auto n = static_cast<std::size_t>(
        std::min(n_bytes, static_cast<std::int64_t>(buffer_.size() - n_buffered_)));
    if (const int error = ReadAt(from.fd, std::span(buffer_).subspan(n_buffered_, n), offset);
        error != 0) {
      return Fail(ErrorCode::kIo, fmt::format("the input cannot be read any more near byte {}; it "
                                              "changed or its disk fails",
                                              offset));
    }
    n_buffered_ += n;
    offset += static_cast<std::int64_t>(n);
    n_bytes -= static_cast<std::int64_t>(n);
  }
  return {};
}

Result<void> WavEncoder::Finish() {
  if (spec_.n_frames && n_frames_ != *spec_.n_frames) {
    return Fail(ErrorCode::kInternal,
                fmt::format("{}: {} frames announced, {} written", Printable(spec_.path),
                            *spec_.n_frames, n_frames_));
  }
  if (n_frames_ * static_cast<std::int64_t>(frame_bytes_) % 2 != 0) {
    const std::array<std::byte, 1> padding{};
    TM_TRY(WriteBytes(padding));
  }
  TM_TRY(WriteBytes(spec_.chunks));
  TM_TRY(Drain());
  if (!spec_.n_frames && file_->seekable()) {
    const WavHeaderBytes header = Header(n_frames_);
    TM_TRY(file_->WriteAt(0, std::span(header.bytes).first(header.size)));
  }
  return file_->Commit();
}

}  // namespace tidemark::io
