#include "io/ffmpeg_module_mp4_packets.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "io/header_fields.h"
#include "io/mp4_box.h"

namespace tidemark::io {
namespace {

// So many packets of each stream that are shown are compared with the tables.
constexpr std::int64_t kCompared = 32;
// No codec makes larger ones.
constexpr std::uint32_t kMaxPacketBytes = 256 * 1024 * 1024;

tl::unexpected<Error> Differs() {
  return Fail(ErrorCode::kUnsupported, "has packets that its tables do not tell");
}

bool IsMedia(const AVStream& stream) {
  const AVMediaType type = stream.codecpar->codec_type;
  const bool is_cover = (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
  return !is_cover && (type == AVMEDIA_TYPE_AUDIO || type == AVMEDIA_TYPE_VIDEO ||
                       type == AVMEDIA_TYPE_SUBTITLE);
}

bool IsDropped(const AVPacket& packet) { return (packet.flags & AV_PKT_FLAG_DISCARD) != 0; }

}  // namespace

std::unique_ptr<Mp4File> Mp4File::Open(const std::string& path) {
  UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status{};
  if (fd.get() < 0 || ::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return nullptr;
  std::unique_ptr<Mp4File> file(new Mp4File());
  auto bytes = FileStream::Create(std::move(fd), path);
  if (!bytes) return nullptr;
  file->bytes_ = std::move(*bytes);
  std::array<std::byte, 8> head{};
  if (!ReadAt(*file->bytes_, 0, head)) return nullptr;
  constexpr std::array kFirst = {"ftyp", "moov", "mdat", "free", "skip", "wide"};
  const bool is_mp4 = std::any_of(kFirst.begin(), kFirst.end(),
                                  [&](const char* type) { return HasText(head, 4, type); });
  if (!is_mp4) return nullptr;
  auto tracks = FindMp4Samples(*file->bytes_);
  if (!tracks) return nullptr;
  file->tracks_ = std::move(*tracks);
  const bool is_long =
      std::any_of(file->tracks_.begin(), file->tracks_.end(),
                  [](const Mp4Samples& track) { return track.n_samples > kShownSamples; });
  if (!is_long) return nullptr;
  auto view = ShortTables::Create(*file->bytes_, file->tracks_);
  if (!view) return nullptr;
  file->view_ = std::move(*view);
  return file;
}

Result<std::unique_ptr<Mp4Packets>> Mp4Packets::Create(const Mp4File& file,
                                                       AVFormatContext& format) {
  std::unique_ptr<Mp4Packets> packets(new Mp4Packets(file));
  TM_TRY(packets->AddTracks(format));
  TM_TRY(packets->ReadLead(format));
  for (const auto& track : packets->tracks_) TM_TRY(Calibrate(*track));
  packets->CorrectBitRates(format);
  return packets;
}

// libavformat takes them from the bytes that it sees and the whole duration.
void Mp4Packets::CorrectBitRates(AVFormatContext& format) const {
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    AVStream& stream = *format.streams[i];
    for (std::size_t at = 0; at < file_.tracks().size(); ++at) {
      const std::int64_t n_shown = file_.view().shown()[at].n_samples;
      const Mp4Samples& track = file_.tracks()[at];
      if (track.track_id != static_cast<std::uint32_t>(stream.id) || n_shown == 0) continue;
      stream.codecpar->bit_rate = av_rescale(stream.codecpar->bit_rate, track.n_samples, n_shown);
    }
  }
}

Result<void> Mp4Packets::AddTracks(AVFormatContext& format) {
  for (unsigned i = 0; i < format.nb_streams; ++i) {
    AVStream& stream = *format.streams[i];
    if (!IsMedia(stream)) {
      stream.discard = AVDISCARD_ALL;
      continue;
    }
    std::size_t at = 0;
    while (at < file_.tracks().size() &&
           file_.tracks()[at].track_id != static_cast<std::uint32_t>(stream.id)) {
      ++at;
    }
    if (at == file_.tracks().size()) return Differs();
    auto track = std::make_unique<Track>(file_.bytes(), file_.tracks()[at]);
    track->stream = stream.index;
    track->time_base = stream.time_base;
    track->end = track->samples.n_samples;
    track->lead_done = track->end == 0;
    const ShortTables::Shown& shown = file_.view().shown()[at];
    track->lead_shift = track->samples.decode_shift - shown.decode_shift;
    tracks_.push_back(std::move(track));
  }
  return {};
}

Result<void> Mp4Packets::ReadLead(AVFormatContext& format) {
  const PacketPointer packet(av_packet_alloc());
  if (packet == nullptr) return Fail(ErrorCode::kMemory, "no memory for a packet");
  const auto is_done = [](const auto& track) { return track->lead_done; };
  while (!std::all_of(tracks_.begin(), tracks_.end(), is_done) &&
         av_read_frame(&format, packet.get()) >= 0) {
    Track* const track = TrackOf(packet->stream_index);
    if (track != nullptr && !track->lead_done) {
      PacketPointer kept(av_packet_alloc());
      if (kept == nullptr || av_packet_copy_props(kept.get(), packet.get()) < 0) {
        return Fail(ErrorCode::kMemory, "no memory for a packet");
      }
      kept->size = packet->size;
      if (kept->dts != AV_NOPTS_VALUE) kept->dts -= track->lead_shift;
      if (!IsDropped(*kept)) ++track->n_kept;
      track->lead.push_back(std::move(kept));
      track->lead_done = track->n_kept >= kCompared;
      if (track->lead_done) format.streams[track->stream]->discard = AVDISCARD_ALL;
    }
    av_packet_unref(packet.get());
  }
  return {};
}

Result<void> Mp4Packets::Calibrate(Track& track) {
  if (track.samples.n_samples == 0) return {};
  if (track.lead.empty()) return Differs();
  // The first packet tells the sample with which the edit begins.
  std::optional<Mp4Sample> sample;
  do {
    TM_TRY_ASSIGN(sample, track.cursor.Next());
    if (!sample) return Differs();
  } while (sample->offset != track.lead.front()->pos);
  track.first = sample->index;
  TM_TRY(CheckLead(track));
  TM_TRY(FindEnd(track));
  TM_TRY(track.cursor.MoveTo(track.first));
  return {};
}

// The stamps of the last packet that was read tell by how much all others are shifted.
Result<void> Mp4Packets::CheckLead(Track& track) {
  for (const bool compares : {false, true}) {
    TM_TRY(track.cursor.MoveTo(track.first));
    for (const PacketPointer& packet : track.lead) {
      std::optional<Mp4Sample> sample;
      TM_TRY_ASSIGN(sample, track.cursor.Next());
      if (!sample || sample->offset != packet->pos ||
          sample->size != static_cast<std::uint32_t>(packet->size) ||
          packet->pts == AV_NOPTS_VALUE || packet->dts == AV_NOPTS_VALUE) {
        return Differs();
      }
      if (!compares) {
        if (!IsDropped(*packet)) track.show_shift = packet->pts - sample->show_time;
        if (!IsDropped(*packet)) track.decode_shift = packet->dts - sample->decode_time;
        continue;
      }
      const PacketPointer own(av_packet_alloc());
      if (own == nullptr) return Fail(ErrorCode::kMemory, "no memory for a packet");
      Stamp(track, *sample, *own);
      const bool is_key_alike = ((own->flags ^ packet->flags) & AV_PKT_FLAG_KEY) == 0;
      // Of those that are not shown only the decoder sees the stamps.
      if (!is_key_alike || (!IsDropped(*packet) && own->pts != packet->pts)) return Differs();
      if (!track.samples.is_audio && IsDropped(*own) != IsDropped(*packet)) return Differs();
    }
  }
  return {};
}

// libavformat ends a stream at the first key frame behind its edit, with reordered frames at the
// second.
Result<void> Mp4Packets::FindEnd(Track& track) {
  const Mp4Samples& samples = track.samples;
  if (!samples.edit || samples.edit->end() > samples.total_time + samples.greatest_offset) {
    return {};
  }
  std::int64_t index = 0;
  TM_TRY_ASSIGN(
      index, track.cursor.IndexAt(samples.edit->end() - samples.greatest_offset - samples.longest));
  TM_TRY(track.cursor.MoveTo(std::max(index, track.first)));
  bool waits = samples.offsets.n_entries > 0 && !samples.is_audio;
  for (;;) {
    std::optional<Mp4Sample> sample;
    TM_TRY_ASSIGN(sample, track.cursor.Next());
    if (!sample) return {};
    const bool is_behind = sample->show_time + sample->duration >= samples.edit->end();
    if (!is_behind || !(sample->key || samples.is_audio)) continue;
    if (std::exchange(waits, false)) continue;
    track.end = sample->index + 1;
    return {};
  }
}

Mp4Packets::Track* Mp4Packets::TrackOf(int stream) {
  const auto at = std::find_if(tracks_.begin(), tracks_.end(),
                               [stream](const auto& track) { return track->stream == stream; });
  return at == tracks_.end() ? nullptr : at->get();
}

void Mp4Packets::Want(int stream) {
  if (Track* const track = TrackOf(stream); track != nullptr) track->wanted = true;
}

Result<void> Mp4Packets::Peek(Track& track) {
  while (!track.next && !track.at_end) {
    TM_TRY_ASSIGN(track.next, track.cursor.Next());
    track.at_end = !track.next || track.next->index >= track.end;
    if (track.at_end || track.next->size == 0) track.next.reset();
  }
  return {};
}

Mp4Packets::Track* Mp4Packets::Earliest() {
  Track* earliest = nullptr;
  for (const auto& track : tracks_) {
    if (!track->next) continue;
    const auto time = [](const Track& of) { return of.next->decode_time + of.decode_shift; };
    if (earliest == nullptr ||
        av_compare_ts(time(*track), track->time_base, time(*earliest), earliest->time_base) < 0) {
      earliest = track.get();
    }
  }
  return earliest;
}

Result<bool> Mp4Packets::Next(AVPacket& packet) {
  for (const auto& track : tracks_) {
    if (track->wanted) TM_TRY(Peek(*track));
  }
  Track* const track = Earliest();
  return track == nullptr ? Result<bool>(false) : Fill(*track, packet);
}

void Mp4Packets::Stamp(const Track& track, const Mp4Sample& sample, AVPacket& packet) {
  packet.pts = sample.show_time + track.show_shift;
  packet.dts = sample.decode_time + track.decode_shift;
  packet.duration = sample.duration;
  packet.flags = sample.key ? AV_PKT_FLAG_KEY : 0;
  const auto& edit = track.samples.edit;
  const bool is_seen =
      !edit || (sample.show_time >= edit->media_time && sample.show_time < edit->end());
  if (!is_seen && !track.samples.is_audio) packet.flags |= AV_PKT_FLAG_DISCARD;
}

Result<bool> Mp4Packets::Fill(Track& track, AVPacket& packet) {
  const Mp4Sample sample = *std::exchange(track.next, std::nullopt);
  if (sample.size > kMaxPacketBytes) {
    return Fail(ErrorCode::kBadData, "promises a packet of an impossible size");
  }
  if (av_new_packet(&packet, static_cast<int>(sample.size)) < 0) {
    return Fail(ErrorCode::kMemory, "no memory for a packet");
  }
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, ReadAt(file_.bytes(), sample.offset,
                          {reinterpret_cast<std::byte*>(packet.data), sample.size}));
  if (n == 0) {
    av_packet_unref(&packet);
    truncated_ = true;
    return false;
  }
  const std::int64_t lead = sample.index - track.first;
  if (lead >= 0 && static_cast<std::size_t>(lead) < track.lead.size()) {
    if (av_packet_copy_props(&packet, track.lead[static_cast<std::size_t>(lead)].get()) < 0) {
      return Fail(ErrorCode::kMemory, "no memory for a packet");
    }
  } else {
    Stamp(track, sample, packet);
  }
  packet.stream_index = track.stream;
  packet.pos = sample.offset;
  packet.time_base = track.time_base;
  if (n < sample.size) {
    truncated_ = true;
    av_shrink_packet(&packet, static_cast<int>(n));
    packet.flags |= AV_PKT_FLAG_CORRUPT;
  }
  return true;
}

Result<void> Mp4Packets::SeekTo(int stream, std::int64_t time) {
  const Track* const leader = TrackOf(stream);
  if (leader == nullptr) return Fail(ErrorCode::kBadData, "has no such stream");
  for (const auto& track : tracks_) {
    if (!track->wanted || track->end == 0) continue;
    const std::int64_t at = av_rescale_q(time, leader->time_base, track->time_base);
    TM_TRY(Seek(*track, at));
  }
  truncated_ = false;
  return {};
}

Result<void> Mp4Packets::Seek(Track& track, std::int64_t time) {
  std::int64_t index = 0;
  TM_TRY_ASSIGN(index, track.cursor.IndexAt(time - track.decode_shift));
  index = std::min(index, track.end - 1);
  for (;;) {
    TM_TRY_ASSIGN(index, track.cursor.KeyAtOrBefore(index));
    index = std::max(index, track.first);
    TM_TRY(track.cursor.MoveTo(index));
    TM_TRY_ASSIGN(track.next, track.cursor.Next());
    // A frame that is decoded before a moment may be shown after it.
    if (!track.next || index == track.first) break;
    if (track.next->show_time + track.show_shift <= time) break;
    --index;
  }
  track.at_end = !track.next;
  if (track.next && track.next->size == 0) track.next.reset();
  return {};
}

Result<void> Mp4Packets::Rewind() {
  for (const auto& track : tracks_) {
    TM_TRY(track->cursor.MoveTo(track->first));
    track->next.reset();
    track->at_end = false;
  }
  truncated_ = false;
  return {};
}

}  // namespace tidemark::io
