#include "engine/cut_detector.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "analysis/activity.h"
#include "analysis/chunk_peaks.h"
#include "analysis/rhythm.h"
#include "analysis/speech.h"
#include "edit/compat_rules.h"
#include "edit/edit_rule.h"

namespace tidemark::engine {
namespace {

using analysis::ActivityAnalyzer;
using analysis::ChunkPeaksAnalyzer;
using analysis::RhythmAnalyzer;
using analysis::SpeechAnalyzer;
using edit::EditTerm;
using edit::TermKind;

// Sounds as they are: what is too short is for the rules to say. A click of a mouse is no sound
// where the threshold is automatic.
analysis::ActivityOptions ActivityOf(const EditTerm& term, const CutTicks& ticks) {
  analysis::ActivityOptions options;
  options.min_silence_s = std::max(ticks.min_silence_s, ActivityAnalyzer::kMinSilenceFloorS);
  options.min_sound_s = term.threshold ? 0 : 0.05;
  if (term.threshold) {
    options.threshold = {.kind = analysis::ActivityThreshold::Kind::kPeak,
                         .amplitude = *term.threshold};
  }
  return options;
}

analysis::SpeechOptions SpeechOf(const CutTicks& ticks) {
  analysis::SpeechOptions options;
  options.min_silence_s = ticks.min_silence_s;
  return options;
}

analysis::ChunkPeaksOptions ChunksOf(const EditTerm& term, const CutTicks& ticks) {
  return {.timebase = ticks.timebase,
          .threshold = term.threshold.value_or(edit::kCompatThreshold),
          .channel = term.channel};
}

// What makes fewer sounds. Gaps that a longer --min-cut closes are closed while they are heard.
constexpr std::string_view kMinCutHelps =
    "a longer --min-cut, up to 0.25 s, or a higher --edit audio:threshold= makes fewer";
constexpr std::string_view kPartsHelp =
    "a higher --edit audio:threshold= or a part of the recording at a time has fewer";

// Outwards, so that no sound is lost to the grid of frames.
edit::Range InTicks(const analysis::Interval& interval, Timebase timebase) {
  const double rate = static_cast<double>(timebase.num) / static_cast<double>(timebase.den);
  // Times of samples that lie on the grid are not quite whole in doubles.
  constexpr double kSlack = 1e-6;
  return {static_cast<std::int64_t>(std::floor(interval.start_s * rate + kSlack)),
          static_cast<std::int64_t>(std::ceil(interval.end_s * rate - kSlack))};
}

StreamFormat OneChannel(StreamFormat format) {
  format.channels = 1;
  format.channel_mask = 0;
  return format;
}

// Pushes blocks to an analyzer and takes what it finds.
template <typename Listener>
class DetectorOf : public CutDetector {
 public:
  DetectorOf(std::unique_ptr<Listener> analyzer, std::optional<int> channel)
      : analyzer_(std::move(analyzer)), channel_(channel) {}

  Result<void> Push(const AudioBlock& block) override {
    if (channel_) {
      const auto one = block.channels().subspan(static_cast<std::size_t>(*channel_), 1);
      analyzer_->Push({one, block.n_frames()});
    } else {
      analyzer_->Push(block);
    }
    return Drain();
  }
  Result<void> Finish() override {
    analyzer_->Finish();
    return Drain();
  }

 protected:
  // Takes over what has become certain.
  virtual Result<void> Drain() = 0;
  [[nodiscard]] Listener& analyzer() const { return *analyzer_; }

 private:
  std::unique_ptr<Listener> analyzer_;
  std::optional<int> channel_;  // nullopt: the analyzer hears them all
};

// Of an analyzer that finds intervals in seconds.
template <typename Listener>
class IntervalDetector final : public DetectorOf<Listener> {
 public:
  IntervalDetector(std::unique_ptr<Listener> analyzer, std::optional<int> channel,
                   const CutTicks& ticks)
      : DetectorOf<Listener>(std::move(analyzer), channel), ticks_(ticks) {}

 private:
  Result<void> Drain() override {
    std::array<analysis::Interval, Listener::kMaxPending> found{};
    const std::size_t n = this->analyzer().Drain(found);
    for (const analysis::Interval& interval : std::span(found).first(n)) {
      TM_TRY(this->AddRange(InTicks(interval, ticks_.timebase),
                            ticks_.min_silence_s < kLongestGap_s ? kMinCutHelps : kPartsHelp));
    }
    return {};
  }

  CutTicks ticks_;
};

class ChunkDetector final : public DetectorOf<ChunkPeaksAnalyzer> {
 public:
  // The analyzer looks for its channel itself.
  explicit ChunkDetector(std::unique_ptr<ChunkPeaksAnalyzer> analyzer)
      : DetectorOf(std::move(analyzer), std::nullopt) {}
  [[nodiscard]] std::int64_t n_ticks() const override { return analyzer().result().n_chunks; }

