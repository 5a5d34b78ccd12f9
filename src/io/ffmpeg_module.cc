// What tidemark_ffmpeg.so exports: one function.
#include "io/ffmpeg_module.h"

extern "C" {
#include <libavutil/log.h>
#include <libavutil/mem.h>
}

#include "io/ffmpeg_module_copy.h"
#include "io/ffmpeg_module_encoder.h"
#include "io/ffmpeg_module_feed.h"
#include "io/ffmpeg_module_lists.h"
#include "io/ffmpeg_module_source.h"
#include "io/ffmpeg_module_tags.h"
#include "io/ffmpeg_module_timeline.h"

namespace tidemark::io {
namespace {

// A single allocation of FFmpeg's beyond this is a hostile header's wish.
constexpr std::size_t kMaxAllocationBytes = 16 * 1024 * 1024 + 64 * 1024;
// Once something is encoded: a picture of 8K video, a large cover on its way into a header.
constexpr std::size_t kMaxEncodingAllocationBytes = 128 * 1024 * 1024;

void DropLog(void*, int, const char*, va_list) {}

Result<std::unique_ptr<Source>> Open(FfmpegRequest& request) {
  std::unique_ptr<PacketFeed> feed;
  if (request.container_timeline) {
    TM_TRY_ASSIGN(feed, OpenTimelineFeed(request));
    return FfmpegModuleSource::Create(request.path, std::move(feed));
  }
  TM_TRY_ASSIGN(feed, request.packets ? OpenTrackFeed(request) : OpenContainerFeed(request));
  return FfmpegModuleSource::Create(request.path, std::move(feed));
}

Result<std::unique_ptr<Encoder>> OpenEncoder(const EncodeSpec& spec,
                                             std::unique_ptr<ByteSink> sink) {
  av_max_alloc(kMaxEncodingAllocationBytes);
  return FfmpegModuleEncoder::Create(spec, std::move(sink));
}

}  // namespace
}  // namespace tidemark::io

extern "C" __attribute__((visibility("default"))) const tidemark::io::FfmpegModule*
tidemark_ffmpeg_interface() {
  using tidemark::io::FfmpegModule;
  av_log_set_callback(tidemark::io::DropLog);
  av_max_alloc(tidemark::io::kMaxAllocationBytes);
  static const FfmpegModule module{tidemark::io::kFfmpegInterface,
                                   TIDEMARK_VERSION,
                                   tidemark::io::Open,
                                   tidemark::io::ListModuleFormats,
                                   tidemark::io::OpenEncoder,
                                   tidemark::io::ReadTags,
                                   tidemark::io::Probe,
                                   tidemark::io::FfmpegModuleCopy::Create};
  return &module;
}
