
#include "io/ffmpeg_module_demuxer.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "base/text.h"
#include "io/ffmpeg_module_closed.h"
#include "io/ffmpeg_module_errors.h"
#include "io/ffmpeg_module_lists.h"
#include "io/ffmpeg_module_pointers.h"

namespace tidemark::io {
namespace {

constexpr std::int64_t kProbeBytes = 4 * 1024 * 1024;
constexpr std::int64_t kAnalyze_us = 5'000'000;
constexpr int kMaxStreams = 64;
// Average and lowest common rate of a constant rate differ by no more, whatever rounds them.
constexpr double kRateTolerance = 2e-3;
// Among so many packets of video stands the first frame to be shown.
constexpr int kReorderedPackets = 24;
constexpr int kPacketCost = 256;
// An entry, its share of the tables it came from, and the room that was left when both grew.
constexpr std::size_t kIndexEntryBytes = 96;
// So much of a frame may stamps be rounded by.
constexpr double kLeadTolerance = 0.1;

double Value(AVRational rate) {
  return rate.num > 0 && rate.den > 0 ? static_cast<double>(rate.num) / rate.den : 0;
}

bool IsLeading(const AVStream& stream) {
  return IsVideo(stream) || stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
}

struct StreamStart {
  std::optional<std::int64_t> time;  // the earliest stamp, in the stream's time base
  int n_packets = 0;
};

bool IsEarlier(const TickTime& a, const TickTime& b) { return a.num * b.den < b.num * a.den; }

bool NeedsMore(const AVFormatContext& format, const std::vector<StreamStart>& starts) {
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const AVStream& stream = *format.streams[i];
    const bool is_audio = stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
    if (is_audio && starts[i].n_packets < 1) return true;
    if (IsVideo(stream) && starts[i].n_packets < kReorderedPackets) return true;
  }
  return false;
}

TickTime ChooseOrigin(const AVFormatContext& format, const std::vector<StreamStart>& starts) {
  std::optional<TickTime> earliest;
  std::optional<TickTime> first_frame;
  AVRational rate{0, 1};
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const AVStream& stream = *format.streams[i];
    const bool is_video = IsVideo(stream);
    if (!is_video && stream.codecpar->codec_type != AVMEDIA_TYPE_AUDIO) continue;
    if (!starts[i].time) continue;
    const std::int64_t time = std::max<std::int64_t>(*starts[i].time, 0);
    const TickTime start{static_cast<TickTime::Wide>(time) * stream.time_base.num,
                         stream.time_base.den};
    if (is_video && !first_frame) {
      first_frame = start;
      if (HasConstantRate(stream)) rate = stream.r_frame_rate;
    }
    if (!earliest || IsEarlier(start, *earliest)) earliest = start;
  }
  if (!earliest) return {0, 1};
  if (!first_frame || rate.num <= 0) return *earliest;
  const double lead_s = first_frame->Seconds({1, 1}) - earliest->Seconds({1, 1});
  const double lead = lead_s * Value(rate);
  const auto n_frames = lead < 1 ? 0 : static_cast<std::int64_t>(std::ceil(lead - kLeadTolerance));
  return {first_frame->num * rate.num - first_frame->den * n_frames * rate.den,
          first_frame->den * rate.num};
}

}  // namespace

void SetTimelineProbe(AVFormatContext& format) {
  format.io_open = RefuseToOpen;
  format.probesize = kProbeBytes;
  format.format_probesize = static_cast<int>(kProbeBytes);
  format.max_analyze_duration = kAnalyze_us;
  format.max_streams = kMaxStreams;
  format.skip_estimate_duration_from_pts = 1;
}

bool IsVideo(const AVStream& stream) {
  return stream.codecpar->codec_type == AVMEDIA_TYPE_VIDEO &&
         (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) == 0;
}

bool HasConstantRate(const AVStream& stream) {
  const double average = Value(stream.avg_frame_rate);
  const double common = Value(stream.r_frame_rate);
  return average > 0 && common > 0 && std::abs(average / common - 1) < kRateTolerance;
}

