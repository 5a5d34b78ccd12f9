// Rates that editors count in, and times carried from one rate to another without drift. Pure
// functions; any thread.
#pragma once

#include <cstdint>

#include "base/clip.h"
#include "edit/timeline.h"

namespace tidemark::edit {

// The nearest tick of `to`, halves up: floor(ticks * to / from + 1/2), exact. REQUIRES: ticks in
// [0, 2^53], the parts of both rates in [1, 2^31), a result that fits.
std::int64_t RescaleTicks(std::int64_t ticks, Timebase from, Timebase to);

// num / den in lowest terms.
Timebase Reduced(Timebase timebase);

// The rate at which an editor should count the frames of `timeline`: its own where its ticks are
// frames (up to 240 a second), so that nothing is rounded; else that of the video; 60 where there
// is only sound, which rounds a cut by at most 8.3 ms.
Timebase EditRate(const Timeline& timeline);

// The same rate where timecode knows it: whole frames a second up to 120, or 24, 30, 48, 60 or 120
// times 1000/1001; else the nearest of these (the average of a variable rate is none).
Timebase TimecodeRate(Timebase rate);

// What timecode calls the rate: 30 for 30000/1001. REQUIRES: a result of TimecodeRate().
int NominalRate(Timebase rate);

// speed as p / q with q <= 1000: the nearest such fraction, exact for 1.25 or 4.
Timebase SpeedFraction(double speed);

}  // namespace tidemark::edit
