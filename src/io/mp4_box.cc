#include "io/mp4_box.h"

#include <algorithm>

namespace tidemark::io {
namespace {

constexpr std::size_t kShortHeaderBytes = 8;
constexpr std::size_t kLongHeaderBytes = 16;

}  // namespace

Result<Mp4Box> RequireMp4Box(ByteStream& bytes, const Mp4Box& parent, std::string_view type) {
  std::optional<Mp4Box> box;
  TM_TRY_ASSIGN(box, FindMp4Box(bytes, parent, type));
  if (!box) return Fail(ErrorCode::kUnsupported, "lacks a box");
  return *box;
}

Result<std::size_t> ReadAt(ByteStream& bytes, std::int64_t offset, std::span<std::byte> out) {
  if (bytes.position() != offset) TM_TRY(bytes.Seek(offset));
  std::size_t done = 0;
  while (done < out.size()) {
    std::size_t n = 0;
    TM_TRY_ASSIGN(n, bytes.Read(out.subspan(done)));
    if (n == 0) break;
    done += n;
  }
  return done;
}

// Size (4 bytes; 1: 8 bytes of size follow the type; 0: up to the end), type (4).
Result<std::optional<Mp4Box>> Mp4Boxes::Next() {
  if (at_ + static_cast<std::int64_t>(kShortHeaderBytes) > end_ || ++n_boxes_ > kMaxMp4Boxes) {
    return std::nullopt;
  }
  std::array<std::byte, kLongHeaderBytes> header{};
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, ReadAt(bytes_, at_, std::span(header).first(kShortHeaderBytes)));
  if (n < kShortHeaderBytes) return std::nullopt;
  Mp4Box box;
  box.start = at_;
  box.body = at_ + static_cast<std::int64_t>(kShortHeaderBytes);
  std::copy_n(header.begin() + 4, 4, box.type.begin());
  std::uint64_t size = ReadUnsigned<std::uint32_t>(header, 0, ByteOrder::kBig);
  if (size == 1) {
    TM_TRY_ASSIGN(n, ReadAt(bytes_, box.body, std::span(header).subspan(kShortHeaderBytes)));
    if (n < kLongHeaderBytes - kShortHeaderBytes) return std::nullopt;
    size = ReadUnsigned<std::uint64_t>(header, kShortHeaderBytes, ByteOrder::kBig);
    box.body = at_ + static_cast<std::int64_t>(kLongHeaderBytes);
  }
  const auto room = static_cast<std::uint64_t>(end_ - at_);
  box.end = size == 0 ? end_ : at_ + static_cast<std::int64_t>(std::min(size, room));
  if (box.end < box.body) return std::nullopt;
  at_ = box.end;
  return box;
}

Result<std::optional<Mp4Box>> FindMp4Box(ByteStream& bytes, const Mp4Box& parent,
                                         std::string_view type, std::int64_t skip) {
  Mp4Boxes boxes(bytes, parent.body + skip, parent.end);
  for (;;) {
    std::optional<Mp4Box> box;
    TM_TRY_ASSIGN(box, boxes.Next());
    if (!box || box->Is(type)) return box;
  }
}

std::optional<std::span<const std::byte>> FindInMemory(std::span<const std::byte> boxes,
                                                       std::string_view type) {
  while (boxes.size() >= kShortHeaderBytes) {
    const auto size = ReadUnsigned<std::uint32_t>(boxes, 0, ByteOrder::kBig);
    if (size < kShortHeaderBytes || size > boxes.size()) return std::nullopt;
    if (HasText(boxes, 4, type)) return boxes.subspan(kShortHeaderBytes, size - kShortHeaderBytes);
    boxes = boxes.subspan(size);
  }
  return std::nullopt;
}

}  // namespace tidemark::io
