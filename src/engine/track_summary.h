// TrackSummary: how a live track fares, as people and programs read it. A value; pure functions.
#pragma once

#include <cstdint>
#include <string>

#include "engine/report.h"
#include "tidemark/audio_track.h"

namespace tidemark::engine {

struct TrackSummary {
  TrackStats track;
  int sample_rate_hz = 0;
  double read_s = 0;                  // of what was recorded, silence included
  std::int64_t device_underruns = 0;  // times that the device which plays ran dry
  MemorySection memory;
  TimeSection time;
  std::string warning;  // what was odd, in one line for people; empty if nothing
};

// One line: where it is, what waits, and what was lost, if anything was.
std::string TrackLineText(const TrackSummary& summary);
// A JSON object in one line; is_final: the run is over.
std::string TrackLineJson(const TrackSummary& summary, bool is_final);
// The end, for people: the same, memory and time.
std::string TrackEndText(const TrackSummary& summary);

}  // namespace tidemark::engine
