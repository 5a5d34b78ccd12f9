#include <array>
#include <cstdint>
#include <cstdlib>

#include "edit/manual_range.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidemark::edit;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const ManualAction action : {ManualAction::kKeep, ManualAction::kSetSpeed}) {
    for (const BareNumber bare : {BareNumber::kSeconds, BareNumber::kFrames}) {
      const auto range = ParseManualRange(text, action, bare);
      if (!range) {
        if (range.error().code != tidemark::ErrorCode::kUsage) std::abort();
        continue;
      }
      for (const tidemark::Timebase timebase : {tidemark::Timebase{30000, 1001}, {44100, 1}}) {
        constexpr std::int64_t kTicks = 100'000;
        const auto placed = PlaceManualRanges(std::array{*range}, 1, timebase, kTicks);
        if (!placed) continue;
        const Range& at = placed->front().range;
        if (at.begin < 0 || at.begin >= at.end || at.end > kTicks) std::abort();
      }
    }
  }
  return 0;
}
