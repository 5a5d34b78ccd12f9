// WavEncoder: one track of uncompressed audio as WAV, RF64 past 4 GiB, in a file, a pipe or on
// standard output. It also takes samples of another file as they lie there, which is exact and
// costs a copy. One owner; one thread at a time. Memory: kWavEncoderBytes, whatever the length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/encoder.h"
#include "io/media_file.h"
#include "io/pcm_store.h"
#include "io/wav_header_bytes.h"

namespace tidemark::io {

inline constexpr std::size_t kWavEncoderBytes = 64 * 1024;

struct WavSpec {
  std::string path;  // "-": standard output
  StreamFormat format;
  SampleEncoding encoding;
  bool dither = false;
  // What will be written: the header says it from the start, as pipes want it. nullopt: nobody
  // knows; then a file's header says it in the end, a pipe's never, and what is written to a pipe
  // is there at once.
  std::optional<std::int64_t> n_frames;
  // Whole chunks, padded, for the end of the file.
  std::vector<std::byte> chunks;
  bool overwrite = false;
  // Ends waiting for a pipe that nobody reads; borrowed, may be null.
  const Cancellation* cancellation = nullptr;
};

class WavEncoder final : public Encoder {
 public:
  // Errors as MediaFile's Create(), and kUnsupported for an encoding that IsWavEncoding() refuses.
  static Result<std::unique_ptr<WavEncoder>> Create(WavSpec spec);

  [[nodiscard]] const MemoryAllowance& allowance() const override { return allowance_; }
  Result<void> Write(std::size_t track, const AudioBlock& block) override;
  Result<void> AdvanceVideo(double) override { return {}; }
  // kInternal where more or fewer frames were written than the spec announced, if it did.
  Result<void> Finish() override;

  // The next frames, as they lie in a file of the same encoding. kIo where either file fails.
  Result<void> CopyFrames(const PcmExtent& from, std::int64_t first_frame, std::int64_t n_frames);

 private:
  WavEncoder(WavSpec spec, std::unique_ptr<MediaFile> file);
  [[nodiscard]] WavHeaderBytes Header(std::optional<std::int64_t> n_frames) const;
  Result<void> WriteBytes(std::span<const std::byte> bytes);
  Result<void> Drain();

  WavSpec spec_;
  std::unique_ptr<MediaFile> file_;
  std::size_t frame_bytes_;
  std::int64_t n_frames_ = 0;  // so far
  std::size_t n_buffered_ = 0;
  std::vector<std::byte> buffer_;
  Dither dither_;
  bool kernel_copies_;
  MemoryAllowance allowance_;
};

}  // namespace tidemark::io
