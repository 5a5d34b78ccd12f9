#include "io/wav_encoder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <utility>

#include "base/text.h"
#include "io/at_offset.h"
#include "io/wav_header_bytes.h"
#include "io/write_error.h"

namespace tidemark::io {

Result<std::unique_ptr<WavEncoder>> WavEncoder::Create(WavSpec spec) {
  if (!IsWavEncoding(spec.encoding)) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("{}: a WAV does not hold {}", Printable(spec.path),
                            EncodingName(spec.encoding)));
  }
  std::optional<PartFile> file;
  if (spec.path != "-") {
    auto created = PartFile::Create(
        spec.path, spec.overwrite ? PartFile::IfExists::kReplace : PartFile::IfExists::kRefuse);
    if (!created) return tl::unexpected<Error>(created.error());
    file.emplace(*std::move(created));
  }
  std::unique_ptr<WavEncoder> encoder(new WavEncoder(std::move(spec), std::move(file)));
  const WavHeaderBytes header = MakeWavHeader(encoder->spec_.format, encoder->spec_.encoding,
                                              static_cast<std::uint64_t>(encoder->spec_.n_frames),
                                              encoder->spec_.chunks.size());
  TM_TRY(encoder->WriteBytes(std::span(header.bytes).first(header.size)));
  return encoder;
}

WavEncoder::WavEncoder(WavSpec spec, std::optional<PartFile> file)
    : spec_(std::move(spec)),
      file_(std::move(file)),
      fd_(file_ ? file_->fd() : STDOUT_FILENO),
      frame_bytes_(spec_.encoding.n_bytes * static_cast<std::size_t>(spec_.format.channels)),
      buffer_(kWavEncoderBytes) {}

Result<void> WavEncoder::Drain() {
  std::size_t done = 0;
  while (done < n_buffered_) {
    const ssize_t n = write(fd_, buffer_.data() + done, n_buffered_ - done);
    if (n < 0 && errno == EINTR) {
      if (spec_.cancellation == nullptr || !spec_.cancellation->requested()) continue;
      return Fail(ErrorCode::kCancelled, "interrupted");
    }
    if (n < 0) return CannotWrite(name(), errno);
    done += static_cast<std::size_t>(n);
  }
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
  return {};
}

// False where this kernel or these file systems do not do it; what was copied is counted off.
Result<bool> WavEncoder::CopyInKernel(int from, std::int64_t& offset, std::int64_t& n_bytes) {
  while (n_bytes > 0) {
    const ssize_t n =
        copy_file_range(from, &offset, fd_, nullptr, static_cast<std::size_t>(n_bytes), 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == ENOSPC || errno == EIO || errno == EFBIG || errno == EDQUOT)) {
      return CannotWrite(name(), errno);
    }
    if (n <= 0) return false;
    n_bytes -= n;
  }
  return true;
}

Result<void> WavEncoder::CopyFrames(const PcmExtent& from, std::int64_t first_frame,
                                    std::int64_t n_frames) {
  assert(static_cast<std::size_t>(from.frame_bytes) == frame_bytes_);
  std::int64_t offset = from.data_offset + first_frame * from.frame_bytes;
  std::int64_t n_bytes = n_frames * from.frame_bytes;
  n_frames_ += n_frames;
  if (kernel_copies_ && file_) {
    TM_TRY(Drain());
    TM_TRY_ASSIGN(kernel_copies_, CopyInKernel(from.fd, offset, n_bytes));
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
  if (n_frames_ != spec_.n_frames) {
    return Fail(ErrorCode::kInternal,
                fmt::format("{}: {} frames announced, {} written", Printable(spec_.path),
                            spec_.n_frames, n_frames_));
  }
  if (n_frames_ * static_cast<std::int64_t>(frame_bytes_) % 2 != 0) {
    const std::array<std::byte, 1> padding{};
    TM_TRY(WriteBytes(padding));
  }
  TM_TRY(WriteBytes(spec_.chunks));
  TM_TRY(Drain());
  return file_ ? file_->Commit() : Result<void>{};
}

}  // namespace tidemark::io
