#include "edit/cut_totals.h"

#include <algorithm>
#include <utility>

namespace tidemark::edit {
namespace {

// A clip and where the output is when it begins, in ticks.
struct Laid {
  Clip clip;
  std::int64_t output = 0;
};

bool FollowsSource(const Timeline& timeline) {
  const auto before = [](const Clip& a, const Clip& b) { return a.begin < b.begin; };
  return std::is_sorted(timeline.clips.begin(), timeline.clips.end(), before);
}

// Calls visit(begin, end, speed, output) for all of the source in turn, in ticks; speed 0 is cut.
template <class Visit>
void Walk(const Timeline& timeline, Visit visit) {
  const bool in_order = FollowsSource(timeline);
  std::int64_t at = 0;
  const auto lay = [&](const Clip& clip, std::int64_t output, std::int64_t cut_output) {
    if (clip.begin > at) visit(at, clip.begin, 0.0, cut_output);
    const std::int64_t begin = std::max(at, clip.begin);
    if (clip.end > begin) visit(begin, clip.end, clip.speed, output);
    at = std::max(at, clip.end);
  };
  std::int64_t output = 0;
  if (in_order) {
    for (const Clip& clip : timeline.clips) {
      lay(clip, output, output);
      output += tidemark::OutputTicks(clip);
    }
  } else {
    std::vector<Laid> laid;
    laid.reserve(timeline.clips.size());
    for (const Clip& clip : timeline.clips) {
      laid.push_back({clip, output});
      output += tidemark::OutputTicks(clip);
    }
    std::sort(laid.begin(), laid.end(), [](const Laid& a, const Laid& b) {
      return std::pair(a.clip.begin, a.output) < std::pair(b.clip.begin, b.output);
    });
    for (const Laid& one : laid) lay(one.clip, one.output, 0);
  }
  if (timeline.n_ticks > at) visit(at, timeline.n_ticks, 0.0, in_order ? output : 0);
}

// Puts short stretches together.
class Merger {
 public:
  Merger(double least_s, std::vector<Stretch>& out) : least_s_(least_s), out_(out) {}

  void Add(const Stretch& stretch) {
    const double length_s = stretch.end_s - stretch.begin_s;
    if (!open_ && length_s >= least_s_) {
      out_.push_back(stretch);
      return;
    }
    if (!open_) {
      group_ = stretch;
      longest_s_ = length_s;
      open_ = true;
    } else {
      group_.end_s = stretch.end_s;
      group_.mixed = true;
      if (length_s > longest_s_) group_.speed = stretch.speed;
      longest_s_ = std::max(longest_s_, length_s);
    }
    if (group_.end_s - group_.begin_s >= least_s_) Close();
  }

  void Close() {
    if (open_) out_.push_back(group_);
    open_ = false;
  }

 private:
  double least_s_;
  std::vector<Stretch>& out_;
  Stretch group_;
  double longest_s_ = 0;
  bool open_ = false;
};

}  // namespace

CutTotals TotalsOf(const Timeline& timeline) {
  CutTotals totals;
  totals.source_s = timeline.timebase.Seconds(timeline.n_ticks);
  totals.output_s = timeline.timebase.Seconds(OutputTicks(timeline));
  totals.saved_s = totals.source_s - totals.output_s;
  totals.n_clips = timeline.clips.size();
  Walk(timeline, [&](std::int64_t begin, std::int64_t end, double speed, std::int64_t) {
    const double length_s = timeline.timebase.Seconds(end - begin);
    if (speed != 0) {
      if (speed != 1) totals.changed_s += length_s;
      return;
    }
    ++totals.n_cuts;
    totals.cut_s += length_s;
    if (length_s <= totals.longest_cut_s) return;
    totals.longest_cut_s = length_s;
    totals.longest_cut_at_s = timeline.timebase.Seconds(begin);
  });
  return totals;
}

std::size_t TotalsBytes(const Timeline& timeline) {
  return FollowsSource(timeline) ? 0 : timeline.clips.size() * sizeof(Laid);
}

std::vector<Stretch> StretchesOf(const Timeline& timeline, std::size_t max_stretches) {
  std::size_t n = 0;
  Walk(timeline, [&n](std::int64_t, std::int64_t, double, std::int64_t) { ++n; });
  const double source_s = timeline.timebase.Seconds(timeline.n_ticks);
  std::vector<Stretch> stretches;
  stretches.reserve(std::min(n, 2 * max_stretches));
  Merger merger(n > max_stretches ? source_s / static_cast<double>(max_stretches) : 0, stretches);
  Walk(timeline, [&](std::int64_t begin, std::int64_t end, double speed, std::int64_t output) {
    const auto seconds = [&](std::int64_t ticks) { return timeline.timebase.Seconds(ticks); };
    merger.Add({seconds(begin), seconds(end), speed, seconds(output), false});
  });
  merger.Close();
  return stretches;
}

}  // namespace tidemark::edit
