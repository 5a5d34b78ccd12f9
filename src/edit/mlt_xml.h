// The MLT XML that Kdenlive and Shotcut have in common. Private to src/edit/timeline_*.cc. Borrows
// the export and the file; one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "edit/clip_placer.h"
#include "edit/timeline_export.h"
#include "edit/xml_output.h"

namespace tidemark::edit {

class MltXml {
 public:
  MltXml(const Export& what, io::OutputFile& output);

  [[nodiscard]] XmlOutput& xml() { return xml_; }
  [[nodiscard]] Timebase rate() const { return rate_; }
  [[nodiscard]] const PlacedTotals& totals() const { return totals_; }
  [[nodiscard]] ClipPlacer Clips() const { return {what_.timeline, rate_}; }

  void Profile();
  void Property(const char* name, std::string_view value);
  void Property(const char* name, std::int64_t value);
  // in and out attributes: both ends belong to it. REQUIRES: n_frames > 0.
  void Range(std::int64_t begin, std::int64_t n_frames);
  // A black picture without sound, as long as the output.
  void Black(const char* id, const char* eof);
  // Opens what plays the source at `speed`: a chain, or a producer with a time warp that keeps the
  // pitch. Properties may follow; then Close().
  void OpenSource(std::string_view id, double speed);
  // Opens an entry of a playlist; then Close().
  void OpenEntry(std::string_view producer, const PlacedClip& clip);
  // Opens the transition that sums the sound of track b into that of track a; then Close().
  void Mix(std::int64_t a_track, std::int64_t b_track);

  // Which of the source's streams of sound is heard: by its index among all streams, and, which
  // newer versions of MLT prefer, among those of sound. Of the source that is open.
  void SoundStream(std::int64_t stream);
  // Only the sound of stream `stream`, or only the picture. Of the source that is open.
  void SoundOnly(std::int64_t stream);
  void PictureOnly();

 private:
  const Export& what_;
  Timebase rate_;
  PlacedTotals totals_;
  XmlOutput xml_;
};

}  // namespace tidemark::edit
