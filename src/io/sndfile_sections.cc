// How SndfileSource goes on where a decoder has stopped, and how it judges the end.
#include <algorithm>
#include <array>
#include <limits>

#include "io/flac_frame.h"
#include "io/ogg_page.h"
#include "io/sndfile_source.h"

namespace tidemark::io {
namespace {

// Damage to a FLAC stream of unknown length is bridged by at most this much silence.
constexpr int kMaxBridge_s = 60;

}  // namespace

// The decoder of a section has stopped: true where another section follows.
bool SndfileSource::StartNextSection() {
  switch (section_.kind) {
    case SndfileKind::kMpeg:
      return StartNextMpeg();
    case SndfileKind::kFlac:
      return StartNextFlac();
    case SndfileKind::kOgg:
      return StartNextOgg();
  }
  return false;
}

bool SndfileSource::StartSection(const SndfileLayout& layout) {
  SF_INFO format{};
  Handle next = OpenHandle(layout, DecoderInput::Length::kEndless, &format);
  if (next == nullptr) return false;
  if (format.samplerate != info_.stream.sample_rate_hz ||
      format.channels != info_.stream.channels) {
    format_changed_ = true;
    return false;
  }
  handle_ = std::move(next);
  section_ = layout;
  length_ = DecoderInput::Length::kEndless;
  if (layout.kind != SndfileKind::kFlac) ++n_streams_;
  in_sections_ = true;
  return true;
}

bool SndfileSource::StartNextMpeg() {
  cut_short_ = EndsInsideMpegFrame();
  const std::int64_t from = std::max(input_.mpeg_end(), section_.start + 1);
  const auto next =
      FindMpegFrames(input_, std::nullopt, from, std::numeric_limits<std::int64_t>::max());
  if (!next) return false;
  const SndfileLayout layout = MpegLayout(input_, *next);
  if (!StartSection(layout)) return false;
  // A stream of its own begins with a declaration, or behind a tag.
  if (!layout.declaration) ++n_damaged_;
  return true;
}

bool SndfileSource::StartNextFlac() {
  const auto header = std::span<const std::byte>(section_.header).first(section_.header_bytes);
  const FlacStreamInfo stream = ParseFlacStreamInfo(header);
  const std::int64_t total = stream.total_frames;
  if (total > 0 && position_ >= total) return false;
  const std::int64_t last =
      total > 0 ? total - 1 : position_ + std::int64_t{kMaxBridge_s} * stream.sample_rate_hz;
  // libFLAC reads ahead by less than this.
  constexpr std::int64_t kReadAheadBytes = 64 * 1024;
  std::int64_t at = std::max(input_.high_water() - kReadAheadBytes, section_.start + 1);
  std::array<std::byte, kMaxFlacHeaderBytes> bytes{};
  for (std::size_t n = 0; (n = input_.Peek(at, bytes)) > 0; ++at) {
    const auto frame = ParseFlacFrame(std::span(bytes).first(n), stream);
    if (!frame || frame->first_sample < position_ || frame->first_sample > last) continue;
    SndfileLayout layout = section_;
    layout.start = at;
    if (!StartSection(layout)) return false;
    silence_left_ = frame->first_sample - position_;
    silence_frames_ += silence_left_;
    return true;
  }
  return false;
}

bool SndfileSource::StartNextOgg() {
  cut_short_ = !SawEndOfOgg();
  // libsndfile reads Ogg in pieces of 2 KiB and stops at the page that ends the stream.
  constexpr std::int64_t kReadAheadBytes = 4096;
  std::int64_t at = std::max(input_.high_water() - kReadAheadBytes, section_.start + 1);
  std::array<std::byte, kMaxOggHeaderBytes> bytes{};
  for (std::size_t n = 0; (n = input_.Peek(at, bytes)) > 0; ++at) {
    if (bytes[0] != std::byte{'O'}) continue;
    const auto page = ParseOggPage(std::span(bytes).first(n));
    if (!page || !page->begins_stream) continue;
    const auto layout = OggLayout(input_, at);
    if (layout && (StartSection(*layout) || format_changed_)) return !format_changed_;
  }
  return false;
}

// Nothing more can be decoded: was that the end the input meant?
void SndfileSource::JudgeEnd() {
  const bool is_short = info_.declared_frames && position_ < *info_.declared_frames;
  const bool several_streams = n_streams_ > 1 && n_damaged_ == 0;
  truncated_ = format_changed_ || cut_short_ || (is_short && !several_streams);
}

bool SndfileSource::SawEndOfOgg() {
  constexpr auto kBehind = static_cast<std::int64_t>(kMaxOggPageBytes + 4096);
  const std::int64_t end = input_.high_water();
  std::array<std::byte, kMaxOggHeaderBytes> bytes{};
  for (std::int64_t at = std::max(end - kBehind, section_.start); at < end; ++at) {
    const std::size_t n = input_.Peek(at, bytes);
    if (n == 0) break;
    if (bytes[0] != std::byte{'O'}) continue;
    const auto page = ParseOggPage(std::span(bytes).first(n));
    if (page && page->serial == section_.ogg_serial && page->ends_stream) {
      std::byte last{};
      const auto size = static_cast<std::int64_t>(page->header_bytes + page->body_bytes);
      return input_.Peek(at + size - 1, {&last, 1}) == 1;
    }
  }
  return false;
}

// Whether a frame that fits begins where the whole ones end.
bool SndfileSource::EndsInsideMpegFrame() {
  std::array<std::byte, kMpegHeaderBytes> header{};
  if (input_.Peek(input_.mpeg_end(), header) < header.size()) return false;
  const auto frame = ParseMpegAudioFrame(header);
  return frame && frame->Continues(section_.mpeg);
}

}  // namespace tidemark::io
