#include "io/mapped_bytes.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace tidemark::io {

static_assert(kMapBytes >= kMaxFrameBytes * kBlockFrames + 2 * 65536);

Result<std::unique_ptr<MappedBytes>> MappedBytes::Create(int fd, std::int64_t begin,
                                                         std::int64_t end, std::string name) {
  std::unique_ptr<MappedBytes> bytes(new MappedBytes(fd, end, std::move(name)));
  if (begin < end) TM_TRY(bytes->MapFrom(begin));
  return bytes;
}

MappedBytes::~MappedBytes() { Unmap(); }

void MappedBytes::Unmap() {
  if (map_ != nullptr) ::munmap(map_, map_bytes_);
  map_ = nullptr;
  map_bytes_ = 0;
}

Result<void> MappedBytes::MapFrom(std::int64_t offset) {
  Unmap();
  const std::int64_t page_bytes = ::sysconf(_SC_PAGESIZE);
  map_offset_ = offset / page_bytes * page_bytes;
  const auto n_bytes = static_cast<std::size_t>(
      std::min<std::int64_t>(static_cast<std::int64_t>(kMapBytes), end_ - map_offset_));
  void* map = ::mmap(nullptr, n_bytes, PROT_READ, MAP_SHARED, fd_, map_offset_);
  if (map == MAP_FAILED) {
    return Fail(ErrorCode::kIo, fmt::format("{}: mapping failed at byte {}: {}", name_, map_offset_,
                                            std::generic_category().message(errno)));
  }
  map_ = static_cast<std::byte*>(map);
  map_bytes_ = n_bytes;
  // Starts the disk on what comes next while this piece is worked on; only advice.
  ::posix_fadvise(fd_, map_offset_ + static_cast<std::int64_t>(n_bytes), kMapBytes,
                  POSIX_FADV_WILLNEED);
  return {};
}

Result<std::span<const std::byte>> MappedBytes::View(std::int64_t offset, std::size_t,
                                                     std::size_t most) {
  if (offset >= end_) return std::span<const std::byte>{};
  const auto n_bytes = static_cast<std::size_t>(std::min<std::int64_t>(
      static_cast<std::int64_t>(std::min(most, kMaxFrameBytes * kBlockFrames)), end_ - offset));
  const bool mapped = map_ != nullptr && offset >= map_offset_ &&
                      offset + static_cast<std::int64_t>(n_bytes) <=
                          map_offset_ + static_cast<std::int64_t>(map_bytes_);
  if (!mapped) TM_TRY(MapFrom(offset));
  return std::span<const std::byte>(map_ + (offset - map_offset_), n_bytes);
}

bool MappedBytes::NoticeShrinking() {
  struct stat status{};
  if (::fstat(fd_, &status) != 0 || status.st_size >= end_) return false;
  end_ = status.st_size;
  return true;
}

}  // namespace tidemark::io
