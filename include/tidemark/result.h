// Errors as values: Result<T> holds a T or an Error. Nothing of Tidemark throws.
#pragma once

#include <cstdint>
#include <string>
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
  kCancelled,    // the user interrupted, or the track was stopped
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
