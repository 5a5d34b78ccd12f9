// What callers lend a track: anything with the buffer protocol, as samples to be written or as room
// for a frame. Nothing is copied. With the interpreter's lock held.
#pragma once

#include <pybind11/pybind11.h>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>

#include "tidemark/audio_track.h"

namespace tidemark::python {

// A hold on an object's memory, which neither moves nor goes meanwhile.
class BorrowedBuffer {
 public:
  enum class Access { kRead, kWrite };

  // Raises UsageError where the object has no buffer, or none that can be written.
  BorrowedBuffer(const pybind11::object& owner, Access access);
  BorrowedBuffer(const BorrowedBuffer&) = delete;
  BorrowedBuffer& operator=(const BorrowedBuffer&) = delete;
  ~BorrowedBuffer() { PyBuffer_Release(&buffer_); }

  [[nodiscard]] const Py_buffer& get() const { return buffer_; }

 private:
  Py_buffer buffer_{};
};

// What a caller says of the samples; what is not said, the array says, or else the track.
struct PcmClaims {
  std::optional<int> sample_rate_hz;
  std::optional<int> channels;
  std::optional<SampleType> type;
  bool planar = false;
};

// Samples in a buffer: an array (n,) of one channel, (n, channels), or (channels, n) where planar,
// of int16, int32 or float32; or bytes. Borrows the buffer, and itself.
class PcmBuffer {
 public:
  // Raises UsageError, which says what to do.
  PcmBuffer(const Py_buffer& buffer, const PcmClaims& claims, const TrackOptions& track);
  PcmBuffer(const PcmBuffer&) = delete;
  PcmBuffer& operator=(const PcmBuffer&) = delete;

  [[nodiscard]] const PcmView& view() const { return view_; }

 private:
  void SetFlat(const Py_buffer& buffer, const PcmClaims& claims, int default_channels);
  void SetMatrix(const Py_buffer& buffer, const PcmClaims& claims);
  void SetPlanes(const void* data, std::ptrdiff_t plane_stride);

  static constexpr std::size_t kPlanes = 8;
  std::array<const void*, kPlanes> planes_{};
  PcmView view_;
};

// Room for a frame of the track: contiguous, and bytes or the track's own type. Raises UsageError.
std::span<std::byte> FrameRoom(const Py_buffer& buffer, const AudioTrack& track);

// "s16", "s24", "s32", "f32", and "flt" for the last, as FFmpeg calls it. Raises UsageError.
SampleType SampleTypeOf(const std::string& name);
const char* SampleTypeName(SampleType type);

}  // namespace tidemark::python
