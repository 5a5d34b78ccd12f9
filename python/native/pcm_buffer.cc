#include "pcm_buffer.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string_view>

#include "errors.h"

namespace tidemark::python {
namespace py = pybind11;
namespace {

constexpr std::array<SampleType, 4> kTypes = {SampleType::kS16, SampleType::kS24, SampleType::kS32,
                                              SampleType::kF32};

// As struct's module writes it, without the native order's sign.
std::string_view CodeOf(const Py_buffer& buffer) {
  std::string_view code = buffer.format == nullptr ? "B" : buffer.format;
  if (code.size() > 1 && (code[0] == '@' || code[0] == '=' || code[0] == '<'))
    code.remove_prefix(1);
  return code;
}

bool IsBytes(const Py_buffer& buffer) {
  const std::string_view code = CodeOf(buffer);
  return buffer.itemsize == 1 && (code == "B" || code == "b" || code == "c");
}

std::optional<SampleType> TypeOf(const Py_buffer& buffer) {
  const std::string_view code = CodeOf(buffer);
  if (code == "h" && buffer.itemsize == 2) return SampleType::kS16;
  if ((code == "i" || code == "l") && buffer.itemsize == 4) return SampleType::kS32;
  if (code == "f" && buffer.itemsize == 4) return SampleType::kF32;
  return std::nullopt;
}

std::string DtypeName(const Py_buffer& buffer) {
  const std::string_view code = CodeOf(buffer);
  if (code == "d") return "float64";
  if (code == "e") return "float16";
  if (code == "H") return "uint16";
  if (code == "q" || (code == "l" && buffer.itemsize == 8)) return "int64";
  if (code.starts_with('>') || code.starts_with('!')) return "big-endian samples";
  return fmt::format("'{}'", code);
}

std::string ShapeName(const Py_buffer& buffer) {
  const std::span<const Py_ssize_t> shape(buffer.shape, static_cast<std::size_t>(buffer.ndim));
  return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

[[noreturn]] void RaiseStrided() {
  RaiseUsage("the array is not contiguous; numpy.ascontiguousarray() makes it so");
}

void CheckChannels(std::ptrdiff_t channels, const Py_buffer& buffer, bool planar) {
  if (channels >= 1 && channels <= 8) return;
  RaiseUsage(
      fmt::format("an array of shape {} would have {} channels{}; 1 to 8 can be written: "
                  "(frames, channels), or (channels, frames) with planar=True",
                  ShapeName(buffer), channels, planar ? " (planar)" : ""));
}

}  // namespace

BorrowedBuffer::BorrowedBuffer(const py::object& owner, Access access) {
  const int flags = access == Access::kWrite ? PyBUF_FULL : PyBUF_FULL_RO;
  if (PyObject_GetBuffer(owner.ptr(), &buffer_, flags) == 0) return;
  PyErr_Clear();
  const std::string name = Py_TYPE(owner.ptr())->tp_name;
  if (PyObject_CheckBuffer(owner.ptr()) == 0) {
    RaiseUsage(fmt::format("a {} has no buffer; give a NumPy array, bytes or a memoryview", name));
  }
  RaiseUsage(access == Access::kWrite
                 ? fmt::format("the memory of this {} cannot be written", name)
                 : fmt::format("the memory of this {} cannot be read as numbers", name));
}

PcmBuffer::PcmBuffer(const Py_buffer& buffer, const PcmClaims& claims, const TrackOptions& track) {
  view_.sample_rate_hz = claims.sample_rate_hz.value_or(track.sample_rate_hz);
  if (buffer.suboffsets != nullptr) RaiseStrided();
  if (IsBytes(buffer)) {
    if (!claims.type) RaiseUsage("bytes need format=: 's16', 's24', 's32' or 'f32'");
    if (PyBuffer_IsContiguous(&buffer, 'C') == 0) RaiseStrided();
    view_.type = *claims.type;
    SetFlat(buffer, claims, track.channels);
    return;
  }
  const auto type = TypeOf(buffer);
  if (!type) {
    RaiseUsage(
        fmt::format("the array holds {}, not int16, int32 or float32; convert it with "
                    "astype()",
                    DtypeName(buffer)));
  }
  if (claims.type && *claims.type != *type) {
    RaiseUsage(fmt::format("the array holds {}, and format= says {}; format= is for bytes",
                           SampleTypeName(*type), SampleTypeName(*claims.type)));
  }
  view_.type = *type;
  if (buffer.ndim == 2) {
    SetMatrix(buffer, claims);
  } else if (buffer.ndim == 1) {
    if (buffer.shape[0] > 1 && buffer.strides[0] != buffer.itemsize) RaiseStrided();
    SetFlat(buffer, claims, 1);
  } else {
    RaiseUsage(
        fmt::format("an array of shape {} cannot be written; (frames,), (frames, channels), "
                    "or (channels, frames) with planar=True can",
                    ShapeName(buffer)));
  }
}

void PcmBuffer::SetFlat(const Py_buffer& buffer, const PcmClaims& claims, int default_channels) {
  view_.channels = claims.channels.value_or(default_channels);
  if (view_.channels < 1 || view_.channels > static_cast<int>(kPlanes)) {
    RaiseUsage(fmt::format("channels: {} is not within 1 to 8", view_.channels));
  }
  const std::size_t value_bytes = BytesOf(view_.type);
  const auto sample_bytes = static_cast<Py_ssize_t>(value_bytes) * view_.channels;
  if (buffer.len % sample_bytes != 0) {
    RaiseUsage(
        fmt::format("{} bytes are no whole number of samples of {} channels of {}, {} bytes "
                    "each",
                    buffer.len, view_.channels, SampleTypeName(view_.type), sample_bytes));
  }
  view_.n_samples = static_cast<std::size_t>(buffer.len / sample_bytes);
  view_.data = buffer.buf;
  if (claims.planar && view_.channels > 1) {
    SetPlanes(buffer.buf, static_cast<std::ptrdiff_t>(view_.n_samples * value_bytes));
  }
}

void PcmBuffer::SetMatrix(const Py_buffer& buffer, const PcmClaims& claims) {
  const int channel_axis = claims.planar ? 0 : 1;
  const Py_ssize_t n_channels = buffer.shape[channel_axis];
  CheckChannels(n_channels, buffer, claims.planar);
  if (claims.channels && *claims.channels != n_channels) {
    RaiseUsage(fmt::format("an array of shape {} has {} channels, and channels= says {}",
                           ShapeName(buffer), n_channels, *claims.channels));
  }
  const Py_ssize_t n_samples = buffer.shape[1 - channel_axis];
  const Py_ssize_t sample_stride = buffer.strides[1 - channel_axis];
  const Py_ssize_t channel_stride = buffer.strides[channel_axis];
  view_.channels = static_cast<int>(n_channels);
  view_.n_samples = static_cast<std::size_t>(n_samples);
  view_.data = buffer.buf;
  const bool interleaved = (n_channels == 1 || channel_stride == buffer.itemsize) &&
                           (n_samples <= 1 || sample_stride == n_channels * buffer.itemsize);
  if (interleaved) return;
  if (n_samples > 1 && sample_stride != buffer.itemsize) RaiseStrided();
  SetPlanes(buffer.buf, channel_stride);
}

void PcmBuffer::SetPlanes(const void* data, std::ptrdiff_t plane_stride) {
  const auto* plane = static_cast<const std::byte*>(data);
  for (int c = 0; c < view_.channels; ++c) {
    planes_[static_cast<std::size_t>(c)] = plane + c * plane_stride;
  }
  view_.planes = planes_.data();
}

std::span<std::byte> FrameRoom(const Py_buffer& buffer, const AudioTrack& track) {
  const TrackOptions& options = track.options();
  if (!IsBytes(buffer) && TypeOf(buffer) != options.type) {
    RaiseUsage(fmt::format("the room for a frame holds {}, the track gives {}", DtypeName(buffer),
                           SampleTypeName(options.type)));
  }
  const bool is_matrix = !IsBytes(buffer) && buffer.ndim > 1;
  if (is_matrix && (buffer.ndim != 2 || buffer.shape[1] != options.channels)) {
    RaiseUsage(fmt::format("the room for a frame has the shape {}, a frame ({}, {})",
                           ShapeName(buffer), track.frame_samples(), options.channels));
  }
  if (buffer.len != static_cast<Py_ssize_t>(track.frame_bytes())) {
    RaiseUsage(
        fmt::format("the room for a frame has {} bytes, a frame {}: {} samples of {} "
                    "channels of {}",
                    buffer.len, track.frame_bytes(), track.frame_samples(), options.channels,
                    SampleTypeName(options.type)));
  }
  if (PyBuffer_IsContiguous(&buffer, 'C') == 0) RaiseStrided();
  return {static_cast<std::byte*>(buffer.buf), static_cast<std::size_t>(buffer.len)};
}

SampleType SampleTypeOf(const std::string& name) {
  for (const SampleType type : kTypes) {
    if (name == SampleTypeName(type)) return type;
  }
  if (name == "flt") return SampleType::kF32;
  RaiseUsage(fmt::format("format: '{}' is none of 's16', 's24', 's32', 'f32'", name));
}

const char* SampleTypeName(SampleType type) {
  constexpr std::array<const char*, kTypes.size()> kNames = {"s16", "s24", "s32", "f32"};
  return kNames[static_cast<std::size_t>(type)];
}

}  // namespace tidemark::python
