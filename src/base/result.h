// Errors as values: Result<T> holds a T or an Error; TM_TRY passes an Error on.
// Nothing of ours throws. An Error becomes an exit code on the top floor only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace tidemark {

// The closed list of what can go wrong. cli/exit_code.h maps each to a sysexits code.
enum class ErrorCode : std::uint8_t {
  kUsage,        // an option or argument is wrong
  kBadData,      // the media is not what it claims to be, or nothing can be decoded
  kUnsupported,  // valid media that no decoder here reads
  kNoInput,      // the file does not exist, cannot be opened, or is not a file
  kMemory,       // the plan is over the ceiling, or the ceiling was met while running
  kIo,           // reading or writing failed after a successful open
  kCancelled,    // the user interrupted
  kInternal,     // a bug of ours
};

struct Error {
  ErrorCode code;
  std::string message;  // one line: what happened, to which file, what to do
};

template <typename T>
using Result = tl::expected<T, Error>;

// The failure value for any Result<T>.
[[nodiscard]] inline tl::unexpected<Error> Fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message)});
}

}  // namespace tidemark

#define TM_CONCAT_INNER(a, b) a##b
#define TM_CONCAT(a, b) TM_CONCAT_INNER(a, b)

// TM_TRY(expr): returns expr's error from the enclosing function, if it has one.
#define TM_TRY(expr)                                                                        \
  do {                                                                                      \
    auto tm_result = (expr);                                                                \
    if (!tm_result) return tl::unexpected<::tidemark::Error>(std::move(tm_result).error()); \
  } while (false)

// TM_TRY_ASSIGN(lhs, expr): the same, else moves the value into lhs. Two statements: wants braces.
#define TM_TRY_ASSIGN(lhs, expr) TM_TRY_ASSIGN_IMPL(TM_CONCAT(tm_value_, __LINE__), lhs, expr)
#define TM_TRY_ASSIGN_IMPL(name, lhs, expr)                                     \
  auto name = (expr);                                                           \
  if (!name) return tl::unexpected<::tidemark::Error>(std::move(name).error()); \
  lhs = std::move(*name)
