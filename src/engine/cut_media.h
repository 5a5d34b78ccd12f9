// CutMedia: the recording that is cut, which is read twice: once to hear what is in it, once to
// write what is kept. A pipe is spooled to an unnamed file first. One owner, one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "edit/timeline.h"
#include "engine/cut_options.h"
#include "engine/plan.h"
#include "io/media_layout.h"
#include "io/open_source.h"
#include "io/source.h"
#include "io/spool.h"

namespace tidemark::engine {

// What each audio stream after the first takes of a decoder that is loaded already; measured.
inline constexpr std::uint64_t kFurtherDecoderBytes = std::uint64_t{3} << 20;

class CutMedia {
 public:
  // Opens every audio stream, within options.memory_bytes (engine/process_plan.h). Errors: those of
  // OpenWithin(); kIo where a pipe cannot be spooled.
  static Result<std::unique_ptr<CutMedia>> Open(const std::string& path, const CutOptions& options,
                                                const Cancellation& cancellation);

  // As editors are told. duration_s is what the header declares, from origin_s() on, else 0, until
  // set_duration_s().
  [[nodiscard]] const edit::MediaInfo& info() const { return info_; }
  void set_duration_s(double duration_s) { info_.duration_s = duration_s; }
  // nullopt where the file holds one stream of audio and nothing else.
  [[nodiscard]] const std::optional<io::MediaLayout>& layout() const { return layout_; }
  // Asks FFmpeg about streams that another decoder reads: their codecs and bit rates. What it
  // cannot say stays unknown.
  void Identify(const Cancellation& cancellation);
  // What FFmpeg knows of audio stream `stream`; null where layout() is nullopt and nobody asked.
  [[nodiscard]] const io::MediaStream* audio_stream(std::size_t stream) const;
  // The name under which the file can be opened; info().path is for people.
  [[nodiscard]] const std::string& open_path() const { return open_path_; }
  // `text` with the name that the user gave where it names what a pipe was spooled to.
  [[nodiscard]] std::string Named(std::string text) const;
  // The moment that is 0 for clips, in seconds of the container's own time stamps; chapters count
  // by these too.
  [[nodiscard]] double origin_s() const { return sources_.front()->info().origin_s; }
  // Ticks of the clips that rules make: frames of video of a constant rate, else samples.
  [[nodiscard]] Timebase timebase() const;

  [[nodiscard]] std::size_t n_streams() const { return sources_.size(); }
  // Each stands at its start after Open() and Rewind().
  [[nodiscard]] io::Source& source(std::size_t stream) { return *sources_[stream]; }
  [[nodiscard]] const io::Source& source(std::size_t stream) const { return *sources_[stream]; }
  Result<void> Rewind();

  // The decoders and what is spooled.
  void AddToPlan(Plan& plan) const;
  // Rows for io::OpenCopyCut() on this file, in addition to AddToPlan() and to FFmpeg's libraries
  // where layout() is nullopt.
  void AddCopyToPlan(Plan& plan) const;

 private:
  CutMedia(std::string path, const CutOptions& options)
      : open_path_(path), options_(options.open), reach_(options.reach) {
    info_.path = std::move(path);
  }
  Result<void> SpoolPipe();
  Result<void> OpenStreams(const memory::Budget& budget);
  void FillInfo();

  std::string open_path_;
  io::OpenOptions options_;
  memory::Reach reach_;
  std::optional<io::Spool> spool_;
  std::optional<io::MediaLayout> layout_;
  std::optional<io::MediaLayout> identified_;  // where layout_ is nullopt
  std::vector<std::unique_ptr<io::Source>> sources_;
  edit::MediaInfo info_;
};

}  // namespace tidemark::engine
