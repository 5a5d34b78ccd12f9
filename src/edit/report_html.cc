#include "edit/report_html.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <filesystem>

#include "base/text.h"
#include "edit/cut_totals.h"
#include "edit/report_html_assets.h"
#include "edit/report_html_picture.h"
#include "io/output_file.h"
#include "io/same_file.h"

namespace tidemark::edit {
namespace {

constexpr std::size_t kMaxStretches = kMaxReportColumns;

// Text of any origin, inside of an element or of an attribute in double quotes.
std::string Html(std::string_view text) {
  std::string out;
  for (const char c : ValidUtf8(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\'') {
      out += "&#39;";
    } else {
      out += byte < 0x20 || byte == 0x7F ? ' ' : c;
    }
  }
  return out;
}

// "1:02:03.456", "2:03.456": to the millisecond, as the script shows times.
std::string Clock(double seconds) {
  const std::int64_t ms = std::llround(std::max(seconds, 0.0) * 1000);
  const std::int64_t hours = ms / 3'600'000;
  const std::string rest = fmt::format("{:02}.{:03}", ms / 1000 % 60, ms % 1000);
  return hours > 0 ? fmt::format("{}:{:02}:{}", hours, ms / 60'000 % 60, rest)
                   : fmt::format("{}:{}", ms / 60'000, rest);
}

// For people: "1 h 2 min 3 s", "2 min 3 s", "3.4 s".
std::string Length(double seconds) {
  if (seconds < 59.95) return fmt::format("{:.1f} s", seconds);
  const std::int64_t s = std::llround(seconds);
  return s < 3600 ? fmt::format("{} min {} s", s / 60, s % 60)
                  : fmt::format("{} h {} min {} s", s / 3600, s / 60 % 60, s % 60);
}

std::string Count(std::size_t n, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", n, n == 1 ? one : many);
}

class Page {
 public:
  Page(const CutReport& report, io::OutputFile& output)
      : report_(report),
        output_(output),
        totals_(TotalsOf(report.timeline)),
        name_(Html(std::filesystem::path(report.timeline.media.path).filename().string())) {}

  void Write() {
    Head();
    Headline();
    Totals();
    Picture();
    Clips();
    Options();
    output_.Write(fmt::format(
        "<footer>Made by Tidemark {}. This page holds all that it shows; it loads nothing."
        "</footer>\n</main>\n<script>{}</script>\n</body>\n</html>\n",
        Html(report_.version), kReportScript));
  }

 private:
  void Head() {
    output_.Write(
        fmt::format("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                    "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                    "style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
                    "<title>{}: what was cut</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n",
                    name_, kReportStyle));
  }

  void Headline() {
    const double share = totals_.source_s > 0 ? totals_.saved_s / totals_.source_s : 0;
    const bool shorter = totals_.saved_s >= 0;
    std::string headline =
        fmt::format("{} {}", Length(std::abs(totals_.saved_s)), shorter ? "shorter" : "longer");
    if (std::abs(totals_.saved_s) < 0.05) headline = "As long as it was";
    output_.Write(
        fmt::format("<header>\n<h1>{}</h1>\n<p class=\"headline\">{}</p>\n", name_, headline));
    output_.Write(fmt::format("<p class=\"lead\">{} became {}: {:.0f}&nbsp;% {}. {}.",
                              Length(totals_.source_s), Length(totals_.output_s),
                              std::abs(share) * 100, shorter ? "less" : "more",
                              Count(totals_.n_cuts, "cut", "cuts")));
    if (!report_.output.empty()) output_.Write(fmt::format(" In {}.", Html(report_.output)));
    output_.Write("</p>\n</header>\n");
  }

  void Total(std::string_view name, std::string_view value, std::string_view more) {
    output_.Write(fmt::format("<div><dt>{}</dt><dd>{}", name, value));
    if (!more.empty()) output_.Write(fmt::format("<small>{}</small>", more));
    output_.Write("</dd></div>\n");
  }

  void Totals() {
    output_.Write("<dl class=\"totals\">\n");
    Total("Source", Clock(totals_.source_s), "");
    Total("Output", Clock(totals_.output_s), Count(totals_.n_clips, "clip", "clips"));
    const bool shorter = totals_.saved_s >= 0;
    Total(shorter ? "Time saved" : "Time added", Clock(std::abs(totals_.saved_s)), "");
    Total("Cuts", fmt::format("{}", totals_.n_cuts),
          totals_.n_cuts == 0 ? "" : fmt::format("{} removed", Clock(totals_.cut_s)));
    if (totals_.n_cuts > 0) {
      Total("Longest cut", Clock(totals_.longest_cut_s),
            fmt::format("at {}", Clock(totals_.longest_cut_at_s)));
    }
    if (totals_.changed_s > 0) Total("At another speed", Clock(totals_.changed_s), "of the source");
    output_.Write("</dl>\n");
  }

  void Picture() {
    if (totals_.source_s <= 0) return;
    const std::vector<Stretch> stretches = StretchesOf(report_.timeline, kMaxStretches);
    output_.Write(
        "<h2>What became of it</h2>\n<figure>\n<div class=\"bar\">"
        "<span class=\"key\"><i class=\"kept\"></i>kept</span>");
    if (totals_.changed_s > 0) {
      output_.Write("<span class=\"key\"><i class=\"fast\"></i>at another speed</span>");
    }
    output_.Write(
        "<span class=\"key\"><i></i>cut</span><span class=\"zoom\">"
        "<button id=\"out\" type=\"button\" aria-label=\"Zoom out\">&minus;</button>"
        "<button id=\"in\" type=\"button\" aria-label=\"Zoom in\">+</button>"
        "<button id=\"all\" type=\"button\">All</button></span></div>\n<div class=\"plot\">\n");
    const std::string label =
        fmt::format("Waveform of {}: {} of {} kept, {}. Arrow keys move, plus and minus zoom.",
                    name_, Clock(totals_.source_s - totals_.cut_s), Clock(totals_.source_s),
                    Count(totals_.n_cuts, "cut", "cuts"));
    WriteWaveform(report_.waveform, stretches, totals_.source_s, label, output_);
    output_.Write("<div id=\"hair\" class=\"hair\"></div>\n</div>\n");
    Axis();
    output_.Write("<output id=\"says\" aria-live=\"polite\"></output>\n</figure>\n");
    Data(stretches);
  }

  // For where no script runs; the script puts finer ones.
  void Axis() {
    constexpr int kParts = 5;
    output_.Write("<div id=\"axis\" class=\"axis\">");
    for (int i = 0; i < kParts; ++i) {
      output_.Write(fmt::format("<span style=\"left:{}%\">{}</span>", 100 * i / kParts,
                                Clock(totals_.source_s * i / kParts)));
    }
    output_.Write("</div>\n");
  }

  // [length, [[begin, end, speed, output, mixed], ...]]: numbers only.
  void Data(const std::vector<Stretch>& stretches) {
    output_.Write(
        fmt::format("<script type=\"application/json\" id=\"data\">[{:.3f},[", totals_.source_s));
    bool is_first = true;
    for (const Stretch& s : stretches) {
      output_.Write(fmt::format("{}[{:.3f},{:.3f},{},{:.3f},{}]", is_first ? "" : ",", s.begin_s,
                                s.end_s, s.speed, s.output_s, s.mixed ? 1 : 0));
      is_first = false;
    }
    output_.Write("]]</script>\n");
  }

  void Clips() {
    const Timeline& timeline = report_.timeline;
    const std::size_t n_shown = std::min(timeline.clips.size(), kMaxReportClips);
    const std::string shown =
        n_shown == timeline.clips.size()
            ? "All that is kept, in the order of the output."
            : fmt::format("The first {} of {}; cut.json (--export json) lists them all.", n_shown,
                          timeline.clips.size());
    output_.Write(fmt::format(
        "<h2>Clips</h2>\n<details><summary>{}</summary>\n<div class=\"scroll\" tabindex=\"0\">"
        "<table id=\"clips\"><caption>{}</caption>\n<thead><tr><th scope=\"col\">Clip</th>"
        "<th scope=\"col\">From</th><th scope=\"col\">To</th><th scope=\"col\">Length</th>"
        "<th scope=\"col\">Speed</th><th scope=\"col\">In the output</th></tr></thead>\n<tbody>\n",
        Count(timeline.clips.size(), "clip", "clips"), shown));
    std::int64_t output_ticks = 0;
    for (std::size_t i = 0; i < n_shown; ++i) {
      const Clip& clip = timeline.clips[i];
      const double begin_s = timeline.timebase.Seconds(clip.begin);
      const double end_s = timeline.timebase.Seconds(clip.end);
      output_.Write(
          fmt::format("<tr data-b=\"{:.3f}\" data-e=\"{:.3f}\"><th scope=\"row\">{}</th>"
                      "<td>{}</td><td>{}</td><td>{}</td><td>{}&times;</td><td>{}</td>"
                      "</tr>\n",
                      begin_s, end_s, i + 1, Clock(begin_s), Clock(end_s), Clock(end_s - begin_s),
                      clip.speed, Clock(timeline.timebase.Seconds(output_ticks))));
      output_ticks += tidemark::OutputTicks(clip);
    }
    output_.Write("</tbody></table></div></details>\n");
  }

  void Options() {
    if (report_.options.empty()) return;
    output_.Write("<h2>Options</h2>\n<dl class=\"options\">\n");
    for (const auto& [name, value] : report_.options) {
      output_.Write(fmt::format("<dt>{}</dt><dd>{}</dd>\n", Html(name), Html(value)));
    }
    output_.Write("</dl>\n");
  }

  const CutReport& report_;
  io::OutputFile& output_;
  CutTotals totals_;
  std::string name_;  // of the source, as HTML
};

}  // namespace

Result<void> WriteCutReport(const CutReport& report, const std::string& path,
                            const Cancellation* cancellation) {
  assert(report.waveform.min_max.size() <= 2 * kMaxReportColumns);
  if (io::IsSameFile(report.timeline.media.path, path)) {
    return Fail(
        ErrorCode::kUsage,
        fmt::format("{}: the report would replace its own source; give it another name", path));
  }
  auto output = io::OutputFile::Create(path, io::OutputFile::Mode::kWhole, cancellation);
  if (!output) return tl::unexpected<Error>(std::move(output).error());
  Page(report, *output).Write();
  return output->Commit();
}

}  // namespace tidemark::edit
