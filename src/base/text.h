// Text that came from outside (file names, tags) made safe to show. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>

namespace tidemark {

// `text` with what a terminal would act on (control characters) replaced by '?', so that a file
// name can stand in a message.
std::string Printable(std::string_view text);

// `text` with every byte that is not part of well-formed UTF-8 (RFC 3629) replaced by U+FFFD,
// as JSON demands.
std::string ValidUtf8(std::string_view text);

// `text` with ASCII's capital letters made small.
std::string LowerCase(std::string_view text);

}  // namespace tidemark
