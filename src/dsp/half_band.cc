#include "dsp/half_band.h"

#include <algorithm>
#include <cassert>

#include "dsp/half_band_kernels.h"

namespace tidemark::dsp {

std::size_t HalfBand::PlanBytes(std::size_t max_in) {
  return memory::ArenaBytes<float>(kEvenHistory + max_in / 2) +
         memory::ArenaBytes<float>(kOddHistory + max_in / 2);
}

HalfBand::HalfBand(std::size_t max_in, memory::Arena& arena)
    : even_(arena.Take<float>(kEvenHistory + max_in / 2)),
      odd_(arena.Take<float>(kOddHistory + max_in / 2)) {}

void HalfBand::Halve(std::span<const float> in, std::span<float> low) {
  const std::size_t n = in.size() / 2;
  assert(in.size() % 2 == 0 && low.size() == n && kEvenHistory + n <= even_.size());
  Deinterleave(in.data(), n, even_.data() + kEvenHistory, odd_.data() + kOddHistory);
  FilterHalfBand(even_.data(), odd_.data(), n, low.data());
  std::copy_n(even_.begin() + static_cast<std::ptrdiff_t>(n), kEvenHistory, even_.begin());
  std::copy_n(odd_.begin() + static_cast<std::ptrdiff_t>(n), kOddHistory, odd_.begin());
}

void HalfBand::Reset() {
  std::ranges::fill(even_, 0.0F);
  std::ranges::fill(odd_, 0.0F);
}

}  // namespace tidemark::dsp
