#include "io/mp4_pipe.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "io/mp4_box.h"
#include "io/spooled_stream.h"

namespace tidemark::io {
namespace {

constexpr std::size_t kCopyBytes = 64 * 1024;
constexpr std::size_t kBoxHeaderBytes = 16;

// Copies the pipe's bytes into the spool up to stream offset `to`; false where it ends before.
Result<bool> SpoolUpTo(ByteStream& bytes, std::int64_t to, Spool* spool) {
  std::vector<std::byte> buffer(kCopyBytes);
  while (static_cast<std::int64_t>(spool->size()) < to) {
    const auto at = static_cast<std::int64_t>(spool->size());
    const auto want = static_cast<std::size_t>(std::min<std::int64_t>(to - at, kCopyBytes));
    std::size_t n = 0;
    TM_TRY_ASSIGN(n, bytes.Read(std::span(buffer).first(want)));
    if (n == 0) return false;
    TM_TRY(spool->Append(std::span(buffer).first(n)));
  }
  return true;
}

struct TopBox {
  std::array<std::byte, 4> type{};
  std::int64_t end = 0;
};

// The box at the end of the spool, its header taken from the pipe into the spool.
Result<std::optional<TopBox>> NextTopBox(ByteStream& bytes, Spool* spool) {
  const auto start = static_cast<std::int64_t>(spool->size());
  bool whole = false;
  TM_TRY_ASSIGN(whole, SpoolUpTo(bytes, start + 8, spool));
  std::array<std::byte, kBoxHeaderBytes> header{};
  TM_TRY(spool->ReadAt(static_cast<std::uint64_t>(start), header));
  TopBox box;
  std::copy_n(header.begin() + 4, 4, box.type.begin());
  constexpr auto kFar = std::numeric_limits<std::int64_t>::max();
  std::uint64_t size = ReadUnsigned<std::uint32_t>(header, 0, ByteOrder::kBig);
  if (whole && size == 1) {
    TM_TRY_ASSIGN(whole, SpoolUpTo(bytes, start + 16, spool));
    TM_TRY(spool->ReadAt(static_cast<std::uint64_t>(start), header));
    size = ReadUnsigned<std::uint64_t>(header, 8, ByteOrder::kBig);
  }
  if (!whole) return std::nullopt;
  const bool far = size == 0 || size > static_cast<std::uint64_t>(kFar - start);
  box.end = far ? kFar : std::max(start + static_cast<std::int64_t>(size), start + 8);
  return box;
}

}  // namespace

bool LooksLikeMp4(std::span<const std::byte> head) {
  constexpr std::array<std::string_view, 7> kTypes = {"ftyp", "moov", "mdat", "free",
                                                      "wide", "skip", "pnot"};
  return std::any_of(kTypes.begin(), kTypes.end(),
                     [head](std::string_view type) { return HasText(head, 4, type); });
}

Result<std::unique_ptr<ByteStream>> PrepareMp4(std::unique_ptr<ByteStream> bytes,
                                               const std::string& tmpdir, std::uint64_t cap_bytes) {
  if (bytes->seekable()) return bytes;
  auto created = Spool::Create(tmpdir, cap_bytes);
  if (!created) return tl::unexpected(std::move(created).error());
  Spool& spool = *created;
  for (int i = 0; i < kMaxMp4Boxes; ++i) {
    std::optional<TopBox> box;
    TM_TRY_ASSIGN(box, NextTopBox(*bytes, &spool));
    if (!box) return std::make_unique<SpooledStream>(std::move(spool), nullptr);
    const bool is_index = HasText(box->type, 0, "moov");
    const bool is_media = HasText(box->type, 0, "mdat");
    bool whole = false;
    const auto far = std::numeric_limits<std::int64_t>::max();
    TM_TRY_ASSIGN(whole, SpoolUpTo(*bytes, is_media ? far : box->end, &spool));
    if (!whole) return std::make_unique<SpooledStream>(std::move(spool), nullptr);
    if (is_index) break;
  }
  return std::make_unique<SpooledStream>(std::move(spool), std::move(bytes));
}

}  // namespace tidemark::io
