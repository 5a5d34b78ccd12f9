// Finds and loads tidemark_ffmpeg.so on the first use. It stays loaded, as FFmpeg's libraries
// cannot be unloaded cleanly. Any thread.
#pragma once

#include "base/result.h"
#include "io/ffmpeg_module.h"

namespace tidemark::io {

// kUnsupported, without a file's name, where the module is not installed or belongs to another
// build; what failed once stays so. Lives as long as the process.
const Result<const FfmpegModule*>& LoadFfmpegModule();

}  // namespace tidemark::io
