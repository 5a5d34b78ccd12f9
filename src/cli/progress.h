// Progress: how far a file is, on standard error, a few times a second at most.
// One per run; main thread. Never writes to standard output.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "cli/options.h"

namespace tidemark::cli {

class Progress {
 public:
  // kAuto is a bar where standard error is a terminal, else nothing.
  explicit Progress(ProgressStyle style);

  void BeginFile(std::string_view path, std::optional<double> total_s);
  // Call as often as you like; it looks at the clock and mostly returns.
  void Update(double done_s);
  // Wipes the bar, so that the report starts on a clean line.
  void EndFile();

 private:
  void Draw(double now_s);
  void DrawBar(double speed);
  void Write(std::string_view text) const;

  ProgressStyle style_;
  std::string name_;
  std::optional<double> total_s_;
  double done_s_ = 0;
  double began_s_ = 0;
  double next_draw_s_ = 0;
  bool drawn_ = false;
};

}  // namespace tidemark::cli
