// cut.json: docs/cut-formats.md and docs/cut.schema.json say what stands in it.
#include <cmath>

#include "edit/cut_json.h"
#include "edit/timeline_export.h"

namespace tidemark::edit {
namespace {

class CutJsonWriter {
 public:
  CutJsonWriter(const Export& what, io::OutputFile& output)
      : what_(what), stream_(output), json_(stream_) {
    json_.SetIndent(' ', 2);
    json_.SetFormatOptions(rapidjson::kFormatSingleLineArray);
  }

  void Write() {
    const Timeline& timeline = what_.timeline;
    json_.StartObject();
    json_.Key("schema");
    json_.String(kCutJsonSchema);
    json_.Key("source");
    Source();
    Rate("timebase", timeline.timebase);
    Number("n_ticks", timeline.n_ticks);
    const std::int64_t n_output = OutputTicks(timeline);
    json_.Key("output");
    json_.StartObject();
    Number("n_ticks", n_output);
    Seconds("duration_s", timeline.timebase.Seconds(n_output));
    json_.EndObject();
    json_.Key("clips");
    json_.StartArray();
    for (const Clip& clip : timeline.clips) ClipObject(clip);
    json_.EndArray();
    json_.EndObject();
  }

 private:
  void Number(const char* key, std::int64_t value) {
    json_.Key(key);
    json_.Int64(value);
  }

  // To the nanosecond: ticks are exact, this is to be read.
  void Seconds(const char* key, double seconds) {
    json_.Key(key);
    json_.Double(std::round(seconds * 1e9) / 1e9);
  }

  void Rate(const char* key, Timebase rate) {
    json_.Key(key);
    json_.StartObject();
    Number("num", rate.num);
    Number("den", rate.den);
    json_.EndObject();
  }

  void Source() {
    const MediaInfo& media = what_.timeline.media;
    json_.StartObject();
    json_.Key("path");
    JsonText(json_, PortableSourcePath(what_));
    Seconds("duration_s", media.duration_s);
    json_.Key("start_timecode");
    JsonText(json_, media.start_timecode);
    json_.Key("audio");
    json_.StartArray();
    for (const StreamFormat& stream : media.audio) {
      json_.StartObject();
      Number("sample_rate_hz", stream.sample_rate_hz);
      Number("channels", stream.channels);
      Number("channel_mask", stream.channel_mask);
      json_.EndObject();
    }
    json_.EndArray();
    json_.Key("video");
    if (media.video) {
      json_.StartObject();
      Number("width", media.video->width);
      Number("height", media.video->height);
      Rate("frame_rate", media.video->frame_rate);
      json_.Key("variable_rate");
      json_.Bool(media.video->variable_rate);
      json_.EndObject();
    } else {
      json_.Null();
    }
    json_.EndObject();
  }

  void ClipObject(const Clip& clip) {
    const Timebase& timebase = what_.timeline.timebase;
    json_.StartObject();
    Number("begin", clip.begin);
    Number("end", clip.end);
    Seconds("begin_s", timebase.Seconds(clip.begin));
    Seconds("end_s", timebase.Seconds(clip.end));
    json_.Key("speed");
    json_.Double(clip.speed);
    json_.EndObject();
  }

  const Export& what_;
  io::JsonStream stream_;
  TimelineJson json_;
};

}  // namespace

Result<void> WriteCutJson(const Export& what, io::OutputFile& output) {
  TM_TRY(RequireTextPath(what, TimelineFormat::kJson));
  CutJsonWriter(what, output).Write();
  output.Put('\n');
  return {};
}

}  // namespace tidemark::edit
