// CutSequence: the pass of a clip sequence: a file of media for each clip, one after another; what
// is complete stays where a later one fails. Borrows media, timeline and cancellation. One owner,
// one thread.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/cut_render.h"

namespace tidemark::engine {

class CutSequence final : public CutPass {
 public:
  // `output.path` names the files (edit::ClipSequencePath). Otherwise as CutRender::Create().
  static Result<std::unique_ptr<CutSequence>> Create(const CutOutput& output,
                                                     const CutRenderPlan& plan, CutMedia& media,
                                                     const edit::Timeline& timeline,
                                                     std::span<const std::int64_t> stream_frames,
                                                     const Cancellation& cancellation);

  Result<bool> Next() override;
  Result<void> Finish() override { return {}; }
  [[nodiscard]] double done_s() const override;
  [[nodiscard]] double total_s() const override { return total_s_; }
  [[nodiscard]] std::string warning() const override { return warning_; }

 private:
  CutSequence(const CutOutput& output, const CutRenderPlan& plan, CutMedia& media,
              const edit::Timeline& timeline, std::span<const std::int64_t> stream_frames,
              const Cancellation& cancellation);
  Result<void> BeginClip();
  Result<void> EndClip();

  CutOutput output_;
  const CutRenderPlan& plan_;  // borrowed too
  CutMedia& media_;
  const edit::Timeline& timeline_;
  std::vector<std::int64_t> stream_frames_;
  const Cancellation& cancellation_;
  edit::Timeline clip_;  // the present one
  std::unique_ptr<CutRender> render_;
  std::vector<std::int64_t> source_frames_;  // where each stream stands
  std::size_t n_done_ = 0;
  double done_s_ = 0;
  double total_s_ = 0;
  std::string warning_;  // of the first clip that had one
};

}  // namespace tidemark::engine
