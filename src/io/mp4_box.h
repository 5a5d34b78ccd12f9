// Mp4Box: the boxes that ISO base media files are made of (ISO 14496-12, 4.2), found in a
// ByteStream without holding any of them. Free functions and a small cursor; one thread.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "io/byte_stream.h"
#include "io/header_fields.h"

namespace tidemark::io {

struct Mp4Box {
  std::array<std::byte, 4> type{};
  std::int64_t start = 0;  // of its header
  std::int64_t body = 0;
  std::int64_t end = 0;

  [[nodiscard]] bool Is(std::string_view code) const { return HasText(type, 0, code); }
  [[nodiscard]] std::int64_t body_bytes() const { return end - body; }
};

// More boxes on one level than any writer makes.
inline constexpr int kMaxMp4Boxes = 10'000;

// Goes through the boxes between two offsets of a stream, in order.
class Mp4Boxes {
 public:
  // `bytes` must outlive this. A box that claims more than the space up to `end` is cut there.
  Mp4Boxes(ByteStream& bytes, std::int64_t begin, std::int64_t end)
      : bytes_(bytes), at_(begin), end_(end) {}

  // The next box; nullopt at the end, at something that is no box, and after kMaxMp4Boxes.
  // kIo where reading fails.
  Result<std::optional<Mp4Box>> Next();

 private:
  ByteStream& bytes_;
  std::int64_t at_;
  std::int64_t end_;
  int n_boxes_ = 0;
};

// The first box of that type inside `parent`, `skip` bytes behind the start of its body.
Result<std::optional<Mp4Box>> FindMp4Box(ByteStream& bytes, const Mp4Box& parent,
                                         std::string_view type, std::int64_t skip = 0);

// The same, where it must be there: kUnsupported where it is not.
Result<Mp4Box> RequireMp4Box(ByteStream& bytes, const Mp4Box& parent, std::string_view type);

// Reads at an offset; fewer bytes than out.size() only at the end. kIo where reading fails.
Result<std::size_t> ReadAt(ByteStream& bytes, std::int64_t offset, std::span<std::byte> out);

// The big-endian T at an offset. kUnsupported where the file ends before it, kIo where reading
// fails.
template <std::unsigned_integral T>
Result<T> ReadMp4Field(ByteStream& bytes, std::int64_t offset) {
  std::array<std::byte, sizeof(T)> field{};
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, ReadAt(bytes, offset, field));
  if (n < field.size()) return Fail(ErrorCode::kUnsupported, "ends inside its header");
  return ReadUnsigned<T>(field, 0, ByteOrder::kBig);
}

// The body of the first box of that type among the boxes in `boxes`, which are in memory.
std::optional<std::span<const std::byte>> FindInMemory(std::span<const std::byte> boxes,
                                                       std::string_view type);

}  // namespace tidemark::io
