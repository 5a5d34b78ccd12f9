// SndfileSource: MPEG audio, FLAC, Ogg Vorbis and Ogg Opus through libsndfile, from files and
// pipes alike. Made by OpenSource(). One owner; one thread at a time.
//
// libsndfile is told that every input is endless (DecoderInput), so that a pipe and a file take
// the same way through it and give the same samples. What it would leave out is read in further
// sections, each with a fresh decoder: the next link of a chained Ogg stream, the next of several
// MP3 files in one, and what follows damage that stopped the decoder.
#pragma once

#include <sndfile.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "io/byte_stream.h"
#include "io/decoder_input.h"
#include "io/open_source.h"
#include "io/sndfile_layout.h"
#include "io/source.h"

namespace tidemark::io {

// What libsndfile and its codecs take, measured (docs/memory.md).
inline constexpr MemoryAllowance kSndfileAllowance{
    .anonymous_bytes = 3 * 1024 * 1024 / 2,
    .file_backed_bytes = 7 * 1024 * 1024 / 4,
};

// How far to look for the audio.
enum class SndfileSearch : std::uint8_t { kAtStart, kBehindJunk };

// Opens `bytes` from its start. `path` is for messages and info(). On success the Source owns the
// stream and `bytes` is null; on an error `bytes` is kept and back at its start, if it can be.
// kUnsupported: not a format of libsndfile's, or one that it refuses; kIo: reading failed.
Result<std::unique_ptr<Source>> OpenSndfile(std::unique_ptr<ByteStream>& bytes,
                                            const std::string& path, SndfileSearch search);

// What the libsndfile at hand reads of the formats that are left to it.
std::vector<FormatRow> ListSndfileFormats();

class SndfileSource final : public Source {
 public:
  static Result<std::unique_ptr<SndfileSource>> Create(std::unique_ptr<ByteStream>& bytes,
                                                       const std::string& path,
                                                       SndfileSearch search);

  [[nodiscard]] const SourceInfo& info() const override { return info_; }
  Result<std::size_t> Read(AudioBlock out) override;
  Result<void> Seek(std::int64_t frame) override;
  [[nodiscard]] bool truncated() const override { return truncated_; }
  [[nodiscard]] std::string warning() const override;

 private:
  struct CloseSndfile {
    void operator()(SNDFILE* file) const { sf_close(file); }
  };
  using Handle = std::unique_ptr<SNDFILE, CloseSndfile>;

  SndfileSource(ByteStream& bytes, const std::string& path);

  Handle OpenHandle(const SndfileLayout& layout, DecoderInput::Length length, SF_INFO* format);
  void Describe(const SF_INFO& format);
  static int FlacBits(int subtype);
  std::size_t ReadSection(AudioBlock out, std::size_t first);
  std::size_t ReadSilence(AudioBlock out, std::size_t first);
  bool StartNextSection();
  bool StartSection(const SndfileLayout& layout);
  bool StartNextMpeg();
  bool StartNextFlac();
  bool StartNextOgg();
  void JudgeEnd();
  bool SawEndOfOgg();
  bool EndsInsideMpegFrame();
  Result<void> Restart(std::int64_t frame);
  Result<void> SeekByReading(std::int64_t frame);

  std::unique_ptr<ByteStream> bytes_;
  DecoderInput input_;
  SndfileLayout first_;    // of the file
  SndfileLayout section_;  // being decoded
  Handle handle_;
  SourceInfo info_;
  std::vector<float> interleaved_;
  std::vector<std::size_t> plane_of_;  // plane that each interleaved channel belongs to
  std::vector<float*> planes_;
  DecoderInput::Length length_ = DecoderInput::Length::kEndless;
  std::int64_t position_ = 0;      // frames since the start of the file
  std::int64_t silence_left_ = 0;  // frames to put where damage was
  std::int64_t silence_frames_ = 0;
  int n_damaged_ = 0;
  int n_streams_ = 1;
  int n_failures_in_a_row_ = 0;
  bool in_sections_ = false;  // more than one has been seen: positions are only sure by reading
  bool cut_short_ = false;    // the section ended in the middle of something
  bool format_changed_ = false;
  bool ended_ = false;
  bool truncated_ = false;
};

}  // namespace tidemark::io
