#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "io/beat_list.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto beats = tidemark::io::ParseBeatList(text, "list");
  if (!beats) {
    if (beats.error().code != tidemark::ErrorCode::kBadData) std::abort();
    if (!beats.error().message.starts_with("list: ")) std::abort();
    return 0;
  }
  if (!std::is_sorted(beats->begin(), beats->end())) std::abort();
  for (const double time_s : *beats) {
    if (!std::isfinite(time_s) || time_s < 0) std::abort();
  }
  return 0;
}
