// NullSink: a ByteSink that goes nowhere, for encoders that are opened to see what they take. One
// owner, one thread.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "io/byte_sink.h"

namespace tidemark::io {

class NullSink final : public ByteSink {
 public:
  // seekable: as the file would be.
  NullSink(std::string name, bool seekable) : name_(std::move(name)), seekable_(seekable) {}

  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] bool seekable() const override { return seekable_; }
  [[nodiscard]] std::int64_t size() const override { return size_; }
  Result<void> WriteAt(std::int64_t offset, std::span<const std::byte> bytes) override {
    size_ = std::max(size_, offset + static_cast<std::int64_t>(bytes.size()));
    return {};
  }
  Result<void> ReadAt(std::int64_t, std::span<std::byte> out) override {
    std::ranges::fill(out, std::byte{0});
    return {};
  }
  Result<void> Commit() override { return {}; }

 private:
  std::string name_;
  bool seekable_;
  std::int64_t size_ = 0;
};

}  // namespace tidemark::io
