#include "edit/clip_sequence.h"

#include <fmt/format.h>

#include <cassert>
#include <filesystem>

namespace tidemark::edit {

std::string ClipSequencePath(const std::string& output_path, std::size_t index,
                             std::size_t n_clips) {
  assert(index < n_clips);
  const std::filesystem::path output(output_path);
  const std::size_t n_digits = fmt::format_int(n_clips - 1).size();
  const std::string name = fmt::format("{}_{:0{}}{}", output.stem().string(), index, n_digits,
                                       output.extension().string());
  return (output.parent_path() / name).string();
}

}  // namespace tidemark::edit
