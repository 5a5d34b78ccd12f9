#include "engine/click_stage.h"

#include <cmath>
#include <limits>

namespace tidemark::engine {

void ClickStage::AddToPlan(Plan& plan) {
  plan.Add("click track", io::ClickTrack::PlanBytes(), PlanKind::kOurs);
}

Result<std::unique_ptr<ClickStage>> ClickStage::Create(const AnalyzeOptions& options,
                                                       const StreamFormat& format,
                                                       const RecordLog<analysis::Beat>& beats,
                                                       memory::Arena& arena) {
  std::unique_ptr<ClickStage> stage(new ClickStage(options, format, beats));
  TM_TRY_ASSIGN(stage->track_, io::ClickTrack::Create(options.click_path, format, arena));
  return stage;
}

Result<void> ClickStage::Push(const ReadBlock& block) {
  if (track_->n_frames() == 0) start_ = block.first_frame;
  return track_->Append(block.audio);
}

Result<void> ClickStage::AddClicks() {
  return AddClicksUpTo(track_->n_frames() - track_->n_click_frames());
}

Result<void> ClickStage::Finish() {
  TM_TRY(AddClicksUpTo(std::numeric_limits<std::int64_t>::max()));
  return track_->Finish();
}

Result<void> ClickStage::AddClicksUpTo(std::int64_t last_frame) {
  for (;; next_ = nullptr) {
    if (next_ == nullptr) {
      TM_TRY_ASSIGN(next_, beats_.Next());
    }
    if (next_ == nullptr) return {};
    const std::int64_t frame = std::llround(next_->time_s * rate_hz_) - start_;
    if (frame > last_frame) return {};
    TM_TRY(track_->AddClick(frame, next_->position == 1));
  }
}

void ClickStage::FillReport(Report& report) const {
  report.click = ClickSection{path_, track_->n_clicks()};
}

}  // namespace tidemark::engine
