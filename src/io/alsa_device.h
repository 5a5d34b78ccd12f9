// AlsaDevice: a sound card, or what ALSA's configuration puts in its place, for playback or
// capture. libasound is loaded by the first one and stays, so that a process which uses none does
// not carry it. One owner, one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/cancellation.h"
#include "base/result.h"
#include "base/stream_format.h"
#include "io/sample_encoding.h"
#include "io/source.h"

namespace tidemark::io {

// libasound, its configuration, plug-ins and their buffers, measured (docs/memory.md).
inline constexpr MemoryAllowance kAlsaAllowance{
    .anonymous_bytes = 3 * 1024 * 1024,
    .file_backed_bytes = 2 * 1024 * 1024,
};

struct AlsaSpec {
  enum class Direction : unsigned char { kPlayback, kCapture };

  std::string name;  // as in "default", "plughw:1,0"
  Direction direction = Direction::kPlayback;
  StreamFormat format;
  SampleEncoding encoding;  // signed of 2 to 4 bytes, or float of 4; little-endian
  double latency_s = 0.1;   // of the device's own buffer
  // Ends waiting for the device; borrowed, may be null.
  const Cancellation* cancellation = nullptr;
};

class AlsaDevice {
 public:
  // kUnsupported where this was built without ALSA or libasound is not installed; kNoInput where
  // there is no such device or it is in use; kUsage where it does not take the format.
  static Result<std::unique_ptr<AlsaDevice>> Open(const AlsaSpec& spec);

  AlsaDevice() = default;
  AlsaDevice(const AlsaDevice&) = delete;
  AlsaDevice& operator=(const AlsaDevice&) = delete;
  virtual ~AlsaDevice() = default;

  // Plays whole frames of the encoding, interleaved; returns once the device has taken them. kIo
  // where the device fails, here and below; kCancelled. REQUIRES, here and below: the direction.
  virtual Result<void> Write(std::span<const std::byte> frames) = 0;
  // Fills `frames`, whole ones, with what was recorded next.
  virtual Result<void> Read(std::span<std::byte> frames) = 0;
  // Returns once all was heard.
  virtual Result<void> Drain() = 0;

  // How often the device ran dry, or over, and was started anew.
  [[nodiscard]] virtual std::int64_t n_recovered() const = 0;
};

}  // namespace tidemark::io
