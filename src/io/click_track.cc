#include "io/click_track.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>
#include <utility>

#include "io/at_offset.h"
#include "io/wav_header_bytes.h"
#include "io/write_error.h"

namespace tidemark::io {
namespace {

constexpr std::size_t kBufferBytes = 32 * 1024;
constexpr std::size_t kSampleBytes = 2;
constexpr double kClickLevel = 0.5;
constexpr double kDecay_s = ClickTrack::kClick_s / 6;  // to 0.25 % at its end

void PutSample(std::byte* at, double value) {
  const long rounded = std::lrint(std::clamp(value, -32768.0, 32767.0));
  const auto bits = static_cast<std::uint16_t>(rounded);
  at[0] = static_cast<std::byte>(bits & 0xFFU);
  at[1] = static_cast<std::byte>(bits >> 8U);
}

double GetSample(const std::byte* at) {
  return static_cast<std::int16_t>(std::to_integer<unsigned>(at[0]) |
                                   std::to_integer<unsigned>(at[1]) << 8U);
}

double ClickSample(std::int64_t frame, int sample_rate_hz, bool downbeat) {
  const double t = static_cast<double>(frame) / sample_rate_hz;
  const double hz = downbeat ? ClickTrack::kDownbeatHz : ClickTrack::kBeatHz;
  return 32768 * kClickLevel * std::exp(-t / kDecay_s) * std::sin(2 * std::numbers::pi * hz * t);
}

}  // namespace

std::size_t ClickTrack::PlanBytes() { return memory::ArenaBytes<std::byte>(kBufferBytes); }

Result<std::unique_ptr<ClickTrack>> ClickTrack::Create(const std::string& path,
                                                       const StreamFormat& format,
                                                       memory::Arena& arena) {
  auto file = PartFile::Create(path, PartFile::IfExists::kReplace);
  if (!file) return tl::unexpected<Error>(file.error());
  std::unique_ptr<ClickTrack> track(new ClickTrack(*std::move(file), format, arena));
  TM_TRY(track->WriteHeader());
  return track;
}

ClickTrack::ClickTrack(PartFile file, const StreamFormat& format, memory::Arena& arena)
    : file_(std::move(file)),
      format_(format),
      frame_bytes_(kSampleBytes * static_cast<std::size_t>(format.channels)),
      n_click_frames_(std::llround(kClick_s * format.sample_rate_hz)),
      buffer_(arena.Take<std::byte>(kBufferBytes)) {}

std::span<std::byte> ClickTrack::Frames(std::size_t n) const {
  return buffer_.first(n * frame_bytes_);
}

std::int64_t ClickTrack::OffsetOf(std::int64_t frame) const {
  return header_bytes_ + frame * static_cast<std::int64_t>(frame_bytes_);
}

Result<void> ClickTrack::WriteHeader() {
  const WavHeaderBytes header =
      MakeWavHeader(format_, SampleEncoding{}, static_cast<std::uint64_t>(n_frames_));
  header_bytes_ = static_cast<std::int64_t>(header.size);
  const int error = WriteAt(file_.fd(), std::span(header.bytes).first(header.size), 0);
  if (error != 0) return CannotWrite(file_.path(), error);
  return {};
}

Result<void> ClickTrack::Append(const AudioBlock& block) {
  assert(block.n_channels() * kSampleBytes == frame_bytes_);
  const std::size_t most = buffer_.size() / frame_bytes_;
  for (std::size_t at = 0; at < block.n_frames();) {
    const std::size_t n = std::min(most, block.n_frames() - at);
    for (std::size_t c = 0; c < block.n_channels(); ++c) {
      std::byte* out = buffer_.data() + c * kSampleBytes;
      for (const float sample : block.channel(c).subspan(at, n)) {
        PutSample(out, 32768.0 * static_cast<double>(sample));
        out += frame_bytes_;
      }
    }
    const int error = WriteAt(file_.fd(), Frames(n), OffsetOf(n_frames_));
    if (error != 0) return CannotWrite(file_.path(), error);
    n_frames_ += static_cast<std::int64_t>(n);
    at += n;
  }
  return {};
}

Result<void> ClickTrack::AddClick(std::int64_t frame, bool downbeat) {
  const auto most = static_cast<std::int64_t>(buffer_.size() / frame_bytes_);
  const std::int64_t end = std::min(frame + n_click_frames_, n_frames_);
  for (std::int64_t at = std::max<std::int64_t>(frame, 0); at < end;) {
    const std::int64_t n = std::min(most, end - at);
    const auto bytes = Frames(static_cast<std::size_t>(n));
    if (const int error = ReadAt(file_.fd(), bytes, OffsetOf(at)); error != 0) {
      return CannotWrite(file_.path(), error);
    }
    std::byte* sample = bytes.data();
    for (std::int64_t i = 0; i < n; ++i) {
      const double click = ClickSample(at + i - frame, format_.sample_rate_hz, downbeat);
      for (int c = 0; c < format_.channels; ++c, sample += kSampleBytes) {
        PutSample(sample, GetSample(sample) + click);
      }
    }
    if (const int error = WriteAt(file_.fd(), bytes, OffsetOf(at)); error != 0) {
      return CannotWrite(file_.path(), error);
    }
    at += n;
  }
  ++n_clicks_;
  return {};
}

Result<void> ClickTrack::Finish() {
  TM_TRY(WriteHeader());
  return file_.Commit();
}

}  // namespace tidemark::io
