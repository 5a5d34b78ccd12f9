#include "engine/cut_render.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "base/units.h"
#include "engine/cut_tracks.h"
#include "io/ffmpeg_encoder.h"
#include "io/pcm_layout.h"
#include "io/wav_chunks.h"

namespace tidemark::engine {
namespace {

// Video follows the sound at this distance.
constexpr double kVideoStep_s = 0.25;

edit::AudioCutOptions AudioOf(const CutOutput& output, bool verbatim) {
  return {.fade_s = output.fade_s, .pitch = output.pitch, .verbatim = verbatim};
}

std::size_t TracksOf(const CutOutput& output, const CutMedia& media) {
  return IsPlainWav(output) ? 1 : media.n_streams();
}

// Encoders of video map more than they touch, and each of their threads a stack; the kernel's
// ceiling counts both. Measured at 1080p: 613 MiB mapped of which 452 are touched.
constexpr double kMappedOverTouched = 1.2;
constexpr std::uint64_t kVideoStackBytes = 64 * kMiB;

// What is left of the ceiling for encoders of video.
std::optional<std::uint64_t> RoomFor(const Plan& plan, std::optional<std::uint64_t> memory_bytes) {
  if (!memory_bytes) return std::nullopt;
  const std::uint64_t taken = std::min(plan.TotalBytes() + kVideoStackBytes, *memory_bytes);
  return static_cast<std::uint64_t>(static_cast<double>(*memory_bytes - taken) /
                                    kMappedOverTouched);
}

}  // namespace

Result<std::optional<std::uint64_t>> CutRender::AddToPlan(const CutOutput& output,
                                                          const CutMedia& media, double max_speed,
                                                          std::optional<std::uint64_t> memory_bytes,
                                                          const Cancellation& cancellation,
                                                          Plan& plan) {
  std::size_t cutters = 0;
  std::size_t stretches = 0;
  for (std::size_t stream = 0; stream < TracksOf(output, media); ++stream) {
    const StreamFormat& format = media.info().audio[stream];
    cutters += edit::AudioCutter::PlanBytes(format);
    if (max_speed != 1) stretches += dsp::TimeStretch::AllowanceBytes(format, max_speed);
  }
  plan.Add("cutting", cutters, PlanKind::kOurs);
  if (stretches > 0) plan.Add("time stretching", stretches, PlanKind::kAllowance);
  if (IsPlainWav(output)) {
    plan.Add("WAV encoder and tags", io::kWavEncoderBytes + io::kMaxWavChunkBytes,
             PlanKind::kAllowance);
    return std::nullopt;
  }
  edit::Timeline whole;
  whole.timebase = media.timebase();
  whole.n_ticks =
      std::max<std::int64_t>(std::llround(media.info().duration_s / whole.timebase.Seconds(1)), 1);
  whole.clips = {{0, whole.n_ticks, 1}};
  const auto video_bytes = RoomFor(plan, memory_bytes);
  io::EncodeSpec spec;
  TM_TRY_ASSIGN(spec, EncodeSpecOf(output, media, whole, video_bytes, cancellation));
  if (spec.path == "-") {
    spec.container = ContainerOf(output);
    spec.path = "/dev/null";
  }
  std::unique_ptr<io::Encoder> rehearsed;
  TM_TRY_ASSIGN(rehearsed, io::OpenFfmpegEncoder(spec));
  io::MemoryAllowance allowance = rehearsed->allowance();
  if (media.layout()) {  // the decoder has loaded FFmpeg
    allowance.file_backed_bytes -= io::kFfmpegLibraries.file_backed_bytes;
    allowance.anonymous_bytes -= io::kFfmpegLibraries.anonymous_bytes;
  }
  plan.Add("encoders, file-backed", allowance.file_backed_bytes, PlanKind::kAllowance);
  plan.Add("encoders, anonymous", allowance.anonymous_bytes, PlanKind::kAllowance);
  if (spec.video) {
    plan.Add("what they map besides",
             static_cast<std::uint64_t>((kMappedOverTouched - 1) *
                                        static_cast<double>(allowance.anonymous_bytes)) +
                 kVideoStackBytes,
             PlanKind::kAllowance);
  }
  return video_bytes;
}

Result<std::unique_ptr<CutRender>> CutRender::Create(const CutOutput& output, CutMedia& media,
                                                     const edit::Timeline& timeline,
                                                     std::span<const std::int64_t> stream_frames,
                                                     std::optional<std::uint64_t> video_bytes,
                                                     const Cancellation& cancellation) {
  std::unique_ptr<CutRender> render(new CutRender(output, media, timeline, cancellation));
  TM_TRY(media.Rewind());
  const bool plain = IsPlainWav(output);
  if (plain) {
    io::SampleEncoding encoding;
    TM_TRY_ASSIGN(encoding, WavEncodingOf(output, media));
    const auto extent = media.source(0).extent();
    render->verbatim_ = extent && extent->encoding == encoding;
  }
  TM_TRY(render->MakeCutters(stream_frames, TracksOf(output, media)));
  if (render->cutters_.front()->n_output_frames() == 0) {
    return Fail(ErrorCode::kBadData,
                fmt::format("{}: the clips come to nothing", Printable(media.info().path)));
  }
  TM_TRY(plain ? render->OpenWav() : render->OpenFfmpeg(video_bytes));
  return render;
}

Result<void> CutRender::MakeCutters(std::span<const std::int64_t> stream_frames,
                                    std::size_t n_tracks) {
  std::size_t bytes = 0;
  for (std::size_t track = 0; track < n_tracks; ++track) {
    bytes += edit::AudioCutter::PlanBytes(media_.info().audio[track]);
  }
  TM_TRY_ASSIGN(arena_, memory::Arena::Create(bytes));
  for (std::size_t track = 0; track < n_tracks; ++track) {
    const bool counted = track < stream_frames.size() && stream_frames[track] > 0;
    const auto n_frames = counted ? std::optional(stream_frames[track]) : std::nullopt;
    auto cutter = edit::AudioCutter::Create(AudioOf(output_, verbatim_), media_.source(track),
                                            timeline_, n_frames, *arena_);
    if (!cutter) {
      return Fail(cutter.error().code,
                  fmt::format("{}: {}", Printable(timeline_.media.path), cutter.error().message));
    }
    cutters_.push_back(std::move(*cutter));
  }
  return {};
}

Result<void> CutRender::OpenWav() {
  io::WavSpec spec;
  spec.path = output_.path;
  spec.format = media_.info().audio[0];
  TM_TRY_ASSIGN(spec.encoding, WavEncodingOf(output_, media_));
  // What already fits is left alone.
  spec.dither = spec.encoding.kind != io::SampleKind::kFloat && spec.encoding.n_bytes <= 2;
  spec.n_frames = cutters_.front()->n_output_frames();
  spec.overwrite = output_.overwrite;
  spec.cancellation = &cancellation_;
  if (media_.n_streams() > 1) {
    io::AddWarning(warning_, fmt::format("a WAV holds one stream of audio: the first of {} was cut",
                                         media_.n_streams()));
  }
  if (const auto extent = media_.source(0).extent()) {
    const std::int64_t declared = media_.source(0).info().declared_frames.value_or(0);
    const double rate_hz = spec.format.sample_rate_hz;
    io::WavChunks chunks;
    TM_TRY_ASSIGN(
        chunks, io::ReadWavChunks(*extent, declared * extent->frame_bytes, [&](std::int64_t frame) {
          const double at_s = edit::OutputSeconds(timeline_, static_cast<double>(frame) / rate_hz);
          return std::llround(at_s * rate_hz);
        }));
    spec.chunks = std::move(chunks.bytes);
    if (!chunks.warning.empty()) io::AddWarning(warning_, chunks.warning);
  } else if (const auto tags = io::ReadMediaTags(media_.open_path(), &cancellation_)) {
    spec.chunks = io::MakeInfoChunk(tags->tags);
  } else {
    io::AddWarning(warning_, "the tags were not kept: " + tags.error().message);
  }
  std::unique_ptr<io::WavEncoder> wav;
  TM_TRY_ASSIGN(wav, io::WavEncoder::Create(std::move(spec)));
  wav_ = wav.get();
  encoder_ = std::move(wav);
  return {};
}

Result<io::EncodeSpec> CutRender::EncodeSpecOf(const CutOutput& output, const CutMedia& media,
                                               const edit::Timeline& timeline,
                                               std::optional<std::uint64_t> video_bytes,
                                               const Cancellation& cancellation) {
  io::EncodeSpec spec;
  spec.path = output.path;
  spec.container = output.container;
  for (std::size_t stream = 0; stream < media.n_streams(); ++stream) {
    spec.audio.push_back(TrackOf(output, media, stream));
  }
  spec.source_path = media.open_path();
  TM_TRY_ASSIGN(spec.tags, io::ReadMediaTags(media.open_path(), &cancellation));
  for (io::Chapter& chapter : spec.tags.chapters) {
    chapter.begin_s = edit::OutputSeconds(timeline, chapter.begin_s);
    chapter.end_s = edit::OutputSeconds(timeline, chapter.end_s);
  }
  std::erase_if(spec.tags.chapters,
                [](const io::Chapter& chapter) { return chapter.end_s <= chapter.begin_s; });
  if (media.info().video && output.with_video) {
    spec.video = io::VideoSpec{.input_path = media.open_path(),
                               .timebase = timeline.timebase,
                               .clips = timeline.clips,
                               .codec = output.video_codec,
                               .crf = output.crf,
                               .preset = output.preset,
                               .memory_bytes = video_bytes};
  }
  spec.overwrite = output.overwrite;
  spec.cancellation = &cancellation;
  return spec;
}

Result<void> CutRender::OpenFfmpeg(std::optional<std::uint64_t> video_bytes) {
  io::EncodeSpec spec;
  TM_TRY_ASSIGN(spec, EncodeSpecOf(output_, media_, timeline_, video_bytes, cancellation_));
  TM_TRY_ASSIGN(encoder_, io::OpenFfmpegEncoder(spec));
  return {};
}

double CutRender::TrackSeconds(std::size_t track) const {
  return static_cast<double>(cutters_[track]->n_done()) / media_.info().audio[track].sample_rate_hz;
}

double CutRender::done_s() const { return TrackSeconds(0); }

double CutRender::total_s() const {
  return timeline_.timebase.Seconds(edit::OutputTicks(timeline_));
}

// The track that is farthest behind goes on, so that all stay in step.
Result<bool> CutRender::Next() {
  if (cancellation_.requested()) return Fail(ErrorCode::kCancelled, "interrupted");
  std::optional<std::size_t> track;
  for (std::size_t t = 0; t < cutters_.size(); ++t) {
    if (cutters_[t]->n_done() == cutters_[t]->n_output_frames()) continue;
    if (!track || TrackSeconds(t) < TrackSeconds(*track)) track = t;
  }
  if (!track) return false;
  edit::AudioCutter::Piece piece;
  TM_TRY_ASSIGN(piece, cutters_[*track]->Next());
  if (piece.n_verbatim > 0) {
    TM_TRY(wav_->CopyFrames(*media_.source(0).extent(), piece.verbatim_frame, piece.n_verbatim));
  } else {
    TM_TRY(encoder_->Write(*track, piece.block));
  }
  if (TrackSeconds(*track) >= video_done_s_ + kVideoStep_s) {
    video_done_s_ = TrackSeconds(*track);
    TM_TRY(encoder_->AdvanceVideo(video_done_s_));
  }
  return true;
}

Result<void> CutRender::Finish() {
  TM_TRY(encoder_->AdvanceVideo(total_s()));
  TM_TRY(encoder_->Finish());
  if (const std::string text = encoder_->warning(); !text.empty()) io::AddWarning(warning_, text);
  return {};
}

}  // namespace tidemark::engine
