#include "engine/cut_analysis.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/text.h"
#include "dsp/finite_kernels.h"
#include "edit/beat_grid.h"
#include "edit/compat_rules.h"
#include "edit/range_list.h"
#include "engine/cut_lists.h"

namespace tidemark::engine {
namespace {

constexpr std::size_t kReadFrames = 8 * kBlockFrames;

// What a term that wants the beat grid makes a detector of beats listen for.
edit::EditTerm BeatsOf(const edit::EditTerm& term) {
  edit::EditTerm beats;
  beats.kind = edit::TermKind::kBeats;
  beats.stream = term.stream;
  return beats;
}

bool OnGridAlone(const edit::EditTerm& term) {
  return term.kind == edit::TermKind::kBeats || term.kind == edit::TermKind::kBars;
}

// The streams that a term listens to.
std::vector<std::size_t> StreamsOf(const edit::EditTerm& term, std::size_t n_streams) {
  if (term.stream) return {static_cast<std::size_t>(*term.stream)};
  if (OnGridAlone(term)) return {0};
  std::vector<std::size_t> all(n_streams);
  for (std::size_t i = 0; i < n_streams; ++i) all[i] = i;
  return all;
}

}  // namespace

CutTicks CutAnalysis::TicksOf(const CutRules& rules, const CutMedia& media) {
  if (!rules.compat_auto_editor) {
    return {.timebase = media.timebase(),
            .min_silence_s = std::clamp(rules.options.min_cut_s, 0.0, kLongestGap_s)};
  }
  const auto& video = media.info().video;
  const auto rate = video ? std::optional(video->frame_rate) : std::nullopt;
  return {.timebase = edit::CompatTimebase(rate), .compat_auto_editor = true};
}

std::vector<CutAnalysis::Wish> CutAnalysis::WishesOf(const CutRules& rules, const CutMedia& media) {
  std::vector<Wish> wishes;
  const auto add = [&](std::size_t stream, const edit::EditTerm& term) {
    edit::EditTerm heard = term;
    heard.stream.reset();  // Wish::stream says it
    const Wish wish{stream, heard};
    if (std::ranges::find(wishes, wish) == wishes.end()) wishes.push_back(wish);
  };
  for (const edit::EditTerm& term : rules.rule.terms()) {
    for (const std::size_t stream : StreamsOf(term, media.n_streams())) {
      if (!OnGridAlone(term)) add(stream, term.Detector());
    }
    if (term.UsesBeats()) {
      add(static_cast<std::size_t>(term.stream.value_or(0)), BeatsOf(term));
    }
  }
  return wishes;
}

std::vector<std::vector<std::size_t>> CutAnalysis::HeardFor(const edit::EditRule& rule,
                                                            const std::vector<Wish>& wishes,
                                                            std::size_t n_streams) {
  std::vector<std::vector<std::size_t>> heard;
  for (const edit::EditTerm& term : rule.terms()) {
    std::vector<std::size_t>& lists = heard.emplace_back();
    if (OnGridAlone(term)) continue;
    edit::EditTerm wanted = term.Detector();
    wanted.stream.reset();
    for (const std::size_t stream : StreamsOf(term, n_streams)) {
      const auto wish = std::ranges::find(wishes, Wish{stream, wanted});
      lists.push_back(static_cast<std::size_t>(wish - wishes.begin()));
    }
  }
  return heard;
}

std::size_t CutAnalysis::BytesOf(const CutAnalysisOptions& options, const CutMedia& media) {
  const CutTicks ticks = TicksOf(options.rules, media);
  std::size_t channels = 1;
  for (const StreamFormat& format : media.info().audio) {
    channels = std::max(channels, static_cast<std::size_t>(format.channels));
  }
  std::size_t bytes =
      2 * memory::ArenaBytes<float*>(channels) + channels * memory::ArenaBytes<float>(kReadFrames);
  if (options.waveform) bytes += WaveformColumns::PlanBytes();
  for (const Wish& wish : WishesOf(options.rules, media)) {
    if (wish.stream >= media.n_streams()) continue;
    bytes += CutDetector::PlanBytes(wish.term, ticks, media.info().audio[wish.stream]);
  }
  return bytes;
}

void CutAnalysis::AddToPlan(const CutAnalysisOptions& options, const CutMedia& media, Plan& plan) {
  const CutTicks ticks = TicksOf(options.rules, media);
  const std::vector<Wish> wishes = WishesOf(options.rules, media);
  plan.Add("detectors and their blocks", BytesOf(options, media), PlanKind::kOurs);
  std::size_t libraries = 0;
  std::size_t beats = 0;
  for (const Wish& wish : wishes) {
    if (wish.stream >= media.n_streams()) continue;
    libraries += CutDetector::PlanAllowanceBytes(wish.term, ticks, media.info().audio[wish.stream]);
    beats += CutDetector::BeatListBytes(wish.term);
  }
  if (libraries > 0) plan.Add("libraries of the detectors", libraries, PlanKind::kAllowance);
  const auto heard = HeardFor(options.rules.rule, wishes, media.n_streams());
  plan.Add("lists of what is found, and clips, at most", CutListBytes(options.rules, heard),
           PlanKind::kAllowance);
  if (beats == 0) return;
  plan.Add("lists of beats, at most", beats + edit::OnBeatGridBytes(edit::kMaxGridBeats),
           PlanKind::kAllowance);
}

Result<std::unique_ptr<CutAnalysis>> CutAnalysis::Create(const CutAnalysisOptions& options,
                                                         CutMedia& media,
                                                         const Cancellation& cancellation) {
  std::unique_ptr<CutAnalysis> analysis(new CutAnalysis(options, media, cancellation));
  for (const Wish& wish : analysis->wishes_) {
    if (wish.stream < media.n_streams()) continue;
    return Fail(ErrorCode::kUsage,
                fmt::format("--edit: {} has no audio stream {}; it has {}, counted from 0",
                            Printable(media.info().path), wish.stream, media.n_streams()));
  }
  TM_TRY_ASSIGN(analysis->arena_, memory::Arena::Create(BytesOf(options, media)));
  memory::Arena& arena = *analysis->arena_;
  std::size_t channels = 1;
  for (const StreamFormat& format : media.info().audio) {
    channels = std::max(channels, static_cast<std::size_t>(format.channels));
  }
  analysis->planes_ = arena.Take<float*>(channels);
  analysis->part_planes_ = arena.Take<float*>(channels);
  for (float*& plane : analysis->planes_) plane = arena.Take<float>(kReadFrames).data();
  if (options.waveform) analysis->waveform_.emplace(arena);
  for (const Wish& wish : analysis->wishes_) {
    std::unique_ptr<CutDetector> detector;
    TM_TRY_ASSIGN(detector, CutDetector::Create(wish.term, analysis->ticks_,
                                                media.info().audio[wish.stream], arena));
    analysis->detectors_.push_back(std::move(detector));
    analysis->heard_[wish.stream] = true;
    analysis->stream_frames_[wish.stream] = 0;
  }
  return analysis;
}

CutAnalysis::CutAnalysis(const CutAnalysisOptions& options, CutMedia& media,
                         const Cancellation& cancellation)
    : options_(options),
      media_(media),
      cancellation_(cancellation),
      ticks_(TicksOf(options.rules, media)),
      wishes_(WishesOf(options.rules, media)),
      heard_for_(HeardFor(options.rules.rule, wishes_, media.n_streams())),
      uses_left_(wishes_.size()),
      heard_(media.n_streams()),
      ended_(media.n_streams()),
      stream_frames_(media.n_streams()) {
  for (const edit::EditRule::Step& step : options_.rules.rule.steps()) {
    if (step.kind != edit::EditRule::Step::Kind::kTerm) continue;
    for (const std::size_t wish : heard_for_[step.term]) ++uses_left_[wish];
  }
  // The length of the first is the recording's. Nobody has to listen where it lies in the open.
  const io::Source& first = media.source(0);
  if (first.extent() && first.info().declared_frames && !first.truncated() && !options.waveform) {
    stream_frames_[0] = *first.info().declared_frames;
  } else {
    heard_[0] = true;
  }
}

double CutAnalysis::done_s() const {
  return static_cast<double>(stream_frames_[0]) / media_.info().audio[0].sample_rate_hz;
}

// Streams are read in step, so that the file is read once, from its start to its end.
Result<bool> CutAnalysis::Next() {
  if (cancellation_.requested()) return Fail(ErrorCode::kCancelled, "interrupted");
  std::optional<std::size_t> behind;
  double behind_s = 0;
  for (std::size_t stream = 0; stream < media_.n_streams(); ++stream) {
    if (!heard_[stream] || ended_[stream]) continue;
    const double at_s =
        static_cast<double>(stream_frames_[stream]) / media_.info().audio[stream].sample_rate_hz;
    if (behind && at_s >= behind_s) continue;
    behind = stream;
    behind_s = at_s;
  }
  if (!behind) return false;
  const auto channels = static_cast<std::size_t>(media_.info().audio[*behind].channels);
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, media_.source(*behind).Read({planes_.first(channels), kReadFrames}));
  TM_TRY(PushBlock(*behind, n));
  stream_frames_[*behind] += static_cast<std::int64_t>(n);
  if (n == kReadFrames) return true;
  ended_[*behind] = true;
  for (std::size_t i = 0; i < wishes_.size(); ++i) {
    if (wishes_[i].stream == *behind) TM_TRY(detectors_[i]->Finish());
  }
  return true;
}

