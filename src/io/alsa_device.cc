#include "io/alsa_device.h"

#include <fmt/format.h>

#include "base/text.h"

#ifdef TIDEMARK_ALSA
#include <alsa/asoundlib.h>
#include <dlfcn.h>

#include <cerrno>
#endif

namespace tidemark::io {

#ifdef TIDEMARK_ALSA
namespace {

constexpr int kLookAgain_ms = 50;
constexpr const char* kLibrary = "libasound.so.2";

struct Library {
  decltype(&snd_pcm_open) open = nullptr;
  decltype(&snd_pcm_close) close = nullptr;
  decltype(&snd_pcm_set_params) set_params = nullptr;
  decltype(&snd_pcm_start) start = nullptr;
  decltype(&snd_pcm_writei) writei = nullptr;
  decltype(&snd_pcm_readi) readi = nullptr;
  decltype(&snd_pcm_wait) wait = nullptr;
  decltype(&snd_pcm_recover) recover = nullptr;
  decltype(&snd_pcm_nonblock) nonblock = nullptr;
  decltype(&snd_pcm_drain) drain = nullptr;
  decltype(&snd_strerror) strerror = nullptr;
  decltype(&snd_lib_error_set_handler) set_error_handler = nullptr;
};

// Errors are told once, by whoever asked; libasound would print each of them itself.
void KeepQuiet(const char*, int, const char*, int, const char*, ...) {}

template <typename Function>
bool Find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  return function != nullptr;
}

Result<Library> LoadLibrary() {
  void* const handle = ::dlopen(kLibrary, RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr) {
    return Fail(ErrorCode::kUnsupported, fmt::format("ALSA is not installed: {}", ::dlerror()));
  }
  Library alsa;
  const bool complete =
      Find(handle, "snd_pcm_open", alsa.open) && Find(handle, "snd_pcm_close", alsa.close) &&
      Find(handle, "snd_pcm_set_params", alsa.set_params) &&
      Find(handle, "snd_pcm_start", alsa.start) && Find(handle, "snd_pcm_writei", alsa.writei) &&
      Find(handle, "snd_pcm_readi", alsa.readi) && Find(handle, "snd_pcm_wait", alsa.wait) &&
      Find(handle, "snd_pcm_recover", alsa.recover) &&
      Find(handle, "snd_pcm_nonblock", alsa.nonblock) &&
      Find(handle, "snd_pcm_drain", alsa.drain) && Find(handle, "snd_strerror", alsa.strerror) &&
      Find(handle, "snd_lib_error_set_handler", alsa.set_error_handler);
  if (!complete) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("{} is another library than ALSA's", kLibrary));
  }
  alsa.set_error_handler(&KeepQuiet);
  return alsa;
}

// What failed once stays so; never unloaded, as its plug-ins may have threads.
const Result<Library>& Alsa() {
  static const Result<Library> library = LoadLibrary();
  return library;
}

snd_pcm_format_t FormatOf(const SampleEncoding& encoding) {
  if (encoding.kind == SampleKind::kFloat) return SND_PCM_FORMAT_FLOAT_LE;
  if (encoding.n_bytes == 2) return SND_PCM_FORMAT_S16_LE;
  return encoding.n_bytes == 3 ? SND_PCM_FORMAT_S24_3LE : SND_PCM_FORMAT_S32_LE;
}

class OpenDevice final : public AlsaDevice {
 public:
  OpenDevice(const AlsaSpec& spec, const Library& alsa)
      : spec_(spec),
        alsa_(alsa),
        frame_bytes_(spec.encoding.n_bytes * static_cast<std::size_t>(spec.format.channels)) {}
  ~OpenDevice() override {
    if (pcm_ != nullptr) alsa_.close(pcm_);
  }

  Result<void> Open();
  Result<void> Write(std::span<const std::byte> frames) override;
  Result<void> Read(std::span<std::byte> frames) override;
  Result<void> Drain() override;
  [[nodiscard]] std::int64_t n_recovered() const override { return n_recovered_; }

 private:
  [[nodiscard]] bool captures() const { return spec_.direction == AlsaSpec::Direction::kCapture; }
  [[nodiscard]] tl::unexpected<Error> Failed(ErrorCode code, const char* what, int error) const {
    return Fail(code, fmt::format("ALSA device {}: {}: {}", Printable(spec_.name), what,
                                  alsa_.strerror(error)));
  }
  Result<void> WaitOrRecover(snd_pcm_sframes_t error);

