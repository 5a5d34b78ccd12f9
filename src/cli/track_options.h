// The command line of `tidemark track`, parsed. A value; main thread.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "cli/option_text.h"
#include "engine/track_options.h"

namespace tidemark::cli {

enum class StatsStyle : unsigned char { kText, kJson, kNone };

struct TrackCommand {
  engine::TrackRequest request;
  bool explain = false;
  StatsStyle stats = StatsStyle::kText;
};

// What CLI11 fills before our own parsers, whose errors name the option, read it.
struct TrackText {
  TrackCommand command;
  std::string frame, buffer, latency, max_latency, fade, duration, raw, memory, tmp_max;
  std::optional<int> rate_hz, channels;
  std::optional<SampleType> type;
  std::optional<Overflow> overflow;
  bool no_pace = false;
};

CLI::App* AddTrack(CLI::App& app, TrackText& text);

// kUsage with a message that names the option and what it takes.
Result<TrackCommand> ParseTrack(const TrackText& text);

}  // namespace tidemark::cli
