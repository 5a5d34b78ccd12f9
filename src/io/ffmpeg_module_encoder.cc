#include "io/ffmpeg_module_encoder.h"

#include <fmt/format.h>

#include <cassert>
#include <utility>

#include "io/ffmpeg_encoder.h"
#include "io/ffmpeg_module_metadata.h"
#include "io/ffmpeg_module_settings.h"

namespace tidemark::io {
namespace {

constexpr std::size_t kMiB = std::size_t{1} << 20;

// What one encoder takes, measured (docs/memory.md).
std::size_t EncoderBytes(const AudioTrack& track) {
  const std::string& codec = track.codec_name();
  if (codec == "flac") return 8 * kMiB;
  if (codec == "tta") return 7 * kMiB;
  if (codec == "wavpack") return 3 * kMiB;
  return kMiB + track.n_channels() * kMiB / 2;
}

}  // namespace

Result<std::unique_ptr<Encoder>> FfmpegModuleEncoder::Create(const EncodeSpec& spec,
                                                             std::unique_ptr<ByteSink> sink) {
  std::unique_ptr<FfmpegModuleEncoder> encoder(new FfmpegModuleEncoder(std::move(sink)));
  TM_TRY(encoder->Open(spec));
  return encoder;
}

Result<void> FfmpegModuleEncoder::Open(const EncodeSpec& spec) {
  const std::string& name = sink_->name();
  cancellation_ = spec.cancellation;
  const OutputContainer* container = nullptr;
  TM_TRY_ASSIGN(container, FindOutputContainer(spec));
  if (spec.audio.empty() && !spec.video) {
    return Fail(ErrorCode::kUsage, fmt::format("{}: there is nothing to write", name));
  }
  if (!container->several_streams && (spec.audio.size() > 1 || spec.video)) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: {} holds one audio track; choose mka, mkv, m4a or mp4", name,
                            container->name));
  }
  TM_TRY_ASSIGN(muxer_, OutputMuxer::Create(*container, *sink_));
  TM_TRY(AddStreams(spec, *container));
  const int movie_rate_hz = tracks_.empty() ? 48'000 : tracks_.front()->rate_hz();
  OutputMetadata metadata(spec.tags, *container, muxer_->format());
  TM_TRY(metadata.AddToHeader(name, &warning_));
  TM_TRY(muxer_->WriteHeader(movie_rate_hz));
  TM_TRY(metadata.WriteCover(*muxer_));
  allowance_ = kFfmpegLibraries;
  allowance_.anonymous_bytes += kFfmpegContainerBytes + metadata.held_bytes();
  for (const auto& track : tracks_) allowance_.anonymous_bytes += EncoderBytes(*track);
  if (video_ != nullptr) allowance_.anonymous_bytes += video_->estimate_bytes();
  return {};
}

// In the order of the source.
Result<void> FfmpegModuleEncoder::AddStreams(const EncodeSpec& spec,
                                             const OutputContainer& container) {
  if (spec.video) {
    TM_TRY_ASSIGN(layout_, ReadLayout(spec.video->input_path, cancellation_));
  } else if (!spec.source_path.empty()) {
    TM_TRY_ASSIGN(layout_, ReadMatroskaLayout(spec.source_path));
  }
  if (layout_ != nullptr) TM_TRY(AddFromSource(spec, container));
  while (tracks_.size() < spec.audio.size()) {
    TM_TRY(AddAudio(spec.audio[tracks_.size()], container, nullptr));
  }
  if (layout_ == nullptr) return {};
  std::vector<std::string> notes;
  TM_TRY(CopyAttachments(*layout_, muxer_->format(), notes));
  if (spec.video) NoteLostRotation(*layout_, *muxer_->format().oformat, notes);
  for (const std::string& note : notes) AddWarning(note, &warning_);
  layout_.reset();
  return {};
}

Result<void> FfmpegModuleEncoder::AddFromSource(const EncodeSpec& spec,
                                                const OutputContainer& container) {
  if (spec.video) {
    video_ = FfmpegModuleVideo::Create(*spec.video, *layout_, *muxer_, cancellation_);
  }
  for (unsigned i = 0; i < layout_->nb_streams; ++i) {
    const AVStream& stream = *layout_->streams[i];
    const AVMediaType type = stream.codecpar->codec_type;
    if (type == AVMEDIA_TYPE_AUDIO && tracks_.size() < spec.audio.size()) {
      TM_TRY(AddAudio(spec.audio[tracks_.size()], container, &stream));
    } else if (video_ != nullptr) {
      TM_TRY(video_->Add(static_cast<int>(i)));
    } else if (type == AVMEDIA_TYPE_SUBTITLE) {
      AddWarning(fmt::format("subtitle stream {} ({}) was left out, as the output is audio alone",
                             i, avcodec_get_name(stream.codecpar->codec_id)),
                 &warning_);
    }
  }
  return {};
}

Result<void> FfmpegModuleEncoder::AddAudio(const AudioTrackSpec& spec,
                                           const OutputContainer& container,
                                           const AVStream* source) {
  std::unique_ptr<AudioTrack> track;
  TM_TRY_ASSIGN(track, AudioTrack::Create(spec, container, sink_->name(), *muxer_));
  AddWarning(track->warning(), &warning_);
  // Elsewhere the tags of a stream are those of the file.
  if (source != nullptr && container.several_streams) CopyStreamFacts(*source, track->stream());
  tracks_.push_back(std::move(track));
  return {};
}

Result<void> FfmpegModuleEncoder::CheckCancelled() const {
  if (cancellation_ == nullptr || !cancellation_->requested()) return {};
  return Fail(ErrorCode::kCancelled,
              fmt::format("{}: stopped; nothing was written", sink_->name()));
}

Result<void> FfmpegModuleEncoder::Write(std::size_t track, const AudioBlock& block) {
  assert(track < tracks_.size());
  TM_TRY(CheckCancelled());
  return tracks_[track]->Write(block);
}

Result<void> FfmpegModuleEncoder::AdvanceVideo(double output_s) {
  TM_TRY(CheckCancelled());
  return video_ != nullptr ? video_->Advance(output_s) : Result<void>{};
}

std::string FfmpegModuleEncoder::warning() const {
  std::string warning = warning_;
  if (video_ == nullptr) return warning;
  for (const std::string& note : video_->notes()) AddWarning(note, &warning);
  return warning;
}

Result<void> FfmpegModuleEncoder::Finish() {
  TM_TRY(CheckCancelled());
  for (const auto& track : tracks_) TM_TRY(track->Finish());
  if (video_ != nullptr) TM_TRY(video_->Finish());
  TM_TRY(muxer_->Finish());
  return sink_->Commit();
}

}  // namespace tidemark::io
