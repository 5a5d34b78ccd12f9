#include "edit/json_walker.h"

#include <fmt/format.h>
#include <rapidjson/encodedstream.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

namespace tidemark::edit {
namespace {

constexpr std::size_t kMaxDepth = 64;
constexpr std::size_t kMaxTokenBytes = std::size_t{64} << 10;
constexpr std::size_t kMaxPathBytes = 4096;         // keys are not ours
constexpr double kMaxInteger = 9007199254740992.0;  // 2^53

class Handler final : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, Handler> {
 public:
  explicit Handler(JsonVisitor& visitor) : visitor_(visitor) {}

  [[nodiscard]] const std::string& complaint() const { return complaint_; }

  bool Null() { return Scalar({}); }
  bool Bool(bool value) { return Scalar({JsonScalar::Kind::kBool, value, {}}); }
  bool RawNumber(const char* text, rapidjson::SizeType n_bytes, bool) {
    return Scalar({JsonScalar::Kind::kNumber, false, {text, n_bytes}});
  }
  bool String(const char* text, rapidjson::SizeType n_bytes, bool) {
    return Scalar({JsonScalar::Kind::kString, false, {text, n_bytes}});
  }
  bool Key(const char* text, rapidjson::SizeType n_bytes, bool) {
    path_.resize(levels_.back().path_bytes);
    path_ += '/';
    const std::size_t begin = path_.size();
    path_.append(text, n_bytes);
    std::replace(path_.begin() + static_cast<std::ptrdiff_t>(begin), path_.end(), '/', '\x01');
    return path_.size() <= kMaxPathBytes || Refuse("keys are too long");
  }
  bool StartObject() { return Begin(false); }
  bool StartArray() { return Begin(true); }
  bool EndObject(rapidjson::SizeType) { return End(false); }
  bool EndArray(rapidjson::SizeType) { return End(true); }

 private:
  struct Level {
    bool is_array;
    std::size_t path_bytes;  // of the path to the array or object itself
  };

  bool Refuse(const char* complaint) {
    complaint_ = complaint;
    return false;
  }

  // The path to the value that begins: a key has extended it, an element does so here.
  void Extend() {
    if (levels_.empty() || !levels_.back().is_array) return;
    path_.resize(levels_.back().path_bytes);
    path_ += "/#";
  }

  bool Scalar(const JsonScalar& value) {
    Extend();
    return visitor_.OnScalar(path_, value);
  }
  bool Begin(bool is_array) {
    Extend();
    if (levels_.size() == kMaxDepth) return Refuse("it is nested too deeply");
    levels_.push_back({is_array, path_.size()});
    return visitor_.OnBegin(path_, is_array);
  }
  bool End(bool is_array) {
    path_.resize(levels_.back().path_bytes);
    levels_.pop_back();
    return visitor_.OnEnd(path_, is_array);
  }

  JsonVisitor& visitor_;
  std::string path_;
  std::string complaint_;
  std::vector<Level> levels_;
};

// Where a string or number of more than kMaxTokenBytes ends; nullopt: there is none. The reader
// holds them whole, and lists have none of that length.
std::optional<std::size_t> LongToken(std::string_view text) {
  bool in_string = false;
  std::size_t n_bytes = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    ++n_bytes;
    if (in_string && c == '\\') {
      ++i;
    } else if (c == '"') {
      in_string = !in_string;
      n_bytes = 0;
    } else if (!in_string && std::string_view(",:[]{} \t\r\n").find(c) != std::string_view::npos) {
      n_bytes = 0;
    }
    if (n_bytes > kMaxTokenBytes) return i;
  }
  return std::nullopt;
}

}  // namespace

std::optional<double> JsonScalar::Number() const {
  if (kind != Kind::kNumber) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> JsonScalar::Integer() const {
  const auto value = Number();
  if (!value || std::abs(*value) > kMaxInteger || *value != std::floor(*value)) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

Result<void> WalkJson(std::string_view text, const std::string& name, JsonVisitor& visitor) {
  if (const auto at = LongToken(text)) {
    return Fail(ErrorCode::kBadData,
                fmt::format("{}: byte {}: a text or number has more than {} KiB", name, *at + 1,
                            kMaxTokenBytes >> 10));
  }
  // Iterative: the depth of the text must not become the depth of the stack. Numbers as strings:
  // they are read to the last bit, by one rule.
  constexpr unsigned kFlags = rapidjson::kParseIterativeFlag |
                              rapidjson::kParseNumbersAsStringsFlag |
                              rapidjson::kParseValidateEncodingFlag;
  rapidjson::MemoryStream bytes(text.data(), text.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> stream(bytes);
  rapidjson::Reader reader;
  Handler handler(visitor);
  const rapidjson::ParseResult parsed = reader.Parse<kFlags>(stream, handler);
  if (!parsed.IsError()) return {};
  const bool refused = !visitor.complaint().empty();
  const std::string what = refused                        ? visitor.complaint()
                           : !handler.complaint().empty() ? handler.complaint()
                                                          : GetParseError_En(parsed.Code());
  return Fail(refused ? visitor.code() : ErrorCode::kBadData,
              fmt::format("{}: byte {}: {}", name, parsed.Offset() + 1, what));
}

}  // namespace tidemark::edit
