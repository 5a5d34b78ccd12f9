// Messages for people, on standard error, one line each.
#pragma once

#include <string_view>

namespace tidemark::cli {

// "tidemark: <text>"; line breaks within become blanks. Allocates nothing. A closed standard
// error is ignored.
void PrintMessage(std::string_view text);

// `text` to standard output in full; false where that fails.
bool PrintOut(std::string_view text);

}  // namespace tidemark::cli
