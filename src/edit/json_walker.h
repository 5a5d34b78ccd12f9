// JsonWalker: JSON event by event, each value with the path to it, so that lists are read without
// a document. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tidemark::edit {

// A number, string, boolean or null; a view that lives as long as the call it is given to.
struct JsonScalar {
  enum class Kind : std::uint8_t { kNull, kBool, kNumber, kString };
  Kind kind = Kind::kNull;
  bool boolean = false;
  std::string_view text;  // of a string, unescaped; of a number, as it stands there

  // nullopt where it is no number, or none that a double holds.
  [[nodiscard]] std::optional<double> Number() const;
  // nullopt where it is no whole number (1, 1.0, 1e3) of magnitude up to 2^53.
  [[nodiscard]] std::optional<std::int64_t> Integer() const;
};

// Where a value stands: "/clips/#/begin"; "#" is an element of an array; a '/' in a key becomes a
// control character, so that no key looks like a path. Each call may refuse with Refuse().
class JsonVisitor {
 public:
  JsonVisitor() = default;
  JsonVisitor(const JsonVisitor&) = delete;
  JsonVisitor& operator=(const JsonVisitor&) = delete;
  virtual ~JsonVisitor() = default;

  virtual bool OnScalar(std::string_view path, const JsonScalar& value) = 0;
  // An array or object begins, or ends, at `path`.
  virtual bool OnBegin(std::string_view path, bool is_array) = 0;
  virtual bool OnEnd(std::string_view path, bool is_array) = 0;

  // Why, and whether it is kBadData or kUnsupported; empty where nothing was refused.
  [[nodiscard]] const std::string& complaint() const { return complaint_; }
  [[nodiscard]] ErrorCode code() const { return code_; }

 protected:
  bool Refuse(std::string complaint, ErrorCode code = ErrorCode::kBadData) {
    complaint_ = std::move(complaint);
    code_ = code;
    return false;
  }

 private:
  std::string complaint_;
  ErrorCode code_ = ErrorCode::kBadData;
};

// Walks `text`, which must be one JSON value in UTF-8 and nothing else, nested up to 64 levels,
// with strings and numbers of up to 64 KiB; takes a few times that besides. kBadData: "NAME: byte
// N: what is wrong"; what the visitor refused, with its code.
Result<void> WalkJson(std::string_view text, const std::string& name, JsonVisitor& visitor);

}  // namespace tidemark::edit
