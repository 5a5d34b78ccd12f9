// ByteBuilder: puts files together number by number, for tests and fuzzer seeds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace tidemark::testing {

using Bytes = std::vector<std::byte>;

// Appends numbers and text; chains.
class ByteBuilder {
 public:
  ByteBuilder& Text(std::string_view text) {
    for (const char c : text) bytes_.push_back(static_cast<std::byte>(c));
    return *this;
  }
  ByteBuilder& Little(std::uint64_t value, std::size_t n_bytes) {
    for (std::size_t i = 0; i < n_bytes; ++i) bytes_.push_back(std::byte(value >> 8 * i & 0xFF));
    return *this;
  }
  ByteBuilder& Big(std::uint64_t value, std::size_t n_bytes) {
    for (std::size_t i = n_bytes; i-- > 0;) bytes_.push_back(std::byte(value >> 8 * i & 0xFF));
    return *this;
  }
  ByteBuilder& Append(const Bytes& more) {
    bytes_.insert(bytes_.end(), more.begin(), more.end());
    return *this;
  }
  ByteBuilder& PadTo(std::size_t multiple) {
    while (bytes_.size() % multiple != 0) bytes_.push_back(std::byte{0});
    return *this;
  }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

 private:
  Bytes bytes_;
};

inline Bytes Raw(std::initializer_list<int> values) {
  Bytes bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

}  // namespace tidemark::testing
