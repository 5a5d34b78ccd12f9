// Kdenlive's project, document version 1.04 (Kdenlive 22.12; later versions bring it up to date
// when they open it): MLT XML with properties of its own (its dev-docs/fileformat.md). The bin has
// the source; there is a track for each stream of sound, and above them one for the picture; each
// is a tractor of two playlists, of which Kdenlive uses the second for mixes. What plays the source
// is shared by the clips of a track that have the same speed.
#include <fmt/format.h>

#include <iterator>

#include "edit/mlt_xml.h"
#include "edit/timeline_export.h"

namespace tidemark::edit {
namespace {

constexpr const char* kBinId = "2";  // of the source; Kdenlive begins there

class KdenliveWriter {
 public:
  KdenliveWriter(const Export& what, io::OutputFile& output)
      : what_(what), mlt_(what, output), speeds_(DistinctSpeeds(what.timeline)) {}

  void Write() {
    XmlOutput& xml = mlt_.xml();
    xml.Open("mlt");
    xml.Attribute("LC_NUMERIC", "C");
    xml.Attribute("version", "7.12.0");
    xml.Attribute("producer", "main_bin");
    mlt_.Profile();
    mlt_.OpenSource("bin_clip", 1);
    mlt_.Property("kdenlive:id", kBinId);
    mlt_.Property("kdenlive:folderid", "-1");
    mlt_.Property("kdenlive:clipname", what_.file_name);
    xml.Close();
    MainBin();
    mlt_.Black("black_track", "continue");
    for (std::int64_t track = 0; track < NTracks(); ++track) Track(track);
    Tractor();
    xml.Close();
  }

 private:
  [[nodiscard]] std::int64_t NSounds() const {
    return static_cast<std::int64_t>(what_.timeline.media.audio.size());
  }
  [[nodiscard]] std::int64_t NTracks() const {
    return NSounds() + (what_.timeline.media.video ? 1 : 0);
  }
  [[nodiscard]] bool IsSound(std::int64_t track) const { return track < NSounds(); }

  void MainBin() {
    XmlOutput& xml = mlt_.xml();
    xml.Open("playlist");
    xml.Attribute("id", "main_bin");
    mlt_.Property("kdenlive:docproperties.version", "1.04");
    mlt_.Property("kdenlive:docproperties.kdenliveversion", "22.12.3");
    mlt_.Property("kdenlive:docproperties.position", "0");
    mlt_.Property("kdenlive:docproperties.activeTrack", NTracks() - 1);
    mlt_.Property("kdenlive:docproperties.audioChannels", "2");
    if (NTracks() > 1) Groups();
    mlt_.Property("xml_retain", "1");
    xml.Open("entry");
    xml.Attribute("producer", "bin_clip");
    mlt_.Range(0, mlt_.totals().source_frames);
    xml.Close();
    xml.Close();
  }

  // Picture and sound of a clip move together: JSON in a property, a group for each clip, which
  // names its parts by track and position.
  void Groups() {
    XmlOutput& xml = mlt_.xml();
    xml.Open("property");
    xml.Attribute("name", "kdenlive:docproperties.groups");
    std::string_view before = "[";
    ClipPlacer clips = mlt_.Clips();
    while (const auto clip = clips.Next()) {
      xml.Text(before);
      before = ",";
      xml.Text(R"({"children":[)");
      for (std::int64_t track = 0; track < NTracks(); ++track) {
        xml.Text(fmt::format(R"({}{{"data":"{}:{}","leaf":"clip","type":"Leaf"}})",
                             track == 0 ? "" : ",", track, clip->output_begin));
      }
      xml.Text(R"(],"type":"Normal"})");
    }
    xml.Text("]");
    xml.Close();
  }

  [[nodiscard]] std::string SourceId(std::int64_t track, double speed) const {
    const auto index = speed == 1 ? 0 : 1 + std::distance(speeds_.begin(), speeds_.find(speed));
    return fmt::format("source{}_{}", track, index);
  }

  void Source(std::int64_t track, double speed) {
    mlt_.OpenSource(SourceId(track, speed), speed);
    mlt_.Property("kdenlive:id", kBinId);
    if (IsSound(track)) {
      mlt_.SoundOnly(track);
    } else {
      mlt_.PictureOnly();
    }
    mlt_.xml().Close();
  }

  void Track(std::int64_t track) {
    XmlOutput& xml = mlt_.xml();
    Source(track, 1);
    for (const double speed : speeds_) Source(track, speed);
    for (const bool is_mix : {false, true}) {
      xml.Open("playlist");
      xml.Attribute("id", PlaylistId(track, is_mix));
      if (IsSound(track)) mlt_.Property("kdenlive:audio_track", "1");
      ClipPlacer clips = mlt_.Clips();
      while (const auto clip = is_mix ? std::nullopt : clips.Next()) {
        mlt_.OpenEntry(SourceId(track, clip->speed), *clip);
        mlt_.Property("kdenlive:id", kBinId);
        xml.Close();
      }
      xml.Close();
    }
    xml.Open("tractor");
    xml.Attribute("id", fmt::format("tractor{}", track));
    mlt_.Range(0, mlt_.totals().output_frames);
    if (IsSound(track)) mlt_.Property("kdenlive:audio_track", "1");
    mlt_.Property("kdenlive:trackheight", "61");
    mlt_.Property("kdenlive:timeline_active", "1");
    for (const bool is_mix : {false, true}) {
      xml.Open("track");
      xml.Attribute("hide", IsSound(track) ? "video" : "audio");
      xml.Attribute("producer", PlaylistId(track, is_mix));
      xml.Close();
    }
    xml.Close();
  }

  [[nodiscard]] static std::string PlaylistId(std::int64_t track, bool is_mix) {
    return fmt::format("playlist{}", 2 * track + (is_mix ? 1 : 0));
  }

  void Tractor() {
    XmlOutput& xml = mlt_.xml();
    xml.Open("tractor");
    xml.Attribute("id", "tractor_main");
    mlt_.Range(0, mlt_.totals().output_frames);
    xml.Open("track");
    xml.Attribute("producer", "black_track");
    xml.Close();
    for (std::int64_t track = 0; track < NTracks(); ++track) {
      xml.Open("track");
      xml.Attribute("producer", fmt::format("tractor{}", track));
      xml.Close();
    }
    // What Kdenlive puts below its tracks by itself bears the number 237.
    for (std::int64_t track = 0; track < NTracks(); ++track) {
      if (IsSound(track)) {
        mlt_.Mix(0, track + 1);
      } else {
        xml.Open("transition");
        mlt_.Property("a_track", std::int64_t{0});
        mlt_.Property("b_track", track + 1);
        mlt_.Property("mlt_service", "qtblend");
        mlt_.Property("kdenlive_id", "qtblend");
        mlt_.Property("always_active", "1");
      }
      mlt_.Property("internal_added", "237");
      xml.Close();
    }
    xml.Close();
  }

  const Export& what_;
  MltXml mlt_;
  std::set<double> speeds_;
};

}  // namespace

Result<void> WriteKdenlive(const Export& what, io::OutputFile& output) {
  TM_TRY(RequireTextPath(what, TimelineFormat::kKdenlive));
  KdenliveWriter(what, output).Write();
  return {};
}

}  // namespace tidemark::edit
