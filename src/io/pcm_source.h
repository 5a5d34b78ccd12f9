// Our own reader of uncompressed audio: WAV, RF64, BW64, W64, AIFF, AIFF-C, CAF and raw samples.
// Files are read through a sliding read-only map, pipes through a fixed buffer; the size of
// neither depends on the length of the audio. Owned by whoever opened it; one thread at a time.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "io/byte_stream.h"
#include "io/open_source.h"
#include "io/source.h"

namespace tidemark::io {

// LooksLikePcm() wants this many bytes of the start, if there are as many.
inline constexpr std::size_t kPcmMagicBytes = 40;

// True where `head`, the first bytes of the input, begin one of the containers above.
// What is inside may still be compressed: OpenPcm() finds out.
bool LooksLikePcm(std::span<const std::byte> head);

// Opens `bytes` from its start; with `raw`, as headerless samples. `path` is for messages and
// info(). On success the Source owns the stream and `bytes` is null; on an error `bytes` is kept
// and back at its start. kUnsupported: a container of ours with a codec or a format that is not
// (another decoder may read it); kBadData: the header is broken; kUsage: `raw` is out of range;
// kIo: reading failed.
Result<std::unique_ptr<Source>> OpenPcm(std::unique_ptr<ByteStream>& bytes, const std::string& path,
                                        const std::optional<RawFormat>& raw);

}  // namespace tidemark::io
