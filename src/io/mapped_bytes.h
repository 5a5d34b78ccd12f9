// MappedBytes: SampleBytes from a read-only map of kMapBytes of a regular file that slides along,
// so that resident file pages do not grow with the file. The pages behind are given back by
// unmapping, those ahead are read by the kernel meanwhile. Owned by PcmSource; one thread.
#pragma once

#include <memory>
#include <string>

#include "io/sample_bytes.h"

namespace tidemark::io {

// At least two pages more than a block of the widest frames.
inline constexpr std::size_t kMapBytes = std::size_t{1} << 20;

class MappedBytes final : public SampleBytes {
 public:
  // The samples are bytes [begin, end) of `fd`, which must stay open. Maps the first piece, so
  // that kIo shows here where the file system cannot map. `name` is what messages call it.
  static Result<std::unique_ptr<MappedBytes>> Create(int fd, std::int64_t begin, std::int64_t end,
                                                     std::string name);
  ~MappedBytes() override;

  Result<std::span<const std::byte>> View(std::int64_t offset, std::size_t least,
                                          std::size_t most) override;
  bool NoticeShrinking() override;
  [[nodiscard]] MemoryAllowance allowance() const override { return {0, kMapBytes}; }

 private:
  MappedBytes(int fd, std::int64_t end, std::string name)
      : fd_(fd), end_(end), name_(std::move(name)) {}
  Result<void> MapFrom(std::int64_t offset);
  void Unmap();

  int fd_;
  std::int64_t end_;
  std::string name_;
  std::byte* map_ = nullptr;
  std::size_t map_bytes_ = 0;
  std::int64_t map_offset_ = 0;
};

}  // namespace tidemark::io
