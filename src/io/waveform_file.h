// WaveformFile: min/max peaks on disk, in the data format of audiowaveform version 2
// (github.com/bbc/audiowaveform, doc/DataFormat.md), readable while it grows: whole pixels are
// written some 8 KiB at a time, then their number is brought up to date. One owner, one thread.
//
// .dat, little endian:  int32 version = 2 | uint32 flags, bit 0: 8-bit values | int32 sample rate |
//   int32 samples per pixel | uint32 length in pixels | int32 channels | per pixel and channel
//   minimum, maximum (int8 or int16).
// .json: {"version":2,"channels":..,"sample_rate":..,"samples_per_pixel":..,"bits":..,
//   "length":..,"data":[..]}; the length stands among spaces kept free for it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/waveform_format.h"
#include "io/unique_fd.h"

namespace tidemark::io {

class WaveformFile {
 public:
  // Creates or empties `path`; JSON where it ends in .json. The file must be one that can be
  // written in the middle: kUsage for pipes, terminals and devices. kIo where creating fails.
  static Result<WaveformFile> Create(const std::string& path, const WaveformFormat& format);

  // Values as WaveformAnalyzer::Drain() gives them: whole pixels. Allocates nothing unless it
  // fails. kIo: what happened, to which file.
  Result<void> Append(std::span<const std::int16_t> values);

  // Completes the file: all pixels, their number, the end of the JSON. kIo as above.
  Result<void> Finish();

  [[nodiscard]] std::int64_t n_pixels() const { return n_pixels_; }

 private:
  WaveformFile(UniqueFd fd, std::string path, bool json, const WaveformFormat& format);
  void PutHeader();
  void PutText(std::string_view text);
  template <typename T>
  void PutLittleEndian(T value);
  void PutValue(std::int16_t value);
  Result<void> Flush();
  Result<void> WriteAt(std::span<const std::byte> bytes, std::int64_t offset);

  UniqueFd fd_;
  std::string path_;
  bool json_;
  WaveformFormat format_;
  std::int64_t length_offset_ = 0;  // where the number of pixels stands
  std::int64_t file_bytes_ = 0;     // written, without the end of the JSON
  std::int64_t n_pixels_ = 0;
  std::size_t n_buffered_ = 0;
  std::array<std::byte, 8192> buffer_{};
};

}  // namespace tidemark::io
