// pwrite(2) and pread(2) until all is done. Pure functions of the file; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tidemark::io {

// Both return 0, or the errno of what failed; ReadAt() returns EIO where the file ends too early.
[[nodiscard]] int WriteAt(int fd, std::span<const std::byte> bytes, std::int64_t offset);
[[nodiscard]] int ReadAt(int fd, std::span<std::byte> bytes, std::int64_t offset);

}  // namespace tidemark::io
