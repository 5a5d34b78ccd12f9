#include "io/ffmpeg_module_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/copy_samples.h"
#include "io/ffmpeg_module_errors.h"
#include "io/ffmpeg_module_lists.h"
#include "io/ffmpeg_source.h"

namespace tidemark::io {
namespace {

// Decoding that fails this often without one good frame in between is over.
constexpr int kMaxFailuresInARow = 1000;
// The 18 speakers that a WAVE channel mask knows come first in FFmpeg's.
constexpr std::uint64_t kWaveSpeakers = (1U << 18) - 1;

// So much may lack at the end of a file that states its length for all of its streams together:
// they need not end with it, and some writers count on to where a next packet would be.
constexpr double kMostMissing_s = 1;

bool IsBadData(int code) { return code == AVERROR_INVALIDDATA || code == AVERROR_PATCHWELCOME; }

}  // namespace

FfmpegModuleSource::FfmpegModuleSource(const std::string& path, std::unique_ptr<PacketFeed> feed)
    : feed_(std::move(feed)) {
  info_.path = path;
}

FfmpegModuleSource::~FfmpegModuleSource() {
  swr_free(&convert_);
  av_channel_layout_uninit(&convert_layout_);
  av_channel_layout_uninit(&first_layout_);
  av_frame_free(&frame_);
  av_packet_free(&packet_);
  avcodec_free_context(&codec_);
}

Result<std::unique_ptr<Source>> FfmpegModuleSource::Create(const std::string& path,
                                                           std::unique_ptr<PacketFeed> feed) {
  std::unique_ptr<FfmpegModuleSource> source(new FfmpegModuleSource(path, std::move(feed)));
  TM_TRY(source->OpenDecoder());
  bool decoded = false;
  TM_TRY_ASSIGN(decoded, source->NextFrame());
  if (!decoded) {
    return Fail(ErrorCode::kBadData, fmt::format("{}: nothing in it can be decoded as {}", path,
                                                 source->codec_->codec->name));
  }
  TM_TRY(source->Describe());
  return source;
}

Result<void> FfmpegModuleSource::OpenDecoder() {
  const AVCodecParameters& parameters = feed_->parameters();
  const AVCodec* const decoder = avcodec_find_decoder(parameters.codec_id);
  if (decoder == nullptr || !DecoderAllowed(decoder->name)) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("{}: its codec ({}) is not read here", info_.path,
                            avcodec_get_name(parameters.codec_id)));
  }
  avcodec_free_context(&codec_);
  codec_ = avcodec_alloc_context3(decoder);
  if (packet_ == nullptr) packet_ = av_packet_alloc();
  if (frame_ == nullptr) frame_ = av_frame_alloc();
  if (codec_ == nullptr || packet_ == nullptr || frame_ == nullptr ||
      avcodec_parameters_to_context(codec_, &parameters) < 0) {
    return NoMemoryFor(info_.path);
  }
  codec_->thread_count = 1;
  codec_->pkt_timebase = feed_->info().time_base;
  const int code = avcodec_open2(codec_, decoder, nullptr);
  if (code < 0) {
    return InputFailure(info_.path, fmt::format("the {} decoder refuses it", decoder->name), code);
  }
  draining_ = false;
  frame_at_ = frame_end_ = 0;
  return {};
}

// The next frame with samples; false at the end.
Result<bool> FfmpegModuleSource::NextFrame() {
  int n_failures = 0;
  while (n_failures < kMaxFailuresInARow) {
    int code = avcodec_receive_frame(codec_, frame_);
    if (code == 0) {
      n_damaged_ += std::exchange(n_failures, 0);
      TrimFrame();
      if (frame_at_ < frame_end_ || silence_left_ > 0) return true;
      continue;
    }
    if (code == AVERROR_EOF) return false;
    if (code != AVERROR(EAGAIN)) {
      ++n_failures;
      if (draining_ && !IsBadData(code)) return false;
      continue;
    }
    code = feed_->Next(*packet_);
    if (feed_->error()) return tl::unexpected(*feed_->error());
    if (code == AVERROR(ENOMEM)) return NoMemoryFor(info_.path);
    if (code < 0 && code != AVERROR_EOF && IsBadData(code)) {
      ++n_failures;
      continue;
    }
    draining_ = code < 0;
    code = avcodec_send_packet(codec_, draining_ ? nullptr : packet_);
    if (!draining_) av_packet_unref(packet_);
    if (code < 0 && code != AVERROR_EOF) {
      ++n_failures;
    }
  }
  return false;
}

