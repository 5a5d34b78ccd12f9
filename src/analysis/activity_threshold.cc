#include "analysis/activity_threshold.h"

#include <fmt/format.h>

#include <cmath>

#include "base/units.h"

namespace tidemark::analysis {
namespace {

// Takes `suffix` off the end of `text`; false where it does not stand there.
bool TakeSuffix(std::string_view& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

Error BadThreshold(std::string_view text) {
  return {ErrorCode::kUsage,
          fmt::format("'{}' is no activity threshold: give auto, a level such as -40dB (at most 0) "
                      "or a part of full scale such as 4%",
                      text)};
}

}  // namespace

Result<ActivityThreshold> ParseActivityThreshold(std::string_view text) {
  if (text == "auto") return ActivityThreshold{};
  std::string_view number = text;
  const bool percent = TakeSuffix(number, "%");
  const bool decibels = !percent && (TakeSuffix(number, "dBFS") || TakeSuffix(number, "dB"));
  const Result<double> value = ParseNumber(number);
  if (!value || (!percent && !decibels)) return tl::unexpected(BadThreshold(text));
  const double amplitude = percent ? *value / 100 : std::pow(10.0, *value / 20);
  if (!(amplitude > 0 && amplitude <= 1)) return tl::unexpected(BadThreshold(text));
  return ActivityThreshold{ActivityThreshold::Kind::kPeak, amplitude};
}

}  // namespace tidemark::analysis
