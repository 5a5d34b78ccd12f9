// Writing to what may keep the writer waiting: pipes, terminals, standard output. An interrupt ends
// the wait. Pure functions of the descriptor; any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "base/cancellation.h"
#include "base/result.h"
#include "io/unique_fd.h"

namespace tidemark::io {

// Writes all of `bytes` where the descriptor stands, which may block or not, and which it leaves as
// it is. 0; ECANCELED once `cancellation` (borrowed, may be null) is requested, with any part of
// `bytes` written; else the errno of what failed. Allocates nothing.
[[nodiscard]] int WriteAll(int fd, std::span<const std::byte> bytes,
                           const Cancellation* cancellation);

// The same pipe through a descriptor of its own that does not block, which WriteAll() fills much
// faster; the given one may be shared with other programs and stays as it is. Not valid where `fd`
// is no pipe or cannot be opened anew: then `fd` itself has to do.
[[nodiscard]] UniqueFd ReopenPipe(int fd);

// Opens a pipe or device that is there for WriteAll(). A FIFO is waited for until somebody reads
// it. kIo, naming it; kCancelled once `cancellation` (borrowed, may be null) is requested.
Result<UniqueFd> OpenInPlace(const std::string& path, const Cancellation* cancellation);

}  // namespace tidemark::io
