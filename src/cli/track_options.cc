#include "cli/track_options.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <limits>
#include <map>
#include <utility>

#include "base/units.h"
#include "cli/option_text.h"

namespace tidemark::cli {
namespace {

constexpr double kDefaultBuffer_ms = 1'000;
constexpr double kLongestWait_ms = 3'600'000;

const std::map<std::string, SampleType> kTypes = {{"s16", SampleType::kS16},
                                                  {"s24", SampleType::kS24},
                                                  {"s32", SampleType::kS32},
                                                  {"f32", SampleType::kF32}};
const std::map<std::string, Overflow> kRules = {{"oldest", Overflow::kDropOldest},
                                                {"newest", Overflow::kDropNewest},
                                                {"block", Overflow::kBlock}};
const std::map<std::string, StatsStyle> kStats = {
    {"text", StatsStyle::kText}, {"json", StatsStyle::kJson}, {"none", StatsStyle::kNone}};

void AddEnds(CLI::App& app, TrackText& text) {
  engine::TrackRequest& request = text.command.request;
  const char* const group = "What goes in and what comes out";
  app.add_option("--write", request.input_path,
                 "What is written to the track: a file of any format, - for standard input")
      ->option_text("IN")
      ->group(group);
  app.add_option("--read", request.output_path,
                 "Where what is read of it goes: a file, - for standard output")
      ->option_text("OUT")
      ->group(group);
  app.add_option("--capture", request.capture_device,
                 "Write what this ALSA device records instead: default, plughw:1, ...")
      ->option_text("DEVICE")
      ->group(group);
  app.add_option("--device", request.play_device, "Play on this ALSA device, at its pace")
      ->option_text("DEVICE")
      ->group(group);
  app.add_option("--raw", text.raw, "IN is headerless PCM: RATE:CHANNELS:FORMAT, as 44100:2:s16le")
      ->group(group);
  app.add_option("--stream", request.open.stream, "Which audio stream of a container, from 0")
      ->check(CLI::NonNegativeNumber)
      ->group(group);
  app.add_option("--container", request.container,
                 "Of OUT: wav (of standard output), flac, ogg, mp3, ...; else by its name")
      ->group(group);
  app.add_flag("--overwrite", request.overwrite, "Replace a file that is there")->group(group);
  app.add_option("--duration", text.duration, "End after this much was read")->group(group);
}

void AddShape(CLI::App& app, TrackText& text) {
  TrackOptions& track = text.command.request.track;
  const char* const group = "The track";
  app.add_option("--rate", text.rate_hz, "Of what is read, in Hz (that of IN)")
      ->check(CLI::Range(4'000, 192'000).description(""))
      ->option_text("HZ")
      ->group(group);
  app.add_option("--channels", text.channels, "Of what is read, 1 to 8 (those of IN)")
      ->check(CLI::Range(1, 8).description(""))
      ->option_text("N")
      ->group(group);
  app.add_option("--type", text.type, "s16, s24, s32 or f32 (as precise as IN)")
      ->transform(CLI::CheckedTransformer(kTypes).description(""))
      ->option_text("TYPE")
      ->group(group);
  app.add_option("--frame", text.frame, "Read in pieces of this length: 2.5ms to 60ms (20ms)")
      ->group(group);
  app.add_option("--buffer", text.buffer, "What the track can hold (1s)")->group(group);
  app.add_option("--overflow", text.overflow,
                 "When it is full: drop the oldest, drop the newest, or block (default)")
      ->transform(CLI::CheckedTransformer(kRules).description(""))
      ->option_text("RULE")
      ->group(group);
  app.add_option("--latency", text.latency, "Begin to read when this much waits (40ms)")
      ->group(group);
  app.add_option("--max-latency", text.max_latency, "Skip what waits longer")->group(group);
  app.add_option("--fade", text.fade, "At gaps and seams (5ms); 0 for none")->group(group);
  app.add_flag("--conceal", track.conceal, "Fill short gaps with what was heard before")
      ->group(group);
  app.add_flag("--correct-drift", track.correct_drift,
               "Follow the clock of IN, so that what waits stays near --latency")
      ->group(group);
  app.add_flag("--no-pace", text.no_pace, "As fast as the disk, not at the pace of the audio")
      ->group(group);
}

void AddRun(CLI::App& app, TrackText& text) {
  io::OpenOptions& open = text.command.request.open;
  app.add_option("--stats", text.command.stats, "text, json or none, each second on standard error")
      ->transform(CLI::CheckedTransformer(kStats).description(""))
      ->option_text("STYLE")
      ->group("Output");
  app.add_option("--memory", text.memory,
                 "The ceiling: refuse a plan over it, enforce it (the plan)")
      ->group("Memory");
  app.add_flag("--explain", text.command.explain, "Print the memory plan and stop")
      ->group("Memory");
  app.add_option("--tmpdir", open.tmpdir, "Where unnamed temporary files go")->group("Memory");
  app.add_option("--tmp-max", text.tmp_max, "Their size at most (default 4G)")->group("Memory");
}

struct Length {
  const char* option;
  const std::string& text;
  double least_ms;
  double most_ms;
  double& value_ms;
};

Result<void> ParseLength(const Length& length) {
  if (length.text.empty()) return {};
  double seconds = 0;
  TM_TRY(ParseIfGiven(length.option, length.text, ParsePositiveSeconds,
                      [&](double v) { seconds = v; }));
  length.value_ms = 1000 * seconds;
  if (length.value_ms >= length.least_ms && length.value_ms <= length.most_ms) return {};
  return Fail(ErrorCode::kUsage, fmt::format("{}: '{}' is not {:g} ms to {:g} ms", length.option,
                                             length.text, length.least_ms, length.most_ms));
}

Result<void> ParseLengths(const TrackText& text, engine::TrackRequest& request) {
  TrackOptions& track = request.track;
  TM_TRY(ParseLength({"--frame", text.frame, 2.5, 60, track.frame_ms}));
  // Enough that a frame is there when it is due.
  request.latency_ms = 2 * track.frame_ms;
  TM_TRY(ParseLength({"--buffer", text.buffer, track.frame_ms, kLongestWait_ms, track.buffer_ms}));
  TM_TRY(ParseLength(
      {"--latency", text.latency, track.frame_ms, kLongestWait_ms, request.latency_ms}));
  TM_TRY(ParseLength({"--max-latency", text.max_latency, 2 * track.frame_ms, kLongestWait_ms,
                      track.max_latency_ms}));
  TM_TRY(ParseLength({"--fade", text.fade, 0, 60, track.fade_ms}));
  TM_TRY(ParseIfGiven("--duration", text.duration, ParsePositiveSeconds,
                      [&](double v) { request.duration_s = v; }));
  if (request.duration_s && *request.duration_s <= 0) {
    return Fail(ErrorCode::kUsage, "--duration must be longer than nothing");
  }
  return {};
}

Result<void> CheckTogether(const engine::TrackRequest& request) {
  if (request.input_path.empty() == request.capture_device.empty()) {
    return Fail(ErrorCode::kUsage,
                "track needs --write IN or --capture DEVICE, one of them: what is written to it");
  }
  if (request.output_path.empty() && request.play_device.empty()) {
    return Fail(ErrorCode::kUsage,
                "track needs --read OUT or --device DEVICE: where what is read of it goes");
  }
  if (!request.paced && !request.play_device.empty()) {
    return Fail(ErrorCode::kUsage, "--device has a pace of its own; leave --no-pace out");
  }
  const TrackOptions& track = request.track;
  if (track.max_latency_ms > 0 && track.overflow == Overflow::kBlock) {
    return Fail(ErrorCode::kUsage,
                "--max-latency skips what --overflow block would keep; choose oldest or newest");
  }
  if (track.max_latency_ms > 0 && track.max_latency_ms < request.latency_ms) {
    return Fail(ErrorCode::kUsage, "--max-latency must not be below --latency");
  }
  if (track.correct_drift && track.overflow == Overflow::kBlock) {
    return Fail(ErrorCode::kUsage,
                "--correct-drift follows an input with a clock of its own, which --overflow block "
                "would hold up; choose oldest or newest");
  }
  return {};
}

}  // namespace

CLI::App* AddTrack(CLI::App& app, TrackText& text) {
  CLI::App* track =
      app.add_subcommand("track", "Send audio through a live track: at its pace, in fixed memory");
  AddEnds(*track, text);
  AddShape(*track, text);
  AddRun(*track, text);
  return track;
}

Result<TrackCommand> ParseTrack(const TrackText& text) {
  TrackCommand command = text.command;
  engine::TrackRequest& request = command.request;
  TrackOptions& track = request.track;
  track.buffer_ms = kDefaultBuffer_ms;
  TM_TRY(ParseLengths(text, request));
  // A device that records does not wait.
  const bool captures = !request.capture_device.empty();
  track.overflow = text.overflow.value_or(captures ? Overflow::kDropOldest : Overflow::kBlock);
  // Nothing is lost while whoever hears the track holds it up.
  track.block_timeout_ms = kLongestWait_ms;
  if (track.correct_drift) track.target_latency_ms = request.latency_ms;
  request.paced = !text.no_pace;
  request.sample_rate_hz = text.rate_hz;
  request.channels = text.channels;
  request.type = text.type;
  TM_TRY(
      ParseIfGiven("--memory", text.memory, ParseBytes, [&](auto v) { request.memory_bytes = v; }));
  TM_TRY(ParseIfGiven("--tmp-max", text.tmp_max, ParseBytes,
                      [&](auto v) { request.open.spool_cap_bytes = v; }));
  TM_TRY(ParseIfGiven("--raw", text.raw, io::ParseRawFormat,
                      [&](io::RawFormat v) { request.open.raw = std::move(v); }));
  TM_TRY(CheckTogether(request));
  return command;
}

}  // namespace tidemark::cli
