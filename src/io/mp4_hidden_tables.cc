#include "io/mp4_hidden_tables.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "io/mp4_box.h"
#include "io/mp4_pipe.h"

namespace tidemark::io {
namespace {

constexpr std::array<std::byte, 4> kFree = {std::byte{'f'}, std::byte{'r'}, std::byte{'e'},
                                            std::byte{'e'}};
constexpr std::int64_t kTypeAt = 4;  // behind the size
constexpr std::size_t kMaxHidden = 1000;

class HiddenTables final : public ByteStream {
 public:
  explicit HiddenTables(std::unique_ptr<ByteStream> bytes) : bytes_(std::move(bytes)) {}

  Result<void> FindTables();

  Result<std::size_t> Read(std::span<std::byte> out) override;
  Result<void> Seek(std::int64_t offset) override { return bytes_->Seek(offset); }
  [[nodiscard]] std::int64_t position() const override { return bytes_->position(); }
  [[nodiscard]] std::optional<std::int64_t> size() const override { return bytes_->size(); }
  [[nodiscard]] bool seekable() const override { return bytes_->seekable(); }

 private:
  Result<void> HideTablesOf(const Mp4Box& trak);

  std::unique_ptr<ByteStream> bytes_;
  std::vector<std::int64_t> hidden_types_;  // where the type of a hidden box stands
};

Result<void> HiddenTables::FindTables() {
  const std::int64_t end = bytes_->size().value_or(0);
  Mp4Boxes top(*bytes_, 0, end);
  for (;;) {
    std::optional<Mp4Box> moov;
    TM_TRY_ASSIGN(moov, top.Next());
    if (!moov) return {};
    if (!moov->Is("moov")) continue;
    Mp4Boxes children(*bytes_, moov->body, moov->end);
    for (;;) {
      std::optional<Mp4Box> trak;
      TM_TRY_ASSIGN(trak, children.Next());
      if (!trak) return {};
      if (trak->Is("trak")) TM_TRY(HideTablesOf(*trak));
    }
  }
}

Result<void> HiddenTables::HideTablesOf(const Mp4Box& trak) {
  constexpr std::int64_t kHandlerAt = 8;  // behind version, flags and a zero
  std::optional<Mp4Box> box;
  TM_TRY_ASSIGN(box, FindMp4Box(*bytes_, trak, "mdia"));
  if (!box) return {};
  const Mp4Box mdia = *box;
  TM_TRY_ASSIGN(box, FindMp4Box(*bytes_, mdia, "hdlr"));
  std::array<std::byte, 4> handler{};
  if (box) TM_TRY(ReadAt(*bytes_, box->body + kHandlerAt, handler));
  if (!HasText(handler, 0, "soun")) return {};
  for (const char* const type : {"minf", "stbl"}) {
    TM_TRY_ASSIGN(box, FindMp4Box(*bytes_, box && box->Is("minf") ? *box : mdia, type));
    if (!box) return {};
  }
  if (box->body_bytes() <= kShownTableBytes) return {};
  Mp4Boxes tables(*bytes_, box->body, box->end);
  for (;;) {
    std::optional<Mp4Box> table;
    TM_TRY_ASSIGN(table, tables.Next());
    if (!table || hidden_types_.size() >= kMaxHidden) return {};
    if (!table->Is("stsd")) hidden_types_.push_back(table->start + kTypeAt);
  }
}

Result<std::size_t> HiddenTables::Read(std::span<std::byte> out) {
  const std::int64_t begin = bytes_->position();
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, bytes_->Read(out));
  const std::int64_t end = begin + static_cast<std::int64_t>(n);
  for (const std::int64_t type : hidden_types_) {
    const std::int64_t first = std::max(type, begin);
    const std::int64_t last = std::min<std::int64_t>(type + 4, end);
    for (std::int64_t at = first; at < last; ++at) {
      out[static_cast<std::size_t>(at - begin)] = kFree[static_cast<std::size_t>(at - type)];
    }
  }
  return n;
}

}  // namespace

Result<std::unique_ptr<ByteStream>> HideMp4Tables(std::unique_ptr<ByteStream> bytes) {
  std::array<std::byte, 8> head{};
  TM_TRY(ReadAt(*bytes, 0, head));
  TM_TRY(bytes->Seek(0));
  if (!bytes->seekable() || !LooksLikeMp4(head)) return bytes;
  auto hidden = std::make_unique<HiddenTables>(std::move(bytes));
  TM_TRY(hidden->FindTables());
  TM_TRY(hidden->Seek(0));
  return hidden;
}

}  // namespace tidemark::io
