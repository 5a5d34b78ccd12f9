#include "edit/report_html_picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace tidemark::edit {
namespace {

constexpr double kMiddle = 100;
constexpr double kHalfHeight = 96;
constexpr double kLeastHalf = 0.6;  // so that silence is a line

double Y(float value) {
  const double finite = std::isfinite(value) ? std::clamp(double{value}, -1.0, 1.0) : 0;
  return kMiddle - kHalfHeight * finite;
}

// The outline: along the maxima to the right, along the minima back.
void WriteOutline(std::span<const float> min_max, io::OutputFile& output) {
  const std::size_t n = min_max.size() / 2;
  const double width = kReportWidth / static_cast<double>(n);
  const auto x = [&](std::size_t i) { return (static_cast<double>(i) + 0.5) * width; };
  for (std::size_t i = 0; i < n; ++i) {
    output.Write(fmt::format("{}{:.1f} {:.1f}", i == 0 ? 'M' : 'L', x(i),
                             std::min(Y(min_max[2 * i + 1]), kMiddle - kLeastHalf)));
  }
  for (std::size_t i = n; i-- > 0;) {
    output.Write(
        fmt::format("L{:.1f} {:.1f}", x(i), std::max(Y(min_max[2 * i]), kMiddle + kLeastHalf)));
  }
  output.Put('Z');
}

bool IsKept(const Stretch& stretch) { return stretch.speed == 1; }
bool IsFast(const Stretch& stretch) { return stretch.speed != 0 && stretch.speed != 1; }

// One path of all rectangles that `wanted` picks; empty where it picks none.
std::string Rectangles(const std::vector<Stretch>& stretches, double source_s,
                       bool (*wanted)(const Stretch&)) {
  std::string path;
  for (const Stretch& stretch : stretches) {
    if (!wanted(stretch)) continue;
    const double begin = stretch.begin_s / source_s * kReportWidth;
    const double end = stretch.end_s / source_s * kReportWidth;
    fmt::format_to(std::back_inserter(path), "M{:.3f} 0H{:.3f}V200H{:.3f}Z", begin, end, begin);
  }
  return path;
}

}  // namespace

void WriteWaveform(const WaveformColumns& waveform, const std::vector<Stretch>& stretches,
                   double source_s, std::string_view label, io::OutputFile& output) {
  const std::string kept = Rectangles(stretches, source_s, IsKept);
  const std::string fast = Rectangles(stretches, source_s, IsFast);
  output.Write(fmt::format(
      "<svg id=\"wave\" viewBox=\"0 0 {:.0f} 200\" preserveAspectRatio=\"none\" role=\"img\" "
      "tabindex=\"0\" aria-label=\"{}\">\n",
      kReportWidth, label));
  output.Write(
      fmt::format("<path class=\"kept-band\" d=\"{0}\"/><path class=\"fast-band\" "
                  "d=\"{1}\"/>\n<defs><clipPath id=\"k\"><path d=\"{0}\"/></clipPath>"
                  "<clipPath id=\"f\"><path d=\"{1}\"/></clipPath>",
                  kept, fast));
  if (!waveform.min_max.empty()) {
    output.Write("<path id=\"w\" d=\"");
    WriteOutline(waveform.min_max, output);
    output.Write("\"/>");
  }
  output.Write("</defs>\n");
  if (!waveform.min_max.empty()) {
    output.Write(
        "<use href=\"#w\" class=\"wave\"/><use href=\"#w\" class=\"wave-kept\" "
        "clip-path=\"url(#k)\"/><use href=\"#w\" class=\"wave-fast\" clip-path=\"url(#f)\"/>\n");
  }
  output.Write("</svg>\n");
}

}  // namespace tidemark::edit
