// Whether writing one path would replace what another names. Free functions; any thread.
#pragma once

#include <string>

namespace tidemark::io {

// Both exist and are one file. `input` "-": standard input; `output` "" or "-": standard output,
// which is none.
bool IsSameFile(const std::string& input, const std::string& output);

// Both would be one file, whether it is there or not.
bool IsSameName(const std::string& a, const std::string& b);

}  // namespace tidemark::io
