// Reads a Source to its end, for tests.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "io/pcm_source.h"
#include "tests/io/memory_stream.h"

namespace tidemark::testing {

// Planes of samples.
using Planes = std::vector<std::vector<float>>;

// Reads up to n_frames in blocks of block_frames.
inline Planes ReadFrames(io::Source& source, std::size_t n_frames,
                         std::size_t block_frames = kBlockFrames) {
  const auto channels = static_cast<std::size_t>(source.info().stream.channels);
  Planes block(channels, std::vector<float>(block_frames));
  Planes all(channels);
  std::vector<float*> pointers;
  for (auto& plane : block) pointers.push_back(plane.data());
  while (all[0].size() < n_frames) {
    const std::size_t wanted = std::min(block_frames, n_frames - all[0].size());
    const auto n = source.Read(AudioBlock(pointers, wanted));
    EXPECT_TRUE(n.has_value()) << (n ? "" : n.error().message);
    if (!n || *n == 0) break;
    for (std::size_t c = 0; c < channels; ++c) {
      all[c].insert(all[c].end(), block[c].begin(),
                    block[c].begin() + static_cast<std::ptrdiff_t>(*n));
    }
  }
  return all;
}

// To the end; a second Read() at the end must return 0 again.
inline Planes ReadAll(io::Source& source, std::size_t block_frames = kBlockFrames) {
  Planes all = ReadFrames(source, static_cast<std::size_t>(-1), block_frames);
  EXPECT_TRUE(ReadFrames(source, 1)[0].empty());
  return all;
}

inline Result<std::unique_ptr<io::Source>> OpenFile(const std::string& path) {
  auto bytes = io::OpenByteStream(path);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  return io::OpenPcm(*bytes, path, std::nullopt);
}

inline Result<std::unique_ptr<io::Source>> OpenMemory(
    std::span<const std::byte> file, MemoryStream::Kind kind = MemoryStream::Kind::kFile) {
  std::unique_ptr<io::ByteStream> bytes = std::make_unique<MemoryStream>(file, kind);
  return io::OpenPcm(bytes, "memory", std::nullopt);
}

}  // namespace tidemark::testing
