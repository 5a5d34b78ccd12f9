#include "io/ffmpeg_module_subtitles.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string_view>
#include <utility>

#include "io/ffmpeg_module_lists.h"
#include "io/ffmpeg_module_streams.h"

namespace tidemark::io {
namespace {

constexpr Timebase kUnit{90'000, 1};
// Lines on the screen at once, beyond which a file is not meant to be read by people.
constexpr std::size_t kMaxActive = 1024;
constexpr int kMaxTextBytes = 64 * 1024;

bool IsText(AVCodecID codec) {
  const AVCodecDescriptor* const descriptor = avcodec_descriptor_get(codec);
  return descriptor != nullptr && (descriptor->props & AV_CODEC_PROP_TEXT_SUB) != 0;
}

bool Takes(const AVOutputFormat& container, AVCodecID codec) {
  const bool transport = std::string_view(container.name) == "mpegts";
  if (transport) return codec == AV_CODEC_ID_DVB_SUBTITLE || codec == AV_CODEC_ID_DVB_TELETEXT;
  return avformat_query_codec(&container, codec, FF_COMPLIANCE_NORMAL) == 1;
}

// The text codec to convert to; none where the container has none.
AVCodecID TargetOf(const AVOutputFormat& container) {
  for (const AVCodecID codec :
       {AV_CODEC_ID_MOV_TEXT, AV_CODEC_ID_SUBRIP, AV_CODEC_ID_ASS, AV_CODEC_ID_WEBVTT}) {
    if (Takes(container, codec)) return codec;
  }
  return AV_CODEC_ID_NONE;
}

bool SetContent(AVPacket& packet, const std::uint8_t* data, int size) {
  const PacketPointer content(av_packet_alloc());
  if (content == nullptr || av_new_packet(content.get(), size) < 0) return false;
  std::memcpy(content->data, data, static_cast<std::size_t>(size));
  av_packet_copy_props(content.get(), &packet);
  av_packet_unref(&packet);
  av_packet_move_ref(&packet, content.get());
  return true;
}

// A line of ASS in Matroska begins with its number in the file; players show a number only once.
bool Renumber(AVPacket& packet, std::int64_t number) {
  const std::string_view text(reinterpret_cast<const char*>(packet.data),
                              static_cast<std::size_t>(packet.size));
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return true;
  const std::string renumbered = std::to_string(number) + std::string(text.substr(comma));
  return SetContent(packet, reinterpret_cast<const std::uint8_t*>(renumbered.data()),
                    static_cast<int>(renumbered.size()));
}

}  // namespace

Subtitles::Subtitles(const VideoSpec& spec, OutputMuxer& output)
    : spec_(spec), output_(output), times_(spec.clips, spec.timebase, kUnit) {}

Result<std::unique_ptr<Subtitles>> Subtitles::Create(const VideoSpec& spec, OutputMuxer& output,
                                                     const Cancellation* cancellation) {
  std::unique_ptr<Subtitles> subtitles(new Subtitles(spec, output));
  TM_TRY_ASSIGN(subtitles->demuxer_,
                Demuxer::Open(spec.input_path, cancellation, Demuxer::Use::kAudio));
  return subtitles;
}

void Subtitles::Add(int stream, std::vector<std::string>& notes) {
  const AVStream& from = *demuxer_->format().streams[stream];
  if (AddTrack(from)) return;
  notes.push_back(fmt::format("subtitle stream {} ({}) was left out, as a {} file takes none",
                              stream, avcodec_get_name(from.codecpar->codec_id),
                              output_.format().oformat->name));
}

bool Subtitles::AddTrack(const AVStream& stream) {
  Track track;
  track.in = stream.index;
  track.codec = stream.codecpar->codec_id;
  track.is_text = IsText(track.codec);
  const bool copied = Takes(*output_.format().oformat, track.codec);
  if (!copied) {
    const AVCodecID target = TargetOf(*output_.format().oformat);
    if (!track.is_text || target == AV_CODEC_ID_NONE) return false;
    if (!OpenConversion(track, stream, target)) return false;
  }
  AVStream* const out = avformat_new_stream(&output_.format(), nullptr);
  if (out == nullptr) return false;
  const int code = copied ? avcodec_parameters_copy(out->codecpar, stream.codecpar)
                          : avcodec_parameters_from_context(out->codecpar, track.encoder.get());
  if (code < 0) return false;
  out->codecpar->codec_tag = 0;
  out->time_base = AVRational{1, static_cast<int>(kUnit.num)};
  CopyStreamFacts(stream, *out);
  track.out = out->index;
  demuxer_->Want(track.in);
  tracks_.push_back(std::move(track));
  return true;
}

bool Subtitles::OpenConversion(Track& track, const AVStream& stream, AVCodecID target) {
  const AVCodec* const decoder = avcodec_find_decoder(stream.codecpar->codec_id);
  const AVCodec* const encoder = avcodec_find_encoder(target);
  if (decoder == nullptr || encoder == nullptr) return false;
  if (!ListHolds(kSubtitleDecoderList, decoder->name)) return false;
  track.decoder.reset(avcodec_alloc_context3(decoder));
  track.encoder.reset(avcodec_alloc_context3(encoder));
  if (track.decoder == nullptr || track.encoder == nullptr) return false;
  if (avcodec_parameters_to_context(track.decoder.get(), stream.codecpar) < 0) return false;
  track.decoder->pkt_timebase = stream.time_base;
  if (avcodec_open2(track.decoder.get(), decoder, nullptr) < 0) return false;
  const auto size = static_cast<std::size_t>(track.decoder->subtitle_header_size);
  if (track.decoder->subtitle_header != nullptr) {
    // Freed with the context; read as text by encoders, so it ends with a zero.
    track.encoder->subtitle_header = static_cast<std::uint8_t*>(av_mallocz(size + 1));
    if (track.encoder->subtitle_header == nullptr) return false;
    std::memcpy(track.encoder->subtitle_header, track.decoder->subtitle_header, size);
    track.encoder->subtitle_header_size = static_cast<int>(size);
  }
  track.encoder->time_base = AVRational{1, 1000};
  track.codec = target;
  return avcodec_open2(track.encoder.get(), encoder, nullptr) >= 0;
}

std::optional<std::size_t> Subtitles::TrackOf(int stream) const {
  for (std::size_t i = 0; i < tracks_.size(); ++i) {
    if (tracks_[i].in == stream) return i;
  }
  return std::nullopt;
}

// False where nothing is left to show.
bool Subtitles::Convert(const Track& track, AVPacket& packet) const {
  if (track.decoder == nullptr) {
    // MP4 fills the time between lines with empty ones: a length of 0 in 16 bits.
    return packet.size > (track.codec == AV_CODEC_ID_MOV_TEXT ? 2 : 0);
  }
  AVSubtitle subtitle{};
  int got = 0;
  const int code = avcodec_decode_subtitle2(track.decoder.get(), &subtitle, &got, &packet);
  if (code < 0 || got == 0) return false;
  subtitle.start_display_time = 0;
  std::array<std::uint8_t, kMaxTextBytes> text{};
  const int size = subtitle.num_rects == 0
                       ? 0
                       : avcodec_encode_subtitle(track.encoder.get(), text.data(),
                                                 static_cast<int>(text.size()), &subtitle);
  avsubtitle_free(&subtitle);
  return size > 0 && SetContent(packet, text.data(), size);
}

// The next event, if there is one, into ahead_.
Result<void> Subtitles::ReadAhead() {
  while (!ahead_ && !at_end_) {
    Event event;
    event.packet.reset(av_packet_alloc());
    if (event.packet == nullptr) return Fail(ErrorCode::kMemory, "no memory for a subtitle");
    bool more = false;
    TM_TRY_ASSIGN(more, demuxer_->Next(*event.packet));
    at_end_ = !more;
    if (at_end_) break;
    AVPacket& packet = *event.packet;
    const auto track = TrackOf(packet.stream_index);
    if (!track || packet.pts == AV_NOPTS_VALUE) continue;
    event.track = *track;
    const Timebase stamp = ToTimebase(demuxer_->format().streams[packet.stream_index]->time_base);
    event.begin = ToTickTime(packet.pts, stamp, spec_.timebase, demuxer_->origin_s());
    event.end = ToTickTime(packet.pts + std::max<std::int64_t>(packet.duration, 0), stamp,
                           spec_.timebase, demuxer_->origin_s());
    event.endless = packet.duration <= 0 && !tracks_[*track].is_text;
    if (Convert(tracks_[*track], packet)) ahead_ = std::move(event);
  }
  return {};
}

Result<void> Subtitles::BeginClip() {
  clip_begun_ = true;
  const std::int64_t begin = times_.clip(clip_).begin;
  if (clip_ > 0 && begin < times_.clip(clip_ - 1).end) {
    TM_TRY(demuxer_->Rewind());
    active_.clear();
    ahead_.reset();
    at_end_ = false;
  }
  std::erase_if(
      active_, [begin](const Event& event) { return !event.endless && !event.end.IsAfter(begin); });
  for (Event& event : active_) {
    if (!event.endless || !event.shown) TM_TRY(Show(event));
  }
  return {};
}

// Where what begins in the present clip leaves the screen: behind clips that go on where the one
// before ends while it is seen.
std::int64_t Subtitles::OutputEnd(const Event& event) const {
  std::size_t i = clip_;
  while (event.end.IsAfter(times_.clip(i).end)) {
    const std::size_t next = i + 1;
    if (next == times_.n_clips()) break;
    const std::int64_t begin = times_.clip(next).begin;
    if (begin < times_.clip(i).end || !event.end.IsAfter(begin)) break;
    i = next;
  }
  const std::int64_t clip_end = times_.OutputBegin(i + 1);
  if (event.end.IsAfter(times_.clip(i).end)) return clip_end;
  return std::min(times_.Output(i, event.end), clip_end);
}

// Writes the event from where it is seen in the present clip.
Result<void> Subtitles::Show(Event& event) {
  Track& track = tracks_[event.track];
  const Clip& clip = times_.clip(clip_);
  const bool before = event.begin.IsBefore(clip.begin);
  std::int64_t from = before ? times_.OutputBegin(clip_) : times_.Output(clip_, event.begin);
  if (from < event.shown_until) return {};
  const std::int64_t clip_end = times_.OutputBegin(clip_ + 1);
  const std::int64_t to = OutputEnd(event);
  from = std::max(from, track.last_output + 1);
  if (from >= clip_end || (to <= from && event.end.IsAfter(clip.begin) && track.is_text)) return {};
  event.shown = true;
  if (!event.endless) event.shown_until = to;
  if (track.gap_begin >= 0 && track.gap_begin < from) TM_TRY(CloseGaps(from));
  const PacketPointer packet(av_packet_clone(event.packet.get()));
  if (packet == nullptr) return Fail(ErrorCode::kMemory, "no memory for a subtitle");
  if (track.codec == AV_CODEC_ID_ASS && !Renumber(*packet, track.n_written)) {
    return Fail(ErrorCode::kMemory, "no memory for a subtitle");
  }
  if (track.codec == AV_CODEC_ID_MOV_TEXT) track.gap_begin = to;
  return Write(track, *packet, from, event.endless ? from : std::max(to, from));
}

Result<void> Subtitles::Write(Track& track, AVPacket& packet, std::int64_t from, std::int64_t to) {
  ++track.n_written;
  track.last_output = from;
  packet.stream_index = track.out;
  packet.pts = packet.dts = from;
  packet.duration = to - from;
  packet.flags |= AV_PKT_FLAG_KEY;
  packet.pos = -1;
  av_packet_rescale_ts(&packet, AVRational{1, static_cast<int>(kUnit.num)},
                       output_.format().streams[track.out]->time_base);
  return output_.Write(packet);
}

Result<void> Subtitles::WriteEmpty(Track& track, std::int64_t from, std::int64_t to) {
  constexpr std::array<std::uint8_t, 2> kNoText = {0, 0};
  const PacketPointer packet(av_packet_alloc());
  if (packet == nullptr || !SetContent(*packet, kNoText.data(), kNoText.size())) {
    return Fail(ErrorCode::kMemory, "no memory for a subtitle");
  }
  from = std::max(from, track.last_output + 1);
  return Write(track, *packet, from, std::max(to, from));
}

// In MP4 a line lasts until the next sample, so an empty one ends it: before `output`, that is.
Result<void> Subtitles::CloseGaps(std::int64_t output) {
  for (Track& track : tracks_) {
    if (track.gap_begin < 0 || track.gap_begin >= output) continue;
    TM_TRY(WriteEmpty(track, std::exchange(track.gap_begin, -1), output));
  }
  return {};
}

// FFmpeg ends such a track with an empty sample that lasts as long as the one before it: that is to
// be nothing to speak of.
Result<void> Subtitles::EndMp4Tracks(std::int64_t output) {
  TM_TRY(CloseGaps(output - 1));
  for (Track& track : tracks_) {
    if (track.codec != AV_CODEC_ID_MOV_TEXT || track.n_written == 0) continue;
    TM_TRY(WriteEmpty(track, output - 1, output));
  }
  return {};
}

// Keeps what later clips may show.
void Subtitles::Retire(Event event) {
  if (event.endless) {
    std::erase_if(active_, [&event](const Event& other) { return other.track == event.track; });
  }
  if (event.endless || event.end.IsAfter(times_.clip(clip_).end)) {
    if (active_.size() >= kMaxActive) active_.erase(active_.begin());
    active_.push_back(std::move(event));
  }
}

Result<void> Subtitles::AdvanceTo(std::int64_t output) {
  while (clip_ < times_.n_clips() && times_.OutputBegin(clip_) < output) {
    if (!clip_begun_) TM_TRY(BeginClip());
    TM_TRY(ReadAhead());
    const Clip& clip = times_.clip(clip_);
    if (!ahead_ || !ahead_->begin.IsBefore(clip.end)) {
      // Nothing more begins in this clip; the next one may begin once it is due.
      if (times_.OutputBegin(clip_ + 1) >= output && clip_ + 1 < times_.n_clips()) return {};
      ++clip_;
      clip_begun_ = false;
      continue;
    }
    if (times_.Output(clip_, ahead_->begin) >= output) return {};
    Event event = std::move(*ahead_);
    ahead_.reset();
    const bool seen =
        event.endless ? !event.begin.IsBefore(clip.begin) : event.end.IsAfter(clip.begin);
    if (seen) TM_TRY(Show(event));
    Retire(std::move(event));
  }
  return {};
}

Result<void> Subtitles::Advance(double output_s) {
  const auto output = static_cast<std::int64_t>(std::min(output_s, 1e12) * 90'000);
  TM_TRY(AdvanceTo(output));
  return CloseGaps(output);
}

Result<void> Subtitles::Finish() {
  const std::int64_t end = times_.OutputBegin(times_.n_clips());
  TM_TRY(AdvanceTo(end));
  return EndMp4Tracks(end);
}

}  // namespace tidemark::io
