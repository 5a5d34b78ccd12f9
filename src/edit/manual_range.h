// ManualRange: what users say themselves about a part of a recording: --keep, --cut, --set-speed
// START,END. Values and pure functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clip.h"
#include "base/result.h"
#include "dsp/time_stretch.h"
#include "edit/range_list.h"

namespace tidemark::edit {

// A moment as users write it; its place is known once the length is.
struct TimeMark {
  enum class Unit : unsigned char { kSeconds, kPercent, kFrames, kTimecode };
  Unit unit = Unit::kSeconds;
  double value = 0;         // kTimecode: whole seconds by its clock
  std::int64_t frames = 0;  // kTimecode: behind them
  bool from_end = false;    // counted back from the end: `end` is 0 s from there

  bool operator==(const TimeMark&) const = default;
};

enum class ManualAction : unsigned char { kKeep, kCut, kSetSpeed };

struct ManualRange {
  ManualAction action = ManualAction::kKeep;
  TimeMark begin;
  TimeMark end;
  double speed = 1;  // kSetSpeed
  std::string text;  // as it was given, for messages: "--cut 10,20"
};

// At most this many ranges together.
inline constexpr std::size_t kMaxManualRanges = 4096;
// What can be rendered.
inline constexpr double kMinSpeed = dsp::TimeStretch::kSlowest;
inline constexpr double kMaxSpeed = dsp::TimeStretch::kFastest;
inline constexpr double kMaxFrameRate = 1000;

// What a number without a unit means: seconds, or frames of the timebase, as auto-editor has it.
enum class BareNumber : unsigned char { kSeconds, kFrames };

// A moment: 90, 2.5s, 250ms, 10m (min), 1.5h (hour), 1:02:03.5, 01:02:03:12 (a timecode without
// dropped frames), 25%, 120f (frames), start, end; with a minus: counted back from the end. kUsage.
Result<TimeMark> ParseTimeMark(std::string_view text, BareNumber bare = BareNumber::kSeconds);

// "START,END" of --keep and --cut, "START,END,SPEED" of --set-speed. kUsage: what is wrong in which
// option.
Result<ManualRange> ParseManualRange(std::string_view text, ManualAction action,
                                     BareNumber bare = BareNumber::kSeconds);

// A manual range in ticks.
struct PlacedRange {
  Range range;
  std::optional<double> speed;  // nullopt: cut
};

// Where they lie in a source of n_ticks, in order; what reaches beyond its ends is cut off there.
// --keep plays at loud_speed. kUsage: one that is reversed, empty, or starts behind the end; two
// that overlap; frames where a tick is no frame of video (over kMaxFrameRate ticks a second); more
// than kMaxManualRanges.
Result<std::vector<PlacedRange>> PlaceManualRanges(std::span<const ManualRange> ranges,
                                                   double loud_speed, Timebase timebase,
                                                   std::int64_t n_ticks);
// What PlaceManualRanges() takes for n of them, the result included, in bytes.
std::size_t PlaceManualRangesBytes(std::size_t n);

}  // namespace tidemark::edit
