// AudioTrack for Python. The interpreter's lock is released around all that may wait or take long;
// a frame's copy takes less time than to release it, and does not wait for other threads to give it
// back.
#include "tidemark/audio_track.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "bindings.h"
#include "errors.h"
#include "pcm_buffer.h"

namespace tidemark::python {
namespace py = pybind11;
namespace {

// What is converted in the time that it takes to release the lock and to get it back.
constexpr Py_ssize_t kShortWriteBytes = 4096;

Overflow OverflowOf(const std::string& name) {
  if (name == "drop_oldest") return Overflow::kDropOldest;
  if (name == "drop_newest") return Overflow::kDropNewest;
  if (name == "block") return Overflow::kBlock;
  RaiseUsage(fmt::format("overflow: '{}' is none of 'drop_oldest', 'drop_newest', 'block'", name));
}

// Without the lock; on the thread that waits. Python only handles signals on the main one.
bool NoInterrupt(void* /*context*/) {
  const PyGILState_STATE state = PyGILState_Ensure();
  const bool none = PyErr_CheckSignals() == 0;
  PyGILState_Release(state);
  return none;
}

template <typename T>
T OrRaiseInterrupt(Result<T> result) {
  if (PyErr_Occurred() != nullptr) throw py::error_already_set();
  // The keywords have no unit in their names.
  if (!result) {
    std::string& message = result.error().message;
    for (std::size_t at = 0; (at = message.find("rate_hz", at)) != std::string::npos;) {
      message.erase(at + 4, 3);
    }
  }
  return OrRaise(std::move(result));
}

template <typename Work>
auto Unlocked(const Work& work) {
  const py::gil_scoped_release release;
  return work();
}

// A track, one writer and one reader of which are let in at a time.
class Track {
 public:
  explicit Track(TrackOptions options) {
    options.keep_waiting = NoInterrupt;
    track_ = OrRaiseInterrupt(AudioTrack::Create(options));
  }

  std::size_t Write(const py::object& data, const PcmClaims& claims) {
    const BorrowedBuffer held(data, BorrowedBuffer::Access::kRead);
    const PcmBuffer pcm(held.get(), claims, track_->options());
    const auto turn = Turn(writing_, "written");
    if (held.get().len <= kShortWriteBytes && track_->options().overflow != Overflow::kBlock) {
      return OrRaiseInterrupt(track_->Write(pcm.view()));
    }
    return OrRaiseInterrupt(Unlocked([&] { return track_->Write(pcm.view()); }));
  }

  void Finish() {
    const auto turn = Turn(writing_, "written");
    OrRaiseInterrupt(Unlocked([&] { return track_->Finish(); }));
  }

  FrameInfo ReadInto(const py::object& out, bool paced) {
    const BorrowedBuffer held(out, BorrowedBuffer::Access::kWrite);
    const std::span<std::byte> frame = FrameRoom(held.get(), *track_);
    const auto turn = Turn(reading_, "read");
    if (!paced) return OrRaiseInterrupt(track_->Read(frame));
    return OrRaiseInterrupt(Unlocked([&] { return track_->ReadPaced(frame); }));
  }

  std::int64_t NextDueNs(std::int64_t now_ns) {
    const auto turn = Turn(reading_, "read");
    return track_->NextDueNs(now_ns);
  }

  [[nodiscard]] AudioTrack& track() { return *track_; }
  [[nodiscard]] const AudioTrack& track() const { return *track_; }

 private:
  static std::unique_lock<std::mutex> Turn(std::mutex& side, const char* done) {
    std::unique_lock<std::mutex> turn(side, std::try_to_lock);
    if (!turn.owns_lock()) {
      RaiseUsage(fmt::format("the track is being {} by another thread", done));
    }
    return turn;
  }

