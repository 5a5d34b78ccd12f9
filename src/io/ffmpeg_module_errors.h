// What FFmpeg's error numbers mean for an input, as errors of ours. Pure functions; any thread.
#pragma once

extern "C" {
#include <libavutil/error.h>
}

#include <string>
#include <string_view>

#include "base/result.h"

namespace tidemark::io {

// One line on an AVERROR.
[[nodiscard]] std::string DescribeAvError(int code);

// kMemory: FFmpeg got none for `path`, and what helps.
[[nodiscard]] tl::unexpected<Error> NoMemoryFor(const std::string& path);

// Why FFmpeg does not read `path`: kMemory for ENOMEM; kBadData where what is there is broken,
// else kUnsupported, with `what` ("is no media file that can be read") and FFmpeg's reason.
[[nodiscard]] tl::unexpected<Error> InputFailure(const std::string& path, std::string_view what,
                                                 int code);

}  // namespace tidemark::io
