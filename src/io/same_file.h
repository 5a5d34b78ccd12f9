// Whether an output would replace an input. Pure function of the file system; any thread.
#pragma once

#include <string>

namespace tidemark::io {

// True where both are one file, under whatever names. `input` may be "-", standard input. False
// where either is not there, and for an output of "" or "-", standard output.
bool IsSameFile(const std::string& input, const std::string& output);

}  // namespace tidemark::io
