#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

#include "io/mp4_reader.h"
#include "tests/io/memory_stream.h"

// Every packet that the tables of a mutated MP4 promise is asked for; jumps too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using tidemark::testing::MemoryStream;
  const auto file = std::as_bytes(std::span(data, size));
  std::unique_ptr<tidemark::io::ByteStream> bytes = std::make_unique<MemoryStream>(file);
  auto reader = tidemark::io::OpenMp4(bytes, 0);
  if (!reader) return 0;
  std::vector<std::byte> packet;
  for (const std::int64_t time : {0, 1000, 1 << 20}) {
    if (!(*reader)->SeekTo(time)) continue;
    for (int i = 0; i < 1000; ++i) {
      const auto n = (*reader)->NextSize();
      if (!n || *n == 0) break;
      packet.resize(*n);
      const auto got = (*reader)->Next(packet);
      if (!got || *got < *n) break;
      if (*got > size) std::abort();
    }
  }
  return 0;
}
