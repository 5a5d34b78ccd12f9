#include "analysis/speech.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>

#include "dsp/flush_to_zero.h"

namespace tidemark::analysis {
namespace {

constexpr std::int64_t kFramesPerSecond = 100;
// The rate is halved down to this and twice this.
constexpr int kWideHz = 16'000;
// How far speech reaches over sound around it: 0.5 s after, 0.3 s before.
constexpr std::int64_t kHangFrames = 50;
constexpr std::int64_t kReachBackFrames = 30;
// The gate is asked this often, for the frames around.
constexpr std::int64_t kJudgedFrames = 10;
// Its window reaches over where speech and music meet, so what is nearer must not speak against it.
constexpr std::int64_t kNearFrames = 60;
constexpr float kNearScore = 0;
// Once open it stays so down to here.
constexpr float kClosingScore = -1;
// For the detector and the pitch quiet recordings are raised, by the loudest of about the last 10
// s, to -20 dBFS, at most by 40 dB: the detector does not hear below -60 dBFS.
constexpr float kWantedPower = 1e-2F;
constexpr float kFirstPeakPower = 1e-4F;
constexpr float kMaxGain = 100;
constexpr float kPeakDecay = 0.999F;
constexpr std::int64_t kNoFrame = std::numeric_limits<std::int64_t>::max();

std::size_t Stages(int sample_rate_hz) {
  std::size_t n = 0;
  while (sample_rate_hz >> n >= 2 * kWideHz) ++n;
  return n;
}

dsp::RateRatio RatioOf(int sample_rate_hz) {
  return {sample_rate_hz, std::int64_t{1} << Stages(sample_rate_hz), VoiceDetector::kRateHz};
}

// Of 8 kHz samples: what a block makes, behind what is left of a frame.
std::size_t NarrowFrames(int sample_rate_hz) {
  const double wide = static_cast<double>(kBlockFrames >> Stages(sample_rate_hz)) + 1;
  const dsp::RateRatio ratio = RatioOf(sample_rate_hz);
  const double per_wide =
      static_cast<double>(ratio.out_hz * ratio.in_den) / static_cast<double>(ratio.in_num);
  return VoiceDetector::kFrames + static_cast<std::size_t>(wide * per_wide) + 2;
}

}  // namespace

std::size_t SpeechAnalyzer::PlanBytes(const SpeechOptions&, const StreamFormat& format) {
  const std::size_t n_stages = Stages(format.sample_rate_hz);
  std::size_t bytes = Downmix::PlanBytes(static_cast<std::size_t>(format.channels));
  for (std::size_t stage = 0; stage <= n_stages; ++stage) {
    bytes += memory::ArenaBytes<float>(kBlockFrames >> stage);
    if (stage < n_stages) bytes += dsp::HalfBand::PlanBytes(kBlockFrames >> stage);
  }
  return bytes +
         dsp::Resampler::PlanBytes(RatioOf(format.sample_rate_hz), kBlockFrames >> n_stages) +
         memory::ArenaBytes<float>(NarrowFrames(format.sample_rate_hz)) +
         dsp::HalfBand::PlanBytes(VoiceDetector::kFrames);
}

std::size_t SpeechAnalyzer::PlanAllowanceBytes(const SpeechOptions&, const StreamFormat&) {
  return VoiceDetector::kAllowanceBytes;
}

Result<std::unique_ptr<SpeechAnalyzer>> SpeechAnalyzer::Create(const SpeechOptions& options,
                                                               const StreamFormat& format,
                                                               memory::Arena& arena) {
  for (const double length_s : {options.min_silence_s, options.min_sound_s}) {
    if (!(length_s >= 0 && length_s <= 3600)) {
      return Fail(ErrorCode::kUsage, "the shortest silence and speech must be 0 to 3600 s");
    }
  }
  auto detector = VoiceDetector::Create();
  if (!detector) return tl::unexpected(detector.error());
  return std::unique_ptr<SpeechAnalyzer>(
      new SpeechAnalyzer(options, format, *std::move(detector), arena));
}

SpeechAnalyzer::SpeechAnalyzer(const SpeechOptions& options, const StreamFormat& format,
                               VoiceDetector detector, memory::Arena& arena)
    : sample_rate_hz_(format.sample_rate_hz),
      downmix_(static_cast<std::size_t>(format.channels), arena),
      resampler_(RatioOf(format.sample_rate_hz), kBlockFrames >> Stages(format.sample_rate_hz),
                 arena),
      narrow_(arena.Take<float>(NarrowFrames(format.sample_rate_hz))),
      to_4_khz_(VoiceDetector::kFrames, arena),
      detector_(std::move(detector)),
      builder_({options.min_silence_s, options.min_sound_s, 0, 0}) {
  const std::size_t n_stages = Stages(format.sample_rate_hz);
  for (std::size_t stage = 0; stage <= n_stages; ++stage) {
    halves_.push_back(arena.Take<float>(kBlockFrames >> stage));
    if (stage < n_stages) stages_.emplace_back(kBlockFrames >> stage, arena);
  }
  StartSegment(0);
}

void SpeechAnalyzer::StartSegment(std::int64_t frame) {
  segment_start_frame_ = frame;
  downmix_.Reset();
  for (dsp::HalfBand& stage : stages_) stage.Reset();
  resampler_.Reset();
  to_4_khz_.Reset();
  detector_.Reset();
  voicing_.Reset();
  gate_.Reset();
  gate_is_open_ = false;
  n_narrow_ = 0;
  n_samples_ = n_wide_ = n_powers_ = n_decided_ = n_emitted_ = n_hang_ = 0;
  last_frame_ = kNoFrame;
  open_power_ = {};
  last_sample_ = 0;
  peak_power_ = kFirstPeakPower;
  builder_.StartSegment(static_cast<double>(frame) / sample_rate_hz_);
}

void SpeechAnalyzer::Push(const AudioBlock& block) {
  const dsp::FlushToZero no_subnormals;
  const std::size_t n = block.n_frames();
  if (n == 0) return;
  const std::size_t unit = std::size_t{1} << stages_.size();
  const std::size_t padded = (n + unit - 1) / unit * unit;
  downmix_.Mix(block, halves_[0].first(n));
  std::ranges::fill(halves_[0].subspan(n, padded - n), 0.0F);
  n_samples_ += static_cast<std::int64_t>(n);
  PushMono(halves_[0].first(padded));
}

void SpeechAnalyzer::PushMono(std::span<float> mono) {
  std::span<float> samples = mono;
  for (std::size_t stage = 0; stage < stages_.size(); ++stage) {
    const std::span<float> low = halves_[stage + 1].first(samples.size() / 2);
    stages_[stage].Halve(samples, low);
    samples = low;
  }
  MeasurePowers(samples);
  n_narrow_ += resampler_.Resample(samples, narrow_.subspan(n_narrow_));
  std::size_t at = 0;
  for (; at + VoiceDetector::kFrames <= n_narrow_; at += VoiceDetector::kFrames) {
    AddFrame(narrow_.subspan(at, VoiceDetector::kFrames));
  }
  std::copy(narrow_.begin() + static_cast<std::ptrdiff_t>(at),
            narrow_.begin() + static_cast<std::ptrdiff_t>(n_narrow_), narrow_.begin());
  n_narrow_ -= at;
}

// One past the last sample of frame k, after the stages.
std::int64_t SpeechAnalyzer::FrameEnd(std::int64_t k) const {
  return ((k + 1) * sample_rate_hz_ / kFramesPerSecond) >> stages_.size();
}

void SpeechAnalyzer::MeasurePowers(std::span<const float> samples) {
  for (std::size_t at = 0; at < samples.size();) {
    const std::int64_t begin = n_powers_ == 0 ? 0 : FrameEnd(n_powers_ - 1);
    const std::int64_t end = FrameEnd(n_powers_);
    const auto n = std::min(samples.size() - at, static_cast<std::size_t>(end - n_wide_));
    for (const float x : samples.subspan(at, n)) {
      const float step = x - last_sample_;
      last_sample_ = x;
      open_power_.power += x * x;
      open_power_.high_power += step * step;
    }
    at += n;
    n_wide_ += static_cast<std::int64_t>(n);
    if (n_wide_ < end) return;
    const float per_sample = 1 / static_cast<float>(end - begin);
    powers_[static_cast<std::size_t>(n_powers_++ % kPowers)] = {
        open_power_.power * per_sample, open_power_.high_power * per_sample};
    open_power_ = {};
  }
}

void SpeechAnalyzer::AddFrame(std::span<const float> samples) {
  const std::int64_t k = gate_.n_frames();
  if (k >= last_frame_) return;
  assert(k < n_powers_ && k >= n_powers_ - kPowers);
  const Powers& powers = powers_[static_cast<std::size_t>(k % kPowers)];
  peak_power_ = std::max(powers.power, peak_power_ * kPeakDecay);
  const float gain = std::clamp(std::sqrt(kWantedPower / peak_power_), 1.0F, kMaxGain);
  std::array<float, VoiceDetector::kFrames> raised;
  std::array<std::int16_t, VoiceDetector::kFrames> pcm;
  for (std::size_t i = 0; i < samples.size(); ++i) {
    raised[i] = gain * samples[i];
    const float scaled = std::clamp(raised[i] * 32768, -32768.0F, 32767.0F);
    pcm[i] = static_cast<std::int16_t>(std::lrint(scaled));
  }
  std::array<float, VoicingMeter::kFrames> low;
  to_4_khz_.Halve(raised, low);
  gate_.Push({powers.power, powers.high_power, voicing_.Push(low), detector_.Hears(pcm)});
  DecideUpTo(gate_.n_frames() - SpeechGate::kHalfWindow - kJudgedFrames);
}

void SpeechAnalyzer::DecideUpTo(std::int64_t n_frames) {
  for (; n_decided_ < n_frames; ++n_decided_) {
    if (n_decided_ % kJudgedFrames == 0) {
      const std::int64_t centre = n_decided_ + kJudgedFrames / 2;
      judgement_ = gate_.Judge(centre);
      gate_is_open_ = judgement_.score > (gate_is_open_ ? kClosingScore : 0) &&
                      gate_.Judge(centre, kNearFrames).score > kNearScore;
    }
    const SpeechFrame& frame = gate_.frame(n_decided_);
    const bool sound = frame.power > judgement_.power_threshold ||
                       frame.high_power > judgement_.high_power_threshold;
    decisions_[static_cast<std::size_t>(n_decided_ % kDecisions)] = {
        sound && gate_is_open_ && frame.may_be_voice, sound};
    EmitUpTo(n_decided_ + 1 - kReachBackFrames);
  }
}

// Whether the sound in frame k goes on into speech that is near enough.
bool SpeechAnalyzer::SpeechFollows(std::int64_t k) const {
  const std::int64_t end = std::min(k + kReachBackFrames, n_decided_);
  for (std::int64_t next = k; next < end; ++next) {
    const Decision& decision = decisions_[static_cast<std::size_t>(next % kDecisions)];
    if (decision.speech) return true;
    if (!decision.sound) return false;
  }
  return false;
}

void SpeechAnalyzer::EmitUpTo(std::int64_t n_frames) {
  for (; n_emitted_ < n_frames; ++n_emitted_) {
    const Decision& decision = decisions_[static_cast<std::size_t>(n_emitted_ % kDecisions)];
    const bool hangs = decision.sound && n_hang_ > 0;
    const bool speech = decision.speech || hangs || SpeechFollows(n_emitted_);
    n_hang_ = decision.speech ? kHangFrames : hangs ? n_hang_ - 1 : 0;
    const std::int64_t end =
        std::min((n_emitted_ + 1) * sample_rate_hz_ / kFramesPerSecond, n_samples_);
    builder_.Add(speech ? CellState::kSound : CellState::kSilence,
                 static_cast<double>(segment_start_frame_ + end) / sample_rate_hz_);
  }
}

void SpeechAnalyzer::EndSegment() {
  const dsp::FlushToZero no_subnormals;
  if (n_samples_ > 0) {
    last_frame_ = (n_samples_ * kFramesPerSecond + sample_rate_hz_ - 1) / sample_rate_hz_;
    while (gate_.n_frames() < last_frame_) {
      std::ranges::fill(halves_[0], 0.0F);
      PushMono(halves_[0]);
    }
    DecideUpTo(last_frame_);
    EmitUpTo(last_frame_);
  }
  builder_.EndSegment();
}

void SpeechAnalyzer::Gap(std::int64_t next_frame) {
  EndSegment();
  StartSegment(next_frame);
}

void SpeechAnalyzer::Finish() {
  EndSegment();
  result_ = {builder_.active_s(), builder_.count(), builder_.longest_s()};
}

}  // namespace tidemark::analysis
