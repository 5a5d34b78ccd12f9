// auto-editor's lists as its version 31 writes them (its docs/src/docs/v1.md, v2.md, v3.md):
//
// v1  {"version": "1", "source", "timebase": "30/1", "chunks": [[begin, end, speed], ...]}: all of
//     the source in turn; speed 99999.0 is what is cut. It counts frames; older versions take them
//     to be those of the video, or 30 a second, and do not know "timebase".
// v2  {"version": "2", "source", "tb", "effects": [["cut"], [], ["speed:4.0"]],
//     "clips": [[begin, end, effect], ...]}: the same, in ticks of any timebase.
// v3  tracks of clips {src, start, dur, offset, stream, effects?}; start and dur count ticks of the
//     output, and offset those of the source as played: ceil(begin / speed).
#include <fmt/format.h>

#include <iterator>

#include "edit/frame_rate.h"
#include "edit/timeline_export.h"

namespace tidemark::edit {
namespace {

constexpr double kCutSpeed = 99999;
constexpr Timebase kAudioRate{30, 1};  // auto-editor's, where there is no video

std::string RateText(Timebase rate) { return fmt::format("{}/{}", rate.num, rate.den); }

// auto-editor writes 4 as "4.0".
std::string ActionText(double speed) {
  const std::string number = SpeedText(speed);
  return fmt::format("speed:{}{}", number,
                     number.find_first_of(".e") == std::string::npos ? ".0" : "");
}

class ListWriter {
 public:
  ListWriter(const Export& what, io::OutputFile& output)
      : what_(what), stream_(output), json_(stream_) {
    json_.SetIndent(' ', 2);
    json_.StartObject();
  }

  TimelineJson& json() { return json_; }

  void Field(const char* key, std::string_view text) {
    json_.Key(key);
    JsonText(json_, text);
  }

  // Calls write(begin, end, speed) for all of the source in turn, in ticks of `rate`; speed 0 is
  // what is cut.
  template <class Write>
  void ForEachChunk(Timebase rate, Write write) {
    const Timeline& timeline = what_.timeline;
    std::int64_t at = 0;
    const auto until = [&](std::int64_t ticks, double speed) {
      const std::int64_t end = RescaleTicks(ticks, timeline.timebase, rate);
      if (end > at) write(at, end, speed);
      at = end;
    };
    for (const Clip& clip : timeline.clips) {
      until(clip.begin, 0);
      until(clip.end, clip.speed);
    }
    until(timeline.n_ticks, 0);
  }

  void Triple(std::int64_t begin, std::int64_t end) {
    json_.StartArray();
    json_.Int64(begin);
    json_.Int64(end);
  }

  void Track(std::size_t stream) {
    json_.StartArray();
    std::int64_t start = 0;
    for (const Clip& clip : what_.timeline.clips) {
      const std::int64_t n_ticks = tidemark::OutputTicks(clip);
      if (n_ticks == 0) continue;
      json_.StartObject();
      Field("src", what_.source_path);
      json_.Key("start");
      json_.Int64(start);
      json_.Key("dur");
      json_.Int64(n_ticks);
      json_.Key("offset");
      json_.Int64(tidemark::OutputTicks({0, clip.begin, clip.speed}));
      json_.Key("stream");
      json_.Uint64(stream);
      if (clip.speed != 1) {
        json_.Key("effects");
        json_.StartArray();
        JsonText(json_, ActionText(clip.speed));
        json_.EndArray();
      }
      json_.EndObject();
      start += n_ticks;
    }
    json_.EndArray();
  }

