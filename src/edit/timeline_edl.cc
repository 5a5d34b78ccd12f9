// CMX 3600: one event for each clip, video and sound together, cuts only.
//
//   TITLE: talk
//   FCM: DROP FRAME
//   001  TALK     AA/V  C        00:00:01;00 00:00:02;00 01:00:00;00 01:00:01;00
//   M2   TALK       059.9                00:00:01;00        a speed: frames a second of the source
//   AUD  3    4                                             channels past the second
//   * FROM CLIP NAME: talk.mp4
//
// The format is of tape machines: it numbers events with three digits (more are written where there
// are more; editors read them) and sound with four channels (those past it go unsaid).
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "edit/clip_placer.h"
#include "edit/frame_rate.h"
#include "edit/timeline_export.h"

namespace tidemark::edit {
namespace {

constexpr Timebase kAudioOnlyRate{30, 1};  // what tape machines know
constexpr std::int64_t kDayHours = 24;

// Eight characters of capitals and digits, of which the name of a reel consists.
std::string ReelName(std::string_view name) {
  constexpr std::size_t kLength = 8;
  std::string reel;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && std::isalnum(byte) != 0) reel += static_cast<char>(std::toupper(byte));
    if (reel.size() == kLength) break;
  }
  return reel.empty() ? "AX" : reel;
}

int TotalChannels(const MediaInfo& media) {
  int channels = 0;
  for (const StreamFormat& stream : media.audio) channels += stream.channels;
  return channels;
}

std::string Channels(const MediaInfo& media) {
  const int channels = TotalChannels(media);
  const std::string_view sound = channels == 0 ? "" : channels == 1 ? "A" : "AA";
  if (!media.video) return std::string(sound);
  if (channels == 0) return "V";
  return channels == 1 ? "B" : fmt::format("{}/V", sound);
}

Timebase EdlRate(const Timeline& timeline) {
  const Timebase rate = EditRate(timeline);
  const bool is_samples = !timeline.media.video && rate != Reduced(timeline.timebase);
  return TimecodeRate(is_samples ? kAudioOnlyRate : rate);
}

}  // namespace

Result<void> WriteEdl(const Export& what, io::OutputFile& output) {
  const Timeline& timeline = what.timeline;
  const Timebase rate = EdlRate(timeline);
  const TimecodeFormat format = SourceTimecode(timeline, rate);
  const std::int64_t source_start = StartFrame(timeline, rate);
  const std::int64_t record_start = *ParseTimecode("01:00:00:00", format);
  const std::int64_t day = *ParseTimecode("01:00:00:00", {rate, format.drop_frame}) * kDayHours;
  const PlacedTotals totals = Placed(timeline, rate);
  if (source_start + totals.source_frames > day || record_start + totals.output_frames > day) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("{}: timecode ends at 24 hours, and with it EDL; write otio or fcpxml",
                            what.file_name));
  }
  const std::string reel = ReelName(what.name);
  const std::string channels = Channels(timeline.media);
  const int n_channels = TotalChannels(timeline.media);
  const double frames_per_second = static_cast<double>(rate.num) / static_cast<double>(rate.den);
  const auto code = [&](std::int64_t frame) { return FormatTimecode(frame, format); };
  output.Write(fmt::format("TITLE: {}\r\nFCM: {}\r\n", ValidUtf8(Printable(what.name)),
                           format.drop_frame ? "DROP FRAME" : "NON-DROP FRAME"));
  ClipPlacer placer(timeline, rate);
  while (const auto clip = placer.Next()) {
    const std::string source_in = code(source_start + clip->source_begin);
    output.Write(fmt::format("{:03}  {:<8} {:<5} C        {} {} {} {}\r\n", clip->number + 1, reel,
                             channels, source_in, code(source_start + clip->source_end),
                             code(record_start + clip->output_begin),
                             code(record_start + clip->output_end)));
    if (clip->speed != 1) {
      output.Write(fmt::format("M2   {:<8} {:05.1f}                {}\r\n", reel,
                               frames_per_second * clip->speed, source_in));
    }
    if (n_channels > 2) output.Write(n_channels > 3 ? "AUD  3    4\r\n" : "AUD  3\r\n");
    output.Write(fmt::format("* FROM CLIP NAME: {}\r\n", ValidUtf8(Printable(what.file_name))));
  }
  return {};
}

}  // namespace tidemark::edit
