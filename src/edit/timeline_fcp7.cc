// xmeml 5, the XML of Final Cut Pro 7 (Apple, "Final Cut Pro XML Interchange Format"), which
// Premiere and Resolve read. Times are frames of a whole timebase, with a flag for 1000/1001 of it.
// A clip's sound is a clip of its own in each track, linked to the picture. Premiere's sound tracks
// hold one channel each, marked as parts of a stream; Resolve's hold a stream.
//
// At a speed, `in` and `out` count frames of the retimed source, and a filter says how fast it is.
#include <fmt/format.h>

#include <vector>

#include "edit/clip_placer.h"
#include "edit/frame_rate.h"
#include "edit/timeline_export.h"
#include "edit/xml_output.h"

namespace tidemark::edit {
namespace {

constexpr const char* kFileId = "file-1";

// A track of sound: which channel (from 0) of which stream, and how many the stream has.
struct SoundTrack {
  int channel = 0;
  int n_channels = 1;
};

class Fcp7Writer {
 public:
  Fcp7Writer(const Export& what, TimelineFormat format, io::OutputFile& output)
      : what_(what),
        media_(what.timeline.media),
        is_premiere_(format == TimelineFormat::kPremiere),
        rate_(TimecodeRate(EditRate(what.timeline))),
        totals_(Placed(what.timeline, rate_)),
        xml_(output, "xmeml") {
    for (const StreamFormat& stream : media_.audio) {
      const int n_tracks = is_premiere_ ? stream.channels : 1;
      for (int i = 0; i < n_tracks; ++i) sound_.push_back({i, stream.channels});
    }
  }

  void Write() {
    xml_.Open("xmeml");
    xml_.Attribute("version", "5");
    xml_.Open("sequence");
    xml_.Attribute("id", "sequence-1");
    if (is_premiere_) xml_.Attribute("explodedTracks", "true");
    xml_.Element("name", what_.name);
    xml_.Element("duration", totals_.output_frames);
    Rate();
    Timecode(0);
    xml_.Open("media");
    if (media_.video) Video();
    if (!sound_.empty()) Audio();
    for (int i = 0; i < 3; ++i) xml_.Close();
  }

 private:
  void Rate() {
    xml_.Open("rate");
    xml_.Element("timebase", std::int64_t{NominalRate(rate_)});
    xml_.Element("ntsc", rate_.den == 1001 ? "TRUE" : "FALSE");
    xml_.Close();
  }

  void Timecode(std::int64_t frame) {
    const TimecodeFormat format = SourceTimecode(what_.timeline, rate_);
    xml_.Open("timecode");
    Rate();
    xml_.Element("string", FormatTimecode(frame, format));
    xml_.Element("frame", frame);
    xml_.Element("displayformat", format.drop_frame ? "DF" : "NDF");
    xml_.Close();
  }

  void Video() {
    xml_.Open("video");
    xml_.Open("format");
    Picture();
    xml_.Close();
    xml_.Open("track");
    ClipPlacer placer(what_.timeline, rate_);
    while (const auto clip = placer.Next()) ClipItem(*clip, 0);
    xml_.Close();
    xml_.Close();
  }

  void Picture() {
    xml_.Open("samplecharacteristics");
    Rate();
    xml_.Element("width", std::int64_t{media_.video->width});
    xml_.Element("height", std::int64_t{media_.video->height});
    xml_.Element("anamorphic", "FALSE");
    xml_.Element("pixelaspectratio", "square");
    xml_.Element("fielddominance", "none");
    xml_.Close();
  }

  void Sound() {
    xml_.Open("samplecharacteristics");
    xml_.Element("depth", std::int64_t{16});
    xml_.Element("samplerate", std::int64_t{media_.audio.front().sample_rate_hz});
    xml_.Close();
  }

  void Audio() {
    xml_.Open("audio");
    xml_.Element("numOutputChannels", std::int64_t{2});
    xml_.Open("format");
    Sound();
    xml_.Close();
    for (std::size_t i = 0; i < sound_.size(); ++i) {
      const SoundTrack& track = sound_[i];
      xml_.Open("track");
      if (is_premiere_) {
        xml_.Attribute("currentExplodedTrackIndex", std::int64_t{track.channel});
        xml_.Attribute("totalExplodedTrackCount", std::int64_t{track.n_channels});
        xml_.Attribute("premiereTrackType", track.n_channels == 1 ? "Mono" : "Stereo");
      }
      ClipPlacer placer(what_.timeline, rate_);
      while (const auto clip = placer.Next()) ClipItem(*clip, i + 1);
      if (is_premiere_) xml_.Element("outputchannelindex", std::int64_t{track.channel % 2 + 1});
      xml_.Close();
    }
    xml_.Close();
  }

