#include "io/beat_list_json.h"

#include <fmt/format.h>
#include <rapidjson/error/en.h>
#include <rapidjson/memorystream.h>
#include <rapidjson/reader.h>

#include <charconv>
#include <system_error>
#include <utility>

namespace tidemark::io {
namespace {

constexpr int kMaxDepth = 64;

// Follows the events of the reader. Depth counts the arrays and objects that are open; the elements
// of the list of beats stand at list_depth_, which is 0 outside of it.
class BeatHandler final : public rapidjson::BaseReaderHandler<rapidjson::UTF8<>, BeatHandler> {
 public:
  [[nodiscard]] std::vector<double> TakeBeats() { return std::move(beats_); }
  [[nodiscard]] bool found() const { return found_; }
  // Why the last event was refused; empty where it was not.
  [[nodiscard]] const std::string& complaint() const { return complaint_; }

  bool StartArray() {
    if (IsElement()) return Complain("is not a number");
    const bool is_root = depth_ == 0;
    const bool is_beats = depth_ == 1 && at_beats_;
    const bool is_list = depth_ == 2 && at_beats_ && at_list_;
    if (is_root || is_beats || is_list) {
      if (found_) return Refuse("it has two lists of beats");
      found_ = true;
      list_depth_ = depth_ + 1;
      of_objects_ = is_list;
    }
    return Deeper();
  }
  bool EndArray(rapidjson::SizeType) {
    if (depth_ == list_depth_) list_depth_ = 0;
    --depth_;
    return true;
  }

  bool StartObject() {
    if (IsElement() && !of_objects_) return Complain("is not a number");
    if (IsTime()) return Complain("has a time_s that is not a number");
    if (IsElement()) has_time_ = at_time_ = false;
    return Deeper();
  }
  bool EndObject(rapidjson::SizeType) {
    --depth_;
    return !IsElement() || has_time_ || Complain("has no time_s");
  }
  bool Key(const char* text, rapidjson::SizeType n_bytes, bool) {
    const std::string_view key(text, n_bytes);
    if (depth_ == 1) at_beats_ = key == "beats";
    if (depth_ == 2) at_list_ = key == "list";
    if (InElement()) at_time_ = key == "time_s";
    return true;
  }

  bool RawNumber(const char* text, rapidjson::SizeType n_bytes, bool) {
    const bool is_beat = IsTime() || (IsElement() && !of_objects_);
    if (!is_beat) return Default();
    if (IsTime() && has_time_) return Complain("has two time_s");
    double value = 0;
    const auto [end, error] = std::from_chars(text, text + n_bytes, value);
    if (error != std::errc() || end != text + n_bytes) return Complain("is out of range");
    has_time_ = true;
    beats_.push_back(value);
    return true;
  }

  // "beats": null is what stands where there is nothing to report.
  bool Null() {
    if (depth_ != 1 || !at_beats_) return Default();
    if (found_) return Refuse("it has two lists of beats");
    return found_ = true;
  }
  // Any other value.
  bool Default() {
    if (IsElement()) return Complain(of_objects_ ? "is not an object" : "is not a number");
    if (IsTime()) return Complain("has a time_s that is not a number");
    if (depth_ == 1 && at_beats_) return Refuse("its \"beats\" is no list");
    return true;
  }

 private:
  [[nodiscard]] bool IsElement() const { return list_depth_ > 0 && depth_ == list_depth_; }
  [[nodiscard]] bool InElement() const {
    return of_objects_ && list_depth_ > 0 && depth_ == list_depth_ + 1;
  }
  [[nodiscard]] bool IsTime() const { return InElement() && at_time_; }

  bool Deeper() { return ++depth_ <= kMaxDepth || Refuse("it is nested too deeply"); }
  bool Complain(const char* what) {
    return Refuse(fmt::format("beat {} {}", beats_.size() + 1, what));
  }
  bool Refuse(std::string complaint) {
    complaint_ = std::move(complaint);
    return false;
  }

  std::vector<double> beats_;
  std::string complaint_;
  int depth_ = 0;
  int list_depth_ = 0;
  bool found_ = false;
  bool of_objects_ = false;
  bool at_beats_ = false;
  bool at_list_ = false;
  bool at_time_ = false;
  bool has_time_ = false;
};

}  // namespace

Result<std::vector<double>> ParseBeatListJson(std::string_view text, const std::string& name) {
  // Iterative: the depth of the text must not become the depth of the stack. Numbers as strings:
  // they are read as those of text are, to the last bit.
  constexpr unsigned kFlags =
      rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag;
  rapidjson::MemoryStream bytes(text.data(), text.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> stream(bytes);
  rapidjson::Reader reader;
  BeatHandler handler;
  const rapidjson::ParseResult parsed = reader.Parse<kFlags>(stream, handler);
  if (!handler.complaint().empty()) {
    return Fail(ErrorCode::kBadData, fmt::format("{}: {}", name, handler.complaint()));
  }
  if (parsed.IsError()) {
    return Fail(ErrorCode::kBadData, fmt::format("{}: byte {}: {}", name, parsed.Offset() + 1,
                                                 rapidjson::GetParseError_En(parsed.Code())));
  }
  if (!handler.found()) {
    return Fail(ErrorCode::kBadData,
                fmt::format("{}: JSON without beats; it takes an array of seconds, or an object "
                            "with \"beats\"",
                            name));
  }
  return handler.TakeBeats();
}

}  // namespace tidemark::io
