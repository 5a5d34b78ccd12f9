// CutCopy: the pass of `--copy`: whole packets of the clips, nothing decoded. Borrows the
// cancellation. One owner, one thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/cancellation.h"
#include "edit/timeline.h"
#include "engine/cut_media.h"
#include "engine/cut_options.h"
#include "engine/cut_pass.h"
#include "engine/cut_summary.h"
#include "io/ffmpeg_copy.h"

namespace tidemark::engine {

class CutCopy final : public CutPass {
 public:
  // Errors: those of io::OpenCopyCut().
  static Result<std::unique_ptr<CutCopy>> Create(const CutOutput& output, const CutMedia& media,
                                                 const edit::Timeline& timeline,
                                                 const Cancellation& cancellation);

  Result<bool> Next() override { return copy_->Step(); }
  Result<void> Finish() override { return copy_->Finish(); }
  [[nodiscard]] double done_s() const override { return copy_->done_s(); }
  [[nodiscard]] double total_s() const override { return copy_->total_s(); }
  [[nodiscard]] std::string warning() const override;

  // What was written of `asked`, which is what Create() was given: its clips are where those of the
  // output begin and end, in microseconds.
  [[nodiscard]] edit::Timeline Written(const edit::Timeline& asked) const;
  // The clips that are not where they were asked for.
  [[nodiscard]] std::vector<CutMove> moves() const;

 private:
  explicit CutCopy(std::unique_ptr<io::CopyCut> copy) : copy_(std::move(copy)) {}

  std::unique_ptr<io::CopyCut> copy_;
};

}  // namespace tidemark::engine