Result<void> CutAnalysis::PushBlock(std::size_t stream, std::size_t n_frames) {
  const auto channels = static_cast<std::size_t>(media_.info().audio[stream].channels);
  for (std::size_t at = 0; at < n_frames; at += kBlockFrames) {
    const std::size_t n = std::min(kBlockFrames, n_frames - at);
    for (std::size_t c = 0; c < channels; ++c) {
      part_planes_[c] = planes_[c] + at;
      dsp::ReplaceNonFinite({part_planes_[c], n});
    }
    const AudioBlock part(part_planes_.first(channels), n);
    for (std::size_t i = 0; i < wishes_.size(); ++i) {
      if (wishes_[i].stream == stream) TM_TRY(detectors_[i]->Push(part));
    }
    if (stream == 0 && waveform_) waveform_->Push(part);
  }
  return {};
}

std::int64_t CutAnalysis::CountTicks() const {
  std::int64_t n_ticks = 0;
  for (const auto& detector : detectors_) n_ticks = std::max(n_ticks, detector->n_ticks());
  const double rate =
      static_cast<double>(ticks_.timebase.num) / static_cast<double>(ticks_.timebase.den);
  if (n_ticks == 0) {
    for (std::size_t stream = 0; stream < media_.n_streams(); ++stream) {
      const double frames = static_cast<double>(stream_frames_[stream]);
      const double ticks = frames * rate / media_.info().audio[stream].sample_rate_hz;
      n_ticks = std::max(n_ticks, static_cast<std::int64_t>(std::ceil(ticks - 1e-6)));
    }
  }
  // Pictures may go on behind the sound.
  if (media_.info().video && !ticks_.compat_auto_editor) {
    n_ticks = std::max(n_ticks, edit::NearestTick(media_.info().duration_s, ticks_.timebase));
  }
  return n_ticks;
}

