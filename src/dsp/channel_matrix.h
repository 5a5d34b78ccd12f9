// ChannelMatrix: audio of 1 to 8 channels as another number of channels, by ITU-R BS.775-3. A
// value; Mix() from any thread.
#pragma once

#include <array>
#include <cstddef>

namespace tidemark::dsp {

// Which loudspeakers a number of channels stands for, in the order of WAVE_FORMAT_EXTENSIBLE:
//     1: C    2: L R    3: L R C    4: L R BL BR    5: L R C BL BR    6: L R C LFE BL BR
//     7: L R C LFE BC SL SR         8: L R C LFE BL BR SL SR
//
// A channel whose loudspeaker is there goes to it at full level. Else:
//     C      to L and R at -3 dB each, but if it is all there is, at full level
//     L, R   to C at -3 dB
//     BL, SL to the other of the two (at -3 dB if that has a channel of its own), else to L at
//            -3 dB; BR, SR alike
//     BC     to BL and BR as above, at -3 dB each
//     LFE    nowhere
// and if an output's gains then add up to more than 1, all are divided by the largest sum: full
// scale on every channel does not clip. So stereo becomes mono as the mean.
class ChannelMatrix {
 public:
  static constexpr std::size_t kMaxMatrixChannels = 8;

  // REQUIRES: 1 <= n_in, n_out <= kMaxMatrixChannels.
  ChannelMatrix(std::size_t n_in, std::size_t n_out);

  [[nodiscard]] std::size_t n_in() const { return n_in_; }
  [[nodiscard]] std::size_t n_out() const { return n_out_; }
  [[nodiscard]] float gain(std::size_t out, std::size_t in) const { return gains_[out][in]; }

  // out[k][i] = sum over c of gain(k, c) in[c][i] for i < n; a channel that is only copied keeps
  // its bits. REQUIRES: n_in() and n_out() planes of n samples that do not overlap.
  void Mix(const float* const* in, std::size_t n, float* const* out) const;

 private:
  std::size_t n_in_;
  std::size_t n_out_;
  std::array<std::array<float, kMaxMatrixChannels>, kMaxMatrixChannels> gains_{};  // [out][in]
};

}  // namespace tidemark::dsp
