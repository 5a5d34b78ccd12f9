#include "input.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/stream_format.h"
#include "bindings.h"
#include "errors.h"

namespace tidemark::python {
namespace py = pybind11;
namespace {

io::SampleEncoding EncodingOf(const py::dtype& dtype) {
  io::SampleEncoding encoding;
  encoding.n_bytes = static_cast<std::size_t>(dtype.itemsize());
  encoding.kind = dtype.kind() == 'f' ? io::SampleKind::kFloat : io::SampleKind::kSigned;
  const bool is_big = dtype.byteorder() == '>';
  encoding.order = is_big ? io::ByteOrder::kBig : io::ByteOrder::kLittle;
  const bool is_known = (dtype.kind() == 'f' && (encoding.n_bytes == 4 || encoding.n_bytes == 8)) ||
                        (dtype.kind() == 'i' && (encoding.n_bytes == 2 || encoding.n_bytes == 4));
  if (!is_known) {
    RaiseUsage(
        fmt::format("the array holds {}; float32, float64, int16 and int32 can be read: "
                    "convert it with astype()",
                    py::str(py::object(dtype)).cast<std::string>()));
  }
  return encoding;
}

void CheckShape(const py::array& array) {
  if (array.ndim() != 1 && array.ndim() != 2) {
    RaiseUsage(fmt::format("the array has {} dimensions; give (frames,) or (frames, channels)",
                           array.ndim()));
  }
  if (array.size() == 0) RaiseUsage("the array is empty");
  const auto channels = array.ndim() == 2 ? array.shape(1) : 1;
  if (channels > kMaxChannels) {
    RaiseUsage(
        fmt::format("the array has {} channels, {} at most can be read; its shape is "
                    "(frames, channels): transpose it if channels come first",
                    channels, kMaxChannels));
  }
}

void CheckRate(std::int64_t sample_rate_hz) {
  if (sample_rate_hz >= kMinSampleRateHz && sample_rate_hz <= kMaxSampleRateHz) return;
  RaiseUsage(fmt::format("sample_rate: {} Hz; {} to {} Hz can be read", sample_rate_hz,
                         kMinSampleRateHz, kMaxSampleRateHz));
}

Input OfArray(const py::array& array, std::int64_t sample_rate_hz, std::string name) {
  CheckShape(array);
  CheckRate(sample_rate_hz);
  Input input{.name = std::move(name), .fd = -1, .read = py::none(), .array = array, .samples = {}};
  input.samples = ArrayView{.data = static_cast<const std::byte*>(array.data()),
                            .n_frames = array.shape(0),
                            .frame_stride = array.strides(0),
                            .channel_stride = array.ndim() == 2 ? array.strides(1) : 0,
                            .encoding = EncodingOf(array.dtype()),
                            .channels = array.ndim() == 2 ? static_cast<int>(array.shape(1)) : 1,
                            .sample_rate_hz = static_cast<int>(sample_rate_hz)};
  return input;
}

Input Named(std::string name, int fd, py::object read) {
  return {.name = std::move(name),
          .fd = fd,
          .read = std::move(read),
          .array = py::none(),
          .samples = {}};
}

}  // namespace

bool Input::may_wait() const {
  if (is_array()) return false;
  if (!read.is_none() || name == "-") return true;
  struct stat status{};
  const int got = fd >= 0 ? ::fstat(fd, &status) : ::stat(name.c_str(), &status);
  return got != 0 || !S_ISREG(status.st_mode);
}

Result<std::unique_ptr<io::Source>> OpenInput(const Input& input, io::OpenOptions options) {
  if (input.samples) return MakeArraySource(*input.samples, input.name);
  return io::OpenSource(input.name, options);
}

void init_input(py::module_& module) {
  py::class_<Input>(module, "Input", "What is read; made by its static functions.")
      .def_static(
          "of_path", [](const py::bytes& path) { return Named(std::string(path), -1, py::none()); },
          py::arg("path"), "A file, pipe or '-' for the standard input.")
      .def_static(
          "of_descriptor",
          [](int fd, const py::bytes& name) { return Named(std::string(name), fd, py::none()); },
          py::arg("fd"), py::arg("name"), "An open descriptor, which stays the caller's.")
      .def_static(
          "of_reader",
          [](const py::object& read, const py::bytes& name) {
            return Named(std::string(name), -1, read);
          },
          py::arg("read"), py::arg("name"), "read(n) gives up to n bytes, none at the end.")
      .def_static(
          "of_array",
          [](const py::array& array, std::int64_t sample_rate, const py::bytes& name) {
            return OfArray(array, sample_rate, std::string(name));
          },
          py::arg("array"), py::arg("sample_rate"), py::arg("name"),
          "Samples of shape (frames,) or (frames, channels).");
}

}  // namespace tidemark::python
