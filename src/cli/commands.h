// The subcommands. Each returns an exit code (exit_code.h); errors go to standard error, one line
// each. Main thread.
#pragma once

#include "base/cancellation.h"
#include "cli/options.h"

namespace tidemark::cli {

int RunAnalyze(const AnalyzeCommand& command, const Cancellation& cancellation);

// Cuts a recording: media, a timeline, or what would be cut.
int RunCut(const CutCommand& command, const Cancellation& cancellation);

// Sends audio through a live track: plays, records, measures.
int RunTrack(const TrackCommand& command, const Cancellation& cancellation);

// Compares two lists of beats and prints the measures of beat tracking.
int RunEvaluate(const EvaluateCommand& command, const Cancellation& cancellation);

// What can be read, and by which decoder.
int RunFormats();

// What this machine offers: processor, memory limit, pressure, allocator, decoders, sandbox.
int RunDoctor();

}  // namespace tidemark::cli