 private:
  const Export& what_;
  io::JsonStream stream_;
  TimelineJson json_;
};

Timebase V1Rate(const Timeline& timeline) {
  const Timebase rate = EditRate(timeline);
  const bool is_own = rate == Reduced(timeline.timebase);
  return is_own || timeline.media.video ? rate : kAudioRate;
}

// FFmpeg's names, as auto-editor takes them.
std::string LayoutName(int channels) {
  constexpr std::string_view kNames[] = {"mono", "stereo", "2.1", "4.0",
                                         "5.0",  "5.1",    "6.1", "7.1"};
  if (channels < 1) return "stereo";
  const auto index = static_cast<std::size_t>(channels - 1);
  return index < std::size(kNames) ? std::string(kNames[index])
                                   : fmt::format("{} channels", channels);
}

void V3Header(ListWriter& list, const Export& what) {
  const MediaInfo& media = what.timeline.media;
  const StreamFormat audio = media.audio.empty() ? StreamFormat{48'000, 2, 0} : media.audio.front();
  list.Field("version", "3");
  list.Field("templateFile", what.source_path);
  list.Field("timebase", RateText(what.timeline.timebase));
  list.Field("background", "#000000");
  TimelineJson& json = list.json();
  json.Key("resolution");
  json.StartArray();
  json.Int(media.video ? media.video->width : 1920);
  json.Int(media.video ? media.video->height : 1080);
  json.EndArray();
  json.Key("samplerate");
  json.Int(audio.sample_rate_hz);
  list.Field("layout", LayoutName(audio.channels));
  json.Key("langs");
  json.StartArray();
  for (std::size_t i = 0; i < media.audio.size() + (media.video ? 1 : 0); ++i) json.String("und");
  json.EndArray();
}

}  // namespace

Result<void> WriteV1(const Export& what, io::OutputFile& output) {
  TM_TRY(RequireSourceOrder(what, TimelineFormat::kV1));
  TM_TRY(RequireTextPath(what, TimelineFormat::kV1));
  const Timebase rate = V1Rate(what.timeline);
  ListWriter list(what, output);
  list.Field("version", "1");
  list.Field("source", what.source_path);
  list.Field("timebase", RateText(rate));
  list.json().Key("chunks");
  list.json().StartArray();
  list.ForEachChunk(rate, [&](std::int64_t begin, std::int64_t end, double speed) {
    list.Triple(begin, end);
    list.json().Double(speed == 0 ? kCutSpeed : speed);
    list.json().EndArray();
  });
  list.json().EndArray();
  list.json().EndObject();
  output.Put('\n');
  return {};
}

Result<void> WriteV2(const Export& what, io::OutputFile& output) {
  TM_TRY(RequireSourceOrder(what, TimelineFormat::kV2));
  TM_TRY(RequireTextPath(what, TimelineFormat::kV2));
  const std::set<double> speeds = DistinctSpeeds(what.timeline);
  ListWriter list(what, output);
  TimelineJson& json = list.json();
  list.Field("version", "2");
  list.Field("source", what.source_path);
  list.Field("tb", RateText(what.timeline.timebase));
  json.Key("effects");
  json.StartArray();
  const auto effect = [&json](std::string_view action) {
    json.StartArray();
    if (!action.empty()) JsonText(json, action);
    json.EndArray();
  };
  effect("cut");
  effect("");
  for (const double speed : speeds) effect(ActionText(speed));
  json.EndArray();
  json.Key("clips");
  json.StartArray();
  const auto write = [&](std::int64_t begin, std::int64_t end, double speed) {
    list.Triple(begin, end);
    const bool is_plain = speed == 0 || speed == 1;
    json.Int64(is_plain ? static_cast<std::int64_t>(speed)
                        : 2 + std::distance(speeds.begin(), speeds.find(speed)));
    json.EndArray();
  };
  list.ForEachChunk(what.timeline.timebase, write);
  json.EndArray();
  json.EndObject();
  output.Put('\n');
  return {};
}

Result<void> WriteV3(const Export& what, io::OutputFile& output) {
  TM_TRY(RequireTextPath(what, TimelineFormat::kV3));
  const MediaInfo& media = what.timeline.media;
  ListWriter list(what, output);
  V3Header(list, what);
  TimelineJson& json = list.json();
  json.Key("v");
  json.StartArray();
  if (media.video) list.Track(0);
  json.EndArray();
  json.Key("a");
  json.StartArray();
  for (std::size_t i = 0; i < media.audio.size(); ++i) list.Track(i);
  json.EndArray();
  json.EndObject();
  output.Put('\n');
  return {};
}

}  // namespace tidemark::edit
