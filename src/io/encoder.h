// Encoder: decoded audio into a new file, and with it what else belongs there: tags, chapters, a
// cover, video. Made by OpenEncoder(). The file is written beside its name and takes the name in
// Finish(); without Finish() nothing is left behind. One owner; one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/audio_block.h"
#include "base/cancellation.h"
#include "base/clip.h"
#include "base/result.h"
#include "base/stream_format.h"
#include "io/source.h"

namespace tidemark::io {

struct Chapter {
  double begin_s = 0;
  double end_s = 0;
  std::string title;
};

// What a file says of itself beside its streams.
struct MediaTags {
  std::vector<std::pair<std::string, std::string>> tags;  // FFmpeg's names: "title", "artist", ...
  std::vector<Chapter> chapters;
  std::vector<std::byte> cover;  // an image file as it lies there; empty: none
  std::string cover_mime;        // "image/jpeg", "image/png"
};

struct AudioTrackSpec {
  StreamFormat format;
  // FFmpeg's encoder or codec name ("pcm_s16le", "flac", "aac", "libopus", ...); empty: the
  // container's usual one.
  std::string codec;
  int bits = 0;  // of integer PCM and FLAC; 0: 16, or what the codec has
  // Samples between the steps of an integer codec get TPDF noise of one step before they are
  // rounded; those on a step, digital silence too, stay as they are. For codecs of up to 24 bits.
  bool dither = false;
  std::int64_t bit_rate_bps = 0;  // 0: the encoder's default
  std::string language;           // ISO 639-2, empty: unknown
};

// Encoders of video map more than they touch, and the kernel's ceiling counts both. Measured at
// 1080p: 613 MiB mapped of which 452 are touched, stacks left out.
inline constexpr double kVideoMappedOverTouched = 1.2;

// The video and subtitles of `input_path`, cut to the same clips.
struct VideoSpec {
  std::string input_path;
  Timebase timebase;
  std::vector<Clip> clips;
  std::string codec;       // an FFmpeg encoder; empty: libx264
  std::optional<int> crf;  // empty: 18 for libx264, else the encoder's default
  std::string preset;      // empty: "medium" where the encoder has presets
  // A ceiling for decoder and encoder together; nullopt: their defaults. Fewer threads, a shorter
  // look-ahead and fewer reference frames are taken until the estimate fits.
  // Below 0 where the rest of the run is over its ceiling already: then kMemory says by how much.
  std::optional<std::int64_t> memory_bytes;
};

struct EncodeSpec {
  std::string path;  // "-": standard output
  std::string
      container;  // "wav", "flac", "ogg", "opus", "mp3", "m4a", "mp4", ...; empty: by the name
  std::vector<AudioTrackSpec> audio;
  // The file whose audio streams `audio` is, in order: their titles and flags are kept, and
  // attachments where the container holds such. Read where it is Matroska, or where there is video,
  // which is of the same file. Empty: none.
  std::string source_path;
  MediaTags tags;
  std::optional<VideoSpec> video;
  bool overwrite = false;  // false: kUsage where the file exists
  // Opens all encoders, but makes no file and looks at none that is there: for what they refuse and
  // what they take. Nothing may be written.
  bool is_rehearsal = false;
  const Cancellation* cancellation = nullptr;
};

class Encoder {
 public:
  Encoder() = default;
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;
  virtual ~Encoder() = default;

  // Bounds on what the encoders take beyond our own memory, measured.
  [[nodiscard]] virtual const MemoryAllowance& allowance() const = 0;

  // The next samples of audio track `track` (an index into EncodeSpec::audio); full scale = 1.0,
  // clipped there where the codec takes integers, dithered where AudioTrackSpec says so. Tracks are
  // written in step, within half a second of each other: what is ahead waits in memory. kIo: what
  // happened, to which file, here and below; kCancelled.
  virtual Result<void> Write(std::size_t track, const AudioBlock& block) = 0;

  // Video and subtitles up to output_s seconds of the output. Without video: nothing to do.
  virtual Result<void> AdvanceVideo(double output_s) = 0;

  // Drains every encoder, completes the file; it gets its name.
  virtual Result<void> Finish() = 0;

  // What could not be kept as asked (another sample rate, a cover left out), in one line for
  // people; empty if nothing was. Known once the encoder is open.
  [[nodiscard]] virtual std::string warning() const { return {}; }
};

}  // namespace tidemark::io
