// The JSON of beat_list.h, read event by event, so that no document is built. Private to
// beat_list.cc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tidemark::io {

// The numbers as they stand, finite but neither checked for sign nor for order. kBadData as in
// ParseBeatList(). Nesting is followed to 64 levels.
Result<std::vector<double>> ParseBeatListJson(std::string_view text, const std::string& name);

}  // namespace tidemark::io
