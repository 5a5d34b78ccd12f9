#include "cli/options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cmath>
#include <map>
#include <utility>

#include "base/text.h"
#include "base/units.h"
#include "cli/evaluate_options.h"
#include "cli/option_text.h"
#include "io/same_file.h"

namespace tidemark::cli {
namespace {

using engine::AnalyzeOptions;
using engine::ReportFormat;

// As RhythmAnalyzer::Create() wants it.
constexpr double kLeastBpmRatio = 1.5;

// The text of each option before it is parsed by our own parsers, whose errors name the option.
struct RawText {
  std::string features = "default";
  std::string memory, start, duration, sample, raw, threshold, min_silence, min_sound, margin;
  std::string max_duration, tmp_max;
};

const std::map<std::string, ReportFormat> kFormats = {
    {"text", ReportFormat::kText},         {"json", ReportFormat::kJson},
    {"ndjson", ReportFormat::kNdjson},     {"csv", ReportFormat::kCsv},
    {"audacity", ReportFormat::kAudacity}, {"jams", ReportFormat::kJams}};

void AddReadingOptions(CLI::App& app, AnalyzeCommand& command, RawText& text) {
  AnalyzeOptions& options = command.options;
  app.add_option("--start", text.start, "Begin here (90, 2.5s, 1:30)")->group("Reading");
  app.add_option("--duration", text.duration, "Read this much")->group("Reading");
  app.add_option("--sample", text.sample,
                 "Spread this much evenly over the file, for a quick verdict")
      ->group("Reading");
  app.add_option("--stream", options.open.stream, "Which audio stream of a container, from 0")
      ->check(CLI::NonNegativeNumber)
      ->group("Reading");
  app.add_option("--raw", text.raw, "Headerless PCM: RATE:CHANNELS:FORMAT, as 44100:2:s16le")
      ->group("Reading");
  app.add_option("--max-duration", text.max_duration, "Refuse media that decodes to more than this")
      ->group("Reading");
  app.add_option("--max-ratio", options.max_ratio,
                 "Refuse files whose 16-bit PCM is more than this many times their size")
      ->check(CLI::PositiveNumber)
      ->group("Reading");
  app.add_option("--tmpdir", options.open.tmpdir, "Where unnamed temporary files go")
      ->group("Reading");
  app.add_option("--tmp-max", text.tmp_max, "Their size at most (default 4G)")->group("Reading");
}

void AddFeatureOptions(CLI::App& app, AnalyzeCommand& command, RawText& text) {
  AnalyzeOptions& options = command.options;
  app.add_option("--features", text.features,
                 "tuning,dominant,tempo,beats,loudness,activity (default), truepeak, waveform, all")
      ->group("Features");
  app.add_option("--reference", options.spectral.references_hz,
                 "Another reference pitch for A4 in Hz, beside 415, 432, 440 and 442")
      ->check(CLI::Range(200.0, 900.0))
      ->group("Features");
  app.add_option("--fmin", options.spectral.fmin_hz, "Lowest dominant frequency in Hz (20)")
      ->check(CLI::NonNegativeNumber)
      ->group("Features");
  app.add_option("--fmax", options.spectral.fmax_hz, "Highest dominant frequency in Hz")
      ->check(CLI::PositiveNumber)
      ->group("Features");
  app.add_option("--threshold", text.threshold,
                 "Sound is what is above this: -40dB, 4% of full scale, or auto (default)")
      ->group("Features");
  app.add_option("--min-silence", text.min_silence, "Shorter silences count as sound")
      ->group("Features");
  app.add_option("--min-sound", text.min_sound, "Shorter sounds count as silence")
      ->group("Features");
  app.add_option("--margin", text.margin, "Widen intervals: BEFORE[,AFTER]; may be negative")
      ->group("Features");
  app.add_option("--waveform-out", options.waveform_path,
                 "Write peaks to FILE.dat or FILE.json; turns the waveform feature on")
      ->group("Features");
  app.add_option("--waveform-zoom", options.waveform.samples_per_pixel, "Samples per pixel (256)")
      ->check(CLI::Range(2, 1 << 30))
      ->group("Features");
  app.add_option("--waveform-bits", options.waveform.bits, "8 or 16")
      ->check(CLI::IsMember({8, 16}))
      ->group("Features");
  app.add_flag("--waveform-split-channels", options.waveform.split_channels,
               "Peaks of each channel instead of a mono mix")
      ->group("Features");
}

void AddRhythmOptions(CLI::App& app, AnalyzeCommand& command) {
  AnalyzeOptions& options = command.options;
  const CLI::Range bpm_range(analysis::RhythmAnalyzer::kLowestBpm,
                             analysis::RhythmAnalyzer::kHighestBpm);
  app.add_option("--bpm-min", options.rhythm.bpm_min, "Slowest tempo looked for (40)")
      ->check(bpm_range)
      ->group("Tempo and beats");
  app.add_option("--bpm-max", options.rhythm.bpm_max, "Fastest tempo looked for (240)")
      ->check(bpm_range)
      ->group("Tempo and beats");
  app.add_flag("--steady", options.rhythm.steady, "The tempo does not change")
      ->group("Tempo and beats");
  app.add_flag("--causal", options.rhythm.causal,
               "Decide each beat when it sounds, without what follows")
      ->group("Tempo and beats");
  app.add_option("--click", options.click_path,
                 "Write the audio as WAV, with a click on every beat, to this file")
      ->group("Tempo and beats");
}

void AddRunOptions(CLI::App& app, AnalyzeCommand& command, RawText& text) {
  AnalyzeOptions& options = command.options;
  app.add_option("--format", command.format, "text, json, ndjson, csv, audacity or jams")
      ->transform(CLI::CheckedTransformer(kFormats).description(""))
      ->option_text("FORMAT")
      ->group("Output");
  app.add_option("-o,--output", command.output, "Write the result to this file")->group("Output");
  AddProgressOption(app, command.progress);
  app.add_option("--memory", text.memory, "The ceiling: refuse a plan over it, enforce it (24M)")
      ->group("Memory");
  app.add_flag("--explain", command.explain, "Print the memory plan and stop")->group("Memory");
  app.add_option("--threads", options.n_threads, "1: decode in line; 2: decode ahead")
      ->check(CLI::Range(1, 2))
      ->group("Memory");
  app.add_option("--block-frames", options.block_frames, "Frames per decoded block")
      ->check(CLI::Range(1, 1 << 20))
      ->group("Memory");
}

Result<void> ParseRawText(const RawText& text, AnalyzeCommand& command) {
  AnalyzeOptions& options = command.options;
  analysis::ActivityOptions& activity = options.activity;
  TM_TRY_ASSIGN(options.features, engine::FeatureSet::Parse(text.features));
  TM_TRY(
      ParseIfGiven("--memory", text.memory, ParseBytes, [&](auto v) { options.memory_bytes = v; }));
  TM_TRY(ParseIfGiven("--tmp-max", text.tmp_max, ParseBytes,
                      [&](auto v) { options.open.spool_cap_bytes = v; }));
  TM_TRY(ParseIfGiven("--start", text.start, ParsePositiveSeconds,
                      [&](double v) { options.ranges.start_s = v; }));
  TM_TRY(ParseIfGiven("--duration", text.duration, ParsePositiveSeconds,
                      [&](double v) { options.ranges.duration_s = v; }));
  TM_TRY(ParseIfGiven("--sample", text.sample, ParsePositiveSeconds,
                      [&](double v) { options.ranges.sample_s = v; }));
  TM_TRY(ParseIfGiven("--max-duration", text.max_duration, ParsePositiveSeconds,
                      [&](double v) { options.max_duration_s = v; }));
  TM_TRY(ParseIfGiven("--raw", text.raw, io::ParseRawFormat,
                      [&](io::RawFormat v) { options.open.raw = std::move(v); }));
  TM_TRY(ParseIfGiven("--threshold", text.threshold, analysis::ParseActivityThreshold,
                      [&](analysis::ActivityThreshold v) { activity.threshold = v; }));
  TM_TRY(ParseIfGiven("--min-silence", text.min_silence, ParsePositiveSeconds,
                      [&](double v) { activity.min_silence_s = v; }));
  TM_TRY(ParseIfGiven("--min-sound", text.min_sound, ParsePositiveSeconds,
                      [&](double v) { activity.min_sound_s = v; }));
  TM_TRY(ParseIfGiven("--margin", text.margin, ParseMargin, [&](std::pair<double, double> v) {
    activity.margin_before_s = v.first;
    activity.margin_after_s = v.second;
  }));
  return {};
}

Result<void> CheckClick(const AnalyzeCommand& command) {
  const AnalyzeOptions& options = command.options;
  const std::string& path = options.click_path;
  if (path.empty()) return {};
  if (!options.features.Has(engine::Feature::kBeats)) {
    return Fail(ErrorCode::kUsage, "--click needs the beats; add beats to --features");
  }
  if (options.ranges.sample_s) {
    return Fail(ErrorCode::kUsage, "--click writes audio in one piece; leave out --sample");
  }
  if (command.paths.size() > 1) {
    return Fail(ErrorCode::kUsage, "--click takes one input file at a time");
  }
  if (path == "-") {
    return Fail(ErrorCode::kUsage, "--click needs the name of a file, not standard output");
  }
  if (path == command.output || path == options.waveform_path) {
    return Fail(ErrorCode::kUsage, "--click needs a file of its own");
  }
  if (io::IsSameFile(command.paths.front(), path)) {
    return Fail(
        ErrorCode::kUsage,
        fmt::format("--click {} would replace the input; choose another name", Printable(path)));
  }
  return {};
}

Result<void> CheckTogether(AnalyzeCommand& command) {
  AnalyzeOptions& options = command.options;
  if (!options.waveform_path.empty()) {
    options.features = options.features.With(engine::Feature::kWaveform);
  } else if (options.features.Has(engine::Feature::kWaveform)) {
    return Fail(ErrorCode::kUsage,
                "the waveform feature needs --waveform-out FILE.dat or FILE.json");
  }
  if (!options.waveform_path.empty() && command.paths.size() > 1) {
    return Fail(ErrorCode::kUsage, "--waveform-out takes one input file at a time");
  }
  const analysis::SpectralOptions& spectral = options.spectral;
  if (spectral.fmax_hz > 0 && spectral.fmax_hz <= spectral.fmin_hz) {
    return Fail(ErrorCode::kUsage, "--fmax must be above --fmin");
  }
  const analysis::RhythmOptions& rhythm = options.rhythm;
  if (rhythm.bpm_max < kLeastBpmRatio * rhythm.bpm_min) {
    return Fail(ErrorCode::kUsage,
                fmt::format("--bpm-max must be at least {} times --bpm-min", kLeastBpmRatio));
  }
  if (options.ranges.sample_s && *options.ranges.sample_s <= 0) {
    return Fail(ErrorCode::kUsage, "--sample must be longer than nothing");
  }
  const engine::FeatureSet& features = options.features;
  if (command.format == ReportFormat::kAudacity && !features.Has(engine::Feature::kActivity) &&
      !features.Has(engine::Feature::kBeats) && !features.Has(engine::Feature::kTempo)) {
    return Fail(ErrorCode::kUsage,
                "audacity labels are made from activity, beats and tempo; add one to --features");
  }
  return {};
}

}  // namespace

Result<Command> ParseCommandLine(int argc, const char* const* argv) {
  AnalyzeCommand analyze;
  RawText text;
  CLI::App app("Audio analysis that says before it starts how much memory it will use.",
               "tidemark");
  app.set_version_flag("--version", std::string("tidemark ") + TIDEMARK_VERSION);
  app.require_subcommand(1);
  CLI::App* sub_analyze = app.add_subcommand(
      "analyze", "Tuning, dominant frequency, tempo, beats, loudness and activity of any audio");
  sub_analyze->add_option("FILE", analyze.paths, "Audio files; - is standard input")
      ->required()
      ->type_name("");
  AddFeatureOptions(*sub_analyze, analyze, text);
  AddRhythmOptions(*sub_analyze, analyze);
  AddReadingOptions(*sub_analyze, analyze, text);
  AddRunOptions(*sub_analyze, analyze, text);
  EvaluateText evaluate;
  CLI::App* sub_evaluate = AddEvaluate(app, evaluate);
  CutText cut;
  CLI::App* sub_cut = AddCut(app, cut);
  TrackText track;
  CLI::App* sub_track = AddTrack(app, track);
  CLI::App* sub_formats = app.add_subcommand("formats", "What can be read, and by which decoder");
  CLI::App* sub_doctor = app.add_subcommand("doctor", "What this machine offers");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const auto chosen = app.get_subcommands();
    return ShowText{chosen.empty() ? app.help() : chosen.front()->help()};
  } catch (const CLI::CallForVersion&) {
    return ShowText{std::string("tidemark ") + TIDEMARK_VERSION + "\n"};
  } catch (const CLI::ParseError& error) {
    return Fail(ErrorCode::kUsage, error.what());
  }
  if (sub_cut->parsed()) return ParseCut(cut);
  if (sub_track->parsed()) return ParseTrack(track);
  if (sub_evaluate->parsed()) return ParseEvaluate(evaluate);
  if (sub_formats->parsed()) return FormatsCommand{};
  if (sub_doctor->parsed()) return DoctorCommand{};
  TM_TRY(ParseRawText(text, analyze));
  TM_TRY(CheckTogether(analyze));
  TM_TRY(CheckClick(analyze));
  return analyze;
}

}  // namespace tidemark::cli
