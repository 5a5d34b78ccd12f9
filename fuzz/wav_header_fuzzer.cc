#include "fuzz/check_layout.h"
#include "io/wav_header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tidemark::fuzz::CheckParser(tidemark::io::ParseWavHeader, std::as_bytes(std::span(data, size)));
  return 0;
}
