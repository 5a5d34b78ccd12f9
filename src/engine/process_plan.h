// The part of a plan that is there before any sample: the process itself and its decoder.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "engine/plan.h"
#include "io/open_source.h"
#include "io/source.h"
#include "memory/budget.h"

namespace tidemark::engine {

// Remembers what the process holds before the first file is opened: call it before anything else.
void NoteProcess();

// Adds the program with its libraries (as resident before the first file, plus a measured margin
// for what a run touches later), unless the plan reaches no further than its run, and the decoder's
// allowance.
void AddProcessToPlan(const io::SourceInfo& info, memory::Reach reach, Plan& plan);

// io::OpenSource, kept within a ceiling, if there is one: the kernel holds the process to it from
// here on, and FFmpeg is not even loaded where it could not fit beside `rest`, which is what stereo
// audio needs besides the process and its decoder. kMemory then names the smallest ceiling that
// would do.
Result<std::unique_ptr<io::Source>> OpenWithin(const memory::Budget& budget, const Plan& rest,
                                               const std::string& path, io::OpenOptions open);

// Admits the plan and has the kernel hold the process to it, or to the ceiling, if there is one.
// The limit in bytes. kMemory, naming `path`, where the plan is over the ceiling.
Result<std::uint64_t> HoldToPlan(const Plan& plan, const memory::Budget& budget,
                                 const std::string& path);

}  // namespace tidemark::engine
