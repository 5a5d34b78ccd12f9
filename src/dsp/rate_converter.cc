#include "dsp/rate_converter.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "base/copy_samples.h"
#include "base/stream_format.h"
#include "dsp/window.h"

namespace tidemark::dsp {
namespace {

constexpr double kBeta = 9.8;
// The middle of the transition, of the lower rate.
constexpr double kCutoff = 0.4535;
constexpr std::size_t kHalf = kConverterTaps / 2;
// A piece and what stays of those before; adjusted, a piece to the same rate makes a little more.
constexpr std::size_t kRoom = RateConverter::kMaxPieceFrames + kConverterTaps + 16;

__extension__ using Wide = unsigned __int128;

struct alignas(memory::kArenaAlignment) Table {
  std::array<float, kConverterRows * kConverterTaps> rows;
};

Table MakeTable() {
  Table table;
  for (std::size_t row = 0; row < kConverterRows; ++row) {
    const double phase = (static_cast<double>(row) - 1) / kConverterPhases;
    for (std::size_t i = 0; i < kConverterTaps; ++i) {
      const double x = static_cast<double>(i) - (kHalf - 1) - phase;
      table.rows[row * kConverterTaps + i] =
          static_cast<float>(KaiserSinc(x, kCutoff, kHalf, kBeta));
    }
  }
  return table;
}

const float* SharedRows() {
  static const Table table = MakeTable();
  return table.rows.data();
}

SampleTime FromWide(Wide time) {
  return {static_cast<std::uint64_t>(time >> 64), static_cast<std::uint64_t>(time)};
}

Wide ToWide(const SampleTime& time) { return Wide{time.whole} << 64 | time.fraction; }

// What an input weighs in a sum: the time that it stands for.
float Gain(const SampleTime& step) {
  return static_cast<float>(std::ldexp(static_cast<double>(ToWide(step)), -64));
}

// A sum over inputs tells a sudden change of their distance: at 8 ppm from one to the next the
// error is 120 dB down.
SampleTime Towards(const SampleTime& step, const SampleTime& target) {
  const Wide from = ToWide(step);
  const Wide to = ToWide(target);
  const Wide most = to >> 17;
  if (from < to) return FromWide(from + std::min(to - from, most));
  return FromWide(from - std::min(from - to, most));
}

// Time is never so far off that the last output sample is lost, or one more is made: where an
// output falls together with the end of the input, it comes after it.
SampleTime NominalStep(int in_hz, int out_hz) {
  const auto in = static_cast<std::uint64_t>(in_hz);
  const auto out = static_cast<std::uint64_t>(out_hz);
  return in <= out ? FromWide(((Wide{in} << 64) + out - 1) / out)
                   : FromWide((Wide{out} << 64) / in);
}

}  // namespace

std::size_t RateConverter::PlanBytes(int, int, std::size_t channels) {
  return memory::ArenaBytes<float>(channels * kRoom);
}

RateConverter::RateConverter(int max_in_hz, int out_hz, std::size_t channels, memory::Arena& arena)
    : rows_(SharedRows()),
      max_in_hz_(max_in_hz),
      out_hz_(out_hz),
      channels_(channels),
      samples_(arena.Take<float>(channels * kRoom)) {
  Start(max_in_hz);
}

void RateConverter::Start(int in_hz) {
  assert(in_hz >= kMinSampleRateHz && in_hz <= max_in_hz_);
  in_hz_ = in_hz;
  gathers_ = in_hz <= out_hz_;
  nominal_step_ = target_step_ = step_ = NominalStep(in_hz, out_hz_);
  std::ranges::fill(samples_, 0.0F);
  gain_ = Gain(step_);
  at_ = {};
  // The taps of the first output (input) reach so far before the signal.
  n_held_ = n_before_ = kHalf - 1;
}

void RateConverter::Adjust(double ppm) {
  assert(std::abs(ppm) <= kMaxAdjustPpm);
  constexpr int kBits = 48;
  const double factor = gathers_ ? 1 + ppm * 1e-6 : 1 / (1 + ppm * 1e-6);
  const auto scale = static_cast<std::uint64_t>(std::llround(std::ldexp(factor, kBits)));
  target_step_ = FromWide(ToWide(nominal_step_) * scale >> kBits);
  if (gathers_) step_ = target_step_;
}

std::size_t RateConverter::MaxOut(std::size_t n_in) const {
  const double out = static_cast<double>(n_in) * static_cast<double>(out_hz_) /
                     (static_cast<double>(in_hz_) * (1 - kMaxAdjustPpm * 1e-6));
  return static_cast<std::size_t>(out) + 2;
}

std::size_t RateConverter::MaxFinish() const { return gathers_ ? MaxOut(kHalf) : kHalf; }

ConverterLanes RateConverter::Lanes() const { return {rows_, samples_.data(), kRoom, channels_}; }

void RateConverter::Discard(std::size_t n, std::size_t n_kept) {
  for (std::size_t c = 0; c < channels_; ++c) {
    float* const first = samples_.data() + c * kRoom;
    std::copy(first + n, first + n + n_kept, first);
    if (!gathers_) std::fill(first + n_kept, first + n_kept + n, 0.0F);
  }
  at_.whole -= n;
}

std::size_t RateConverter::Interpolate(const float* const* in, std::size_t n_in,
                                       float* const* out) {
  for (std::size_t c = 0; c < channels_; ++c) {
    CopySamples(in[c], n_in, samples_.data() + c * kRoom + n_held_);
  }
  const std::size_t n_there = n_held_ + n_in;
  const std::size_t n_out = GatherSamples(Lanes(), n_there, step_, at_, out);
  const std::size_t n_done = at_.whole;
  n_held_ = n_there - n_done;
  Discard(n_done, n_held_);
  return n_out;
}

void RateConverter::Spread(const float* const* in, std::size_t n_in) {
  for (std::size_t begin = 0; begin < n_in;) {
    step_ = Towards(step_, target_step_);
    const float gain = Gain(step_);
    const std::size_t end = step_ == target_step_ ? n_in : begin + 1;
    ScatterSamples(Lanes(), {in, begin, end}, {0.5F * (gain_ + gain), gain}, step_, at_);
    gain_ = gain;
    begin = end;
  }
}

std::size_t RateConverter::Emit(std::size_t end, float* const* out) {
  const std::size_t begin = std::min(n_before_, end);
  for (std::size_t c = 0; c < channels_; ++c) {
    CopySamples(samples_.data() + c * kRoom + begin, end - begin, out[c]);
  }
  n_before_ -= begin;
  return end - begin;
}

std::size_t RateConverter::Convert(const float* const* in, std::size_t n_in, float* const* out) {
  assert(n_in <= kMaxPieceFrames);
  if (gathers_) return Interpolate(in, n_in, out);
  Spread(in, n_in);
  const std::size_t n_done = at_.whole;
  const std::size_t n_out = Emit(n_done, out);
  Discard(n_done, kConverterTaps);
  return n_out;
}

std::size_t RateConverter::Finish(float* const* out) {
  std::size_t n_out = 0;
  if (gathers_) {
    // So much silence that the taps of every output before the end of the input are there.
    for (std::size_t c = 0; c < channels_; ++c) {
      std::fill_n(samples_.data() + c * kRoom + n_held_, kHalf, 0.0F);
    }
    n_out = GatherSamples(Lanes(), n_held_ + kHalf, step_, at_, out);
  } else {
    n_out = Emit(kHalf - 1 + at_.whole + (at_.fraction > 0 ? 1 : 0), out);
  }
  Start(in_hz_);
  return n_out;
}

}  // namespace tidemark::dsp
