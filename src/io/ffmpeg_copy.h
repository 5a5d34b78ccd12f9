// Cutting without decoding: whole packets of a media file into a new one. Clips of video begin at
// the key frame before the moment asked for, as nothing later can be shown without it. Made by
// OpenCopyCut(). One owner; one thread at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "base/clip.h"
#include "base/result.h"

namespace tidemark::io {

struct CopySpec {
  std::string input_path;
  std::string output_path;
  std::string container;    // "mp4", "mkv", ...; empty: by the output's name
  Timebase timebase;        // tick 0 is where OpenOptions::container_timeline says
  std::vector<Clip> clips;  // of speed 1
  bool overwrite = false;   // false: kUsage where the output exists
  const Cancellation* cancellation = nullptr;  // borrowed; may be null
};

// What became of a clip, in seconds of the source. It begins earlier than asked by up to the
// distance of two key frames, and not before the clip that precedes it ends: where no key frame
// lies between them, nothing is cut there. Audio alone: whole packets around what was asked for.
struct CopiedClip {
  double asked_begin_s = 0;
  double asked_end_s = 0;
  double begin_s = 0;
  double end_s = 0;
};

class CopyCut {
 public:
  CopyCut() = default;
  CopyCut(const CopyCut&) = delete;
  CopyCut& operator=(const CopyCut&) = delete;
  // Without Finish() nothing is left behind.
  virtual ~CopyCut() = default;

  // One for each clip of the spec.
  [[nodiscard]] virtual const std::vector<CopiedClip>& clips() const = 0;

  // Copies some packets; false once there are no more. kIo: what happened, to which file;
  // kCancelled; kBadData where the input breaks off its own structure.
  virtual Result<bool> Step() = 0;
  // Completes the file; it gets its name. REQUIRES: Step() has returned false. kIo.
  virtual Result<void> Finish() = 0;

  [[nodiscard]] virtual double done_s() const = 0;   // of the output
  [[nodiscard]] virtual double total_s() const = 0;  // of the output
  // What could not be kept, and what will be heard of the cuts; a line each, for people.
  [[nodiscard]] virtual std::vector<std::string> notes() const = 0;
};

// Finds the key frames and opens the output. kNoInput, kBadData, kUnsupported of the input; kUsage:
// a clip of another speed, no clip, the output exists or is the input, or is of a container that
// does not take these streams; kIo; kUnsupported where the FFmpeg module is not installed.
Result<std::unique_ptr<CopyCut>> OpenCopyCut(const CopySpec& spec);

}  // namespace tidemark::io
