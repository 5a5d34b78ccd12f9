#include "io/ffmpeg_module_muxer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

#include "io/ffmpeg_module_closed.h"
#include "io/ffmpeg_module_errors.h"
#include "io/ffmpeg_module_feed.h"
#include "io/ffmpeg_module_mp4_index.h"

namespace tidemark::io {
namespace {

constexpr int kIoBufferBytes = 64 * 1024;
// An MP4 is written in pieces, as libavformat keeps an index entry of 56 bytes for each packet of
// a piece: 9 MB per hour of AAC if the whole were one.
constexpr const char* kPiece_us = "2000000";
constexpr const char* kPieceBytes = "1000000";
// A cluster of Matroska is held until it is whole.
constexpr const char* kClusterBytes = "500000";

}  // namespace

bool IsMatroska(const AVFormatContext& output) {
  const std::string_view name = output.oformat->name;
  return name == "matroska" || name == "webm";
}

OutputMuxer::~OutputMuxer() {
  if (format_ == nullptr) return;
  if (format_->pb != nullptr) {
    av_freep(static_cast<void*>(&format_->pb->buffer));
    avio_context_free(&format_->pb);
  }
  avformat_free_context(format_);
}

Result<std::unique_ptr<OutputMuxer>> OutputMuxer::Create(const OutputContainer& container,
                                                         ByteSink& sink) {
  if (!sink.seekable() && !container.pipe) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: {} is completed at its start when its length is known and cannot "
                            "go to a pipe; name a file",
                            sink.name(), container.name));
  }
  std::unique_ptr<OutputMuxer> muxer(new OutputMuxer(container, sink));
  TM_TRY(muxer->Open());
  return muxer;
}

Result<void> OutputMuxer::Open() {
  const AVOutputFormat* const output = av_guess_format(container_.muxer, nullptr, nullptr);
  if (output == nullptr) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("{}: this FFmpeg was built without {}", sink_.name(), container_.name));
  }
  if (avformat_alloc_output_context2(&format_, output, nullptr, nullptr) < 0) {
    return Failed(AVERROR(ENOMEM));
  }
  format_->io_open = RefuseToOpen;
  format_->flags |= AVFMT_FLAG_CUSTOM_IO | AVFMT_FLAG_BITEXACT;
  format_->max_interleave_delta = kMostAhead_us;
  auto* const buffer = static_cast<unsigned char*>(av_malloc(kIoBufferBytes));
  if (buffer == nullptr) return Failed(AVERROR(ENOMEM));
  format_->pb = avio_alloc_context(buffer, kIoBufferBytes, 1, this, nullptr, WriteBytes, SeekBytes);
  if (format_->pb == nullptr) {
    av_free(buffer);
    return Failed(AVERROR(ENOMEM));
  }
  format_->pb->seekable = sink_.seekable() ? AVIO_SEEKABLE_NORMAL : 0;
  return {};
}

int OutputMuxer::WriteBytes(void* user, std::uint8_t* bytes, int n) {
  auto& muxer = *static_cast<OutputMuxer*>(user);
  const std::span<const std::byte> piece(reinterpret_cast<const std::byte*>(bytes),
                                         static_cast<std::size_t>(n));
  auto written = muxer.sink_.WriteAt(muxer.position_, piece);
  if (!written) {
    muxer.error_ = std::move(written).error();
    return AVERROR(EIO);
  }
  muxer.position_ += n;
  return n;
}

std::int64_t OutputMuxer::SeekBytes(void* user, std::int64_t offset, int whence) {
  auto& muxer = *static_cast<OutputMuxer*>(user);
  if (!muxer.sink_.seekable()) return AVERROR(ESPIPE);
  if (whence == AVSEEK_SIZE) return muxer.sink_.size();
  if (whence == SEEK_CUR) offset += muxer.position_;
  if (whence == SEEK_END) offset += muxer.sink_.size();
  if (offset < 0) return AVERROR(EINVAL);
  return muxer.position_ = offset;
}

