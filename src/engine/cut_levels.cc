#include "engine/cut_levels.h"

#include <utility>

#include "base/units.h"
#include "edit/compat_rules.h"

namespace tidemark::engine {
namespace {

std::size_t BytesOf(const CutMedia& media) {
  const auto channels = static_cast<std::size_t>(media.info().audio.front().channels);
  return memory::ArenaBytes<float*>(channels) + channels * memory::ArenaBytes<float>(kBlockFrames);
}

}  // namespace

void CutLevels::AddToPlan(const CutMedia& media, Plan& plan) {
  plan.Add("levels", BytesOf(media), PlanKind::kOurs);
}

CutLevels::CutLevels(io::OutputFile output, CutMedia& media, const Cancellation& cancellation)
    : output_(std::move(output)), media_(media), cancellation_(cancellation) {}

Result<std::unique_ptr<CutLevels>> CutLevels::Create(const std::string& path, CutMedia& media,
                                                     const Cancellation& cancellation) {
  auto output = io::OutputFile::Create(path, io::OutputFile::Mode::kWhole, &cancellation);
  if (!output) return tl::unexpected<Error>(output.error());
  std::unique_ptr<CutLevels> levels(new CutLevels(*std::move(output), media, cancellation));
  TM_TRY_ASSIGN(levels->arena_, memory::Arena::Create(BytesOf(media)));
  const StreamFormat& format = media.info().audio.front();
  levels->planes_ = levels->arena_->Take<float*>(static_cast<std::size_t>(format.channels));
  for (float*& plane : levels->planes_) plane = levels->arena_->Take<float>(kBlockFrames).data();
  const auto& video = media.info().video;
  const auto rate = video ? std::optional(video->frame_rate) : std::nullopt;
  levels->log_.emplace(edit::CompatTimebase(rate), format.sample_rate_hz, levels->output_);
  return levels;
}

Result<bool> CutLevels::Next() {
  if (cancellation_.requested()) return Fail(ErrorCode::kCancelled, "interrupted");
  std::size_t n = 0;
  TM_TRY_ASSIGN(n, media_.source(0).Read({planes_, kBlockFrames}));
  log_->Push({planes_, n});
  n_frames_ += static_cast<std::int64_t>(n);
  return n == kBlockFrames;
}

Result<void> CutLevels::Finish() {
  log_->Finish();
  return output_.Commit();
}

double CutLevels::done_s() const {
  return static_cast<double>(n_frames_) / media_.info().audio.front().sample_rate_hz;
}

double CutLevels::total_s() const { return media_.info().duration_s; }

}  // namespace tidemark::engine
