#include "engine/track_sink.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "base/text.h"
#include "dsp/sample_pack_kernels.h"
#include "engine/cut_tracks.h"
#include "io/ffmpeg_encoder.h"
#include "io/wav_encoder.h"
#include "memory/budget.h"

namespace tidemark::engine {
namespace {

CutOutput OutputOf(const TrackRequest& request) {
  CutOutput output;
  output.path = request.output_path;
  output.container = request.container;
  return output;
}

StreamFormat FormatOf(const TrackOptions& options) {
  return {.sample_rate_hz = options.sample_rate_hz, .channels = options.channels};
}

std::size_t FrameSamples(const TrackOptions& options) {
  return static_cast<std::size_t>(options.sample_rate_hz * options.frame_ms / 1000);
}

io::EncodeSpec SpecOf(const TrackRequest& request, const Cancellation* cancellation) {
  io::AudioTrackSpec track;
  track.format = FormatOf(request.track);
  track.bits = request.track.type == SampleType::kS16 ? 16 : 24;
  io::EncodeSpec spec;
  spec.path = request.output_path;
  spec.container = ContainerOf(OutputOf(request));
  spec.audio = {track};
  spec.overwrite = request.overwrite;
  spec.cancellation = cancellation;
  return spec;
}

}  // namespace

io::SampleEncoding EncodingOf(SampleType type) {
  const auto kind = type == SampleType::kF32 ? io::SampleKind::kFloat : io::SampleKind::kSigned;
  return {kind, BytesOf(type), io::ByteOrder::kLittle};
}

bool IsPipeOutput(const std::string& path) {
  struct stat status{};
  return path == "-" || (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode));
}

Result<void> TrackSink::AddToPlan(const TrackRequest& request, const io::SourceInfo& source,
                                  Plan& plan) {
  plan.Add("frame to encode", PlanBytes(request.track), PlanKind::kOurs);
  if (IsPlainWav(OutputOf(request))) {
    plan.Add("WAV encoder", io::kWavEncoderBytes, PlanKind::kAllowance);
    return {};
  }
  const bool loaded = source.decoder == "ffmpeg";
  constexpr std::uint64_t kLibraryBytes =
      io::kFfmpegLibraries.file_backed_bytes + io::kFfmpegLibraries.anonymous_bytes;
  const memory::Budget budget(request.memory_bytes);
  const auto fits = budget.Admit(plan.TotalBytes() + (loaded ? 0 : kLibraryBytes));
  if (!fits) {
    return Fail(ErrorCode::kMemory,
                fmt::format("{}: only FFmpeg writes this; {}", Printable(request.output_path),
                            fits.error().message));
  }
  io::EncodeSpec spec = SpecOf(request, nullptr);
  spec.is_rehearsal = true;
  std::unique_ptr<io::Encoder> rehearsed;
  TM_TRY_ASSIGN(rehearsed, io::OpenFfmpegEncoder(spec));
  io::MemoryAllowance allowance = rehearsed->allowance();
  if (loaded) {
    allowance.file_backed_bytes -= io::kFfmpegLibraries.file_backed_bytes;
    allowance.anonymous_bytes -= io::kFfmpegLibraries.anonymous_bytes;
  }
  plan.Add("encoder, file-backed", allowance.file_backed_bytes, PlanKind::kAllowance);
  plan.Add("encoder, anonymous", allowance.anonymous_bytes, PlanKind::kAllowance);
  return {};
}

std::size_t TrackSink::PlanBytes(const TrackOptions& options) {
  const auto channels = static_cast<std::size_t>(options.channels);
  return memory::ArenaBytes<float*>(channels) +
         channels * memory::ArenaBytes<float>(FrameSamples(options));
}

Result<std::unique_ptr<TrackSink>> TrackSink::Create(const TrackRequest& request,
                                                     const Cancellation& cancellation,
                                                     memory::Arena& arena) {
  std::unique_ptr<io::Encoder> encoder;
  const Cancellation* const ends_waiting =
      IsPipeOutput(request.output_path) ? &cancellation : nullptr;
  if (IsPlainWav(OutputOf(request))) {
    io::WavSpec spec;
    spec.path = request.output_path;
    spec.format = FormatOf(request.track);
    spec.encoding = EncodingOf(request.track.type);
    spec.overwrite = request.overwrite;
    spec.cancellation = ends_waiting;
    TM_TRY_ASSIGN(encoder, io::WavEncoder::Create(std::move(spec)));
  } else {
    TM_TRY_ASSIGN(encoder, io::OpenFfmpegEncoder(SpecOf(request, ends_waiting)));
  }
  return std::unique_ptr<TrackSink>(new TrackSink(request.track, std::move(encoder), arena));
}

TrackSink::TrackSink(const TrackOptions& options, std::unique_ptr<io::Encoder> encoder,
                     memory::Arena& arena)
    : type_(options.type), encoder_(std::move(encoder)) {
  const auto planes = arena.Take<float*>(static_cast<std::size_t>(options.channels));
  for (float*& plane : planes) plane = arena.Take<float>(FrameSamples(options)).data();
  block_ = AudioBlock(planes, FrameSamples(options));
}

Result<void> TrackSink::Write(std::span<const std::byte> frame) {
  const std::size_t channels = block_.n_channels();
  const std::size_t n = frame.size() / (channels * BytesOf(type_));
  assert(n <= block_.n_frames());
  for (std::size_t c = 0; c < channels; ++c) {
    dsp::Unpack(type_, frame.data() + c * BytesOf(type_), channels, n, block_.channels()[c]);
  }
  return encoder_->Write(0, block_.First(n));
}

}  // namespace tidemark::engine
