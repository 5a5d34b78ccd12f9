// Headerless PCM as `--raw` describes it. ParseRawFormat() is declared in open_source.h.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "io/open_source.h"
#include "io/pcm_layout.h"

namespace tidemark::io {

// The layout of a file or pipe of samples from its first byte on. kUsage where `raw` is not as
// ParseRawFormat() would make it.
Result<PcmLayout> LayoutOfRaw(const RawFormat& raw, std::optional<std::int64_t> file_size);

}  // namespace tidemark::io
