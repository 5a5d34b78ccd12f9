// ShortTables: an MP4 whose tracks look as if they ended after their first samples, for
// libavformat, which holds an index entry for each sample. What it says of durations and frame
// rates stays as it is. One owner, one thread.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "io/byte_stream.h"
#include "io/mp4_samples.h"

namespace tidemark::io {

// At least so many samples of a track are shown; shorter ones are shown as they are.
inline constexpr std::int64_t kShownSamples = 2048;

class ShortTables final : public ByteStream {
 public:
  // `bytes` must outlive this and `tracks` be those of its file. kUnsupported where the tables
  // cannot be shortened (a track in a few huge chunks); kIo.
  static Result<std::unique_ptr<ShortTables>> Create(ByteStream& bytes,
                                                     std::span<const Mp4Samples> tracks);

  struct Shown {
    std::int64_t n_samples = 0;
    std::int64_t decode_shift = 0;  // as Mp4Samples has it for the whole track
  };
  // What is shown of each track.
  [[nodiscard]] std::span<const Shown> shown() const { return shown_; }

  Result<std::size_t> Read(std::span<std::byte> out) override;
  Result<void> Seek(std::int64_t offset) override { return bytes_.Seek(offset); }
  [[nodiscard]] std::int64_t position() const override { return bytes_.position(); }
  [[nodiscard]] std::optional<std::int64_t> size() const override { return bytes_.size(); }
  [[nodiscard]] bool seekable() const override { return bytes_.seekable(); }

 private:
  // Four bytes of the file that read as others.
  struct Patch {
    std::int64_t offset = 0;
    std::array<std::byte, 4> value{};
  };

  explicit ShortTables(ByteStream& bytes) : bytes_(bytes) {}
  void Put(std::int64_t offset, std::int64_t value);
  void PutCount(const Mp4Table& table, std::int64_t n_entries);
  Result<void> Shorten(const Mp4Samples& track);
  Result<std::int64_t> ShortenChunks(const Mp4Samples& track);
  Result<void> ShortenDurations(const Mp4Samples& track, std::int64_t n_samples);
  Result<void> ShortenOffsets(const Mp4Samples& track, std::int64_t n_samples);
  Result<void> ShortenKeys(const Mp4Samples& track, std::int64_t n_samples);

  ByteStream& bytes_;
  std::vector<Patch> patches_;
  std::vector<Shown> shown_;
};

}  // namespace tidemark::io
