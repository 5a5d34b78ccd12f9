// PcmLayout: all that a header says about where uncompressed samples lie and what they mean.
// The header parsers make it, PcmSource reads by it. Plain values; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/stream_format.h"
#include "io/header_fields.h"
#include "io/sample_encoding.h"

namespace tidemark::io {

struct PcmLayout {
  std::string format;  // "WAV", "RF64", "AIFF-C", ...
  SampleEncoding encoding;
  StreamFormat stream;
  std::int64_t data_offset = 0;
  // Bytes of samples there are to read; nullopt: up to the end of a pipe.
  std::optional<std::int64_t> data_bytes;
  // Bytes that the header declares, where it can be believed; more than data_bytes in a
  // truncated file.
  std::optional<std::int64_t> declared_bytes;
  std::string warning;  // what was odd, in one line; empty if nothing was

  [[nodiscard]] std::size_t frame_bytes() const {
    return encoding.n_bytes * static_cast<std::size_t>(stream.channels);
  }
};

// kBadData for no channels and a rate of nothing; kUnsupported, with the number, where they are
// outside stream_format.h. `sample_rate_hz` is rounded.
Result<StreamFormat> CheckedStreamFormat(std::uint32_t channels, double sample_rate_hz,
                                         std::uint32_t channel_mask);

// Adds `text` to a line of warnings.
void AddWarning(std::string& warning, std::string_view text);

}  // namespace tidemark::io
