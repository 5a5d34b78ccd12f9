// A clip sequence: instead of one file, one for each clip, numbered in the order of the output.
// Only their names are made here. Pure functions; any thread.
#pragma once

#include <cstddef>
#include <string>

namespace tidemark::edit {

// The file of clip `index` of `n_clips`: the number from 0 before the extension, with as many
// digits as the last one needs, so that the names sort: "talk_cut_007.wav" from "talk_cut.wav".
// REQUIRES: index < n_clips.
std::string ClipSequencePath(const std::string& output_path, std::size_t index,
                             std::size_t n_clips);

}  // namespace tidemark::edit
