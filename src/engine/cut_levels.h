// CutLevels: the pass of `--levels`: the level of each moment of the first audio stream, as CSV.
// Borrows media and cancellation. One owner, one thread.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/cancellation.h"
#include "engine/cut_media.h"
#include "engine/cut_pass.h"
#include "engine/level_log.h"
#include "engine/plan.h"
#include "io/output_file.h"
#include "memory/arena.h"

namespace tidemark::engine {

class CutLevels final : public CutPass {
 public:
  static void AddToPlan(const CutMedia& media, Plan& plan);

  // To `path` ("" or "-": standard output). kIo where it cannot be made. REQUIRES: the first stream
  // stands at its start.
  static Result<std::unique_ptr<CutLevels>> Create(const std::string& path, CutMedia& media,
                                                   const Cancellation& cancellation);

  Result<bool> Next() override;
  Result<void> Finish() override;
  // Of the input, which is as long.
  [[nodiscard]] double done_s() const override;
  [[nodiscard]] double total_s() const override;
  [[nodiscard]] std::string warning() const override { return {}; }

 private:
  CutLevels(io::OutputFile output, CutMedia& media, const Cancellation& cancellation);

  io::OutputFile output_;
  CutMedia& media_;
  const Cancellation& cancellation_;
  std::optional<memory::Arena> arena_;
  std::span<float*> planes_;
  std::optional<LevelLog> log_;
  std::int64_t n_frames_ = 0;
};

}  // namespace tidemark::engine
