// FCPXML 1.10 (developer.apple.com, "FCPXML Reference"): one asset, one project, a spine of
// asset-clips. Times are fractions of a second, "1001/30000s", on frames of the sequence, as Final
// Cut Pro wants them in a spine. A speed is a timeMap: from the time in the clip to the time in the
// source; start and duration are then those of the retimed clip.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

#include "edit/clip_placer.h"
#include "edit/frame_rate.h"
#include "edit/timeline_export.h"
#include "edit/xml_output.h"

namespace tidemark::edit {
namespace {

// num / den seconds; den must fit 32 bits.
std::string Seconds(Timebase fraction) {
  if (fraction.num == 0) return "0s";
  fraction = Reduced(fraction);
  return fraction.den == 1 ? fmt::format("{}s", fraction.num)
                           : fmt::format("{}/{}s", fraction.num, fraction.den);
}

std::string_view AudioRate(const MediaInfo& media) {
  constexpr std::pair<int, std::string_view> kRates[] = {
      {32'000, "32k"}, {44'100, "44.1k"},   {48'000, "48k"},  {88'200, "88.2k"},
      {96'000, "96k"}, {176'400, "176.4k"}, {192'000, "192k"}};
  const int rate = media.audio.empty() ? 48'000 : media.audio.front().sample_rate_hz;
  const auto* const found = std::find_if(std::begin(kRates), std::end(kRates),
                                         [rate](const auto& known) { return known.first == rate; });
  return found == std::end(kRates) ? "48k" : found->second;
}

std::string_view AudioLayout(const MediaInfo& media) {
  const int channels = media.audio.empty() ? 2 : media.audio.front().channels;
  return channels == 1 ? "mono" : channels == 2 ? "stereo" : "surround";
}

class FcpxmlWriter {
 public:
  FcpxmlWriter(const Export& what, io::OutputFile& output)
      : what_(what),
        rate_(EditRate(what.timeline)),
        totals_(Placed(what.timeline, rate_)),
        start_(StartFrame(what.timeline, rate_)),
        xml_(output, "fcpxml") {}

  void Write() {
    xml_.Open("fcpxml");
    xml_.Attribute("version", "1.10");
    Resources();
    xml_.Open("library");
    xml_.Open("event");
    xml_.Attribute("name", what_.name);
    xml_.Open("project");
    xml_.Attribute("name", what_.name);
    Sequence();
    for (int i = 0; i < 4; ++i) xml_.Close();
  }

 private:
  [[nodiscard]] std::string Frames(std::int64_t n) const {
    return Seconds({n * rate_.den, rate_.num});
  }

  void Resources() {
    const MediaInfo& media = what_.timeline.media;
    xml_.Open("resources");
    xml_.Open("format");
    xml_.Attribute("id", "r1");
    xml_.Attribute("frameDuration", Frames(1));
    xml_.Attribute("width", std::int64_t{media.video ? media.video->width : 1920});
    xml_.Attribute("height", std::int64_t{media.video ? media.video->height : 1080});
    xml_.Close();
    xml_.Open("asset");
    xml_.Attribute("id", "r2");
    xml_.Attribute("name", what_.name);
    xml_.Attribute("start", Frames(start_));
    xml_.Attribute("duration", Frames(totals_.source_frames));
    if (media.video) {
      xml_.Attribute("hasVideo", "1");
      xml_.Attribute("format", "r1");
    }
    if (!media.audio.empty()) {
      xml_.Attribute("hasAudio", "1");
      xml_.Attribute("audioSources", static_cast<std::int64_t>(media.audio.size()));
      xml_.Attribute("audioChannels", std::int64_t{media.audio.front().channels});
      xml_.Attribute("audioRate", std::int64_t{media.audio.front().sample_rate_hz});
    }
    xml_.Open("media-rep");
    xml_.Attribute("kind", "original-media");
    xml_.Attribute("src", what_.source_url);
    for (int i = 0; i < 3; ++i) xml_.Close();
  }

  void Sequence() {
    const MediaInfo& media = what_.timeline.media;
    xml_.Open("sequence");
    xml_.Attribute("format", "r1");
    xml_.Attribute("duration", Frames(totals_.output_frames));
    xml_.Attribute("tcStart", "0s");
    xml_.Attribute("tcFormat", TimecodeName());
    xml_.Attribute("audioLayout", AudioLayout(media));
    xml_.Attribute("audioRate", AudioRate(media));
    xml_.Open("spine");
    ClipPlacer placer(what_.timeline, rate_);
    while (const auto clip = placer.Next()) AssetClip(*clip);
    xml_.Close();
    xml_.Close();
  }

  void AssetClip(const PlacedClip& clip) {
    xml_.Open("asset-clip");
    xml_.Attribute("ref", "r2");
    xml_.Attribute("name", what_.name);
    xml_.Attribute("offset", Frames(clip.output_begin));
    xml_.Attribute("start", Frames(start_ + clip.retimed_begin()));
    xml_.Attribute("duration", Frames(clip.length()));
    if (what_.timeline.media.video) xml_.Attribute("format", "r1");
    xml_.Attribute("tcFormat", TimecodeName());
    if (!what_.timeline.media.audio.empty()) xml_.Attribute("audioRole", "dialogue");
    if (clip.speed != 1) TimeMap(clip.speed);
    xml_.Close();
  }

  void TimeMap(double speed) {
    xml_.Open("timeMap");
    xml_.Attribute("preservesPitch", "1");
    TimePoint(Frames(start_), Frames(start_));
    TimePoint(RetimedEnd(speed), Frames(start_ + totals_.source_frames));
    xml_.Close();
  }

  void TimePoint(const std::string& time, const std::string& value) {
    xml_.Open("timept");
    xml_.Attribute("time", time);
    xml_.Attribute("value", value);
    xml_.Attribute("interp", "linear");
    xml_.Close();
  }

  // Where the whole source ends at that speed: (start + frames / speed) / rate, exact where its
  // denominator fits 32 bits, else on the next frame.
  [[nodiscard]] std::string RetimedEnd(double speed) const {
    const Timebase ratio = SpeedFraction(speed);
    const Timebase end =
        Reduced({(start_ * ratio.num + totals_.source_frames * ratio.den) * rate_.den,
                 rate_.num * ratio.num});
    if (end.den <= std::numeric_limits<std::int32_t>::max()) return Seconds(end);
    const double frames = static_cast<double>(totals_.source_frames) / speed;
    return Frames(start_ + static_cast<std::int64_t>(frames) + 1);
  }

  [[nodiscard]] std::string_view TimecodeName() const {
    const Timebase rate = TimecodeRate(rate_);
    return SourceTimecode(what_.timeline, rate).drop_frame ? "DF" : "NDF";
  }

  const Export& what_;
  Timebase rate_;
  PlacedTotals totals_;
  std::int64_t start_;
  XmlOutput xml_;
};

}  // namespace

Result<void> WriteFcpxml(const Export& what, io::OutputFile& output) {
  FcpxmlWriter(what, output).Write();
  return {};
}

}  // namespace tidemark::edit
