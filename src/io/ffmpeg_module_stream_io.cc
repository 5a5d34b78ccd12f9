#include "io/ffmpeg_module_stream_io.h"

extern "C" {
#include <libavutil/mem.h>
}

#include <cstdio>
#include <utility>

namespace tidemark::io {
namespace {

constexpr int kIoBufferBytes = 32 * 1024;

}  // namespace

std::unique_ptr<StreamIo> StreamIo::Create(ByteStream& bytes) {
  std::unique_ptr<StreamIo> stream(new StreamIo(bytes));
  auto* const buffer = static_cast<unsigned char*>(av_malloc(kIoBufferBytes));
  if (buffer == nullptr) return nullptr;
  stream->io_ =
      avio_alloc_context(buffer, kIoBufferBytes, 0, stream.get(), ReadBytes, nullptr, SeekBytes);
  if (stream->io_ == nullptr) {
    av_free(buffer);
    return nullptr;
  }
  stream->io_->seekable = bytes.seekable() ? AVIO_SEEKABLE_NORMAL : 0;
  return stream;
}

StreamIo::~StreamIo() {
  if (io_ != nullptr) av_freep(static_cast<void*>(&io_->buffer));
  avio_context_free(&io_);
}

int StreamIo::ReadBytes(void* user, std::uint8_t* out, int n) {
  auto& stream = *static_cast<StreamIo*>(user);
  if (n <= 0) return 0;
  auto got = stream.bytes_.Read({reinterpret_cast<std::byte*>(out), static_cast<std::size_t>(n)});
  if (!got) {
    stream.error_ = std::move(got).error();
    return AVERROR(EIO);
  }
  return *got == 0 ? AVERROR_EOF : static_cast<int>(*got);
}

std::int64_t StreamIo::SeekBytes(void* user, std::int64_t offset, int whence) {
  auto& stream = *static_cast<StreamIo*>(user);
  if (whence == AVSEEK_SIZE) return stream.bytes_.size().value_or(AVERROR(ENOSYS));
  if (whence == SEEK_CUR) offset += stream.bytes_.position();
  if (whence == SEEK_END) {
    if (!stream.bytes_.size()) return AVERROR(ENOSYS);
    offset += *stream.bytes_.size();
  }
  if (offset < 0 || !stream.bytes_.Seek(offset)) return AVERROR(EINVAL);
  return offset;
}

}  // namespace tidemark::io
