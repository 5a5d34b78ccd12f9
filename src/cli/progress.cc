#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/clock.h"
#include "base/text.h"
#include "base/units.h"

namespace tidemark::cli {
namespace {

constexpr double kBarInterval_s = 0.1;
constexpr double kLineInterval_s = 1.0;
constexpr std::size_t kBarCells = 30;

// For JSON strings: quotes and backslashes escaped, control characters dropped by Printable.
std::string Quoted(std::string_view text) {
  std::string out;
  for (const char c : Printable(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

Progress::Progress(ProgressStyle style) : style_(style) {
  if (style_ == ProgressStyle::kAuto) {
    style_ = isatty(STDERR_FILENO) != 0 ? ProgressStyle::kBar : ProgressStyle::kNone;
  }
}

void Progress::BeginFile(std::string_view path, std::optional<double> total_s) {
  name_ = style_ == ProgressStyle::kJson ? Quoted(path) : Printable(path);
  total_s_ = total_s;
  done_s_ = 0;
  began_s_ = WallSeconds();
  next_draw_s_ = began_s_ + kBarInterval_s;
}

void Progress::Update(double done_s) {
  done_s_ = done_s;
  if (style_ == ProgressStyle::kNone) return;
  const double now = WallSeconds();
  if (now < next_draw_s_) return;
  next_draw_s_ = now + (style_ == ProgressStyle::kBar ? kBarInterval_s : kLineInterval_s);
  Draw(now);
}

void Progress::EndFile() {
  if (style_ == ProgressStyle::kBar && drawn_) Write("\r\033[K");
  if (style_ == ProgressStyle::kJson) Draw(WallSeconds());
  drawn_ = false;
}

void Progress::Draw(double now_s) {
  const double speed = done_s_ / std::max(now_s - began_s_, 1e-6);
  drawn_ = true;
  if (style_ == ProgressStyle::kBar) {
    DrawBar(speed);
  } else if (style_ == ProgressStyle::kPlain) {
    const std::string of = total_s_ ? " of " + FormatDuration(*total_s_) : "";
    Write(fmt::format("{}: {}{}, {:.0f} x real time\n", name_, FormatDuration(done_s_), of, speed));
  } else {
    const std::string total = total_s_ ? fmt::format("{:.3f}", *total_s_) : "null";
    Write(fmt::format(
        R"({{"progress":{{"path":"{}","done_s":{:.3f},"total_s":{},"x_realtime":{:.1f}}}}})"
        "\n",
        name_, done_s_, total, speed));
  }
}

void Progress::DrawBar(double speed) {
  if (!total_s_ || *total_s_ <= 0) {
    Write(fmt::format("\r\033[K{}  {}  {:.0f}x", name_, FormatDuration(done_s_), speed));
    return;
  }
  const double share = std::clamp(done_s_ / *total_s_, 0.0, 1.0);
  const auto full = static_cast<std::size_t>(std::lround(share * kBarCells));
  const double left_s = std::max(*total_s_ - done_s_, 0.0) / std::max(speed, 1e-6);
  Write(fmt::format("\r\033[K{}  [{:#<{}}{:.<{}}] {:3.0f} %  {:.0f}x  {} left", name_, "", full, "",
                    kBarCells - full, 100 * share, speed, FormatDuration(left_s)));
}

void Progress::Write(std::string_view text) const {
  // A closed standard error is no reason to fail: progress is only a courtesy.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
}

}  // namespace tidemark::cli
