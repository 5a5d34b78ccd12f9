#include "edit/cut_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>
#include <utility>

#include "edit/range_passes.h"
#include "edit/timeline.h"

namespace tidemark::edit {
namespace {

constexpr double kMaxLengthSeconds = 86'400;

Result<void> CheckLength(std::string_view option, double seconds, bool may_be_negative) {
  if (std::abs(seconds) <= kMaxLengthSeconds && (may_be_negative || seconds >= 0)) return {};
  return Fail(ErrorCode::kUsage,
              fmt::format("{} must be {} {} s", option, may_be_negative ? "within" : "0 to",
                          kMaxLengthSeconds));
}

Result<void> CheckSpeed(std::string_view option, double speed) {
  if (speed >= kMinSpeed && speed <= kMaxSpeed) return {};
  return Fail(ErrorCode::kUsage, fmt::format("{} must be {} to {}", option, kMinSpeed, kMaxSpeed));
}

}  // namespace

Result<void> CheckCutRules(const CutRuleOptions& options) {
  TM_TRY(CheckLength("--margin", options.margin_before_s, true));
  TM_TRY(CheckLength("--margin", options.margin_after_s, true));
  TM_TRY(CheckLength("--min-clip", options.min_clip_s, false));
  TM_TRY(CheckLength("--min-cut", options.min_cut_s, false));
  if (options.max_pause_s) TM_TRY(CheckLength("--max-pause", *options.max_pause_s, false));
  if (options.silent_speed) TM_TRY(CheckSpeed("--silent-speed", *options.silent_speed));
  return CheckSpeed("--loud-speed", options.loud_speed);
}

namespace {

tl::unexpected<Error> TooManyClips() {
  return Fail(ErrorCode::kUsage,
              fmt::format("there would be more than {} clips; a longer --min-cut or --min-clip "
                          "makes fewer",
                          kMaxClips));
}

// `loud` with what is kept of each pause: `kept` ticks, half at either edge, at the start and end
// of the source all of it next to the sound; all of it where less than `min_cut` would go.
RangeList WithPauses(RangeList loud, std::int64_t kept, std::int64_t min_cut,
                     std::int64_t n_ticks) {
  if (loud.empty()) return loud;
  RangeRewriter cuts(std::move(loud));
  const auto add = [&](std::int64_t begin, std::int64_t end, std::int64_t kept_before) {
    const std::int64_t cut = end - begin - kept;
    if (cut > 0 && cut >= min_cut) cuts.Add({begin + kept_before, end - (kept - kept_before)});
  };
  std::optional<std::int64_t> last_end;
  while (const auto range = cuts.Next()) {
    add(last_end.value_or(0), range->begin, last_end ? kept - kept / 2 : 0);
    last_end = range->end;
  }
  add(*last_end, n_ticks, kept);
  return Not(cuts.Take(), n_ticks);
}

// Puts pieces together to clips.
class ClipBuilder {
 public:
  // `clips` gets the clips; nullptr: they are counted alone. A clip that is over stays if its
  // length in the output is a tick or more, and with drops_half_ticks also if its length over its
  // speed rounds to 1 or more.
  ClipBuilder(bool drops_half_ticks, std::vector<Clip>* clips)
      : drops_half_ticks_(drops_half_ticks), clips_(clips) {}

  // The next ticks of the source. nullopt: they are cut.
  void Add(std::int64_t begin, std::int64_t end, std::optional<double> speed) {
    if (begin >= end || !speed) return;
    if (open_ && open_->end == begin && open_->speed == *speed) {
      open_->end = end;
      return;
    }
    Close();
    open_ = Clip{begin, end, *speed};
  }

  // Ends the last clip; how many there are.
  std::size_t Finish() {
    Close();
    return n_clips_;
  }

 private:
  void Close() {
    if (!open_) return;
    const Clip clip = *open_;
    open_.reset();
    const double length = static_cast<double>(clip.end - clip.begin) / clip.speed;
    if (OutputTicks(clip) == 0 || (drops_half_ticks_ && std::round(length) == 0)) return;
    ++n_clips_;
    if (clips_ != nullptr) clips_->push_back(clip);
  }

  bool drops_half_ticks_;
  std::vector<Clip>* clips_;
  std::optional<Clip> open_;
  std::size_t n_clips_ = 0;
};

// Walks over the loud ranges once, as the ticks are asked for. Ranges: gives the present one, or
// nullptr, and goes on.
template <typename Ranges>
class Automatic {
 public:
  Automatic(Ranges loud, const CutRuleOptions& options)
      : loud_(std::move(loud)), options_(options) {}

  // What the rules make of [begin, end). REQUIRES: begin >= the last end.
  void AddTo(ClipBuilder& builder, std::int64_t begin, std::int64_t end) {
    while (begin < end) {
      while (loud_.range() != nullptr && loud_.range()->end <= begin) loud_.Next();
      const Range* const next = loud_.range();
      const std::int64_t loud_begin = next != nullptr ? std::min(next->begin, end) : end;
      builder.Add(begin, loud_begin, options_.silent_speed);
      begin = std::max(begin, loud_begin);
      if (next == nullptr || begin >= end) continue;
      const std::int64_t loud_end = std::min(next->end, end);
      builder.Add(begin, loud_end, options_.loud_speed);
      begin = loud_end;
    }
  }

