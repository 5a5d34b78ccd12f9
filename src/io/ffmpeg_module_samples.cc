#include "io/ffmpeg_module_samples.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <type_traits>

namespace tidemark::io {
namespace {

template <typename Float>
void WriteFloats(const float* in, std::size_t n_frames, Float* out, std::size_t step) {
  for (std::size_t i = 0; i < n_frames; ++i) {
    out[i * step] = std::isfinite(in[i]) ? static_cast<Float>(in[i]) : Float{0};
  }
}

}  // namespace

template <typename Integer>
void SampleWriter::WriteIntegers(const float* in, std::size_t n_frames, Integer* out,
                                 std::size_t step) {
  const double scale = std::ldexp(1.0, bits_ - 1);
  const int shift = static_cast<int>(8 * sizeof(Integer)) - bits_;
  constexpr std::int64_t kOffset = std::is_unsigned_v<Integer> ? 128 : 0;
  for (std::size_t i = 0; i < n_frames; ++i) {
    const double value = static_cast<double>(in[i]) * scale;
    const double whole = dithers_ ? dither_.Round(value) : std::nearbyint(value);
    const double clipped = std::isnan(whole) ? 0 : std::clamp(whole, -scale, scale - 1);
    out[i * step] = static_cast<Integer>(
        static_cast<std::int64_t>(clipped) * (std::int64_t{1} << shift) + kOffset);
  }
}

bool SampleWriter::Knows(AVSampleFormat format) {
  switch (av_get_packed_sample_fmt(format)) {
    case AV_SAMPLE_FMT_U8:
    case AV_SAMPLE_FMT_S16:
    case AV_SAMPLE_FMT_S32:
    case AV_SAMPLE_FMT_FLT:
    case AV_SAMPLE_FMT_DBL:
      return true;
    default:
      return false;
  }
}

void SampleWriter::Write(std::span<float* const> planes, std::size_t n_frames, AVFrame& frame) {
  const bool planar = av_sample_fmt_is_planar(format_) != 0;
  const std::size_t step = planar ? 1 : planes.size();
  const auto sample_bytes = static_cast<std::size_t>(av_get_bytes_per_sample(format_));
  for (std::size_t c = 0; c < planes.size(); ++c) {
    std::uint8_t* const out =
        planar ? frame.extended_data[c] : frame.extended_data[0] + c * sample_bytes;
    switch (av_get_packed_sample_fmt(format_)) {
      case AV_SAMPLE_FMT_U8:
        WriteIntegers(planes[c], n_frames, out, step);
        break;
      case AV_SAMPLE_FMT_S16:
        WriteIntegers(planes[c], n_frames, reinterpret_cast<std::int16_t*>(out), step);
        break;
      case AV_SAMPLE_FMT_S32:
        WriteIntegers(planes[c], n_frames, reinterpret_cast<std::int32_t*>(out), step);
        break;
      case AV_SAMPLE_FMT_FLT:
        WriteFloats(planes[c], n_frames, reinterpret_cast<float*>(out), step);
        break;
      default:
        WriteFloats(planes[c], n_frames, reinterpret_cast<double*>(out), step);
        break;
    }
  }
}

}  // namespace tidemark::io
