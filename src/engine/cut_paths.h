// Where a cut writes, and whether it may: what would be refused at the end is refused before
// anything is read. Free functions; any thread.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "edit/timeline.h"
#include "engine/cut_options.h"

namespace tidemark::engine {

// Where the request's product goes: as it says, else by the name of the source, beside it.
std::string OutputPathOf(const CutRequest& request, const std::string& source_path);

// Whether the request writes into files at all but its report.
bool WritesOutput(const CutRequest& request);

// What is to be written, empty or "-": nothing to check. kUsage: `path` is one of `inputs`, a
// folder, or a file that exists while `overwrite` is false. kIo: its folder is not there or may not
// be written to.
Result<void> CheckOutputPath(const std::string& path, bool overwrite,
                             std::span<const std::string> inputs);

// Checks output and report. `inputs`: what is read, which neither may replace. kUsage: one of them
// is an input, or both are one; a file exists and request.output.overwrite is false. kIo: its
// folder is not there or may not be written to.
Result<void> CheckPaths(const CutRequest& request, const std::string& output_path,
                        std::span<const std::string> inputs);

// The same for the files of a sequence.
Result<void> CheckSequencePaths(const CutRequest& request, const std::string& output_path,
                                std::size_t n_clips, std::span<const std::string> inputs);

}  // namespace tidemark::engine