 private:
  Result<void> Drain() override {
    std::array<analysis::ChunkRun, ChunkPeaksAnalyzer::kMaxPending> found{};
    const std::size_t n = analyzer().Drain(found);
    for (const analysis::ChunkRun& run : std::span(found).first(n)) {
      TM_TRY(AddRange({run.begin, run.end}, kPartsHelp));
    }
    return {};
  }
};

class BeatDetector final : public DetectorOf<RhythmAnalyzer> {
 public:
  BeatDetector(std::unique_ptr<RhythmAnalyzer> analyzer, Timebase timebase)
      : DetectorOf(std::move(analyzer), std::nullopt), timebase_(timebase) {}

 private:
  Result<void> Drain() override {
    std::array<analysis::Beat, RhythmAnalyzer::kMaxPending> found{};
    const std::size_t n = analyzer().DrainBeats(found);
    for (const analysis::Beat& beat : std::span(found).first(n)) {
      TM_TRY(
          AddBeat({.tick = edit::NearestTick(beat.time_s, timebase_), .position = beat.position}));
    }
    std::array<analysis::TempoPoint, RhythmAnalyzer::kMaxPending> unused{};
    analyzer().DrainTempo(unused);
    return {};
  }

  Timebase timebase_;
};

StreamFormat HeardBy(const EditTerm& term, const StreamFormat& format) {
  return term.channel ? OneChannel(format) : format;
}

}  // namespace

std::size_t CutDetector::PlanBytes(const EditTerm& term, const CutTicks& ticks,
                                   const StreamFormat& format) {
  if (term.UsesBeats()) return RhythmAnalyzer::PlanBytes({}, format);
  if (term.kind == TermKind::kSpeech) return SpeechAnalyzer::PlanBytes(SpeechOf(ticks), format);
  if (ticks.compat_auto_editor) return ChunkPeaksAnalyzer::PlanBytes(ChunksOf(term, ticks), format);
  return ActivityAnalyzer::PlanBytes(ActivityOf(term, ticks), HeardBy(term, format));
}

std::size_t CutDetector::PlanAllowanceBytes(const EditTerm& term, const CutTicks& ticks,
                                            const StreamFormat& format) {
  if (term.UsesBeats()) return RhythmAnalyzer::PlanAllowanceBytes({}, format);
  if (term.kind == TermKind::kSpeech) {
    return SpeechAnalyzer::PlanAllowanceBytes(SpeechOf(ticks), format);
  }
  return 0;
}

std::size_t CutDetector::BeatListBytes(const EditTerm& term) {
  return term.UsesBeats() ? edit::kMaxGridBeats * sizeof(edit::GridBeat) : 0;
}

Result<std::unique_ptr<CutDetector>> CutDetector::Create(const EditTerm& term,
                                                         const CutTicks& ticks,
                                                         const StreamFormat& format,
                                                         memory::Arena& arena) {
  if (term.channel && *term.channel >= format.channels) {
    return Fail(ErrorCode::kUsage,
                fmt::format("--edit: there is no channel {}; the stream has {}, counted from 0",
                            *term.channel, format.channels));
  }
  if (term.UsesBeats()) {
    std::unique_ptr<RhythmAnalyzer> analyzer;
    TM_TRY_ASSIGN(analyzer, RhythmAnalyzer::Create({}, format, arena));
    return std::make_unique<BeatDetector>(std::move(analyzer), ticks.timebase);
  }
  if (term.kind == TermKind::kSpeech) {
    std::unique_ptr<SpeechAnalyzer> analyzer;
    TM_TRY_ASSIGN(analyzer, SpeechAnalyzer::Create(SpeechOf(ticks), format, arena));
    return std::make_unique<IntervalDetector<SpeechAnalyzer>>(std::move(analyzer), std::nullopt,
                                                              ticks);
  }
  if (ticks.compat_auto_editor) {
    std::unique_ptr<ChunkPeaksAnalyzer> analyzer;
    TM_TRY_ASSIGN(analyzer, ChunkPeaksAnalyzer::Create(ChunksOf(term, ticks), format, arena));
    return std::make_unique<ChunkDetector>(std::move(analyzer));
  }
  std::unique_ptr<ActivityAnalyzer> analyzer;
  TM_TRY_ASSIGN(analyzer,
                ActivityAnalyzer::Create(ActivityOf(term, ticks), HeardBy(term, format), arena));
  return std::make_unique<IntervalDetector<ActivityAnalyzer>>(std::move(analyzer), term.channel,
                                                              ticks);
}

Result<void> CutDetector::AddRange(edit::Range range, std::string_view helps) {
  if (ranges_.Append(range)) return {};
  return edit::TooManyRanges(helps);
}

Result<void> CutDetector::AddBeat(edit::GridBeat beat) {
  if (beats_.size() == edit::kMaxGridBeats) {
    return Fail(ErrorCode::kMemory,
                fmt::format("more than {} beats were found; cut a part of the recording at a time",
                            edit::kMaxGridBeats));
  }
  // All at once, so that it is never moved; what no beat is written to takes no memory.
  if (beats_.empty()) beats_.reserve(edit::kMaxGridBeats);
  beats_.push_back(beat);
  return {};
}

}  // namespace tidemark::engine
