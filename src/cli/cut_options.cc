#include "cli/cut_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <utility>

#include "base/units.h"
#include "cli/cut_options_check.h"
#include "cli/option_text.h"
#include "engine/cut_tracks.h"

namespace tidemark::cli {
namespace {

constexpr double kCutSpeed = 99'999;  // how other programs write "removed"
constexpr double kLongestFade_s = 1;
const std::string kDefaultRule = "audio";

void AddRules(CLI::App& app, CutText& text) {
  const char* const group = "What is kept";
  app.add_option(
         "--edit", text.edit,
         "What is loud: audio (default), audio:threshold=4%, audio:threshold=-28dB, speech, "
         "beats, none, all; with and, or, xor, not")
      ->group(group);
  app.add_option("--margin", text.margin, "Widen what is loud: BEFORE[,AFTER] (0.2s)")
      ->group(group);
  app.add_option("--min-cut", text.min_cut, "Shorter silences stay (0.2s)")->group(group);
  app.add_option("--min-clip", text.min_clip, "Shorter sounds go (0.1s)")->group(group);
  app.add_option("--max-pause", text.max_pause,
                 "Shorten longer pauses to this instead of removing them")
      ->group(group);
  app.add_option("--keep", text.keep, "Keep START,END: 90, 1:30, 25%, end, -10 from the end")
      ->group(group)
      ->allow_extra_args(false);
  app.add_option("--cut", text.cut, "Cut START,END")->group(group)->allow_extra_args(false);
  app.add_option("--set-speed", text.set_speed, "Play START,END,SPEED")
      ->group(group)
      ->allow_extra_args(false);
  app.add_option("--compat", text.compat, "auto-editor: exactly its cut list")
      ->check(CLI::IsMember({"auto-editor"}).description(""))
      ->option_text("PROGRAM")
      ->group(group);
}

void AddSpeed(CLI::App& app, CutText& text) {
  const char* const group = "Speed";
  app.add_option("--silent-speed", text.silent_speed,
                 "Play silence this many times as fast instead of cutting it")
      ->group(group);
  app.add_option("--loud-speed", text.loud_speed, "Play the rest this many times as fast (1)")
      ->group(group);
  app.add_flag("--varispeed", text.varispeed, "Let the pitch follow the speed, as on a tape")
      ->group(group);
}

void AddOutput(CLI::App& app, CutText& text) {
  engine::CutOutput& media = text.command.request.output;
  const char* const group = "Output";
  app.add_option("-o,--output", media.path, "Write here (IN_cut.EXT); - is standard output")
      ->group(group);
  app.add_flag("--overwrite", media.overwrite, "Replace a file that is there")->group(group);
  app.add_option("--container", media.container, "wav, flac, ogg, opus, mp3, m4a, mp4, mkv, ...")
      ->group(group);
  app.add_option("--audio-codec", media.audio_codec, "An encoder of FFmpeg, or pcm_s24le and such")
      ->group(group);
  app.add_option("--bits", media.bits, "Of a sample: 8, 16, 24 or 32")
      ->check(CLI::IsMember({8, 16, 24, 32}).description(""))
      ->option_text("BITS")
      ->group(group);
  app.add_option("--bitrate", text.bit_rate, "Of lossy audio: 128k")->group(group);
  app.add_option("--fade", text.fade, "At joins, equal power (3ms); 0 for none")->group(group);
  app.add_flag("--no-video", text.no_video, "Write the audio alone")->group(group);
  app.add_option("--video-codec", media.video_codec, "An encoder of FFmpeg (libx264)")
      ->group(group);
  app.add_option("--crf", media.crf, "Quality of the video; lower is better (18)")
      ->check(CLI::Range(0, 63).description(""))
      ->option_text("CRF")
      ->group(group);
  app.add_option("--preset", media.preset, "Of the video encoder (medium)")->group(group);
  app.add_flag("--copy", text.copy, "Cut at key frames and encode nothing")->group(group);
}

void AddInstead(CLI::App& app, CutText& text) {
  const char* const group = "Instead of media, or beside it";
  app.add_option("--export", text.export_format,
                 "A timeline: otio, fcpxml, premiere, resolve, edl, kdenlive, shotcut, ffconcat, "
                 "audacity, clip-sequence, json, v1, v2, v3")
      ->option_text("FORMAT")
      ->group(group);
  app.add_flag("--dry-run", text.dry_run, "Say what would be cut")->group(group);
  app.add_flag("--levels", text.levels, "Print the level of each moment")->group(group);
  app.add_option("--report", text.command.request.report_path, "Write a page that shows the cuts")
      ->group(group);
  app.add_option("--format", text.format, "text or json: how the result is told")
      ->check(CLI::IsMember({"text", "json"}).description(""))
      ->option_text("FORMAT")
      ->group(group);
}

void AddRun(CLI::App& app, CutText& text) {
  io::OpenOptions& open = text.command.request.options.open;
  app.add_option("--raw", text.raw, "Headerless PCM: RATE:CHANNELS:FORMAT, as 44100:2:s16le")
      ->group("Reading");
  app.add_option("--tmpdir", open.tmpdir, "Where unnamed temporary files go")->group("Reading");
  app.add_option("--tmp-max", text.tmp_max, "Their size at most (default 4G)")->group("Reading");
  app.add_option("--memory", text.memory,
                 "The ceiling: refuse a plan over it, enforce it (the plan)")
      ->group("Memory");
  app.add_flag("--explain", text.command.explain, "Print the memory plan and stop")
      ->group("Memory");
  AddProgressOption(app, text.command.progress);
}

Result<double> ParseSpeed(const std::string& text) {
  const auto speed = ParseNumber(text);
  if (!speed || !(*speed > 0)) {
    return Fail(ErrorCode::kUsage, fmt::format("'{}' is not a speed above 0", text));
  }
  return *speed;
}

// "128k", "96000".
Result<std::int64_t> ParseBitRate(const std::string& text) {
  const bool kilo = text.ends_with('k') || text.ends_with('K');
  const auto number = ParseNumber(kilo ? text.substr(0, text.size() - 1) : text);
  const double bps = number.value_or(0) * (kilo ? 1000 : 1);
  if (!(bps >= 1000) || bps > 10e6) {
    return Fail(ErrorCode::kUsage, fmt::format("'{}' is not a bit rate as 128k", text));
  }
  return std::llround(bps);
}

Result<double> ParseFade(const std::string& text) {
  double seconds = 0;
  TM_TRY_ASSIGN(seconds, ParsePositiveSeconds(text));
  if (seconds > kLongestFade_s) return Fail(ErrorCode::kUsage, "a fade is a second at most");
  return seconds;
}

Result<void> ParseRules(const CutText& text, engine::CutRules& rules) {
  rules.compat_auto_editor = !text.compat.empty();
  TM_TRY(ParseIfGiven("--edit", text.edit.empty() ? kDefaultRule : text.edit, edit::ParseEditRule,
                      [&](edit::EditRule rule) { rules.rule = std::move(rule); }));
  edit::CutRuleOptions& options = rules.options;
  options = edit::DefaultCutRules(rules.rule);
  TM_TRY(ParseIfGiven("--margin", text.margin, ParseMargin, [&](std::pair<double, double> v) {
    options.margin_before_s = v.first;
    options.margin_after_s = v.second;
  }));
  TM_TRY(ParseIfGiven("--min-cut", text.min_cut, ParsePositiveSeconds,
                      [&](double v) { options.min_cut_s = v; }));
  TM_TRY(ParseIfGiven("--min-clip", text.min_clip, ParsePositiveSeconds,
                      [&](double v) { options.min_clip_s = v; }));
  TM_TRY(ParseIfGiven("--max-pause", text.max_pause, ParsePositiveSeconds,
                      [&](double v) { options.max_pause_s = v; }));
  TM_TRY(ParseIfGiven("--silent-speed", text.silent_speed, ParseSpeed, [&](double v) {
    if (v < kCutSpeed) options.silent_speed = v;
  }));
  TM_TRY(ParseIfGiven("--loud-speed", text.loud_speed, ParseSpeed,
                      [&](double v) { options.loud_speed = v; }));
  const auto bare =
      rules.compat_auto_editor ? edit::BareNumber::kFrames : edit::BareNumber::kSeconds;
  const auto add = [&](const std::vector<std::string>& texts, edit::ManualAction action) {
    for (const std::string& range : texts) {
      auto parsed = edit::ParseManualRange(range, action, bare);
      if (!parsed) return Result<void>(tl::unexpected<Error>(parsed.error()));
      options.manual.push_back(*std::move(parsed));
    }
    return Result<void>();
  };
  TM_TRY(add(text.keep, edit::ManualAction::kKeep));
  TM_TRY(add(text.cut, edit::ManualAction::kCut));
  TM_TRY(add(text.set_speed, edit::ManualAction::kSetSpeed));
  return edit::CheckCutRules(options);
}

}  // namespace

CLI::App* AddCut(CLI::App& app, CutText& text) {
  CLI::App* cut = app.add_subcommand("cut", "Remove silence from audio or video, or speed it up");
  cut->add_option("FILE", text.command.request.path,
                  "The recording, or a list of cuts (cut.json, v1, v2, v3); - is a recording from "
                  "standard input")
      ->required()
      ->type_name("");
  AddRules(*cut, text);
  AddSpeed(*cut, text);
  AddOutput(*cut, text);
  AddInstead(*cut, text);
  AddRun(*cut, text);
  return cut;
}

Result<CutCommand> ParseCut(const CutText& text) {
  CutCommand command = text.command;
  engine::CutRequest& request = command.request;
  TM_TRY(ParseRules(text, request.options.rules));
  engine::CutOutput& media = request.output;
  if (text.varispeed) media.pitch = dsp::TimeStretch::Pitch::kMoved;
  media.with_video = !text.no_video;
  TM_TRY(ParseIfGiven("--bitrate", text.bit_rate, ParseBitRate,
                      [&](std::int64_t v) { media.bit_rate_bps = v; }));
  TM_TRY(ParseIfGiven("--fade", text.fade, ParseFade, [&](double v) { media.fade_s = v; }));
  TM_TRY(ParseIfGiven("--memory", text.memory, ParseBytes,
                      [&](auto v) { request.options.memory_bytes = v; }));
  TM_TRY(ParseIfGiven("--tmp-max", text.tmp_max, ParseBytes,
                      [&](auto v) { request.options.open.spool_cap_bytes = v; }));
  TM_TRY(ParseIfGiven("--raw", text.raw, io::ParseRawFormat,
                      [&](io::RawFormat v) { request.options.open.raw = std::move(v); }));
  TM_TRY_ASSIGN(request.product, ProductOf(text, request.timeline_format));
  request.rule_options = RuleOptionsOf(text);
  request.report_options =
      ReportOptions(request.options.rules, text.edit.empty() ? kDefaultRule : text.edit);
  command.json = text.format == "json";
  TM_TRY(CheckTogether(text, command));
  return command;
}

}  // namespace tidemark::cli
