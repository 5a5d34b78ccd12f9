#include "edit/cut_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>
#include <utility>

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
Result<RangeList> WithPauses(RangeList loud, std::int64_t kept, std::int64_t min_cut,
                             std::int64_t n_ticks) {
  const std::span<const Range> ranges = loud.ranges();
  if (ranges.empty()) return loud;
  RangeList cuts;
  bool fits = true;
  for (std::size_t i = 0; i <= ranges.size(); ++i) {
    const std::int64_t begin = i == 0 ? 0 : ranges[i - 1].end;
    const std::int64_t end = i == ranges.size() ? n_ticks : ranges[i].begin;
    const std::int64_t cut = end - begin - kept;
    if (cut <= 0 || cut < min_cut) continue;
    const std::int64_t first = i == 0 ? 0 : i == ranges.size() ? kept : kept - kept / 2;
    fits = fits && cuts.Append({begin + first, end - (kept - first)});
  }
  if (!fits) return TooManyClips();
  return Not(cuts, n_ticks);
}

// Puts pieces together to clips.
class ClipBuilder {
 public:
  // A clip that is over stays if its length over its speed rounds to 1 or more.
  explicit ClipBuilder(bool drops_half_ticks) : drops_half_ticks_(drops_half_ticks) {}

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

  Result<std::vector<Clip>> Take() {
    Close();
    if (is_full_) return TooManyClips();
    return std::move(clips_);
  }

 private:
  void Close() {
    if (!open_) return;
    const Clip clip = *open_;
    open_.reset();
    const double length = static_cast<double>(clip.end - clip.begin) / clip.speed;
    if (OutputTicks(clip) == 0 || (drops_half_ticks_ && std::round(length) == 0)) return;
    is_full_ = is_full_ || clips_.size() == kMaxClips;
    if (!is_full_) clips_.push_back(clip);
  }

  bool drops_half_ticks_;
  std::optional<Clip> open_;
  std::vector<Clip> clips_;
  bool is_full_ = false;
};

// Walks over the loud ranges once, as the ticks are asked for.
class Automatic {
 public:
  Automatic(std::span<const Range> loud, const CutRuleOptions& options)
      : loud_(loud), options_(options) {}

  // What the rules make of [begin, end). REQUIRES: begin >= the last end.
  void AddTo(ClipBuilder& builder, std::int64_t begin, std::int64_t end) {
    while (begin < end) {
      while (next_ < loud_.size() && loud_[next_].end <= begin) ++next_;
      const bool more = next_ < loud_.size();
      const std::int64_t loud_begin = more ? std::min(loud_[next_].begin, end) : end;
      builder.Add(begin, loud_begin, options_.silent_speed);
      begin = std::max(begin, loud_begin);
      if (!more || begin >= end) continue;
      const std::int64_t loud_end = std::min(loud_[next_].end, end);
      builder.Add(begin, loud_end, options_.loud_speed);
      begin = loud_end;
    }
  }

 private:
  std::span<const Range> loud_;
  const CutRuleOptions& options_;
  std::size_t next_ = 0;
};

Result<std::vector<Clip>> Assemble(const RangeList& loud, const CutRuleOptions& options,
                                   Timebase timebase, std::int64_t n_ticks, bool drops_half_ticks) {
  std::vector<PlacedRange> manual;
  TM_TRY_ASSIGN(manual, PlaceManualRanges(options.manual, options.loud_speed, timebase, n_ticks));
  Automatic automatic(loud.ranges(), options);
  ClipBuilder builder(drops_half_ticks);
  std::int64_t at = 0;
  for (const PlacedRange& placed : manual) {
    automatic.AddTo(builder, at, placed.range.begin);
    builder.Add(placed.range.begin, placed.range.end, placed.speed);
    at = placed.range.end;
  }
  automatic.AddTo(builder, at, n_ticks);
  return builder.Take();
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
  const std::int64_t before = NearestTick(options.margin_before_s, timebase);
  const std::int64_t after = NearestTick(options.margin_after_s, timebase);
  const std::int64_t min_cut = NearestTick(options.min_cut_s, timebase);
  loud = WithMargins(Within(loud, n_ticks), before, after, n_ticks);
  loud = WithoutShort(loud, NearestTick(options.min_clip_s, timebase));
  loud = WithoutShortGaps(loud, min_cut, n_ticks);
  if (options.max_pause_s) {
    const std::int64_t pause = NearestTick(*options.max_pause_s, timebase);
    const std::int64_t kept = std::max<std::int64_t>(pause - before - after, 0);
    TM_TRY_ASSIGN(loud, WithPauses(std::move(loud), kept, min_cut, n_ticks));
  }
  return Assemble(loud, options, timebase, n_ticks, false);
}

Result<std::vector<Clip>> ClipsOfSmoothed(const RangeList& loud, const CutRuleOptions& options,
                                          Timebase timebase, std::int64_t n_ticks) {
  TM_TRY(CheckCutRules(options));
  return Assemble(loud, options, timebase, n_ticks, true);
}

}  // namespace tidemark::edit
