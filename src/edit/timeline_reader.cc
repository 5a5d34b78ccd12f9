#include "edit/timeline_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "base/text.h"
#include "edit/cut_json.h"
#include "edit/timeline_list.h"
#include "io/byte_stream.h"

namespace tidemark::edit {
namespace {

// Finds out which list it is: the first look at the text, since keys come in any order.
class KindVisitor final : public JsonVisitor {
 public:
  bool OnScalar(std::string_view path, const JsonScalar& value) override {
    if (value.kind == JsonScalar::Kind::kString) {
      if (path == "/schema") schema_ = value.text;
      if (path == "/version") version_ = value.text;
    }
    if (path == "/timebase/num") outline_.timebase.num = RatePart(value);
    if (path == "/timebase/den") outline_.timebase.den = RatePart(value);
    return true;
  }
  bool OnBegin(std::string_view path, bool is_array) override {
    if (path == "/v/#" || path == "/a/#") n_in_track_ = 0;
    if (path == "/v/#/#" || path == "/a/#/#") {
      outline_.n_items = std::max(outline_.n_items, ++n_in_track_);
    }
    if (path == "/clips/#" || path == "/chunks/#") ++outline_.n_items;
    if (path == "/effects/#") ++outline_.n_effects;
    return !path.empty() || !is_array || Refuse("it is an array, not a list of cuts");
  }
  // What is too much is refused by the reader, which knows where.
  bool OnEnd(std::string_view, bool) override { return true; }
  [[nodiscard]] ListOutline outline() const {
    ListOutline outline = outline_;
    outline.n_items = std::min(outline.n_items, kMaxListClips);
    outline.n_effects = std::min(outline.n_effects, kMaxListClips);
    return outline;
  }

  // nullptr: none of them.
  [[nodiscard]] std::unique_ptr<ListVisitor> Reader() const {
    if (schema_ == kCutJsonSchema) return MakeCutJsonVisitor(outline());
    if (!schema_.empty()) return nullptr;
    if (version_ == "1") return MakeV1Visitor(outline());
    if (version_ == "2") return MakeV2Visitor(outline());
    if (version_ == "3") return MakeV3Visitor(outline());
    return nullptr;
  }
  // What it says it is, of any length.
  [[nodiscard]] const std::string& claim() const { return schema_.empty() ? version_ : schema_; }

 private:
  // 0: none.
  static std::int64_t RatePart(const JsonScalar& value) {
    const std::int64_t part = value.Integer().value_or(0);
    return part >= 1 && part <= kMaxRatePart ? part : 0;
  }

  std::string schema_;
  std::string version_;
  ListOutline outline_;
  std::size_t n_in_track_ = 0;
};

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

tl::unexpected<Error> Named(const std::string& name, Error error) {
  error.message = fmt::format("{}: {}", name, error.message);
  return tl::unexpected<Error>(std::move(error));
}

std::string Resolved(const std::string& source, const std::string& folder) {
  const std::filesystem::path path(source);
  return folder.empty() || path.is_absolute() ? source
                                              : (std::filesystem::path(folder) / path).string();
}

}  // namespace

bool LooksLikeTimelineList(std::string_view text) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '{';
}

Result<TimelineList> ParseTimelineList(std::string_view text, const std::string& name,
                                       const std::string& folder) {
  KindVisitor kind;
  TM_TRY(WalkJson(text, name, kind));
  const std::unique_ptr<ListVisitor> visitor = kind.Reader();
  if (visitor == nullptr) {
    constexpr std::size_t kShownBytes = 32;
    const std::string claim = ValidUtf8(Printable(kind.claim().substr(0, kShownBytes)));
    const std::string takes =
        fmt::format("it takes \"schema\": \"{}\", or \"version\": \"1\" to \"3\" (auto-editor's)",
                    kCutJsonSchema);
    return Fail(claim.empty() ? ErrorCode::kBadData : ErrorCode::kUnsupported,
                claim.empty() ? fmt::format("{}: JSON, but no list of cuts; {}", name, takes)
                              : fmt::format("{}: a list of kind '{}'; {}", name, claim, takes));
  }
  TM_TRY(WalkJson(text, name, *visitor));
  auto list = visitor->Finish();
  if (!list) return Named(name, std::move(list).error());
  list = CheckedList(*std::move(list));
  if (!list) return Named(name, std::move(list).error());
  list->timeline.media.path = Resolved(list->timeline.media.path, folder);
  list->read_bytes = TimelineListBytes(text.size(), kind.outline().n_items);
  return list;
}

Result<TimelineList> ReadTimelineList(const std::string& path, const Cancellation* cancellation) {
  const bool is_pipe = path == "-";
  const std::string name = is_pipe ? "standard input" : Printable(path);
  std::unique_ptr<io::ByteStream> stream;
  TM_TRY_ASSIGN(stream, io::OpenByteStream(path, cancellation));
  // A byte more than there should be finds the end, and what is too long.
  const std::optional<std::int64_t> size = stream->size();
  const std::size_t expected = size ? static_cast<std::size_t>(*size) + 1 : std::size_t{64} << 10;
  std::string text;
  for (std::size_t n_read = 0;;) {
    text.resize(std::min(std::max(2 * n_read, expected), kMaxListBytes + 1));
    std::size_t n = 0;
    TM_TRY_ASSIGN(n, stream->Read(std::as_writable_bytes(std::span(text).subspan(n_read))));
    n_read += n;
    if (n == 0 || n_read > kMaxListBytes || (size && n_read + 1 == expected)) {
      text.resize(n_read);
      break;
    }
  }
  if (text.size() > kMaxListBytes) {
    return Fail(ErrorCode::kBadData,
                fmt::format("{}: over {} MiB: not a list of cuts", name, kMaxListBytes >> 20));
  }
  auto list = ParseTimelineList(text, name,
                                is_pipe ? "" : std::filesystem::path(path).parent_path().string());
  if (list && !size) list->read_bytes += 2 * text.size();
  return list;
}

}  // namespace tidemark::edit