  // Track 0 is the picture, sound follows.
  [[nodiscard]] static std::string ItemId(const PlacedClip& clip, std::size_t track) {
    return fmt::format("clipitem-{}-{}", track, clip.number + 1);
  }

  void ClipItem(const PlacedClip& clip, std::size_t track) {
    const bool is_sound = track > 0;
    const PlacedClip whole{0, 0, totals_.source_frames, 0, 0, clip.speed};
    xml_.Open("clipitem");
    xml_.Attribute("id", ItemId(clip, track));
    if (is_sound && is_premiere_) {
      xml_.Attribute("premiereChannelType", sound_[track - 1].n_channels == 1 ? "mono" : "stereo");
    }
    xml_.Element("name", what_.file_name);
    xml_.Element("enabled", "TRUE");
    xml_.Element("duration", RetimedLength(whole));
    Rate();
    xml_.Element("start", clip.output_begin);
    xml_.Element("end", clip.output_end);
    xml_.Element("in", clip.retimed_begin());
    xml_.Element("out", clip.retimed_begin() + clip.length());
    File();
    if (is_sound) {
      xml_.Open("sourcetrack");
      xml_.Element("mediatype", "audio");
      xml_.Element("trackindex", static_cast<std::int64_t>(track));
      xml_.Close();
    } else {
      xml_.Element("compositemode", "normal");
    }
    if (clip.speed != 1) TimeRemap(clip.speed, is_sound ? "audio" : "video");
    Links(clip);
    xml_.Close();
  }

  // Frames that the whole source has at the clip's speed.
  [[nodiscard]] static std::int64_t RetimedLength(PlacedClip whole) {
    whole.source_begin = whole.source_end;
    return whole.retimed_begin();
  }

  // In full the first time, by its id afterwards.
  void File() {
    xml_.Open("file");
    xml_.Attribute("id", kFileId);
    if (!file_written_) {
      file_written_ = true;
      xml_.Element("name", what_.file_name);
      xml_.Element("pathurl", what_.source_url);
      Rate();
      xml_.Element("duration", totals_.source_frames);
      Timecode(StartFrame(what_.timeline, rate_));
      xml_.Open("media");
      if (media_.video) {
        xml_.Open("video");
        Picture();
        xml_.Close();
      }
      for (const StreamFormat& stream : media_.audio) {
        xml_.Open("audio");
        Sound();
        xml_.Element("channelcount", std::int64_t{stream.channels});
        xml_.Close();
      }
      xml_.Close();
    }
    xml_.Close();
  }

  void TimeRemap(double speed, const char* media_type) {
    xml_.Open("filter");
    xml_.Open("effect");
    xml_.Element("name", "Time Remap");
    xml_.Element("effectid", "timeremap");
    xml_.Element("effectcategory", "motion");
    xml_.Element("effecttype", "motion");
    xml_.Element("mediatype", media_type);
    Parameter("variablespeed", "0");
    Parameter("speed", SpeedText(speed * 100));
    Parameter("reverse", "FALSE");
    Parameter("frameblending", "FALSE");
    xml_.Close();
    xml_.Close();
  }

  void Parameter(const char* id, std::string_view value) {
    xml_.Open("parameter");
    xml_.Element("parameterid", id);
    xml_.Element("name", id);
    xml_.Element("value", value);
    xml_.Close();
  }

  // Every part of the clip names all of them, so that they move together.
  void Links(const PlacedClip& clip) {
    const std::size_t first = media_.video ? 0 : 1;
    if (sound_.size() + 1 - first < 2) return;
    for (std::size_t track = first; track <= sound_.size(); ++track) {
      xml_.Open("link");
      xml_.Element("linkclipref", ItemId(clip, track));
      xml_.Element("mediatype", track == 0 ? "video" : "audio");
      xml_.Element("trackindex", static_cast<std::int64_t>(track == 0 ? 1 : track));
      xml_.Element("clipindex", static_cast<std::int64_t>(clip.number + 1));
      if (track > 0) xml_.Element("groupindex", std::int64_t{1});
      xml_.Close();
    }
  }

  const Export& what_;
  const MediaInfo& media_;
  bool is_premiere_;
  Timebase rate_;
  PlacedTotals totals_;
  XmlOutput xml_;
  std::vector<SoundTrack> sound_;
  bool file_written_ = false;
};

}  // namespace

Result<void> WriteFcp7(const Export& what, TimelineFormat format, io::OutputFile& output) {
  Fcp7Writer(what, format, output).Write();
  return {};
}

}  // namespace tidemark::edit
