// CutPass: one thing that a cut writes, piece by piece: media, a copy, a sequence of clips, levels.
// The caller pulls: Next until false, Finish. Without Finish nothing is left behind. One owner, one
// thread.
#pragma once

#include <string>

#include "base/result.h"

namespace tidemark::engine {

class CutPass {
 public:
  CutPass() = default;
  CutPass(const CutPass&) = delete;
  CutPass& operator=(const CutPass&) = delete;
  virtual ~CutPass() = default;

  // Writes on; false at the end. Errors of what is read and what is written, each naming the file;
  // kCancelled.
  virtual Result<bool> Next() = 0;
  // Completes the file; it gets its name. REQUIRES: Next() has returned false.
  virtual Result<void> Finish() = 0;

  // Seconds of the output.
  [[nodiscard]] virtual double done_s() const = 0;
  [[nodiscard]] virtual double total_s() const = 0;
  // What could not be kept as it was, in one line for people; empty if nothing.
  [[nodiscard]] virtual std::string warning() const = 0;
};

}  // namespace tidemark::engine