 private:
  Ranges loud_;
  const CutRuleOptions& options_;
};

// Reads a list that stays.
class RangeLooker {
 public:
  explicit RangeLooker(const RangeList& list) : list_(list) {}
  [[nodiscard]] const Range* range() const {
    return at_ < list_.size() ? &list_.ranges()[at_] : nullptr;
  }
  void Next() { ++at_; }

 private:
  const RangeList& list_;
  std::size_t at_ = 0;
};

template <typename Ranges>
std::size_t Walk(Automatic<Ranges> automatic, std::span<const PlacedRange> manual,
                 std::int64_t n_ticks, ClipBuilder builder) {
  std::int64_t at = 0;
  for (const PlacedRange& placed : manual) {
    automatic.AddTo(builder, at, placed.range.begin);
    builder.Add(placed.range.begin, placed.range.end, placed.speed);
    at = placed.range.end;
  }
  automatic.AddTo(builder, at, n_ticks);
  return builder.Finish();
}

// The clips are counted first, so that their list is made in its size and never moved; the ranges
// go as it is filled.
Result<std::vector<Clip>> Assemble(RangeList loud, const CutRuleOptions& options, Timebase timebase,
                                   std::int64_t n_ticks, bool drops_half_ticks) {
  std::vector<PlacedRange> manual;
  TM_TRY_ASSIGN(manual, PlaceManualRanges(options.manual, options.loud_speed, timebase, n_ticks));
  const std::size_t n_clips = Walk(Automatic(RangeLooker(loud), options), manual, n_ticks,
                                   ClipBuilder(drops_half_ticks, nullptr));
  if (n_clips > kMaxClips) return TooManyClips();
  std::vector<Clip> clips;
  clips.reserve(n_clips);
  Walk(Automatic(RangeReader(std::move(loud)), options), manual, n_ticks,
       ClipBuilder(drops_half_ticks, &clips));
  return clips;
}

}  // namespace

CutRuleOptions DefaultCutRules(const EditRule& rule) {
  CutRuleOptions options;
  if (rule.UsesBeats()) {
    options.margin_before_s = 0;
    options.margin_after_s = 0;
    options.min_clip_s = 0;
    options.min_cut_s = 0;
  }
  return options;
}

Result<std::vector<Clip>> MakeClips(RangeList loud, const CutRuleOptions& options,
                                    Timebase timebase, std::int64_t n_ticks) {
  TM_TRY(CheckCutRules(options));
  std::int64_t before = NearestTick(options.margin_before_s, timebase);
  std::int64_t after = NearestTick(options.margin_after_s, timebase);
  const std::int64_t min_cut = NearestTick(options.min_cut_s, timebase);
  if (options.max_pause_s && before > 0 && after > 0) {
    // Margins are part of the pause: where it is to be shorter than they are, so are they.
    const std::int64_t pause = NearestTick(*options.max_pause_s, timebase);
    if (pause < before + after) {
      before = pause * before / (before + after);
      after = pause - before;
    }
  }
  loud = WithMargins(Within(std::move(loud), n_ticks), before, after, n_ticks);
  // Where all is loud there is nothing to cut, however short it is.
  const bool all_is_loud = loud.size() == 1 && *loud.ranges().begin() == Range{0, n_ticks};
  if (!all_is_loud) {
    loud = WithoutShort(std::move(loud), NearestTick(options.min_clip_s, timebase));
  }
  loud = WithoutShortGaps(std::move(loud), min_cut, n_ticks);
  if (options.max_pause_s) {
    const std::int64_t pause = NearestTick(*options.max_pause_s, timebase);
    const std::int64_t kept = std::max<std::int64_t>(pause - before - after, 0);
    loud = WithPauses(std::move(loud), kept, min_cut, n_ticks);
  }
  return Assemble(std::move(loud), options, timebase, n_ticks, false);
}

// A range of 16 bytes goes for each clip of 24 that comes. Where one range makes two clips, with
// silence played too, half of the ranges may be there when the list of clips is full already. Not()
// may need a block more, and one that is being read is not yet given back.
std::size_t MakeClipsBytes(const CutRuleOptions& options) {
  return ClipListBytes(kMaxClips) + (options.silent_speed ? RangeList::kMaxBytes / 2 : 0) +
         2 * memory::kListBlockBytes + ClipListBytes(2 * options.manual.size()) +
         PlaceManualRangesBytes(options.manual.size());
}

Result<std::vector<Clip>> ClipsOfSmoothed(RangeList loud, const CutRuleOptions& options,
                                          Timebase timebase, std::int64_t n_ticks) {
  TM_TRY(CheckCutRules(options));
  return Assemble(std::move(loud), options, timebase, n_ticks, true);
}

}  // namespace tidemark::edit
