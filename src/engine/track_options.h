// TrackRequest: all that `tidemark track` can be told. Values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "io/open_source.h"
#include "tidemark/audio_track.h"

namespace tidemark::engine {

struct TrackRequest {
  std::string input_path;      // what is written to the track; "-": standard input
  std::string capture_device;  // of ALSA, instead; empty: none
  std::string output_path;     // what is read of it goes here; "-": standard output; empty: nowhere
  std::string play_device;     // of ALSA, beside that; empty: none
  std::string container;       // empty: by the name; "wav" for standard output
  bool overwrite = false;
  io::OpenOptions open;
  // Rate, channels and type are of no account where one of these is not set: then the input's.
  TrackOptions track;
  std::optional<int> sample_rate_hz;
  std::optional<int> channels;
  std::optional<SampleType> type;
  // Frames are read at the pace of the audio; else each as soon as it is there. Of no account where
  // a device plays, which has a pace of its own.
  bool paced = true;
  // Reading begins once this much waits, or all there is.
  double latency_ms = 40;
  std::optional<double> duration_s;  // ends after this much was read
  // --memory: the ceiling of the whole process; none: the plan is the ceiling.
  std::optional<std::uint64_t> memory_bytes;
};

}  // namespace tidemark::engine