double FfmpegModuleSource::FrameEnd() const {
  const double length_s = static_cast<double>(frame_->nb_samples) / frame_->sample_rate;
  const std::int64_t time = frame_->best_effort_timestamp;
  if (time == AV_NOPTS_VALUE) return heard_end_s_ + length_s;
  return static_cast<double>(time) * av_q2d(feed_->info().time_base) + length_s;
}

void FfmpegModuleSource::TrimFrame() {
  heard_end_s_ = FrameEnd();
  frame_end_ = frame_->nb_samples;
  frame_at_ = static_cast<int>(std::min<std::int64_t>(skip_left_, frame_end_));
  skip_left_ -= frame_at_;
  if (timeline_) PlaceFrame();
}

void FfmpegModuleSource::PlaceFrame() {
  const AudioTimeline::Place place =
      timeline_->Put(frame_->best_effort_timestamp, feed_->info().time_base, frame_->sample_rate,
                     frame_end_ - frame_at_);
  const auto passed = std::min(pass_left_, place.silence);
  silence_left_ = place.silence - passed;
  pass_left_ -= passed;
  frame_at_ += static_cast<int>(place.skip);
  const auto dropped = std::min<std::int64_t>(pass_left_, frame_end_ - frame_at_);
  frame_at_ += static_cast<int>(dropped);
  pass_left_ -= dropped;
}

std::size_t FfmpegModuleSource::PutSilence(AudioBlock out, std::size_t first) {
  const auto n = static_cast<std::size_t>(
      std::min(silence_left_, static_cast<std::int64_t>(out.n_frames() - first)));
  for (std::size_t c = 0; c < out.n_channels(); ++c) {
    std::fill_n(out.channel(c).begin() + static_cast<std::ptrdiff_t>(first), n, 0.0F);
  }
  silence_left_ -= static_cast<std::int64_t>(n);
  return n;
}

Result<void> FfmpegModuleSource::Describe() {
  const FeedInfo& feed = feed_->info();
  info_.format = feed.format;
  info_.encoding = avcodec_get_name(codec_->codec_id);
  info_.decoder = "ffmpeg";
  info_.allowance = kFfmpegAllowance;
  info_.allowance.anonymous_bytes += feed.index_bytes;
  info_.seekable = feed.seekable;
  info_.seeks_by_rewinding = feed.seeks_by_rewinding;
  info_.stream.sample_rate_hz = frame_->sample_rate;
  info_.stream.channels = frame_->ch_layout.nb_channels;
  if (frame_->ch_layout.order == AV_CHANNEL_ORDER_NATIVE) {
    info_.stream.channel_mask =
        static_cast<std::uint32_t>(frame_->ch_layout.u.mask & kWaveSpeakers);
  }
  info_.declared_frames = feed.declared_frames;
  const std::int64_t first = std::max<std::int64_t>(frame_->best_effort_timestamp, 0);
  info_.origin_s = static_cast<double>(first) * av_q2d(feed.time_base);
  if (info_.declared_frames && feed.declares_end) {
    const AVRational per_frame{1, std::max(feed_->parameters().sample_rate, 1)};
    *info_.declared_frames -= av_rescale_q(first, feed.time_base, per_frame);
  }
  const int coded_rate_hz = feed_->parameters().sample_rate;
  if (info_.declared_frames && coded_rate_hz > 0 && coded_rate_hz != frame_->sample_rate) {
    info_.declared_frames = av_rescale(*info_.declared_frames, frame_->sample_rate, coded_rate_hz);
  }
  if (feed.keep_time) {
    keep_frames_ = info_.declared_frames = FramesOfTime(*feed.keep_time);
  }
  skip_left_ = FramesOfTime(feed.skip_time);
  if (feed.origin_s) {
    timeline_.emplace(*feed.origin_s);
    info_.origin_s = feed.origin_s->Seconds({1, 1});
  }
  TrimFrame();
  if (info_.stream.channels < 1 || av_channel_layout_copy(&first_layout_, &frame_->ch_layout) < 0) {
    return Fail(ErrorCode::kBadData, info_.path + ": has no channels");
  }
  out_planes_.resize(static_cast<std::size_t>(info_.stream.channels));
  return {};
}

