// The page of `tidemark cut --report`: one HTML file without any other, with the waveform, what is
// kept of it, totals and the clips. Written in one pass; what it holds is bounded (below), however
// many clips there are. Any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/cancellation.h"
#include "base/result.h"
#include "edit/timeline.h"

namespace tidemark::edit {

// More columns are an error of the caller's: a screen has no more.
inline constexpr std::size_t kMaxReportColumns = 4000;
// The table lists the first so many clips, and says how many more there are.
inline constexpr std::size_t kMaxReportClips = 2000;

// The waveform of the whole source: column i of n spans [i, i + 1) / n of its length. `min_max`
// holds minimum and maximum of each in turn, in [-1, 1]. Borrowed.
struct WaveformColumns {
  std::span<const float> min_max;
};

struct CutReport {
  const Timeline& timeline;  // borrowed
  WaveformColumns waveform;  // may be empty: no picture of the sound, all the rest
  std::string output;        // what the cut was written to; empty: nothing was
  // Name and value of each option that mattered, in the order to show.
  std::vector<std::pair<std::string, std::string>> options;
  std::string version;  // of Tidemark
};

// To `path`, written beside it first ("" or "-": the standard output). kUsage where that is the
// source; kIo: what happened, to which file. REQUIRES: at most kMaxReportColumns columns.
Result<void> WriteCutReport(const CutReport& report, const std::string& path,
                            const Cancellation* cancellation = nullptr);

}  // namespace tidemark::edit
