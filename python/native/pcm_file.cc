// Uncompressed files as they lie: where the samples of one are, for a map, and a writer of WAV.
#include <fcntl.h>
#include <fmt/format.h>
#include <pybind11/stl.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>

#include "base/text.h"
#include "bindings.h"
#include "errors.h"
#include "io/open_source.h"
#include "io/part_file.h"
#include "io/wav_header_bytes.h"
#include "io/write_all.h"

namespace tidemark::python {
namespace py = pybind11;
namespace {

py::dict PcmExtentOf(int fd, const py::bytes& name) {
  const std::string path(name);
  io::OpenOptions options;
  options.fd = fd;
  options.allow_ffmpeg = false;
  const auto source = OrRaise(io::OpenSource(path, options));
  const auto extent = source->extent();
  const io::SourceInfo& info = source->info();
  if (!extent) {
    Raise({ErrorCode::kUnsupported,
           fmt::format("{}: is {} ({}), which is decoded, not mapped; read it with stream()",
                       Printable(path), info.format, info.encoding)});
  }
  py::dict found;
  found["offset"] = extent->data_offset;
  found["encoding"] = info.encoding;
  found["frames"] = extent->n_frames;
  found["channels"] = info.stream.channels;
  found["sample_rate"] = info.stream.sample_rate_hz;
  found["format"] = info.format;
  return found;
}

io::SampleEncoding EncodingOf(const std::string& kind, std::size_t n_bytes) {
  io::SampleEncoding encoding{.kind = io::SampleKind::kSigned, .n_bytes = n_bytes};
  if (kind == "u") encoding.kind = io::SampleKind::kUnsigned;
  if (kind == "f") encoding.kind = io::SampleKind::kFloat;
  return encoding;
}

// A WAV that is written piece by piece, or filled through a map, beside its name.
class WavWriter {
 public:
  WavWriter(const py::bytes& path, const StreamFormat& format, const io::SampleEncoding& encoding,
            std::optional<std::int64_t> n_frames, bool overwrite)
      : format_(format), encoding_(encoding), announced_(n_frames) {
    file_.emplace(OrRaise(
        io::PartFile::Create(std::string(path), overwrite ? io::PartFile::IfExists::kReplace
                                                          : io::PartFile::IfExists::kRefuse)));
    data_offset_ = static_cast<off_t>(io::MakeWavHeader(format_, encoding_, 0).size);
    // Room now: a full disk is an error here, under a map it would be a bus error.
    if (announced_ && *announced_ > 0) {
      const int error =
          ::posix_fallocate(file_->fd(), 0, data_offset_ + *announced_ * frame_bytes());
      if (error != 0) RaiseWriting(error);
    }
    if (::lseek(file_->fd(), data_offset_, SEEK_SET) < 0) RaiseWriting(errno);
  }

  void Write(const py::buffer& samples) {
    CheckOpen();
    const py::buffer_info info = samples.request();
    const auto n_bytes = info.size * info.itemsize;
    const std::span<const std::byte> bytes(static_cast<const std::byte*>(info.ptr),
                                           static_cast<std::size_t>(n_bytes));
    int error = 0;
    {
      const py::gil_scoped_release release;
      error = io::WriteAll(file_->fd(), bytes, nullptr);
    }
    if (error != 0) RaiseWriting(error);
    n_frames_ += n_bytes / frame_bytes();
  }

  // The file gets its name. With `filled` all that was announced is there.
  void Commit(bool filled) {
    CheckOpen();
    const std::int64_t n_frames = filled ? announced_.value_or(0) : n_frames_;
    if (announced_ && n_frames != *announced_) {
      RaiseUsage(fmt::format("{}: {} frames were announced, {} written; nothing is kept",
                             Printable(file_->path()), *announced_, n_frames));
    }
    const io::WavHeaderBytes header =
        io::MakeWavHeader(format_, encoding_, static_cast<std::uint64_t>(n_frames));
    const off_t end = data_offset_ + n_frames * frame_bytes();
    // A byte of padding where the size is odd, as the header counts it.
    if (::ftruncate(file_->fd(), end + (end - data_offset_) % 2) != 0) RaiseWriting(errno);
    if (::lseek(file_->fd(), 0, SEEK_SET) < 0) RaiseWriting(errno);
    const int error = io::WriteAll(
        file_->fd(), std::span<const std::byte>(header.bytes).first(header.size), nullptr);
    if (error != 0) RaiseWriting(error);
    const auto committed = file_->Commit();
    file_.reset();
    OrRaise(committed);
  }

  void Abort() { file_.reset(); }

  [[nodiscard]] int fd() const { return file_ ? file_->fd() : -1; }
  [[nodiscard]] std::int64_t data_offset() const { return data_offset_; }
  [[nodiscard]] std::int64_t n_frames() const { return n_frames_; }

 private:
  [[nodiscard]] std::int64_t frame_bytes() const {
    return static_cast<std::int64_t>(encoding_.n_bytes) * format_.channels;
  }
  void CheckOpen() const {
    if (!file_) RaiseUsage("the writer is closed");
  }
  [[noreturn]] void RaiseWriting(int error) const {
    Raise({ErrorCode::kIo, fmt::format("{}: cannot be written: {}", Printable(file_->path()),
                                       std::generic_category().message(error))});
  }

  StreamFormat format_;
  io::SampleEncoding encoding_;
  std::optional<std::int64_t> announced_;
  std::optional<io::PartFile> file_;
  off_t data_offset_ = 0;
  std::int64_t n_frames_ = 0;
};

}  // namespace

void init_pcm_file(py::module_& module) {
  module.def("pcm_extent", &PcmExtentOf, py::arg("fd"), py::arg("name"),
             "Where the samples of an uncompressed file lie.");
  py::class_<WavWriter>(module, "WavWriter", "A WAV or RF64 that is written piece by piece.")
      .def(
          py::init([](const py::bytes& path, int sample_rate, int channels, const std::string& kind,
                      std::size_t n_bytes, std::optional<std::int64_t> n_frames, bool overwrite) {
            return std::make_unique<WavWriter>(
                path, StreamFormat{.sample_rate_hz = sample_rate, .channels = channels},
                EncodingOf(kind, n_bytes), n_frames, overwrite);
          }),
          py::arg("path"), py::arg("sample_rate"), py::arg("channels"), py::arg("kind"),
          py::arg("n_bytes"), py::arg("n_frames"), py::arg("overwrite"))
      .def("write", &WavWriter::Write, py::arg("samples"), "Whole frames as they will lie.")
      .def("commit", &WavWriter::Commit, py::arg("filled"), "Writes the header, names the file.")
      .def("abort", &WavWriter::Abort, "Leaves nothing behind.")
      .def_property_readonly("fd", &WavWriter::fd)
      .def_property_readonly("data_offset", &WavWriter::data_offset)
      .def_property_readonly("n_frames", &WavWriter::n_frames);
}

}  // namespace tidemark::python
