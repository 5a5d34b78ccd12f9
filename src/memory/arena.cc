#include "memory/arena.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <cstdlib>
#include <utility>

#include "memory/heap.h"

namespace tidemark::memory {

Result<Arena> Arena::Create(std::size_t n_bytes) {
  if (n_bytes == 0) return Arena(nullptr, 0);
  void* base = mmap(nullptr, n_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED) {
    return Fail(ErrorCode::kMemory,
                fmt::format("the kernel refused {} bytes for the analysis; raise the memory limit "
                            "of this process or choose fewer features",
                            n_bytes));
  }
  CountAllocation(n_bytes);
  return Arena(base, n_bytes);
}

Arena::Arena(Arena&& other) noexcept
    : base_(std::exchange(other.base_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      used_(std::exchange(other.used_, 0)) {}

Arena& Arena::operator=(Arena&& other) noexcept {
  std::swap(base_, other.base_);
  std::swap(size_, other.size_);
  std::swap(used_, other.used_);
  return *this;
}

Arena::~Arena() {
  if (base_ == nullptr) return;
  UncountAllocation(size_);
  munmap(base_, size_);
}

void* Arena::TakeBytes(std::size_t n_bytes) {
  if (n_bytes > size_ - used_) {
    assert(!"the plan states fewer bytes than its stages take");
    std::abort();
  }
  void* piece = base_ + used_;
  used_ += n_bytes;
  return piece;
}

}  // namespace tidemark::memory