std::size_t IndexBytes(const AVFormatContext& format) {
  std::size_t n_entries = 0;
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    n_entries += static_cast<std::size_t>(avformat_index_get_entries_count(format.streams[i]));
  }
  return n_entries * kIndexEntryBytes;
}

TickTime MeasureOrigin(AVFormatContext& format) {
  std::vector<StreamStart> starts(format.nb_streams);
  std::int64_t n_bytes = 0;
  const PacketPointer packet(av_packet_alloc());
  while (packet != nullptr && n_bytes < kProbeBytes && NeedsMore(format, starts) &&
         av_read_frame(&format, packet.get()) >= 0) {
    n_bytes += packet->size + kPacketCost;
    const auto i = static_cast<std::size_t>(packet->stream_index);
    const std::int64_t time = packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
    if (i < starts.size() && time != AV_NOPTS_VALUE && (packet->flags & AV_PKT_FLAG_DISCARD) == 0) {
      starts[i].time = std::min(starts[i].time.value_or(time), time);
    }
    if (i < starts.size()) ++starts[i].n_packets;
    av_packet_unref(packet.get());
  }
  return ChooseOrigin(format, starts);
}

Result<std::unique_ptr<Demuxer>> Demuxer::Open(const std::string& path,
                                               const Cancellation* cancellation, Use use) {
  std::unique_ptr<Demuxer> input(new Demuxer(path, cancellation, use));
  if (path != "-") input->mp4_ = Mp4File::Open(path);
  if (input->mp4_ != nullptr) {
    bool taken = false;
    TM_TRY_ASSIGN(taken, input->TakeTables());
    if (taken) return input;
    input->Close();
    input->mp4_.reset();
  }
  TM_TRY(input->Measure());
  TM_TRY(input->Rewind());
  return input;
}

Result<void> Demuxer::Measure() {
  TM_TRY(OpenFormat());
  origin_s_ = MeasureOrigin(*format_);
  return {};
}

// False where libavformat must read all tables by itself.
Result<bool> Demuxer::TakeTables() {
  if (!Measure()) return false;
  Close();
  TM_TRY(OpenFormat());
  auto packets = Mp4Packets::Create(*mp4_, *format_);
  if (packets) mp4_packets_ = std::move(*packets);
  return packets.has_value();
}

Demuxer::~Demuxer() { Close(); }

void Demuxer::Close() {
  avformat_close_input(&format_);
  avio_closep(&io_);
  mp4_io_.reset();
}

int Demuxer::Interrupted(void* user) {
  const auto* const cancellation = static_cast<Demuxer*>(user)->cancellation_;
  return cancellation != nullptr && cancellation->requested() ? 1 : 0;
}

Result<void> Demuxer::OpenIo(const AVIOInterruptCB& interrupt) {
  if (mp4_ != nullptr) {
    TM_TRY(mp4_->view().Seek(0));
    mp4_io_ = StreamIo::Create(mp4_->view());
    if (mp4_io_ == nullptr) return NoMemoryFor(path_);
    return {};
  }
  const std::string url = "file:" + (path_ == "-" ? std::string("/dev/stdin") : path_);
  const int code = avio_open2(&io_, url.c_str(), AVIO_FLAG_READ, &interrupt, nullptr);
  if (code >= 0) return {};
  return Fail(ErrorCode::kNoInput,
              fmt::format("{}: cannot be opened ({})", Printable(path_), DescribeAvError(code)));
}