bool OutputMuxer::is_mp4() const {
  const std::string_view muxer = container_.muxer;
  return muxer == "ipod" || muxer == "mp4" || muxer == "mov";
}

tl::unexpected<Error> OutputMuxer::Failed(int code) const {
  if (error_) return tl::unexpected(*error_);
  if (code == AVERROR(ENOMEM)) {
    return Fail(ErrorCode::kMemory, fmt::format("{}: no memory for FFmpeg", sink_.name()));
  }
  return Fail(ErrorCode::kIo, fmt::format("{}: cannot be written as {}: {}", sink_.name(),
                                          container_.name, DescribeAvError(code)));
}

Result<void> OutputMuxer::WriteHeader(int movie_rate_hz) {
  AVDictionary* options = nullptr;
  // What is experimental in Debian's FFmpeg only: FLAC in MP4.
  format_->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
  if (is_mp4()) {
    av_dict_set(&options, "movflags", "+empty_moov+delay_moov+default_base_moof+skip_trailer", 0);
    av_dict_set(&options, "frag_duration", kPiece_us, 0);
    av_dict_set(&options, "frag_size", kPieceBytes, 0);
    av_dict_set_int(&options, "movie_timescale", movie_rate_hz, 0);
  }
  const std::string_view muxer = container_.muxer;
  if (IsMatroska(*format_)) {
    av_dict_set(&options, "cluster_size_limit", kClusterBytes, 0);
  }
  if (muxer == "wav") av_dict_set(&options, "rf64", "auto", 0);
  if (muxer == "aiff" || muxer == "adts") av_dict_set(&options, "write_id3v2", "1", 0);
  const int code = avformat_write_header(format_, &options);
  av_dict_free(&options);
  if (code >= 0) return {};
  if (error_ || code == AVERROR(ENOMEM)) return Failed(code);
  return Fail(ErrorCode::kUsage, fmt::format("{}: {} cannot hold these streams ({})", sink_.name(),
                                             container_.name, DescribeAvError(code)));
}

Result<void> OutputMuxer::Write(AVPacket& packet) {
  const int code = av_interleaved_write_frame(format_, &packet);
  if (code < 0 || error_) return Failed(code);
  return {};
}

Result<void> OutputMuxer::WriteAtOnce(AVPacket& packet) {
  const int code = av_write_frame(format_, &packet);
  if (code < 0 || error_) return Failed(code);
  return {};
}

// libavformat counts the padding to 8 bytes as samples. The size of a chunk of W64 stands behind
// its GUID, which begins with four letters, and counts both.
Result<void> OutputMuxer::CorrectW64(std::int64_t samples_end) {
  constexpr std::string_view kData = "data\xF3\xAC\xD3\x11";
  std::array<std::byte, 512> head{};
  const auto n = std::min<std::int64_t>(samples_end, head.size());
  TM_TRY(sink_.ReadAt(0, std::span(head).first(static_cast<std::size_t>(n))));
  const std::string_view text(reinterpret_cast<const char*>(head.data()),
                              static_cast<std::size_t>(n));
  const std::size_t at = text.find(kData);
  if (at == std::string_view::npos) return {};
  const auto size = static_cast<std::uint64_t>(samples_end) - at;
  std::array<std::byte, 8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::byte>(size >> 8 * i & 0xFFU);
  return sink_.WriteAt(static_cast<std::int64_t>(at) + 16, bytes);
}

Result<void> OutputMuxer::Finish() {
  const std::int64_t samples_end = avio_tell(format_->pb);
  const int code = av_write_trailer(format_);
  if (code < 0 || error_) return Failed(code);
  avio_flush(format_->pb);
  if (error_) return Failed(AVERROR(EIO));
  if (std::string_view(container_.muxer) == "w64") return CorrectW64(samples_end);
  if (is_mp4() && sink_.seekable()) return MakeMp4Index(sink_);
  return {};
}

}  // namespace tidemark::io
