#include "engine/cut_copy.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "io/pcm_layout.h"

namespace tidemark::engine {
namespace {

constexpr Timebase kMicroseconds{1'000'000, 1};
constexpr double kMoved_s = 0.0005;  // the summary tells milliseconds

std::int64_t Microseconds(double seconds) { return std::llround(seconds * 1e6); }

}  // namespace

Result<std::unique_ptr<CutCopy>> CutCopy::Create(const CutOutput& output, const CutMedia& media,
                                                 const edit::Timeline& timeline,
                                                 const Cancellation& cancellation) {
  io::CopySpec spec;
  spec.input_path = media.open_path();
  spec.output_path = output.path;
  spec.container = output.container;
  spec.timebase = timeline.timebase;
  spec.clips = timeline.clips;
  spec.overwrite = output.overwrite;
  spec.cancellation = &cancellation;
  std::unique_ptr<io::CopyCut> copy;
  TM_TRY_ASSIGN(copy, io::OpenCopyCut(spec));
  return std::unique_ptr<CutCopy>(new CutCopy(std::move(copy)));
}

std::string CutCopy::warning() const {
  std::string line;
  for (const std::string& note : copy_->notes()) io::AddWarning(line, note);
  return line;
}

edit::Timeline CutCopy::Written(const edit::Timeline& asked) const {
  edit::Timeline written;
  written.media = asked.media;
  written.timebase = kMicroseconds;
  written.n_ticks = Microseconds(asked.timebase.Seconds(asked.n_ticks));
  for (const io::CopiedClip& clip : copy_->clips()) {
    const Clip copied{Microseconds(clip.begin_s), Microseconds(clip.end_s), 1};
    if (copied.begin < copied.end) written.clips.push_back(copied);
    written.n_ticks = std::max(written.n_ticks, copied.end);
  }
  return written;
}

std::vector<CutMove> CutCopy::moves() const {
  std::vector<CutMove> moves;
  for (const io::CopiedClip& clip : copy_->clips()) {
    if (std::abs(clip.begin_s - clip.asked_begin_s) < kMoved_s &&
        std::abs(clip.end_s - clip.asked_end_s) < kMoved_s) {
      continue;
    }
    moves.push_back({.asked_begin_s = clip.asked_begin_s,
                     .asked_end_s = clip.asked_end_s,
                     .begin_s = clip.begin_s,
                     .end_s = clip.end_s});
  }
  return moves;
}

}  // namespace tidemark::engine
