// Owners of what FFmpeg allocates.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/frame.h>
#include <libswscale/swscale.h>
}

#include <memory>

namespace tidemark::io {

struct FreeAv {
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};

using CodecPointer = std::unique_ptr<AVCodecContext, FreeAv>;
using FramePointer = std::unique_ptr<AVFrame, FreeAv>;
using PacketPointer = std::unique_ptr<AVPacket, FreeAv>;
using ScalerPointer = std::unique_ptr<SwsContext, FreeAv>;

}  // namespace tidemark::io
