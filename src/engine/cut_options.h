// CutRequest: all that a cut can be told about one file. Values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "dsp/time_stretch.h"
#include "edit/cut_rules.h"
#include "edit/edit_rule.h"
#include "edit/timeline_format.h"
#include "io/open_source.h"
#include "memory/budget.h"

namespace tidemark::engine {

// What is kept of a recording.
struct CutRules {
  edit::EditRule rule;
  edit::CutRuleOptions options;
  // The clips that auto-editor makes of the same options, to the frame.
  bool compat_auto_editor = false;
};

// What it becomes.
struct CutOutput {
  std::string path;       // "-": standard output
  std::string container;  // empty: by the name
  std::string audio_codec;
  int bits = 0;                   // 0: as the source
  std::int64_t bit_rate_bps = 0;  // 0: as the source where the codec stays, else the encoder's
  double fade_s = 0.003;
  dsp::TimeStretch::Pitch pitch = dsp::TimeStretch::Pitch::kKept;
  bool with_video = true;
  std::string video_codec;
  std::optional<int> crf;
  std::string preset;
  bool overwrite = false;
};

struct CutOptions {
  CutRules rules;
  io::OpenOptions open;
  // --memory: the ceiling of the whole process; none: the plan is the ceiling.
  std::optional<std::uint64_t> memory_bytes;
  memory::Reach reach = memory::Reach::kProcess;
};

enum class CutProduct : unsigned char {
  kMedia,
  kCopy,      // media cut at key frames, without encoding
  kSequence,  // media, a file for each clip
  kTimeline,  // a list for an editor
  kLevels,    // the level of each moment, as CSV
  kNothing,   // the clips are found, and that is all
};

struct CutRequest {
  std::string path;  // a recording, or a list of cuts; "-": standard input
  CutProduct product = CutProduct::kMedia;
  edit::TimelineFormat timeline_format = edit::TimelineFormat::kJson;  // of kTimeline
  CutOptions options;
  CutOutput output;         // an empty path: by the name of the input
  std::string report_path;  // a page that shows the cuts; empty: none
  // For the page: what led to the cuts, names and values.
  std::vector<std::pair<std::string, std::string>> report_options;
  // The options that made options.rules other than they are by default. A list of cuts is refused
  // with any of them.
  std::vector<std::string> rule_options;
};

}  // namespace tidemark::engine