Result<void> Demuxer::OpenFormat() {
  const AVIOInterruptCB interrupt{Interrupted, this};
  if (Interrupted(this) != 0) return Fail(ErrorCode::kCancelled, path_ + ": interrupted");
  TM_TRY(OpenIo(interrupt));
  AVFormatContext* format = avformat_alloc_context();
  if (format == nullptr) return NoMemoryFor(path_);
  format->pb = mp4_io_ != nullptr ? mp4_io_->io() : io_;
  format->flags |= AVFMT_FLAG_CUSTOM_IO;
  format->interrupt_callback = interrupt;
  SetTimelineProbe(*format);
  AVDictionary* options = nullptr;
  av_dict_set(&options, "format_whitelist", kContainerList, 0);
  const std::string decoders =
      use_ == Use::kAudio ? kDecoderList : fmt::format("{},{}", kDecoderList, kVideoDecoderList);
  av_dict_set(&options, "codec_whitelist", decoders.c_str(), 0);
  av_dict_set(&options, "protocol_whitelist", "", 0);
  // On failure avformat_open_input() frees the context itself.
  const int code = avformat_open_input(&format, nullptr, nullptr, &options);
  av_dict_free(&options);
  if (code < 0) return InputFailure(path_, "is no media file that can be read", code);
  format_ = format;
  if (avformat_find_stream_info(format_, nullptr) == AVERROR(ENOMEM)) return NoMemoryFor(path_);
  return {};
}

void Demuxer::Want(int stream) {
  wanted_ |= std::uint64_t{1} << stream;
  format_->streams[stream]->discard = AVDISCARD_DEFAULT;
  if (mp4_packets_ != nullptr) mp4_packets_->Want(stream);
}

Result<bool> Demuxer::NextOfTables(AVPacket& packet) {
  auto more = mp4_packets_->Next(packet);
  truncated_ = truncated_ || mp4_packets_->truncated();
  if (more) return *more;
  const Error& error = more.error();
  if (error.code == ErrorCode::kBadData) {
    truncated_ = true;
    return false;
  }
  return Fail(error.code,
              error.code == ErrorCode::kIo ? error.message : path_ + ": " + error.message);
}

Result<bool> Demuxer::Next(AVPacket& packet) {
  for (;;) {
    if (Interrupted(this) != 0) return Fail(ErrorCode::kCancelled, path_ + ": interrupted");
    if (mp4_packets_ != nullptr) return NextOfTables(packet);
    const int code = av_read_frame(format_, &packet);
    if (code == AVERROR(ENOMEM)) return NoMemoryFor(path_);
    if (code < 0) {
      if (io_->error < 0 && io_->error != AVERROR_EOF) {
        return Fail(ErrorCode::kIo,
                    fmt::format("{}: cannot be read ({})", path_, DescribeAvError(io_->error)));
      }
      truncated_ = truncated_ || code != AVERROR_EOF;
      return false;
    }
    if (!seekable()) {
      const AVStream& stream = *format_->streams[packet.stream_index];
      mender_.Mend(packet, stream.time_base, IsLeading(stream));
    }
    if (packet.stream_index < kMaxStreams && (wanted_ >> packet.stream_index & 1) != 0) return true;
    av_packet_unref(&packet);
  }
}

bool Demuxer::seekable() const {
  // Stamps of these containers may begin anew in the middle, where no index helps.
  return (format_->iformat->flags & AVFMT_TS_DISCONT) == 0;
}

bool Demuxer::SeekTo(int stream, std::int64_t time) {
  if (mp4_packets_ != nullptr) return mp4_packets_->SeekTo(stream, time).has_value();
  return seekable() && av_seek_frame(format_, stream, time, AVSEEK_FLAG_BACKWARD) >= 0;
}

Result<void> Demuxer::Rewind() {
  truncated_ = false;
  if (mp4_packets_ != nullptr) return mp4_packets_->Rewind();
  Close();
  mender_ = {};
  TM_TRY(OpenFormat());
  for (unsigned i = 0; i < format_->nb_streams; ++i) {
    // Where stamps may begin anew, every pass must see the jumps of all streams.
    const bool leads = !seekable() && IsLeading(*format_->streams[i]);
    if ((wanted_ >> i & 1) == 0 && !leads) format_->streams[i]->discard = AVDISCARD_ALL;
  }
  return {};
}

}  // namespace tidemark::io
