// What a cut came to, for people and as JSON. Pure functions.
#pragma once

#include <string>
#include <vector>

#include "edit/cut_totals.h"
#include "edit/timeline.h"
#include "engine/report.h"

namespace tidemark::engine {

// How far a clip that was copied without encoding moved. Seconds of the source.
struct CutMove {
  double asked_begin_s = 0;
  double asked_end_s = 0;
  double begin_s = 0;
  double end_s = 0;
};

struct CutSummary {
  std::string input;
  std::string output;       // empty: nothing was written
  std::string last_output;  // of a sequence, whose first is `output`; else empty
  edit::CutTotals totals;
  MemorySection memory;
  TimeSection time;
  std::vector<CutMove> moves;  // empty: nothing moved
  std::string warning;
};

// Some lines: what was cut, how much is left, what it took.
std::string CutSummaryText(const CutSummary& summary);

// One object in one line: docs/cut-formats.md.
std::string CutSummaryJson(const CutSummary& summary);

}  // namespace tidemark::engine
