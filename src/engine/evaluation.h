// What `tidemark evaluate` prints: measures of beats with where they came from. Values; any thread.
#pragma once

#include <string>

#include "analysis/beat_measures.h"
#include "base/result.h"

namespace tidemark::engine {

struct Evaluation {
  std::string reference_path;
  std::string estimate_path;
  analysis::BeatMeasureOptions options;
  analysis::BeatMeasures measures;
};

// To the standard output, as text for people or as one JSON object (docs/evaluation.md). kIo where
// it cannot be written.
Result<void> PrintEvaluationText(const Evaluation& evaluation);
Result<void> PrintEvaluationJson(const Evaluation& evaluation);

}  // namespace tidemark::engine
