// What several measures of beats share: the nearest beat, and the reference at other metrical
// levels. Pure functions of sorted beat times in seconds; any thread.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace tidemark::analysis {

// The index of the beat nearest to `time_s`, the first of equals. REQUIRES: beats not empty.
std::size_t NearestBeat(std::span<const double> beats, double time_s);

// The median; the mean of both middle values where their number is even. REQUIRES: not empty.
double MedianOf(std::vector<double> values);

// The distances from each beat to the next; REQUIRES: beats not empty.
std::vector<double> BeatIntervals(std::span<const double> beats);

// The beats as they are, between them, twice as many, every other from the first and from the
// second: the readings of the same music that the measures of "any metrical level" allow.
// REQUIRES: beats not empty. Two of the five are empty for a single beat.
std::array<std::vector<double>, 5> MetricalVariations(std::span<const double> beats);

}  // namespace tidemark::analysis
