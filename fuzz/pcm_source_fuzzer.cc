#include <array>
#include <vector>

#include "fuzz/check_layout.h"
#include "io/pcm_source.h"

namespace {

using tidemark::fuzz::Require;
using tidemark::testing::MemoryStream;

// Opens `file` by its first bytes and reads it to its end.
void OpenAndRead(std::span<const std::byte> file, MemoryStream::Kind kind) {
  std::unique_ptr<tidemark::io::ByteStream> bytes = std::make_unique<MemoryStream>(file, kind);
  const auto source = tidemark::io::OpenPcm(bytes, "fuzz", std::nullopt);
  if (!source) {
    Require(bytes != nullptr && bytes->position() == 0);
    return;
  }
  constexpr std::size_t kFrames = 100;
  const auto channels = static_cast<std::size_t>((*source)->info().stream.channels);
  std::vector<float> samples(channels * kFrames);
  std::array<float*, tidemark::kMaxChannels> planes{};
  for (std::size_t c = 0; c < channels; ++c) planes[c] = samples.data() + c * kFrames;
  std::size_t total = 0;
  while (true) {
    const tidemark::AudioBlock block(std::span(planes).first(channels), kFrames);
    const auto n = (*source)->Read(block);
    if (!n || *n == 0) break;
    total += *n;
    Require(total * channels <= file.size());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = std::as_bytes(std::span(data, size));
  OpenAndRead(file, MemoryStream::Kind::kFile);
  OpenAndRead(file, MemoryStream::Kind::kPipe);
  return 0;
}
