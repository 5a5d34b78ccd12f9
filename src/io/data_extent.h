// How much audio there is, from what a header claims and what the file holds. Headers lie: 32-bit
// sizes wrap or stay at a placeholder when the writer could not go back to fill them in, and
// files end early. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "io/pcm_layout.h"

namespace tidemark::io {

// Sizes that writers to pipes leave: 0, and what lies closely (4 KiB and a frame) under 2^32 or
// under or at 2^31: the greatest size they know, less some header or rounded to whole frames.
bool IsPlaceholder32(std::uint32_t size);

// Sets layout.data_bytes and declared_bytes from a 32-bit claim, and warns where the claim was
// not believed. `declared` is the size of the samples at layout.data_offset, `outer` the size in
// the RIFF or FORM header, which counts from byte 8; file_size is nullopt for a pipe.
//  1. A placeholder means "to the end", unless `outer` is that of the file as it is; a 0 is also
//     believed in a pipe whose `outer` tells of chunks after the empty one.
//  2. In a file over 4 GiB the claim has wrapped where the bytes after data_offset exceed it by
//     a multiple of 2^32 (all of them are samples), or where the file exceeds `outer` by such a
//     multiple (the greatest claim + k 2^32 that fits is samples).
//  3. Otherwise the claim holds; a claim of more than there is is a truncated file.
void SetExtent32(PcmLayout& layout, std::uint32_t declared, std::uint32_t outer,
                 std::optional<std::int64_t> file_size);

// The same for a 64-bit claim: 0 and what no file can hold, 2^62 or more, mean "to the end".
void SetExtent64(PcmLayout& layout, std::uint64_t declared, std::optional<std::int64_t> file_size);

// To the end of the file or pipe.
void SetExtentToEnd(PcmLayout& layout, std::optional<std::int64_t> file_size);

}  // namespace tidemark::io
