#include "io/sndfile_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "io/interleave_kernels.h"

namespace tidemark::io {
namespace {

constexpr int kOpusRateHz = 48'000;
// libsndfile steps over a bad packet of an Ogg stream with each call; this many in a row are the
// end of what can be read.
constexpr int kMaxFailuresInARow = 256;

DecoderInput& Input(void* user) { return *static_cast<DecoderInput*>(user); }
sf_count_t InputLength(void* user) { return Input(user).ClaimedLength(); }
sf_count_t InputSeek(sf_count_t offset, int whence, void* user) {
  return Input(user).Seek(offset, whence);
}
sf_count_t InputRead(void* out, sf_count_t n, void* user) {
  if (n <= 0) return 0;
  return static_cast<sf_count_t>(
      Input(user).Read({static_cast<std::byte*>(out), static_cast<std::size_t>(n)}));
}
sf_count_t InputTell(void* user) { return Input(user).Tell(); }

// The order in which a codec stores the speakers, as planes of the WAVE order, and their mask.
struct SpeakerOrder {
  std::uint32_t mask;
  std::array<std::uint8_t, 8> plane;
};
// Vorbis I specification, 4.3.9; Opus mapping family 1 is the same (RFC 7845, 5.1.1.2).
constexpr std::array<SpeakerOrder, 8> kXiphOrder = {{
    {0x4, {0}},
    {0x3, {0, 1}},
    {0x7, {0, 2, 1}},
    {0x33, {0, 1, 2, 3}},
    {0x37, {0, 2, 1, 3, 4}},
    {0x3F, {0, 2, 1, 4, 5, 3}},
    {0x70F, {0, 2, 1, 5, 6, 4, 3}},
    {0x63F, {0, 2, 1, 6, 7, 4, 5, 3}},
}};
// RFC 9639, section 9.1.3: FLAC follows the WAVE order.
constexpr std::array<std::uint32_t, 8> kFlacMasks = {0x4, 0x3, 0x7, 0x33, 0x37, 0x3F, 0x70F, 0x63F};

}  // namespace

SndfileSource::SndfileSource(ByteStream& bytes, const std::string& path) : input_(bytes) {
  info_.path = path;
}

Result<std::unique_ptr<Source>> OpenSndfile(std::unique_ptr<ByteStream>& bytes,
                                            const std::string& path, SndfileSearch search) {
  auto source = SndfileSource::Create(bytes, path, search);
  if (source) return std::unique_ptr<Source>(std::move(*source));
  if (auto rewound = bytes->Seek(0); !rewound) return tl::unexpected(std::move(rewound).error());
  return tl::unexpected(std::move(source).error());
}

Result<std::unique_ptr<SndfileSource>> SndfileSource::Create(std::unique_ptr<ByteStream>& bytes,
                                                             const std::string& path,
                                                             SndfileSearch search) {
  std::unique_ptr<SndfileSource> source(new SndfileSource(*bytes, path));
  const auto layout = search == SndfileSearch::kAtStart ? FindSndfileLayout(source->input_)
                                                        : FindMpegBehindJunk(source->input_);
  if (source->input_.error()) return tl::unexpected(*source->input_.error());
  if (!layout) {
    return Fail(ErrorCode::kUnsupported, fmt::format("{}: is not a format of libsndfile", path));
  }
  source->first_ = source->section_ = *layout;
  SF_INFO format{};
  if (bytes->seekable() && layout->kind == SndfileKind::kOgg) {
    // Only a look at the end of the file tells how long an Ogg stream is.
    if (source->OpenHandle(*layout, DecoderInput::Length::kTrue, &format) != nullptr &&
        format.frames < SF_COUNT_MAX) {
      source->info_.declared_frames = format.frames;
    }
  }
  source->handle_ = source->OpenHandle(*layout, DecoderInput::Length::kEndless, &format);
  if (source->input_.error()) return tl::unexpected(*source->input_.error());
  if (source->handle_ == nullptr) {
    return Fail(ErrorCode::kUnsupported,
                fmt::format("{}: libsndfile refuses it: {}", path, sf_strerror(nullptr)));
  }
  source->Describe(format);
  source->info_.seekable = bytes->seekable();
  source->bytes_ = std::move(bytes);
  return source;
}

SndfileSource::Handle SndfileSource::OpenHandle(const SndfileLayout& layout,
                                                DecoderInput::Length length, SF_INFO* format) {
  SF_VIRTUAL_IO calls{InputLength, InputSeek, InputRead, nullptr, InputTell};
  input_.Present(std::span(layout.header).first(layout.header_bytes), layout.start, length);
  if (layout.kind == SndfileKind::kMpeg) {
    input_.ShowMpegFramesOnly(layout.mpeg, layout.declaration ? layout.declaration->n_bytes : 0);
  }
  *format = SF_INFO{};
  Handle handle(sf_open_virtual(&calls, SFM_READ, format, &input_));
  if (handle == nullptr) return nullptr;
  const bool is_opus = (format->format & SF_FORMAT_SUBMASK) == SF_FORMAT_OPUS;
  if (is_opus && format->samplerate != kOpusRateHz) {
    int rate_hz = kOpusRateHz;
    sf_command(handle.get(), SFC_SET_ORIGINAL_SAMPLERATE, &rate_hz, sizeof(rate_hz));
    format->frames *= format->frames < SF_COUNT_MAX ? kOpusRateHz / format->samplerate : 1;
    format->samplerate = kOpusRateHz;
  }
  return handle;
}

int SndfileSource::FlacBits(int subtype) {
  if (subtype == SF_FORMAT_PCM_S8) return 8;
  return subtype == SF_FORMAT_PCM_16 ? 16 : 24;
}

void SndfileSource::Describe(const SF_INFO& format) {
  const auto channels = static_cast<std::size_t>(format.channels);
  info_.decoder = "libsndfile";
  info_.stream.sample_rate_hz = format.samplerate;
  info_.stream.channels = format.channels;
  info_.allowance = kSndfileAllowance;
  plane_of_.resize(channels);
  for (std::size_t c = 0; c < channels; ++c) plane_of_[c] = c;
  switch (first_.kind) {
    case SndfileKind::kMpeg:
      info_.format = fmt::format("MP{}", first_.mpeg.layer);
      info_.encoding = fmt::format("mp{}", first_.mpeg.layer);
      info_.stream.channel_mask = channels == 1 ? 0x4 : 0x3;
      if (first_.declaration && first_.declaration->n_frames > 0)
        info_.declared_frames = format.frames;
      break;
    case SndfileKind::kFlac:
      info_.format = "FLAC";
      info_.encoding = "flac";
      info_.bits = FlacBits(format.format & SF_FORMAT_SUBMASK);
      if (channels <= kFlacMasks.size()) info_.stream.channel_mask = kFlacMasks[channels - 1];
      if (format.frames < SF_COUNT_MAX) info_.declared_frames = format.frames;
      break;
    case SndfileKind::kOgg: {
      const bool is_opus = (format.format & SF_FORMAT_SUBMASK) == SF_FORMAT_OPUS;
      info_.format = "Ogg";
      info_.encoding = is_opus ? "opus" : "vorbis";
      if (channels <= kXiphOrder.size() && first_.has_speaker_order) {
        info_.stream.channel_mask = kXiphOrder[channels - 1].mask;
        for (std::size_t c = 0; c < channels; ++c) plane_of_[c] = kXiphOrder[channels - 1].plane[c];
      }
      break;
    }
  }
  interleaved_.resize(kBlockFrames * channels);
  planes_.resize(channels);
}

Result<std::size_t> SndfileSource::Read(AudioBlock out) {
  std::size_t done = 0;
  while (done < out.n_frames() && !ended_) {
    std::size_t n = ReadSilence(out, done);
    if (n == 0) n = ReadSection(out, done);
    done += n;
    position_ += static_cast<std::int64_t>(n);
    if (input_.error()) return tl::unexpected(*input_.error());
    const bool is_mpeg = section_.kind == SndfileKind::kMpeg;
    const bool failed =
        !is_mpeg && silence_left_ == 0 && sf_error(handle_.get()) != SF_ERR_NO_ERROR;
    if (failed) ++n_damaged_;
    const bool is_flac = section_.kind == SndfileKind::kFlac;
    if (n > 0 && !(failed && is_flac)) {
      n_failures_in_a_row_ = 0;
      continue;
    }
    if (failed && section_.kind == SndfileKind::kOgg &&
        ++n_failures_in_a_row_ < kMaxFailuresInARow) {
      continue;
    }
    if (StartNextSection()) continue;
    ended_ = true;
    JudgeEnd();
  }
  if (input_.error()) return tl::unexpected(*input_.error());
  return done;
}

std::size_t SndfileSource::ReadSilence(AudioBlock out, std::size_t first) {
  const auto n = static_cast<std::size_t>(
      std::min(silence_left_, static_cast<std::int64_t>(out.n_frames() - first)));
  for (std::size_t c = 0; n > 0 && c < out.n_channels(); ++c) {
    std::fill_n(out.channel(c).begin() + static_cast<std::ptrdiff_t>(first), n, 0.0F);
  }
  silence_left_ -= static_cast<std::int64_t>(n);
  return n;
}

std::size_t SndfileSource::ReadSection(AudioBlock out, std::size_t first) {
  const std::size_t want = std::min(out.n_frames() - first, kBlockFrames);
  const sf_count_t got =
      sf_readf_float(handle_.get(), interleaved_.data(), static_cast<sf_count_t>(want));
  const auto n = static_cast<std::size_t>(std::max<sf_count_t>(got, 0));
  for (std::size_t c = 0; c < planes_.size(); ++c) planes_[c] = out.channel(plane_of_[c]).data();
  Deinterleave(interleaved_, n, AudioBlock(planes_, out.n_frames()), first);
  return n;
}

Result<void> SndfileSource::Seek(std::int64_t frame) {
  if (!info_.seekable) {
    return Fail(ErrorCode::kUnsupported, fmt::format("{}: cannot be seeked", info_.path));
  }
  const bool within = frame < info_.declared_frames.value_or(frame);
  // libsndfile 1.2 lands beside the mark in one of eight jumps within Vorbis.
  const bool misses = info_.encoding == "vorbis";
  if (in_sections_ || misses || !within) return SeekByReading(frame);
  // libsndfile finds its way in FLAC and Ogg only where it knows the true length.
  const auto length = first_.kind == SndfileKind::kMpeg ? DecoderInput::Length::kEndless
                                                        : DecoderInput::Length::kTrue;
  if (length_ != length) {
    SF_INFO format{};
    Handle handle = OpenHandle(first_, length, &format);
    if (handle == nullptr) return Restart(frame);
    handle_ = std::move(handle);
    length_ = length;
  }
  if (sf_seek(handle_.get(), frame, SF_SEEK_SET) != frame) return Restart(frame);
  position_ = frame;
  ended_ = truncated_ = false;
  return {};
}

Result<void> SndfileSource::Restart(std::int64_t frame) {
  SF_INFO format{};
  handle_ = OpenHandle(first_, DecoderInput::Length::kEndless, &format);
  if (handle_ == nullptr) {
    return Fail(ErrorCode::kIo, fmt::format("{}: can no longer be read", info_.path));
  }
  section_ = first_;
  length_ = DecoderInput::Length::kEndless;
  position_ = silence_left_ = 0;
  n_streams_ = 1;
  ended_ = truncated_ = format_changed_ = false;
  return SeekByReading(frame);
}

// The sure way: decodes up to `frame`, from the start where that lies behind.
Result<void> SndfileSource::SeekByReading(std::int64_t frame) {
  if (frame < position_ || ended_) return Restart(frame);
  const auto channels = static_cast<std::size_t>(info_.stream.channels);
  std::vector<float> samples(channels * kBlockFrames);
  std::vector<float*> planes(channels);
  for (std::size_t c = 0; c < channels; ++c) planes[c] = samples.data() + c * kBlockFrames;
  while (position_ < frame && !ended_) {
    const auto n = std::min(frame - position_, static_cast<std::int64_t>(kBlockFrames));
    TM_TRY(Read(AudioBlock(planes, static_cast<std::size_t>(n))));
  }
  return {};
}

std::string SndfileSource::warning() const {
  std::string text;
  const auto add = [&text](const std::string& more) {
    if (!text.empty()) text += "; ";
    text += more;
  };
  if (n_damaged_ > 0) add(fmt::format("damaged in {} places", n_damaged_));
  if (silence_frames_ > 0) add(fmt::format("{} lost frames replaced by silence", silence_frames_));
  if (n_streams_ > 1 && n_damaged_ == 0) {
    add(fmt::format("{} streams one after the other", n_streams_));
  }
  if (format_changed_) {
    add(fmt::format("the format changes at {:.3f} s, where reading stopped",
                    static_cast<double>(position_) / info_.stream.sample_rate_hz));
  }
  return text;
}

std::vector<FormatRow> ListSndfileFormats() {
  struct Known {
    int format;
    FormatRow row;
  };
  const std::array<Known, 4> known = {{
      {SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III,
       {"MP3", "MPEG 1, 2, 2.5, layers I to III", "libsndfile", true}},
      {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, {"FLAC", "8, 16, 24 bits", "libsndfile", true}},
      {SF_FORMAT_OGG | SF_FORMAT_VORBIS, {"Ogg Vorbis", "Vorbis", "libsndfile", true}},
      {SF_FORMAT_OGG | SF_FORMAT_OPUS, {"Ogg Opus", "Opus", "libsndfile", true}},
  }};
  std::vector<FormatRow> rows;
  for (const Known& one : known) {
    SF_INFO info{};
    info.samplerate = kOpusRateHz;
    info.channels = 2;
    info.format = one.format;
    if (sf_format_check(&info) != 0) rows.push_back(one.row);
  }
  return rows;
}

}  // namespace tidemark::io
