// Goto's measure of beats (Goto and Muraoka, "Issues in evaluating beat tracking systems", 1997),
// as in mir_eval. Pure; any thread.
#pragma once

#include <span>

namespace tidemark::analysis {

// 1 where a long enough stretch of the reference is followed well, else 0. The error of a reference
// beat is the place of the one estimate around it: 0 on the beat, -1 and 1 half way to its
// neighbours; 1 where there is none or more than one. The stretch is the longest between two errors
// over 0.35; it must hold over a quarter of the beats, its mean absolute error and its standard
// deviation must be below 0.2. 0 for fewer than five reference beats, as in mir_eval.
// REQUIRES: both lists sorted.
double GotoScore(std::span<const double> reference, std::span<const double> estimate);

}  // namespace tidemark::analysis
