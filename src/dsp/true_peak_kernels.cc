#include "dsp/true_peak_kernels.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "dsp/simd.h"

namespace tidemark::dsp {
namespace {

constexpr int kPairs = 6;

// The table of BS.1770-4 annex 2. Phases 3 and 2 are phases 0 and 1 in reverse, so two mirrored
// phases share the sums E over even parts and O over odd parts of the taps: the outputs are
// E + O and E - O, and the larger magnitude of the two is |E| + |O|.
constexpr float kPhase0[2 * kPairs] = {0.0017089843750F,  0.0109863281250F,  -0.0196533203125F,
                                       0.0332031250000F,  -0.0594482421875F, 0.1373291015625F,
                                       0.9721679687500F,  -0.1022949218750F, 0.0476074218750F,
                                       -0.0266113281250F, 0.0148925781250F,  -0.0083007812500F};
constexpr float kPhase1[2 * kPairs] = {-0.0291748046875F, 0.0292968750000F,  -0.0517578125000F,
                                       0.0891113281250F,  -0.1665039062500F, 0.4650878906250F,
                                       0.7797851562500F,  -0.2003173828125F, 0.1015625000000F,
                                       -0.0582275390625F, 0.0330810546875F,  -0.0189208984375F};

// Half way between samples: a sinc under a Kaiser window (beta 4), gain 1 at 0 Hz, within 0.03 dB
// up to 0.3 of the sample rate: 28.8 kHz at 96 kHz.
constexpr float kHalfWay[kPairs] = {-0.00512628F, 0.01772665F,  -0.04215016F,
                                    0.08773938F,  -0.18644794F, 0.62825836F};

constexpr float Even(const float* taps, int k) { return (taps[k] + taps[11 - k]) / 2; }
constexpr float Odd(const float* taps, int k) { return (taps[k] - taps[11 - k]) / 2; }

constexpr float SumOfMagnitudes(const float* taps, int n) {
  float sum = 0;
  for (int k = 0; k < n; ++k) sum += taps[k] < 0 ? -taps[k] : taps[k];
  return sum;
}

// Floats that are not negative order as their bits do; integer maxima vectorise.
constexpr std::int32_t kMagnitudeBits = 0x7FFFFFFF;
inline std::int32_t MagnitudeBits(float x) {
  return std::bit_cast<std::int32_t>(x) & kMagnitudeBits;
}
inline float Magnitude(float x) { return std::bit_cast<float>(MagnitudeBits(x)); }

}  // namespace

TM_KERNEL float TruePeakOfPhases4(const float* x, std::size_t n) {
  std::int32_t peak = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const float* now = x + i;
    float even0 = 0;
    float odd0 = 0;
    float even1 = 0;
    float odd1 = 0;
#pragma GCC unroll 6
    for (int k = 0; k < kPairs; ++k) {
      const float sum = now[-k] + now[k - 11];
      const float difference = now[-k] - now[k - 11];
      even0 += Even(kPhase0, k) * sum;
      odd0 += Odd(kPhase0, k) * difference;
      even1 += Even(kPhase1, k) * sum;
      odd1 += Odd(kPhase1, k) * difference;
    }
    const float peak0 = Magnitude(even0) + Magnitude(odd0);
    const float peak1 = Magnitude(even1) + Magnitude(odd1);
    peak = std::max(peak, std::max(MagnitudeBits(peak0), MagnitudeBits(peak1)));
  }
  return std::bit_cast<float>(peak);
}

TM_KERNEL float TruePeakOfPhases2(const float* x, std::size_t n) {
  std::int32_t peak = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const float* now = x + i;
    float y = 0;
#pragma GCC unroll 6
    for (int k = 0; k < kPairs; ++k) y += kHalfWay[k] * (now[-k] + now[k - 11]);
    peak = std::max(peak, MagnitudeBits(y));
  }
  return std::bit_cast<float>(peak);
}

float TruePeakMaxGain(int oversampling) {
  constexpr float kGain4 = SumOfMagnitudes(kPhase1, 2 * kPairs);
  constexpr float kGain2 = 2 * SumOfMagnitudes(kHalfWay, kPairs);
  static_assert(kGain4 > SumOfMagnitudes(kPhase0, 2 * kPairs));
  constexpr float kRounding = 1.00001F;
  return kRounding * (oversampling == 4 ? kGain4 : kGain2);
}

}  // namespace tidemark::dsp
