#include "io/write_error.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace tidemark::io {

tl::unexpected<Error> CannotWrite(const std::string& path, int error) {
  if (error == ECANCELED) return Fail(ErrorCode::kCancelled, "interrupted");
  const std::string name = path.empty() ? "standard output" : Printable(path);
  const char* hint = error == ENOSPC   ? "; free some space or write elsewhere"
                     : error == EPIPE  ? "; the reader has closed the pipe"
                     : error == EACCES ? "; choose a place you may write to"
                                       : "";
  return Fail(ErrorCode::kIo,
              fmt::format("{}: cannot write: {}{}", name, std::strerror(error), hint));
}

}  // namespace tidemark::io
