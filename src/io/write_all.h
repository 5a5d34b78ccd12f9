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

// Opens a pipe or device that is there for WriteAll(). A FIFO is waited for until somebody reads
// it. kIo, naming it; kCancelled once `cancellation` (borrowed, may be null) is requested.
Result<UniqueFd> OpenInPlace(const std::string& path, const Cancellation* cancellation);

}  // namespace tidemark::io