std::int64_t FfmpegModuleSource::FramesOfTime(std::int64_t time) const {
  return av_rescale_q(time, feed_->info().time_base, AVRational{1, info_.stream.sample_rate_hz});
}

// Makes convert_ fit the frame, or none where a plain copy will do; false where the frame cannot
// be brought into the format of the first one.
bool FfmpegModuleSource::PrepareConversion() {
  if (frame_->sample_rate != info_.stream.sample_rate_hz) return false;
  const auto format = static_cast<AVSampleFormat>(frame_->format);
  const bool same_layout = av_channel_layout_compare(&frame_->ch_layout, &first_layout_) == 0;
  if (format == AV_SAMPLE_FMT_FLTP && same_layout) return true;
  if (convert_ != nullptr && format == convert_format_ &&
      av_channel_layout_compare(&frame_->ch_layout, &convert_layout_) == 0) {
    return true;
  }
  swr_free(&convert_);
  const int rate_hz = info_.stream.sample_rate_hz;
  return swr_alloc_set_opts2(&convert_, &first_layout_, AV_SAMPLE_FMT_FLTP, rate_hz,
                             &frame_->ch_layout, format, rate_hz, 0, nullptr) >= 0 &&
         swr_init(convert_) >= 0 &&
         av_channel_layout_copy(&convert_layout_, &frame_->ch_layout) >= 0 &&
         (convert_format_ = format, true);
}

std::size_t FfmpegModuleSource::CopyFrame(AudioBlock out, std::size_t first) {
  const auto n = std::min(static_cast<std::size_t>(frame_end_ - frame_at_), out.n_frames() - first);
  const auto format = static_cast<AVSampleFormat>(frame_->format);
  const bool same_layout = av_channel_layout_compare(&frame_->ch_layout, &first_layout_) == 0;
  if (format == AV_SAMPLE_FMT_FLTP && same_layout) {
    for (std::size_t c = 0; c < out.n_channels(); ++c) {
      const auto* const plane = reinterpret_cast<const float*>(frame_->extended_data[c]);
      CopySamples(plane + frame_at_, n, out.channel(c).data() + first);
    }
  } else {
    const bool planar = av_sample_fmt_is_planar(format) != 0;
    const int in_channels = frame_->ch_layout.nb_channels;
    const auto step =
        static_cast<std::ptrdiff_t>(av_get_bytes_per_sample(format)) * (planar ? 1 : in_channels);
    std::array<const std::uint8_t*, AV_NUM_DATA_POINTERS * 8> in{};
    const int n_in = std::min<int>(planar ? in_channels : 1, static_cast<int>(in.size()));
    for (int i = 0; i < n_in; ++i) {
      in[static_cast<std::size_t>(i)] = frame_->extended_data[i] + frame_at_ * step;
    }
    for (std::size_t c = 0; c < out.n_channels(); ++c) {
      out_planes_[c] = reinterpret_cast<std::uint8_t*>(out.channel(c).data() + first);
    }
    if (swr_convert(convert_, out_planes_.data(), static_cast<int>(n), in.data(),
                    static_cast<int>(n)) != static_cast<int>(n)) {
      ++n_damaged_;
    }
  }
  frame_at_ += static_cast<int>(n);
  return n;
}

