// What every header parser promises of a layout that it returns; the fuzzers stop where one lies.
#pragma once

#include <cstdlib>

#include "io/pcm_layout.h"
#include "tests/io/memory_stream.h"

namespace tidemark::fuzz {

inline void Require(bool holds) {
  if (!holds) std::abort();
}

// Parses `file` as a file and as a pipe and checks what comes out.
template <typename Parser>
void CheckParser(Parser parse, std::span<const std::byte> file) {
  using Kind = testing::MemoryStream::Kind;
  for (const Kind kind : {Kind::kFile, Kind::kPipe}) {
    testing::MemoryStream stream(file, kind);
    const Result<io::PcmLayout> layout = parse(stream);
    if (!layout) {
      Require(!layout.error().message.empty());
      continue;
    }
    Require(io::IsConvertible(layout->encoding));
    Require(layout->stream.channels >= 1 && layout->stream.channels <= kMaxChannels);
    Require(layout->stream.sample_rate_hz >= kMinSampleRateHz);
    Require(layout->stream.sample_rate_hz <= kMaxSampleRateHz);
    Require(layout->data_offset >= 0);
    Require(layout->data_bytes.value_or(0) >= 0);
    if (kind == Kind::kFile) {
      Require(layout->data_bytes.has_value());
      Require(*layout->data_bytes <= static_cast<std::int64_t>(file.size()));
      Require(*layout->data_bytes <= layout->declared_bytes.value_or(0));
    } else {
      Require(stream.position() <= layout->data_offset);
    }
  }
}

}  // namespace tidemark::fuzz
