// BlockList: a list that grows by blocks of a fixed size and gives those back that are no longer
// needed, at its front too, so that what it takes is known to the block and nothing is ever moved.
// A value; any thread. Its functions may throw std::bad_alloc where they add, as containers do.
#pragma once

#include <cassert>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "memory/heap.h"

namespace tidemark::memory {

// Of each BlockList; pages that were never written take address space alone.
inline constexpr std::size_t kListBlockBytes = std::size_t{64} << 10;

template <typename T>
class BlockList {
  static_assert(std::is_trivially_copyable_v<T> && kListBlockBytes % sizeof(T) == 0);

 public:
  static constexpr std::size_t kBlockItems = kListBlockBytes / sizeof(T);
  // What `n` items take.
  static constexpr std::size_t BytesOf(std::size_t n) {
    return (n + kBlockItems - 1) / kBlockItems * kListBlockBytes;
  }

  class Iterator {
   public:
    Iterator(const BlockList& list, std::size_t i) : list_(&list), i_(i) {}
    const T& operator*() const { return (*list_)[i_]; }
    Iterator& operator++() {
      ++i_;
      return *this;
    }
    bool operator==(const Iterator& other) const { return i_ == other.i_; }

   private:
    const BlockList* list_;
    std::size_t i_;
  };

  BlockList() = default;
  // REQUIRES: nothing of `other` was released.
  BlockList(const BlockList& other) {
    for (const T& item : other) push_back(item);
  }
  BlockList(BlockList&& other) noexcept
      : blocks_(std::exchange(other.blocks_, {})),
        n_released_(std::exchange(other.n_released_, 0)),
        size_(std::exchange(other.size_, 0)) {}
  BlockList& operator=(BlockList other) noexcept {
    std::swap(blocks_, other.blocks_);
    std::swap(n_released_, other.n_released_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~BlockList() = default;

  // Of all that was added, released or not.
  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  // REQUIRES: i < size(), and i was not released.
  [[nodiscard]] const T& operator[](std::size_t i) const {
    assert(i < size_ && blocks_[i / kBlockItems] != nullptr);
    return blocks_[i / kBlockItems].get()[i % kBlockItems];
  }
  [[nodiscard]] T& operator[](std::size_t i) {
    return const_cast<T&>(
        std::as_const(*this)[i]);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
  }
  [[nodiscard]] const T& back() const { return (*this)[size_ - 1]; }
  [[nodiscard]] T& back() { return (*this)[size_ - 1]; }
  [[nodiscard]] Iterator begin() const { return {*this, 0}; }
  [[nodiscard]] Iterator end() const { return {*this, size_}; }

  void push_back(T item) {
    if (size_ == blocks_.size() * kBlockItems) {
      Block block(static_cast<T*>(MapPages(kListBlockBytes)));
      blocks_.push_back(std::move(block));
    }
    ++size_;
    back() = item;
  }
  // Keeps the first n. REQUIRES: n <= size().
  void Truncate(std::size_t n) {
    assert(n <= size_);
    size_ = n;
    blocks_.resize((n + kBlockItems - 1) / kBlockItems);
  }
  // Gives back the blocks that hold nothing from item n on. REQUIRES: n <= size().
  void ReleaseBefore(std::size_t n) {
    for (; n_released_ < n / kBlockItems; ++n_released_) blocks_[n_released_].reset();
  }

  bool operator==(const BlockList& other) const {
    if (size_ != other.size_) return false;
    for (std::size_t i = 0; i < size_; ++i) {
      if (!((*this)[i] == other[i])) return false;
    }
    return true;
  }

 private:
  struct Unmap {
    void operator()(T* block) const { UnmapPages(block, kListBlockBytes); }
  };

  using Block = std::unique_ptr<T, Unmap>;

  std::vector<Block> blocks_;   // null: released
  std::size_t n_released_ = 0;  // blocks
  std::size_t size_ = 0;
};

}  // namespace tidemark::memory
