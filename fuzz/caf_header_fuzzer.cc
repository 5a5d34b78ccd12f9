#include "fuzz/check_layout.h"
#include "io/caf_header.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tidemark::fuzz::CheckParser(tidemark::io::ParseCafHeader, std::as_bytes(std::span(data, size)));
  return 0;
}
