// AnalyzeOptions: all that `tidemark analyze` can be told about one file. A value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "analysis/activity.h"
#include "analysis/loudness.h"
#include "analysis/rhythm.h"
#include "analysis/spectrum.h"
#include "analysis/waveform.h"
#include "engine/features.h"
#include "engine/range_plan.h"
#include "io/open_source.h"
#include "memory/budget.h"

namespace tidemark::engine {

struct AnalyzeOptions {
  FeatureSet features = FeatureSet::Default();
  analysis::SpectralOptions spectral;
  analysis::ActivityOptions activity;
  analysis::RhythmOptions rhythm;
  analysis::WaveformOptions waveform;
  std::string waveform_path;  // must be set where the waveform feature is on
  std::string click_path;     // empty: no click track; else the beats feature must be on
  RangeOptions ranges;
  io::OpenOptions open;

  // --memory: the ceiling of the whole process; none: the plan is the ceiling.
  std::optional<std::uint64_t> memory_bytes;
  memory::Reach reach = memory::Reach::kProcess;
  // Media that decodes to more than this is refused: by its header where that says so, else
  // when it gets there.
  std::optional<double> max_duration_s;
  // The same for the size of the decoded audio, as 16-bit PCM, over the size of the file.
  std::optional<double> max_ratio;

  int n_threads = 0;             // 1: decode in line; 2: decode ahead; 0: by the number of cores
  std::size_t block_frames = 0;  // of the decoding queue; 0: by the number of channels
};

}  // namespace tidemark::engine
