// The page of `tidemark cut --report`, with the options that led to it. Main thread.
#pragma once

#include <span>
#include <string>

#include "base/result.h"
#include "cli/cut_options.h"
#include "edit/timeline.h"

namespace tidemark::cli {

// To command.report_path. waveform: minimum and maximum of each column, or nothing; output: what
// was written, or nothing. kIo: what happened, to which file.
Result<void> WriteCutPage(const CutCommand& command, const edit::Timeline& timeline,
                          std::span<const float> waveform, const std::string& output);

}  // namespace tidemark::cli
