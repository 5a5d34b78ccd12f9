// What the lists of ranges and clips take between what detectors find and the clips that are kept.
// Pure functions.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "engine/cut_options.h"

namespace tidemark::engine {

// The most that is held at a time, in bytes, however much is found: while detectors listen, while
// the rule is evaluated, while clips are made; the clips included, which stay.
// heard[t]: the lists of detectors, counted from 0, that make rules.rule.terms()[t]; each is given
// up at its last use, and copied before.
std::size_t CutListBytes(const CutRules& rules, std::span<const std::vector<std::size_t>> heard);

}  // namespace tidemark::engine
