// SampleEncoding: one uncompressed sample as it lies in a file. Plain values; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "io/header_fields.h"

namespace tidemark::io {

enum class SampleKind : std::uint8_t { kSigned, kUnsigned, kFloat, kALaw, kMuLaw };

// One sample as it lies in the file. Samples with fewer valid bits than their bytes hold (12 in
// 16, 20 in 24) lie at the top of them in every container read here, so that full scale is
// always that of the whole.
struct SampleEncoding {
  SampleKind kind = SampleKind::kSigned;
  std::size_t n_bytes = 2;
  ByteOrder order = ByteOrder::kLittle;

  bool operator==(const SampleEncoding&) const = default;
};

// "pcm_s16le", "pcm_u8", "pcm_f32be", "pcm_alaw", "pcm_mulaw".
std::string EncodingName(const SampleEncoding& encoding);

// Whether pcm_convert_kernels.h reads it: signed 1, 2, 3, 4 or 8 bytes, unsigned 1, float 4 or 8.
bool IsConvertible(const SampleEncoding& encoding);

}  // namespace tidemark::io