Result<std::size_t> FfmpegModuleSource::Read(AudioBlock out) {
  std::size_t done = 0;
  while (done < out.n_frames() && !ended_) {
    if (silence_left_ > 0) {
      const std::size_t n = PutSilence(out, done);
      done += n;
      position_ += static_cast<std::int64_t>(n);
      continue;
    }
    if (frame_at_ == frame_end_) {
      bool more = false;
      TM_TRY_ASSIGN(more, NextFrame());
      ended_ = !more;
      if (ended_) break;
      if (silence_left_ > 0) continue;
    }
    if (!PrepareConversion()) {
      format_changed_ = ended_ = true;
      break;
    }
    std::size_t room = out.n_frames();
    if (keep_frames_) {
      const std::int64_t left = std::max<std::int64_t>(*keep_frames_ - position_, 0);
      room = done + static_cast<std::size_t>(std::min<std::int64_t>(
                        left, static_cast<std::int64_t>(out.n_frames() - done)));
      ended_ = left == 0;
      if (ended_) break;
    }
    const std::size_t n = CopyFrame(AudioBlock(out.channels(), room), done);
    done += n;
    position_ += static_cast<std::int64_t>(n);
  }
  if (ended_) TM_TRY(JudgeEnd());
  return done;
}

Result<void> FfmpegModuleSource::JudgeEnd() {
  truncated_ = format_changed_;
  const std::optional<double> file_end_s = feed_->info().file_end_s;
  if (keep_frames_ || !info_.declared_frames) {
    // Every packet of a track whose end is kept is known, so that a lost one is too. The length it
    // states is a sum of time stamps: in a track pasted from others not what its packets hold.
    truncated_ = truncated_ || feed_->truncated();
  } else if (!file_end_s || feed_->truncated()) {
    // Where a length is declared, an error behind it is one of trailing tags. Containers round
    // their durations; a packet or two, or a hundredth of a second, is no loss.
    const std::int64_t tolerance = std::max<std::int64_t>(2 * std::max(codec_->frame_size, 1024),
                                                          info_.stream.sample_rate_hz / 100);
    truncated_ = truncated_ || position_ < *info_.declared_frames - tolerance;
  }
  if (truncated_ || keep_frames_ || !file_end_s) return {};
  const double least_end_s = *file_end_s - kMostMissing_s;
  if (heard_end_s_ >= least_end_s) return {};
  TM_TRY_ASSIGN(truncated_, feed_->EndsBefore(least_end_s));
  return {};
}

Result<void> FfmpegModuleSource::Seek(std::int64_t frame) {
  if (!info_.seekable) {
    return Fail(ErrorCode::kUnsupported, fmt::format("{}: cannot be seeked", info_.path));
  }
  const FeedInfo& feed = feed_->info();
  if (timeline_) {
    TM_TRY(feed_->SeekTo(0));
    TM_TRY(OpenDecoder());
    timeline_->Restart();
    silence_left_ = skip_left_ = 0;
    pass_left_ = position_ = frame;
    ended_ = truncated_ = format_changed_ = false;
    return {};
  }
  const AVRational per_frame{1, info_.stream.sample_rate_hz};
  const std::int64_t target = av_rescale_q(frame, per_frame, feed.time_base) + feed.skip_time;
  std::int64_t start = 0;
  TM_TRY_ASSIGN(start, feed_->SeekTo(std::max<std::int64_t>(target - feed.warm_up_time, 0)));
  TM_TRY(OpenDecoder());
  skip_left_ = frame + FramesOfTime(feed.skip_time) - FramesOfTime(start);
  position_ = frame;
  ended_ = truncated_ = format_changed_ = false;
  return {};
}

std::string FfmpegModuleSource::warning() const {
  std::string text;
  if (n_damaged_ > 0) text = fmt::format("{} damaged packets were stepped over", n_damaged_);
  if (format_changed_) {
    if (!text.empty()) text += "; ";
    text += fmt::format("the sample rate changes at {:.3f} s, where reading stopped",
                        static_cast<double>(position_) / info_.stream.sample_rate_hz);
  }
  return text;
}

}  // namespace tidemark::io
