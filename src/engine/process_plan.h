// The part of a plan that is there before any sample: the process itself and its decoder.
#pragma once

#include <memory>
#include <string>

#include "base/cancellation.h"
#include "engine/analyze_options.h"
#include "engine/plan.h"
#include "io/source.h"

namespace tidemark::engine {

// Remembers what the process holds before the first file is opened: call it before anything else.
void NoteProcess();

// Adds the program with its libraries (as resident before the first file, plus a measured margin
// for what a run touches later) and the decoder's allowance.
void AddProcessToPlan(const io::SourceInfo& info, Plan& plan);

// io::OpenSource, kept within options.memory_bytes: the kernel holds the process to that ceiling
// from here on, and FFmpeg is not even loaded where it could not fit. kMemory then names the
// smallest ceiling that would do for stereo audio.
Result<std::unique_ptr<io::Source>> OpenWithin(const AnalyzeOptions& options,
                                               const std::string& path,
                                               const Cancellation& cancellation);

}  // namespace tidemark::engine
