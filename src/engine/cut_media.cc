#include "engine/cut_media.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "engine/process_plan.h"
#include "io/byte_stream.h"
#include "io/ffmpeg_encoder.h"
#include "io/ffmpeg_source.h"

namespace tidemark::engine {
namespace {

constexpr std::size_t kSpoolPieceBytes = 64 * 1024;
// To where libavformat lets the index grow that it makes for containers which have none.
constexpr std::uint64_t kGenericIndexBytes = std::uint64_t{1} << 20;

bool IsRegularFile(const std::string& path) {
  struct stat status{};
  const int got = path == "-" ? fstat(STDIN_FILENO, &status) : stat(path.c_str(), &status);
  return got == 0 && S_ISREG(status.st_mode);
}

// Each source that FFmpeg reads opens the file by itself and holds an index of its own.
std::uint64_t IndexBytesOf(const io::Source& source) {
  const std::size_t bytes = source.info().allowance.anonymous_bytes;
  return bytes - std::min(bytes, io::kFfmpegAllowance.anonymous_bytes);
}

}  // namespace

Result<std::unique_ptr<CutMedia>> CutMedia::Open(const std::string& path, const CutOptions& options,
                                                 const Cancellation& cancellation) {
  NoteProcess();
  std::unique_ptr<CutMedia> media(new CutMedia(path, options));
  media->options_.cancellation = &cancellation;
  if (!IsRegularFile(path)) {
    TM_TRY(media->SpoolPipe());
  } else if (path == "-") {
    media->open_path_ = fmt::format("/proc/self/fd/{}", STDIN_FILENO);
  }
  if (auto opened = media->OpenStreams(memory::Budget(options.memory_bytes, options.reach));
      !opened) {
    return Fail(opened.error().code, media->Named(opened.error().message));
  }
  media->FillInfo();
  return media;
}

std::string CutMedia::Named(std::string text) const {
  if (open_path_ == info_.path) return text;
  const std::string name = info_.path == "-" ? "standard input" : Printable(info_.path);
  for (std::size_t at = 0; (at = text.find(open_path_, at)) != std::string::npos;) {
    text.replace(at, open_path_.size(), name);
    at += name.size();
  }
  return text;
}

Result<void> CutMedia::SpoolPipe() {
  std::unique_ptr<io::ByteStream> pipe;
  TM_TRY_ASSIGN(pipe, io::OpenByteStream(open_path_, options_.cancellation));
  auto spool = io::Spool::Create(options_.tmpdir, options_.spool_cap_bytes);
  if (!spool) return tl::unexpected<Error>(spool.error());
  spool_.emplace(*std::move(spool));
  std::vector<std::byte> piece(kSpoolPieceBytes);
  for (;;) {
    std::size_t n = 0;
    TM_TRY_ASSIGN(n, pipe->Read(piece));
    if (n == 0) break;
    TM_TRY(spool_->Append(std::span(piece).first(n)));
  }
  open_path_ = fmt::format("/proc/self/fd/{}", spool_->fd());
  return {};
}

Result<void> CutMedia::OpenStreams(const memory::Budget& budget) {
  io::OpenOptions options = options_;
  auto first = OpenWithin(budget, {}, open_path_, options);
  if (!first) return tl::unexpected<Error>(first.error());
  sources_.push_back(*std::move(first));
  if (sources_.front()->info().decoder != "ffmpeg") return {};
  TM_TRY_ASSIGN(layout_, io::ProbeMedia(open_path_, options_.cancellation));
  const bool has_video = std::ranges::any_of(layout_->streams, [](const io::MediaStream& stream) {
    return stream.kind == io::StreamKind::kVideo && !stream.is_cover;
  });
  const auto n_audio =
      std::ranges::count(layout_->streams, io::StreamKind::kAudio, &io::MediaStream::kind);
  options.container_timeline = has_video || n_audio > 1;
  if (options.container_timeline) sources_.clear();
  for (int stream = static_cast<int>(sources_.size()); stream < n_audio; ++stream) {
    options.stream = stream;
    auto source = io::OpenSource(open_path_, options);
    if (!source) return tl::unexpected<Error>(source.error());
    sources_.push_back(*std::move(source));
  }
  return {};
}

void CutMedia::FillInfo() {
  for (const auto& source : sources_) {
    const io::SourceInfo& info = source->info();
    info_.audio.push_back(info.stream);
    if (info.declared_frames) {
      info_.duration_s = std::max(info_.duration_s, static_cast<double>(*info.declared_frames) /
                                                        info.stream.sample_rate_hz);
    }
  }
  if (!layout_) return;
  for (const io::MediaStream& stream : layout_->streams) {
    if (stream.kind == io::StreamKind::kAudio) info_.audio_indices.push_back(stream.index);
  }
  for (const io::MediaStream& stream : layout_->streams) {
    if (stream.kind != io::StreamKind::kVideo || stream.is_cover) continue;
    edit::VideoInfo video;
    video.width = stream.width;
    video.height = stream.height;
    if (stream.average_frame_rate) video.frame_rate = *stream.average_frame_rate;
    video.variable_rate = stream.variable_rate || !stream.average_frame_rate;
    info_.video = video;
    if (stream.duration_s) {
      // What stands before stamp 0 is there for the decoder only.
      const double end_s = std::max(stream.start_s, 0.0) + *stream.duration_s;
      info_.duration_s = std::max(info_.duration_s, end_s - origin_s());
    }
    break;
  }
}

void CutMedia::Identify(const Cancellation& cancellation) {
  if (layout_ || identified_) return;
  if (auto known = io::ProbeMedia(open_path_, &cancellation)) identified_ = *std::move(known);
}

const io::MediaStream* CutMedia::audio_stream(std::size_t stream) const {
  const auto& known = layout_ ? layout_ : identified_;
  if (!known) return nullptr;
  const auto found = std::ranges::find_if(known->streams, [&](const io::MediaStream& candidate) {
    return candidate.kind == io::StreamKind::kAudio &&
           candidate.of_kind == static_cast<int>(stream);
  });
  return found == known->streams.end() ? nullptr : &*found;
}

Timebase CutMedia::timebase() const {
  if (info_.video && !info_.video->variable_rate) return info_.video->frame_rate;
  return {.num = info_.audio.front().sample_rate_hz, .den = 1};
}

Result<void> CutMedia::Rewind() {
  for (const auto& source : sources_) TM_TRY(source->Seek(0));
  return {};
}

void CutMedia::AddToPlan(Plan& plan) const {
  AddProcessToPlan(sources_.front()->info(), reach_, plan);
  if (spool_) {
    plan.Add(fmt::format("pipe, spooled to an unnamed file in {}", spool_->dir()),
             kSpoolPieceBytes + io::kReplayBytes, PlanKind::kAllowance);
  }
  for (std::size_t stream = 1; stream < sources_.size(); ++stream) {
    plan.Add(fmt::format("decoder of audio stream {}", stream),
             kFurtherDecoderBytes + IndexBytesOf(*sources_[stream]), PlanKind::kAllowance);
  }
}

void CutMedia::AddCopyToPlan(Plan& plan) const {
  std::uint64_t index = layout_ ? layout_->index_bytes : kGenericIndexBytes;
  for (const auto& source : sources_) {
    if (layout_) index = std::max(index, IndexBytesOf(*source));
  }
  plan.Add("index of the packets that are copied", index, PlanKind::kAllowance);
  plan.Add("container of the copy", io::kFfmpegContainerBytes, PlanKind::kAllowance);
}

}  // namespace tidemark::engine