  AlsaSpec spec_;
  const Library& alsa_;
  std::size_t frame_bytes_;
  snd_pcm_t* pcm_ = nullptr;
  std::int64_t n_recovered_ = 0;
};

// Not blocking, so that an interrupt is heard while a device stands still.
Result<void> OpenDevice::Open() {
  const auto stream = captures() ? SND_PCM_STREAM_CAPTURE : SND_PCM_STREAM_PLAYBACK;
  if (const int error = alsa_.open(&pcm_, spec_.name.c_str(), stream, SND_PCM_NONBLOCK);
      error < 0) {
    pcm_ = nullptr;
    return Failed(ErrorCode::kNoInput, "cannot be opened", error);
  }
  const int error = alsa_.set_params(pcm_, FormatOf(spec_.encoding), SND_PCM_ACCESS_RW_INTERLEAVED,
                                     static_cast<unsigned>(spec_.format.channels),
                                     static_cast<unsigned>(spec_.format.sample_rate_hz), 1,
                                     static_cast<unsigned>(1e6 * spec_.latency_s));
  if (error < 0) {
    return Failed(ErrorCode::kUsage,
                  fmt::format("does not take {} Hz, {} channels, {} (plughw: and default convert)",
                              spec_.format.sample_rate_hz, spec_.format.channels,
                              EncodingName(spec_.encoding))
                      .c_str(),
                  error);
  }
  if (!captures()) return {};
  if (const int started = alsa_.start(pcm_); started < 0) {
    return Failed(ErrorCode::kIo, "cannot record", started);
  }
  return {};
}

Result<void> OpenDevice::WaitOrRecover(snd_pcm_sframes_t error) {
  if (spec_.cancellation != nullptr && spec_.cancellation->requested()) {
    return Fail(ErrorCode::kCancelled, "interrupted");
  }
  auto code = static_cast<int>(error);
  if (code == -EAGAIN) code = alsa_.wait(pcm_, kLookAgain_ms);
  if (code >= 0) return {};
  const int recovered = alsa_.recover(pcm_, code, 1);
  if (recovered < 0) return Failed(ErrorCode::kIo, "failed", recovered);
  ++n_recovered_;
  if (captures()) alsa_.start(pcm_);
  return {};
}

Result<void> OpenDevice::Write(std::span<const std::byte> frames) {
  while (!frames.empty()) {
    const snd_pcm_sframes_t n = alsa_.writei(pcm_, frames.data(), frames.size() / frame_bytes_);
    if (n > 0) {
      frames = frames.subspan(static_cast<std::size_t>(n) * frame_bytes_);
    } else {
      TM_TRY(WaitOrRecover(n == 0 ? -EAGAIN : n));
    }
  }
  return {};
}

Result<void> OpenDevice::Read(std::span<std::byte> frames) {
  while (!frames.empty()) {
    const snd_pcm_sframes_t n = alsa_.readi(pcm_, frames.data(), frames.size() / frame_bytes_);
    if (n > 0) {
      frames = frames.subspan(static_cast<std::size_t>(n) * frame_bytes_);
      if (spec_.cancellation == nullptr || !spec_.cancellation->requested()) continue;
      return Fail(ErrorCode::kCancelled, "interrupted");
    }
    TM_TRY(WaitOrRecover(n == 0 ? -EAGAIN : n));
  }
  return {};
}

// As long as the device's buffer, at most.
Result<void> OpenDevice::Drain() {
  alsa_.nonblock(pcm_, 0);
  if (const int error = alsa_.drain(pcm_); error < 0) {
    return Failed(ErrorCode::kIo, "cannot be drained", error);
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<AlsaDevice>> AlsaDevice::Open(const AlsaSpec& spec) {
  const Result<Library>& alsa = Alsa();
  if (!alsa) {
    return Fail(alsa.error().code,
                fmt::format("ALSA device {}: {}", Printable(spec.name), alsa.error().message));
  }
  auto device = std::make_unique<OpenDevice>(spec, *alsa);
  TM_TRY(device->Open());
  return device;
}

#else

Result<std::unique_ptr<AlsaDevice>> AlsaDevice::Open(const AlsaSpec& spec) {
  return Fail(ErrorCode::kUnsupported,
              fmt::format("ALSA device {}: this was built without ALSA; install libasound2-dev and "
                          "build it anew",
                          Printable(spec.name)));
}

#endif

}  // namespace tidemark::io
