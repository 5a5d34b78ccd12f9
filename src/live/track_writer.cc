#include "live/track_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>

#include "dsp/flush_to_zero.h"
#include "dsp/sample_pack_kernels.h"

namespace tidemark::live {
namespace {

constexpr std::size_t kPieceSamples = 128;  // of the input, at most
constexpr std::size_t kOutSamples = 512;    // that become of it
// What a converter holds back of the lowest rate on the way to the highest: 32 periods.
constexpr std::size_t kHeldSamples = 32 * kMaxTrackRateHz / kMinTrackRateHz + 64;
constexpr std::size_t kChannels = kMaxTrackChannels;

// A plane for each channel, on the stack.
template <std::size_t n_samples>
struct Planes {
  std::array<std::array<float, n_samples>, kChannels> samples;
  std::array<float*, kChannels> pointers;

  Planes() {  // NOLINT(cppcoreguidelines-pro-type-member-init): the samples are filled before use
    for (std::size_t c = 0; c < kChannels; ++c) pointers[c] = samples[c].data();
  }
};

int HighestHz(const TrackOptions& options, const TrackShape& shape) {
  return std::max(options.max_input_rate_hz, shape.rate_hz);
}

}  // namespace

std::size_t TrackWriter::PlanBytes(const TrackOptions& options, const TrackShape& shape) {
  return dsp::RateConverter::PlanBytes(HighestHz(options, shape), shape.rate_hz,
                                       static_cast<std::size_t>(shape.channels));
}

TrackWriter::TrackWriter(const TrackOptions& options, const TrackShape& shape, SampleRing& ring,
                         Parking& parking, const std::atomic<bool>& stopped, memory::Arena& arena)
    : options_(options),
      shape_(shape),
      ring_(ring),
      parking_(parking),
      patience_(options),
      stopped_(stopped),
      converter_(HighestHz(options, shape), shape.rate_hz, static_cast<std::size_t>(shape.channels),
                 arena),
      matrix_(static_cast<std::size_t>(shape.channels), static_cast<std::size_t>(shape.channels)),
      in_channels_(shape.channels),
      highest_hz_(HighestHz(options, shape)) {
  if (options.correct_drift) drift_.emplace(options.target_latency_ms / 1000);
}

bool TrackWriter::Takes(const PcmView& pcm) const {
  return pcm.channels >= 1 && pcm.channels <= kMaxTrackChannels &&
         pcm.sample_rate_hz >= kMinTrackRateHz && pcm.sample_rate_hz <= highest_hz_ &&
         (pcm.n_samples == 0 || pcm.data != nullptr || pcm.planes != nullptr);
}

Error TrackWriter::Refusal(const PcmView& pcm) const {
  if (pcm.channels < 1 || pcm.channels > kMaxTrackChannels) {
    return {ErrorCode::kUsage, fmt::format("{} channels were written to a track; 1 to {} can be",
                                           pcm.channels, kMaxTrackChannels)};
  }
  if (pcm.sample_rate_hz < kMinTrackRateHz || pcm.sample_rate_hz > highest_hz_) {
    return {ErrorCode::kUsage,
            fmt::format("samples at {} Hz were written to a track that takes {} to {} Hz "
                        "(max_input_rate_hz)",
                        pcm.sample_rate_hz, kMinTrackRateHz, highest_hz_)};
  }
  return {ErrorCode::kUsage, "samples were written to a track from a null pointer"};
}

// Floats are looked through for what is not finite.
inline bool TrackWriter::IsOwnFormat(const PcmView& pcm) const {
  return pcm.planes == nullptr && pcm.channels == shape_.channels && pcm.type == shape_.type &&
         pcm.type != SampleType::kF32;
}

// What most writes are: more of the signal, in the track's own format, and there is room.
inline bool TrackWriter::PutAtOnce(const PcmView& pcm) {
  if (pcm.sample_rate_hz != in_hz_ || converts_ || !IsOwnFormat(pcm) || pcm.data == nullptr ||
      pcm.n_samples == 0 || restart_.load(std::memory_order_relaxed)) {
    return false;
  }
  const auto n = static_cast<std::int64_t>(pcm.n_samples);
  const std::int64_t buffered = ring_.TryPut(static_cast<const std::byte*>(pcm.data), n);
  if (buffered < 0) return false;
  counters_.written.Add(n);
  NoteBuffered(buffered);
  return true;
}

Result<std::size_t> TrackWriter::Write(const PcmView& pcm) {
  if (PutAtOnce(pcm)) return pcm.n_samples;
  if (!Takes(pcm)) return tl::unexpected(Refusal(pcm));
  if (pcm.n_samples == 0) return 0;
  if (MustRestart()) in_hz_ = 0;
  n_lost_ = 0;
  deadline_ns_ = 0;
  if (pcm.sample_rate_hz != in_hz_) StartSignal(pcm);
  const std::int64_t n_before = counters_.written.value();
  if (!converts_ && IsOwnFormat(pcm)) {
    Put(static_cast<const std::byte*>(pcm.data), static_cast<std::int64_t>(pcm.n_samples));
  } else {
    WriteConverted(pcm);
  }
  MeasureDrift(n_before);
  if (n_lost_ == 0) return pcm.n_samples;
  const auto n_lost = static_cast<std::size_t>(n_lost_ * pcm.sample_rate_hz / shape_.rate_hz);
  return pcm.n_samples - std::min(pcm.n_samples, n_lost);
}

// A signal at another rate ends the one before. The first has silence before it, as long as the
// filter looks ahead: then 20 ms that are written can be read as 20 ms at once.
void TrackWriter::StartSignal(const PcmView& pcm) {
  const bool first = in_hz_ == 0;
  if (!first) EndSignal();
  in_hz_ = pcm.sample_rate_hz;
  converts_ = drift_ || in_hz_ != shape_.rate_hz;
  if (!converts_) return;
  converter_.Start(in_hz_);
  if (first) PutSilence(static_cast<std::int64_t>(converter_.MaxFinish()), Excess::kByRule);
}

void TrackWriter::EndSignal() {
  in_hz_ = 0;
  if (!converts_) return;
  const dsp::FlushToZero no_subnormals;
  Planes<kHeldSamples> out;
  assert(converter_.MaxFinish() <= kHeldSamples);
  PutFloats(out.pointers.data(), converter_.Finish(out.pointers.data()));
}

void TrackWriter::Finish() {
  deadline_ns_ = 0;
  if (MustRestart()) in_hz_ = 0;
  if (in_hz_ != 0) EndSignal();
  const std::int64_t rest = ring_.buffered() % shape_.frame;
  if (rest > 0) PutSilence(shape_.frame - rest, Excess::kToSlack);
}

void TrackWriter::WriteConverted(const PcmView& pcm) {
  const dsp::FlushToZero no_subnormals;
  if (pcm.channels != in_channels_) {
    matrix_ = dsp::ChannelMatrix(static_cast<std::size_t>(pcm.channels),
                                 static_cast<std::size_t>(shape_.channels));
    in_channels_ = pcm.channels;
  }
  Planes<kPieceSamples> in;
  Planes<kPieceSamples> mixed;
  const auto channels = static_cast<std::size_t>(pcm.channels);
  const std::size_t bytes = BytesOf(pcm.type);
  for (std::size_t at = 0; at < pcm.n_samples; at += kPieceSamples) {
    const std::size_t n = std::min(kPieceSamples, pcm.n_samples - at);
    std::size_t n_non_finite = 0;
    for (std::size_t c = 0; c < channels; ++c) {
      const auto* from = static_cast<const std::byte*>(pcm.planes ? pcm.planes[c] : pcm.data);
      from += pcm.planes ? at * bytes : (at * channels + c) * bytes;
      n_non_finite += dsp::Unpack(pcm.type, from, pcm.planes ? 1 : channels, n, in.pointers[c]);
    }
    if (n_non_finite > 0) counters_.non_finite.Add(static_cast<std::int64_t>(n_non_finite));
    if (pcm.channels == shape_.channels) {
      Convert(in.pointers.data(), n);
    } else {
      matrix_.Mix(in.pointers.data(), n, mixed.pointers.data());
      Convert(mixed.pointers.data(), n);
    }
  }
}

void TrackWriter::Convert(const float* const* in, std::size_t n) {
  if (!converts_) {
    PutFloats(in, n);
    return;
  }
  Planes<kOutSamples> out;
  std::array<const float*, kChannels> rest;
  std::copy_n(in, shape_.channels, rest.begin());
  while (n > 0) {
    std::size_t piece = n;
    while (converter_.MaxOut(piece) > kOutSamples) piece = (piece + 1) / 2;
    PutFloats(out.pointers.data(), converter_.Convert(rest.data(), piece, out.pointers.data()));
    for (int c = 0; c < shape_.channels; ++c) rest[static_cast<std::size_t>(c)] += piece;
    n -= piece;
  }
}

void TrackWriter::PutFloats(const float* const* planes, std::size_t n) {
  constexpr std::size_t kValueBytes = 4;  // of the longest type
  std::array<std::byte, kPieceSamples * kChannels * kValueBytes> packed;
  const auto channels = static_cast<std::size_t>(shape_.channels);
  for (std::size_t at = 0; at < n; at += kPieceSamples) {
    const std::size_t n_now = std::min(kPieceSamples, n - at);
    for (std::size_t c = 0; c < channels; ++c) {
      dsp::Pack(shape_.type, planes[c] + at, n_now, packed.data() + c * BytesOf(shape_.type),
                channels);
    }
    Put(packed.data(), static_cast<std::int64_t>(n_now));
  }
}

void TrackWriter::PutSilence(std::int64_t n, Excess excess) {
  constexpr std::array<std::byte, 1024> kSilence{};
  const auto whole = static_cast<std::int64_t>(kSilence.size() / shape_.sample_bytes);
  for (; n > 0; n -= whole) {
    const std::int64_t n_now = std::min(n, whole);
    if (excess == Excess::kByRule) {
      Put(kSilence.data(), n_now);
    } else {
      counters_.written.Add(ring_.Put(kSilence.data(), n_now));
    }
  }
}

void TrackWriter::Put(const std::byte* samples, std::int64_t n) {
  while (n > 0) {
    const std::int64_t n_now = std::min(n, shape_.capacity);
    const std::int64_t n_put = PutOrDrop(samples, n_now);
    counters_.written.Add(n_put);
    if (n_put < n_now) {
      counters_.dropped_newest.Add(n_now - n_put);
      n_lost_ += n_now - n_put;
      jumped_.store(true, std::memory_order_relaxed);
    }
    samples += Bytes(n_now);
    n -= n_now;
  }
  NoteBuffered(ring_.buffered());
}

// Returns how many samples came into the ring. REQUIRES: no more than its capacity.
std::int64_t TrackWriter::PutOrDrop(const std::byte* samples, std::int64_t n) {
  std::int64_t room = ring_.Room();
  if (room >= n) return ring_.Put(samples, n);
  if (options_.overflow == Overflow::kDropOldest) {
    const std::int64_t n_dropped = ring_.DropOldest(n);
    counters_.dropped_oldest.Add(n_dropped);
    jumped_.store(true, std::memory_order_relaxed);
    return ring_.Put(samples, n);
  }
  std::int64_t n_put = 0;
  while (true) {
    n_put += ring_.Put(samples + Bytes(n_put), std::min(n - n_put, room));
    if (n_put == n || options_.overflow != Overflow::kBlock || !WaitForRoom()) return n_put;
    room = ring_.Room();
  }
}

// False where the time of this Write() is up or the track was stopped.
bool TrackWriter::WaitForRoom() {
  if (deadline_ns_ == 0) {
    deadline_ns_ = NowNs() + static_cast<std::int64_t>(1e6 * options_.block_timeout_ms);
  }
  while (true) {
    const std::uint32_t ticket = parking_.Ticket();
    const bool stopped = stopped_.load(std::memory_order_acquire);
    if (stopped || ring_.Room() > 0) {
      parking_.Cancel();
      return !stopped;
    }
    const Patience::Outcome outcome = patience_.Wait(parking_, ticket, deadline_ns_);
    // Neither do the pieces of this Write() that follow wait then.
    if (outcome == Patience::Outcome::kCalledOff) deadline_ns_ = NowNs();
    if (outcome != Patience::Outcome::kAwake) return ring_.Room() > 0;
  }
}

void TrackWriter::MeasureDrift(std::int64_t n_before) {
  if (!drift_) return;
  if (jumped_.exchange(false, std::memory_order_relaxed)) drift_->Jump();
  const double written_s =
      static_cast<double>(counters_.written.value() - n_before) / shape_.rate_hz;
  const double buffered_s = static_cast<double>(ring_.buffered()) / shape_.rate_hz;
  converter_.Adjust(drift_->Update(written_s, buffered_s));
  counters_.drift_ppb.Set(static_cast<std::int64_t>(1000 * drift_->drift_ppm()));
}

}  // namespace tidemark::live
