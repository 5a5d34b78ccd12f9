#include "io/interleave_kernels.h"

#include <cassert>

#include "base/copy_samples.h"

namespace tidemark::io {
namespace {

void SplitStereo(const float* __restrict in, std::size_t n, float* __restrict left,
                 float* __restrict right) {
  for (std::size_t i = 0; i < n; ++i) {
    left[i] = in[2 * i];
    right[i] = in[2 * i + 1];
  }
}

}  // namespace

void Deinterleave(std::span<const float> interleaved, std::size_t n_frames, AudioBlock out,
                  std::size_t first) {
  const std::size_t channels = out.n_channels();
  assert(interleaved.size() >= n_frames * channels && first + n_frames <= out.n_frames());
  if (channels == 1) {
    CopySamples(interleaved.data(), n_frames, out.channel(0).data() + first);
    return;
  }
  if (channels == 2) {
    SplitStereo(interleaved.data(), n_frames, out.channel(0).data() + first,
                out.channel(1).data() + first);
    return;
  }
  for (std::size_t c = 0; c < channels; ++c) {
    float* const plane = out.channel(c).data() + first;
    for (std::size_t i = 0; i < n_frames; ++i) plane[i] = interleaved[i * channels + c];
  }
}

}  // namespace tidemark::io