// At its last use a list is taken; before, it is copied.
Result<edit::RangeList> CutAnalysis::RangesOf(std::size_t index, std::int64_t n_ticks) {
  const edit::EditTerm& term = options_.rules.rule.terms()[index];
  edit::RangeList ranges;
  for (const std::size_t wish : heard_for_[index]) {
    CutDetector& detector = *detectors_[wish];
    ranges = edit::Or(std::move(ranges),
                      --uses_left_[wish] == 0 ? detector.TakeRanges() : detector.ranges());
    if (ranges.size() > edit::RangeList::kMaxRanges) {
      return edit::TooManyRanges("stream=N in --edit listens to one stream, which has fewer");
    }
  }
  if (!term.UsesBeats()) return ranges;
  edit::EditTerm wanted = BeatsOf(term);
  wanted.stream.reset();
  const Wish beats{static_cast<std::size_t>(term.stream.value_or(0)), wanted};
  const auto wish = std::ranges::find(wishes_, beats);
  return edit::OnBeatGrid(term, std::move(ranges),
                          detectors_[static_cast<std::size_t>(wish - wishes_.begin())]->beats(),
                          n_ticks);
}

Result<edit::Timeline> CutAnalysis::Decide() {
  const std::string name = Printable(media_.info().path);
  if (stream_frames_[0] == 0) {
    return Fail(ErrorCode::kBadData,
                fmt::format("{}: holds no audio; there is nothing to cut", name));
  }
  edit::Timeline timeline;
  timeline.timebase = ticks_.timebase;
  timeline.n_ticks = CountTicks();
  media_.set_duration_s(timeline.timebase.Seconds(timeline.n_ticks));
  timeline.media = media_.info();
  edit::RangeList loud;
  TM_TRY_ASSIGN(loud, edit::Evaluate(
                          options_.rules.rule,
                          [&](std::size_t term) { return RangesOf(term, timeline.n_ticks); },
                          timeline.n_ticks));
  const auto make = options_.rules.compat_auto_editor ? edit::MakeCompatClips : edit::MakeClips;
  TM_TRY_ASSIGN(timeline.clips,
                make(std::move(loud), options_.rules.options, timeline.timebase, timeline.n_ticks));
  if (timeline.clips.empty()) {
    return Fail(
        ErrorCode::kBadData,
        fmt::format("{}: nothing would be left: --edit, --min-clip and --cut remove all of it; "
                    "a lower --edit audio:threshold= keeps more, --levels shows what is there",
                    name));
  }
  return timeline;
}

std::span<const float> CutAnalysis::waveform() {
  return waveform_ ? waveform_->Finish() : std::span<const float>();
}

}  // namespace tidemark::engine
