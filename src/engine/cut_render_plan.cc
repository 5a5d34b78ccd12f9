#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "base/units.h"
#include "edit/range_list.h"
#include "engine/cut_render.h"
#include "engine/cut_tracks.h"
#include "io/ffmpeg_encoder.h"
#include "io/wav_chunks.h"
#include "memory/budget.h"

namespace tidemark::engine {
namespace {

using io::kVideoMappedOverTouched;

// Of the encoders' threads.
constexpr std::uint64_t kVideoStackBytes = 64 * kMiB;
constexpr std::uint64_t kLibraryBytes =
    io::kFfmpegLibraries.file_backed_bytes + io::kFfmpegLibraries.anonymous_bytes;
// What audio encoders and containers take is known once they are open.
constexpr int kMostRehearsals = 4;

// What of a ceiling is touched by encoders of video that map `bytes` of it.
std::int64_t TouchedOf(std::int64_t bytes) {
  return static_cast<std::int64_t>(static_cast<double>(bytes) / kVideoMappedOverTouched);
}

// By how much the plan is over the ceiling; below 0: so much room is left.
std::int64_t Overshoot(const Plan& plan, std::uint64_t memory_bytes) {
  return static_cast<std::int64_t>(plan.TotalBytes()) - static_cast<std::int64_t>(memory_bytes);
}

std::uint64_t TagBytes(const io::MediaTags& tags) {
  std::uint64_t n = tags.cover.size();
  for (const auto& [name, value] : tags.tags)
    n += name.size() + value.size() + sizeof(tags.tags[0]);
  for (const io::Chapter& chapter : tags.chapters) n += chapter.title.size() + sizeof chapter;
  return n;
}

// FFmpeg alone reads the tags of what is not PCM. Its libraries are in the plan where it decodes or
// encodes; else they are added here, unless the user's ceiling has no room for them.
Result<void> ReadTags(const CutMedia& media, bool loads_ffmpeg,
                      std::optional<std::uint64_t> memory_bytes, const Cancellation& cancellation,
                      Plan& plan, CutRenderPlan& found) {
  if (!loads_ffmpeg && memory_bytes && plan.TotalBytes() + kLibraryBytes > *memory_bytes) {
    found.tags_warning = fmt::format("the tags were not kept: that takes a --memory of {}",
                                     FormatBytes(plan.TotalBytes() + kLibraryBytes));
    return {};
  }
  if (!loads_ffmpeg)
    plan.Add("FFmpeg's libraries, for the tags", kLibraryBytes, PlanKind::kAllowance);
  auto tags = io::ReadMediaTags(media.open_path(), &cancellation);
  if (tags) {
    found.tags = *std::move(tags);
  } else if (tags.error().code == ErrorCode::kUnsupported) {
    found.tags_warning = "the tags were not kept: " + tags.error().message;
  } else {
    return tl::unexpected<Error>(tags.error());
  }
  // Here, in a specification, and in the encoder.
  plan.Add("tags and cover", 3 * TagBytes(found.tags), PlanKind::kAllowance);
  return {};
}

// kUsage for options of what the output does not have.
Result<void> CheckOptions(const CutOutput& output, const CutMedia& media) {
  const std::string name = Printable(output.path);
  const bool has_video = media.info().video.has_value() && output.with_video;
  if ((!has_video || IsPlainWav(output)) &&
      (!output.video_codec.empty() || output.crf || !output.preset.empty())) {
    return Fail(ErrorCode::kUsage,
                fmt::format("{}: gets no video, so --video-codec, --crf and --preset mean nothing; "
                            "leave them out",
                            name));
  }
  if (IsPlainWav(output) && output.bit_rate_bps > 0) {
    return Fail(ErrorCode::kUsage, fmt::format("{}: is a WAV, which has no --bitrate; choose "
                                               "another container, or leave it out",
                                               name));
  }
  return {};
}

void AddEncoders(io::MemoryAllowance allowance, const CutMedia& media, bool has_video, Plan& plan) {
  if (media.layout()) {  // the decoder has loaded FFmpeg
    allowance.file_backed_bytes -= io::kFfmpegLibraries.file_backed_bytes;
    allowance.anonymous_bytes -= io::kFfmpegLibraries.anonymous_bytes;
  }
  plan.Add("encoders, file-backed", allowance.file_backed_bytes, PlanKind::kAllowance);
  plan.Add("encoders, anonymous", allowance.anonymous_bytes, PlanKind::kAllowance);
  if (!has_video) return;
  plan.Add("what they map besides",
           static_cast<std::uint64_t>((kVideoMappedOverTouched - 1) *
                                      static_cast<double>(allowance.anonymous_bytes)) +
               kVideoStackBytes,
           PlanKind::kAllowance);
}

}  // namespace

Result<CutRenderPlan> CutRender::AddToPlan(const CutOutput& output, CutMedia& media,
                                           std::span<const double> speeds,
                                           std::optional<std::uint64_t> memory_bytes,
                                           const Cancellation& cancellation, Plan& plan) {
  TM_TRY(CheckOptions(output, media));
  std::size_t cutters = 0;
  std::size_t stretches = 0;
  for (std::size_t stream = 0; stream < TracksOf(output, media); ++stream) {
    const StreamFormat& format = media.info().audio[stream];
    cutters += edit::AudioCutter::PlanBytes(format);
    std::size_t most = 0;
    for (const double speed : speeds) {
      if (speed != 1) most = std::max(most, dsp::TimeStretch::AllowanceBytes(format, speed));
    }
    stretches += most;
  }
  plan.Add("cutting", cutters, PlanKind::kOurs);
  if (stretches > 0) plan.Add("time stretching", stretches, PlanKind::kAllowance);
  CutRenderPlan found;
  const bool decodes_with_ffmpeg = media.layout().has_value();
  if (IsPlainWav(output)) {
    plan.Add("WAV encoder and tags", io::kWavEncoderBytes + io::kMaxWavChunkBytes,
             PlanKind::kAllowance);
    if (!media.source(0).extent()) {
      TM_TRY(ReadTags(media, decodes_with_ffmpeg, memory_bytes, cancellation, plan, found));
    }
    return found;
  }
  if (!decodes_with_ffmpeg) {  // else it is loaded already
    const memory::Budget budget(memory_bytes);
    if (const auto fits = budget.Admit(plan.TotalBytes() + kLibraryBytes); !fits) {
      return Fail(ErrorCode::kMemory, fmt::format("{}: only FFmpeg writes this; {}",
                                                  Printable(output.path), fits.error().message));
    }
    media.Identify(cancellation);
  }
  TM_TRY(ReadTags(media, true, memory_bytes, cancellation, plan, found));
  TM_TRY(Rehearse(output, media, memory_bytes, cancellation, plan, found));
  return found;
}

// The room for video is what the ceiling leaves; where the rest turns out to be larger than what is
// known before, once more with less.
Result<void> CutRender::Rehearse(const CutOutput& output, const CutMedia& media,
                                 std::optional<std::uint64_t> memory_bytes,
                                 const Cancellation& cancellation, Plan& plan,
                                 CutRenderPlan& found) {
  edit::Timeline whole;
  whole.timebase = media.timebase();
  whole.n_ticks =
      std::max<std::int64_t>(edit::NearestTick(media.info().duration_s, whole.timebase), 1);
  whole.clips = {{0, whole.n_ticks, 1}};
  if (memory_bytes) {
    found.video_bytes =
        TouchedOf(-Overshoot(plan, *memory_bytes) - static_cast<std::int64_t>(kVideoStackBytes));
  }
  for (int left = kMostRehearsals;; --left) {
    io::EncodeSpec spec = EncodeSpecOf(output, found, media, whole, cancellation);
    spec.is_rehearsal = true;
    if (spec.path == "-") spec.container = ContainerOf(output);
    std::unique_ptr<io::Encoder> rehearsed;
    TM_TRY_ASSIGN(rehearsed, io::OpenFfmpegEncoder(spec));
    Plan with_encoders = plan;
    AddEncoders(rehearsed->allowance(), media, spec.video.has_value(), with_encoders);
    const std::int64_t over = memory_bytes ? Overshoot(with_encoders, *memory_bytes) : 0;
    if (!spec.video || over <= 0 || left == 1) {
      plan = std::move(with_encoders);
      return {};
    }
    *found.video_bytes -= TouchedOf(over) + static_cast<std::int64_t>(kMiB);
  }
}

}  // namespace tidemark::engine
