#include "engine/cut_render.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.h"
#include "base/units.h"
#include "edit/range_list.h"
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

// Moves chapters to where the timeline plays them, in the order of the output; those of which
// nothing is kept go.
void PlaceChapters(const edit::Timeline& timeline, double origin_s,
                   std::vector<io::Chapter>& chapters) {
  std::vector<io::Chapter> placed;
  for (io::Chapter& chapter : chapters) {
    const auto span =
        edit::OutputSpanOf(timeline, chapter.begin_s - origin_s, chapter.end_s - origin_s);
    if (span) placed.push_back({span->begin_s, span->end_s, std::move(chapter.title)});
  }
  std::ranges::stable_sort(placed, {}, &io::Chapter::begin_s);
  chapters = std::move(placed);
}

}  // namespace

Result<std::unique_ptr<CutRender>> CutRender::Create(const CutOutput& output,
                                                     const CutRenderPlan& plan, CutMedia& media,
                                                     const edit::Timeline& timeline,
                                                     std::span<const std::int64_t> stream_frames,
                                                     std::span<const std::int64_t> source_frames,
                                                     const Cancellation& cancellation) {
  std::unique_ptr<CutRender> render(new CutRender(output, media, timeline, cancellation));
  if (source_frames.empty()) TM_TRY(media.Rewind());
  render->length_is_known_ = !stream_frames.empty() || media.info().video.has_value();
  const bool plain = IsPlainWav(output);
  if (plain) {
    io::SampleEncoding encoding;
    TM_TRY_ASSIGN(encoding, WavEncodingOf(output, media));
    const auto extent = media.source(0).extent();
    render->verbatim_ = extent && extent->encoding == encoding;
  }
  TM_TRY(render->MakeCutters(stream_frames, source_frames, TracksOf(output, media)));
  if (render->cutters_.front()->n_output_frames() == 0) {
    return Fail(ErrorCode::kBadData,
                fmt::format("{}: the clips come to nothing", Printable(media.info().path)));
  }
  TM_TRY(plain ? render->OpenWav(plan) : render->OpenFfmpeg(plan));
  return render;
}

Result<void> CutRender::MakeCutters(std::span<const std::int64_t> stream_frames,
                                    std::span<const std::int64_t> source_frames,
                                    std::size_t n_tracks) {
  std::size_t bytes = 0;
  for (std::size_t track = 0; track < n_tracks; ++track) {
    bytes += edit::AudioCutter::PlanBytes(media_.info().audio[track]);
  }
  TM_TRY_ASSIGN(arena_, memory::Arena::Create(bytes));
  for (std::size_t track = 0; track < n_tracks; ++track) {
    const bool counted = track < stream_frames.size() && stream_frames[track] > 0;
    const auto n_frames = counted ? std::optional(stream_frames[track]) : std::nullopt;
    const std::int64_t source_frame = track < source_frames.size() ? source_frames[track] : 0;
    auto cutter = edit::AudioCutter::Create(AudioOf(output_, verbatim_), media_.source(track),
                                            timeline_, n_frames, source_frame, *arena_);
    if (!cutter) {
      return Fail(cutter.error().code,
                  fmt::format("{}: {}", Printable(timeline_.media.path), cutter.error().message));
    }
    cutters_.push_back(std::move(*cutter));
  }
  return {};
}

Result<void> CutRender::OpenWav(const CutRenderPlan& plan) {
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
  } else {
    spec.chunks = io::MakeInfoChunk(plan.tags.tags);
    if (!plan.tags_warning.empty()) io::AddWarning(warning_, plan.tags_warning);
  }
  std::unique_ptr<io::WavEncoder> wav;
  TM_TRY_ASSIGN(wav, io::WavEncoder::Create(std::move(spec)));
  wav_ = wav.get();
  encoder_ = std::move(wav);
  return {};
}

io::EncodeSpec CutRender::EncodeSpecOf(const CutOutput& output, const CutRenderPlan& plan,
                                       const CutMedia& media, const edit::Timeline& timeline,
                                       const Cancellation& cancellation) {
  io::EncodeSpec spec;
  spec.path = output.path;
  spec.container = output.container;
  for (std::size_t stream = 0; stream < media.n_streams(); ++stream) {
    spec.audio.push_back(TrackOf(output, media, stream));
  }
  spec.source_path = media.open_path();
  spec.tags = plan.tags;
  PlaceChapters(timeline, media.origin_s(), spec.tags.chapters);
  if (media.info().video && output.with_video) {
    spec.video = io::VideoSpec{.input_path = media.open_path(),
                               .timebase = timeline.timebase,
                               .clips = timeline.clips,
                               .codec = output.video_codec,
                               .crf = output.crf,
                               .preset = output.preset,
                               .memory_bytes = plan.video_bytes};
  }
  spec.overwrite = output.overwrite;
  spec.cancellation = &cancellation;
  return spec;
}

Result<void> CutRender::OpenFfmpeg(const CutRenderPlan& plan) {
  if (!plan.tags_warning.empty()) io::AddWarning(warning_, plan.tags_warning);
  TM_TRY_ASSIGN(encoder_, io::OpenFfmpegEncoder(
                              EncodeSpecOf(output_, plan, media_, timeline_, cancellation_)));
  return {};
}

double CutRender::TrackSeconds(std::size_t track) const {
  return static_cast<double>(cutters_[track]->n_done()) / media_.info().audio[track].sample_rate_hz;
}

double CutRender::done_s() const { return TrackSeconds(0); }

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
  if (!length_is_known_ && IsFarBehindTheEnd()) {
    return Fail(ErrorCode::kBadData,
                fmt::format("{}: ends before the clips do; is this the list of another recording?",
                            Printable(media_.info().path)));
  }
  if (TrackSeconds(*track) >= video_done_s_ + kVideoStep_s) {
    video_done_s_ = TrackSeconds(*track);
    TM_TRY(encoder_->AdvanceVideo(video_done_s_));
  }
  return true;
}

bool CutRender::IsFarBehindTheEnd() const {
  return std::ranges::all_of(cutters_, [&](const auto& cutter) {
    return cutter->n_behind_end() > media_.info().audio.front().sample_rate_hz;
  });
}

void CutRender::GetSourceFrames(std::span<std::int64_t> source_frames) const {
  for (std::size_t t = 0; t < cutters_.size(); ++t) source_frames[t] = cutters_[t]->source_frame();
}

Result<void> CutRender::Finish() {
  TM_TRY(encoder_->AdvanceVideo(total_s()));
  TM_TRY(encoder_->Finish());
  if (const std::string text = encoder_->warning(); !text.empty()) io::AddWarning(warning_, text);
  return {};
}

}  // namespace tidemark::engine
