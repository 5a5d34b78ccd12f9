// What is said where a file of the user's choosing cannot be written. Pure function.
#pragma once

#include <string>

#include "base/result.h"

namespace tidemark::io {

// kIo: what happened, by errno, to which file (empty: standard output), and what to do; kCancelled
// for ECANCELED, which is how WriteAll() tells of an interrupt.
tl::unexpected<Error> CannotWrite(const std::string& path, int error);

}  // namespace tidemark::io