  std::unique_ptr<AudioTrack> track_;
  std::mutex writing_;
  std::mutex reading_;
};

py::dict StatsOf(const Track& self) {
  const TrackStats stats = self.track().Stats();
  py::dict found;
  found["buffered_ms"] = stats.buffered_ms;
  found["high_water_ms"] = stats.high_water_ms;
  found["written"] = stats.written;
  found["read"] = stats.read;
  found["silent"] = stats.silent;
  found["dropped_oldest"] = stats.dropped_oldest;
  found["dropped_newest"] = stats.dropped_newest;
  found["dropped_late"] = stats.dropped_late;
  found["flushed"] = stats.flushed;
  found["underruns"] = stats.underruns;
  found["reanchors"] = stats.reanchors;
  found["non_finite"] = stats.non_finite;
  found["drift_ppm"] = stats.drift_ppm;
  found["held_bytes"] = stats.held_bytes;
  return found;
}

// None stays nothing; whatever Python takes for an index is one.
std::optional<int> WholeNumber(const py::object& value, const char* name) {
  if (value.is_none()) return std::nullopt;
  const Py_ssize_t number = PyNumber_AsSsize_t(value.ptr(), nullptr);
  if (number == -1 && PyErr_Occurred() != nullptr) {
    PyErr_Clear();
    RaiseUsage(
        fmt::format("{}: {} is not a whole number", name, py::repr(value).cast<std::string>()));
  }
  return static_cast<int>(std::clamp<Py_ssize_t>(number, -1, 1 << 30));
}

std::optional<SampleType> OptionalType(const py::object& value) {
  if (value.is_none()) return std::nullopt;
  if (!py::isinstance<py::str>(value)) {
    RaiseUsage(fmt::format("format: {} is not text", py::repr(value).cast<std::string>()));
  }
  return SampleTypeOf(value.cast<std::string>());
}

std::size_t WriteTo(Track& self, const py::object& data, const py::object& sample_rate,
                    const py::object& channels, const py::object& format, bool planar) {
  return self.Write(data, {.sample_rate_hz = WholeNumber(sample_rate, "sample_rate"),
                           .channels = WholeNumber(channels, "channels"),
                           .type = OptionalType(format),
                           .planar = planar});
}

std::unique_ptr<Track> MakeTrack(int sample_rate, int channels, const std::string& format,
                                 double frame_ms, double buffer_ms, int max_input_rate,
                                 const std::string& overflow, double block_timeout_ms,
                                 double max_latency_ms, double fade_ms, bool conceal,
                                 bool correct_drift, double target_latency_ms) {
  TrackOptions options;
  options.sample_rate_hz = sample_rate;
  options.channels = channels;
  options.type = SampleTypeOf(format);
  options.frame_ms = frame_ms;
  options.buffer_ms = buffer_ms;
  options.max_input_rate_hz = max_input_rate;
  options.overflow = OverflowOf(overflow);
  options.block_timeout_ms = block_timeout_ms;
  options.max_latency_ms = max_latency_ms;
  options.fade_ms = fade_ms;
  options.conceal = conceal;
  options.correct_drift = correct_drift;
  options.target_latency_ms = target_latency_ms;
  return std::make_unique<Track>(options);
}

void DefineFrameInfo(py::module_& module) {
  py::class_<FrameInfo>(module, "FrameInfo", "What one frame of a track was.")
      .def_readonly("pts", &FrameInfo::pts, "Samples since the first frame, silence included.")
      .def_readonly("audio", &FrameInfo::audio, "Whether audio was there; else it is silence.")
      .def_readonly("end", &FrameInfo::end, "Whether nothing is left after finish().")
      .def("__repr__", [](const FrameInfo& self) {
        return fmt::format("FrameInfo(pts={}, audio={}, end={})", self.pts,
                           self.audio ? "True" : "False", self.end ? "True" : "False");
      });
}

}  // namespace

void init_audio_track(py::module_& module) {
  DefineFrameInfo(module);
  py::class_<Track>(module, "Track", "Live PCM between two threads.")
      .def(py::init(&MakeTrack), py::arg("sample_rate"), py::arg("channels"), py::arg("format"),
           py::arg("frame_ms"), py::arg("buffer_ms"), py::arg("max_input_rate"),
           py::arg("overflow"), py::arg("block_timeout_ms"), py::arg("max_latency_ms"),
           py::arg("fade_ms"), py::arg("conceal"), py::arg("correct_drift"),
           py::arg("target_latency_ms"))
      .def("write", &WriteTo, py::arg("data"), py::arg("sample_rate"), py::arg("channels"),
           py::arg("format"), py::arg("planar"), "Samples taken.")
      .def("finish", &Track::Finish, "Writes what is held back.")
      .def("read_into", &Track::ReadInto, py::arg("out"), py::arg("paced"), "Fills a frame.")
      .def(
          "read_pts",
          [](Track& self, const py::object& out) { return self.ReadInto(out, false).pts; },
          py::arg("out"), "Fills a frame at once; its pts.")
      .def("next_due_ns", &Track::NextDueNs, py::arg("now_ns"), "When the next frame is due.")
      .def("flush", [](Track& self) { self.track().Flush(); })
      .def("stop", [](Track& self) { self.track().Stop(); })
      .def("stats", &StatsOf)
      .def_property_readonly("stopped", [](const Track& self) { return self.track().stopped(); })
      .def_property_readonly("frame_samples",
                             [](const Track& self) { return self.track().frame_samples(); })
      .def_property_readonly("frame_bytes",
                             [](const Track& self) { return self.track().frame_bytes(); });
}

}  // namespace tidemark::python
