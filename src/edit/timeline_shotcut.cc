// Shotcut's project, which is MLT XML (mltframework.org/docs/mltxml): melt plays and renders it.
// Track V1 shows the picture and plays the first stream of sound, A1, A2, ... the other streams;
// where there is only sound, A1 is the first. Each clip is a chain of its own, for Shotcut keeps
// filters in it.
#include <fmt/format.h>

#include "edit/mlt_xml.h"
#include "edit/timeline_export.h"

namespace tidemark::edit {
namespace {

class ShotcutWriter {
 public:
  ShotcutWriter(const Export& what, io::OutputFile& output) : what_(what), mlt_(what, output) {}

  void Write() {
    const MediaInfo& media = what_.timeline.media;
    XmlOutput& xml = mlt_.xml();
    xml.Open("mlt");
    xml.Attribute("LC_NUMERIC", "C");
    xml.Attribute("version", "7.12.0");
    xml.Attribute("title", "Shotcut version 22.12.21");
    xml.Attribute("producer", "main_bin");
    mlt_.Profile();
    xml.Open("playlist");
    xml.Attribute("id", "main_bin");
    mlt_.Property("xml_retain", "1");
    xml.Close();
    mlt_.Black("black", "pause");
    Background();
    const std::int64_t n_tracks =
        std::max<std::int64_t>(media.video ? 1 : 0, static_cast<std::int64_t>(media.audio.size()));
    for (std::int64_t track = 0; track < n_tracks; ++track) Track(track);
    Tractor(n_tracks);
    xml.Close();
  }

 private:
  [[nodiscard]] bool IsPicture(std::int64_t track) const {
    return track == 0 && what_.timeline.media.video.has_value();
  }

  void Background() {
    XmlOutput& xml = mlt_.xml();
    xml.Open("playlist");
    xml.Attribute("id", "background");
    xml.Open("entry");
    xml.Attribute("producer", "black");
    mlt_.Range(0, mlt_.totals().output_frames);
    xml.Close();
    xml.Close();
  }

  void Track(std::int64_t track) {
    XmlOutput& xml = mlt_.xml();
    ClipPlacer clips = mlt_.Clips();
    while (const auto clip = clips.Next()) {
      mlt_.OpenSource(ChainId(track, *clip), clip->speed);
      if (clip->speed != 1) mlt_.Property("shotcut:producer", "avformat");
      mlt_.Property("shotcut:caption", clip->speed == 1 ? what_.file_name
                                                        : fmt::format("{} ({}x)", what_.file_name,
                                                                      SpeedText(clip->speed)));
      if (IsPicture(track)) {
        if (!what_.timeline.media.audio.empty()) mlt_.SoundStream(0);
      } else {
        mlt_.SoundOnly(track);
      }
      xml.Close();
    }
    xml.Open("playlist");
    xml.Attribute("id", fmt::format("playlist{}", track));
    mlt_.Property(IsPicture(track) ? "shotcut:video" : "shotcut:audio", "1");
    mlt_.Property("shotcut:name", TrackName(track));
    ClipPlacer again = mlt_.Clips();
    while (const auto clip = again.Next()) {
      mlt_.OpenEntry(ChainId(track, *clip), *clip);
      xml.Close();
    }
    xml.Close();
  }

  [[nodiscard]] std::string TrackName(std::int64_t track) const {
    if (IsPicture(track)) return "V1";
    return fmt::format("A{}", what_.timeline.media.video ? track : track + 1);
  }

  [[nodiscard]] static std::string ChainId(std::int64_t track, const PlacedClip& clip) {
    return fmt::format("chain{}_{}", track, clip.number);
  }

  void Tractor(std::int64_t n_tracks) {
    XmlOutput& xml = mlt_.xml();
    xml.Open("tractor");
    xml.Attribute("id", "tractor0");
    xml.Attribute("title", "Shotcut version 22.12.21");
    mlt_.Range(0, mlt_.totals().output_frames);
    mlt_.Property("shotcut", "1");
    mlt_.Property("shotcut:projectAudioChannels", "2");
    xml.Open("track");
    xml.Attribute("producer", "background");
    xml.Close();
    for (std::int64_t track = 0; track < n_tracks; ++track) {
      xml.Open("track");
      xml.Attribute("producer", fmt::format("playlist{}", track));
      if (!IsPicture(track)) xml.Attribute("hide", "video");
      xml.Close();
    }
    for (std::int64_t track = 1; track <= n_tracks; ++track) {
      mlt_.Mix(0, track);
      xml.Close();
    }
    if (what_.timeline.media.video) Blend();
    xml.Close();
  }

  // The lowest picture lies on nothing: Shotcut wants the transition, and that it is off.
  void Blend() {
    mlt_.xml().Open("transition");
    mlt_.Property("a_track", std::int64_t{0});
    mlt_.Property("b_track", std::int64_t{1});
    mlt_.Property("mlt_service", "frei0r.cairoblend");
    mlt_.Property("threads", "0");
    mlt_.Property("disable", "1");
    mlt_.xml().Close();
  }

  const Export& what_;
  MltXml mlt_;
};

}  // namespace

Result<void> WriteShotcut(const Export& what, io::OutputFile& output) {
  TM_TRY(RequireTextPath(what, TimelineFormat::kShotcut));
  ShotcutWriter(what, output).Write();
  return {};
}

}  // namespace tidemark::edit
