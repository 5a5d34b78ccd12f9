// OpenTimelineIO 0.15 and later, in the schemas that every version reads. Times are RationalTime:
// (value, rate), rate in ticks a second as a double, so the timeline's own ticks stand there
// unrounded, samples too.
//
// The length of a clip in its track is its source_range; LinearTimeWarp says how fast the source
// runs below it. So a clip at twice the speed has half the source's length (this is how
// OpenTimelineIO itself adds up a track).
#include <cmath>

#include "edit/clip_placer.h"
#include "edit/frame_rate.h"
#include "edit/timeline_export.h"

namespace tidemark::edit {
namespace {

class OtioWriter {
 public:
  OtioWriter(const Export& what, io::OutputFile& output)
      : what_(what), stream_(output), json_(stream_) {
    json_.SetIndent(' ', 2);
  }

  void Write() {
    const MediaInfo& media = what_.timeline.media;
    Begin("Timeline.1", what_.name);
    Metadata();
    json_.Key("global_start_time");
    json_.Null();
    json_.Key("tracks");
    Begin("Stack.1", "tracks");
    ItemFields();
    json_.Key("source_range");
    json_.Null();
    json_.Key("children");
    json_.StartArray();
    if (media.video) Track("Video", "Video 1", 0);
    for (std::size_t i = 0; i < media.audio.size(); ++i) {
      Track("Audio", "Audio " + std::to_string(i + 1), i);
    }
    json_.EndArray();
    json_.EndObject();
    json_.EndObject();
  }

 private:
  void Begin(const char* schema, std::string_view name) {
    json_.StartObject();
    json_.Key("OTIO_SCHEMA");
    json_.String(schema);
    json_.Key("name");
    JsonText(json_, name);
  }

  void Metadata() {
    json_.Key("metadata");
    json_.StartObject();
    json_.EndObject();
  }

  // What every item has beside its own.
  void ItemFields() {
    Metadata();
    json_.Key("effects");
    json_.StartArray();
    json_.EndArray();
    json_.Key("markers");
    json_.StartArray();
    json_.EndArray();
    json_.Key("enabled");
    json_.Bool(true);
  }

  void Track(const char* kind, const std::string& name, std::size_t stream) {
    Begin("Track.1", name);
    ItemFields();
    json_.Key("kind");
    json_.String(kind);
    json_.Key("source_range");
    json_.Null();
    json_.Key("children");
    json_.StartArray();
    ClipPlacer placer(what_.timeline, what_.timeline.timebase);
    while (const auto clip = placer.Next()) ClipItem(*clip, stream, placer.source_frames());
    json_.EndArray();
    json_.EndObject();
  }

  void ClipItem(const PlacedClip& clip, std::size_t stream, std::int64_t source_ticks) {
    Begin("Clip.1", what_.name);
    json_.Key("metadata");
    json_.StartObject();
    json_.Key("tidemark");
    json_.StartObject();
    json_.Key("stream");
    json_.Uint64(stream);
    json_.Key("source_ticks");
    json_.StartArray();
    json_.Int64(clip.source_begin);
    json_.Int64(clip.source_end);
    json_.EndArray();
    json_.EndObject();
    json_.EndObject();
    json_.Key("source_range");
    Range(clip.source_begin, clip.length());
    json_.Key("effects");
    json_.StartArray();
    if (clip.speed != 1) Speed(clip.speed);
    json_.EndArray();
    json_.Key("markers");
    json_.StartArray();
    json_.EndArray();
    json_.Key("enabled");
    json_.Bool(true);
    json_.Key("media_reference");
    Begin("ExternalReference.1", what_.file_name);
    Metadata();
    json_.Key("available_range");
    Range(0, source_ticks);
    json_.Key("target_url");
    JsonText(json_, what_.source_url);
    json_.EndObject();
    json_.EndObject();
  }

  void Speed(double speed) {
    Begin("LinearTimeWarp.1", "speed");
    Metadata();
    json_.Key("effect_name");
    json_.String("LinearTimeWarp");
    json_.Key("time_scalar");
    json_.Double(speed);
    json_.EndObject();
  }

  void Range(std::int64_t begin, std::int64_t n_ticks) {
    const std::int64_t start = StartTicks();
    json_.StartObject();
    json_.Key("OTIO_SCHEMA");
    json_.String("TimeRange.1");
    json_.Key("start_time");
    Time(start + begin);
    json_.Key("duration");
    Time(n_ticks);
    json_.EndObject();
  }

  void Time(std::int64_t ticks) {
    json_.StartObject();
    json_.Key("OTIO_SCHEMA");
    json_.String("RationalTime.1");
    json_.Key("rate");
    const Timebase& timebase = what_.timeline.timebase;
    json_.Double(static_cast<double>(timebase.num) / static_cast<double>(timebase.den));
    json_.Key("value");
    json_.Double(static_cast<double>(ticks));
    json_.EndObject();
  }

  // The media's own timecode, in ticks.
  [[nodiscard]] std::int64_t StartTicks() const {
    const Timebase rate = EditRate(what_.timeline);
    return RescaleTicks(StartFrame(what_.timeline, rate), rate, what_.timeline.timebase);
  }

  const Export& what_;
  io::JsonStream stream_;
  TimelineJson json_;
};

}  // namespace

Result<void> WriteOtio(const Export& what, io::OutputFile& output) {
  OtioWriter(what, output).Write();
  output.Put('\n');
  return {};
}

}  // namespace tidemark::edit
