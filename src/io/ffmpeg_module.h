// The boundary between the main binary and tidemark_ffmpeg.so, the module that holds everything
// which calls FFmpeg. Both sides are built from one tree by one compiler; the interface number
// below keeps a stray module of another build out.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/result.h"
#include "io/byte_sink.h"
#include "io/byte_stream.h"
#include "io/encoder.h"
#include "io/ffmpeg_copy.h"
#include "io/media_layout.h"
#include "io/open_source.h"
#include "io/packet_reader.h"
#include "io/source.h"

namespace tidemark::io {

// Raised with every change to what crosses the boundary: this header and the interfaces in it.
inline constexpr int kFfmpegInterface = 6;

struct FfmpegRequest {
  std::string path;  // for messages and SourceInfo
  int stream = 0;    // counted among the audio streams
  // Exactly one of the two is set, and taken over where opening succeeds: bytes for libavformat
  // to take apart, or packets that our own MP4 reader has already found.
  std::unique_ptr<ByteStream> bytes;
  std::unique_ptr<PacketReader> packets;
  // OpenOptions::container_timeline: the module opens `path` itself then.
  bool container_timeline = false;
  const Cancellation* cancellation = nullptr;  // borrowed; may be null
};

// What tidemark_ffmpeg_interface() in the module returns.
struct FfmpegModule {
  int interface_number = 0;
  const char* build = nullptr;  // TIDEMARK_VERSION of the module
  // Errors as OpenSource(); the request keeps its stream or packets then.
  Result<std::unique_ptr<Source>> (*open)(FfmpegRequest& request) = nullptr;
  std::vector<FormatRow> (*list_formats)() = nullptr;
  // Errors as OpenFfmpegEncoder(); takes the sink in any case.
  Result<std::unique_ptr<Encoder>> (*open_encoder)(const EncodeSpec& spec,
                                                   std::unique_ptr<ByteSink> sink) = nullptr;
  // Errors as ReadMediaTags() and ProbeMedia(); the request keeps its bytes.
  Result<MediaTags> (*read_tags)(const FfmpegRequest& request) = nullptr;
  Result<MediaLayout> (*probe)(const FfmpegRequest& request) = nullptr;
  // Errors as OpenCopyCut(); takes the sink in any case.
  Result<std::unique_ptr<CopyCut>> (*open_copy)(const CopySpec& spec,
                                                std::unique_ptr<ByteSink> sink) = nullptr;
};

inline constexpr const char* kFfmpegEntryPoint = "tidemark_ffmpeg_interface";
using FfmpegEntryPoint = const FfmpegModule* (*)();

}  // namespace tidemark::io
