#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <new>

#include "tidemark/audio_track.h"
#include "tidemark/tidemark.h"

using tidemark::AudioTrack;
using tidemark::ErrorCode;
using tidemark::Overflow;
using tidemark::SampleType;

struct tidemark_track {
  std::unique_ptr<AudioTrack> track;
};

namespace {

// Of this thread; fixed, so that reporting an error needs no memory.
thread_local std::array<char, 256> last_error{};

tidemark_status Report(tidemark_status status, std::string_view message) {
  const std::size_t n = message.copy(last_error.data(), last_error.size() - 1);
  last_error[n] = '\0';
  return status;
}

tidemark_status StatusOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage:
      return TIDEMARK_USAGE;
    case ErrorCode::kMemory:
      return TIDEMARK_MEMORY;
    case ErrorCode::kCancelled:
      return TIDEMARK_STOPPED;
    default:
      return TIDEMARK_INTERNAL;
  }
}

tidemark_status Report(const tidemark::Error& error) {
  return Report(StatusOf(error.code), error.message);
}

tidemark_status NullTrack() { return Report(TIDEMARK_USAGE, "the track is a null pointer"); }

bool IsKnown(tidemark_sample_type type) { return type >= TIDEMARK_S16 && type <= TIDEMARK_F32; }
bool IsKnown(tidemark_overflow rule) {
  return rule >= TIDEMARK_DROP_OLDEST && rule <= TIDEMARK_BLOCK;
}

tidemark_track_options Defaults() {
  const tidemark::TrackOptions defaults;
  return {.struct_size = sizeof(tidemark_track_options),
          .sample_rate_hz = defaults.sample_rate_hz,
          .channels = defaults.channels,
          .type = TIDEMARK_S16,
          .frame_ms = defaults.frame_ms,
          .buffer_ms = defaults.buffer_ms,
          .max_input_rate_hz = defaults.max_input_rate_hz,
          .overflow = TIDEMARK_DROP_OLDEST,
          .block_timeout_ms = defaults.block_timeout_ms,
          .max_latency_ms = defaults.max_latency_ms,
          .fade_ms = defaults.fade_ms,
          .conceal = defaults.conceal,
          .correct_drift = defaults.correct_drift,
          .target_latency_ms = defaults.target_latency_ms};
}

tidemark::TrackOptions OptionsOf(const tidemark_track_options& c) {
  return {.sample_rate_hz = c.sample_rate_hz,
          .channels = c.channels,
          .type = static_cast<SampleType>(c.type),
          .frame_ms = c.frame_ms,
          .buffer_ms = c.buffer_ms,
          .max_input_rate_hz = c.max_input_rate_hz,
          .overflow = static_cast<Overflow>(c.overflow),
          .block_timeout_ms = c.block_timeout_ms,
          .max_latency_ms = c.max_latency_ms,
          .fade_ms = c.fade_ms,
          .conceal = c.conceal,
          .correct_drift = c.correct_drift,
          .target_latency_ms = c.target_latency_ms};
}

tidemark_status Write(tidemark_track* track, const tidemark::PcmView& pcm,
                      tidemark_sample_type type, size_t* n_taken) {
  if (n_taken != nullptr) *n_taken = 0;
  if (track == nullptr) return NullTrack();
  if (!IsKnown(type)) return Report(TIDEMARK_USAGE, "there is no such tidemark_sample_type");
  const auto taken = track->track->Write(pcm);
  if (!taken) return Report(taken.error());
  if (n_taken != nullptr) *n_taken = *taken;
  return TIDEMARK_OK;
}

tidemark_status Read(tidemark_track* track, void* frame, size_t n_bytes, tidemark_frame_info* info,
                     bool paced) {
  if (track == nullptr) return NullTrack();
  if (frame == nullptr) return Report(TIDEMARK_USAGE, "the frame to read into is a null pointer");
  const std::span bytes(static_cast<std::byte*>(frame), n_bytes);
  const auto read = paced ? track->track->ReadPaced(bytes) : track->track->Read(bytes);
  if (!read) return Report(read.error());
  if (info != nullptr) *info = {.pts = read->pts, .audio = read->audio, .end = read->end};
  return TIDEMARK_OK;
}

}  // namespace

const char* tidemark_last_error(void) { return last_error.data(); }
const char* tidemark_version(void) { return TIDEMARK_VERSION; }

void tidemark_track_defaults(tidemark_track_options* options, size_t struct_size) {
  if (options == nullptr) return;
  tidemark_track_options defaults = Defaults();
  defaults.struct_size = std::min(struct_size, sizeof(defaults));
  std::memcpy(options, &defaults, defaults.struct_size);
}

tidemark_status tidemark_track_create(const tidemark_track_options* options,
                                      tidemark_track** track) {
  if (track == nullptr) return Report(TIDEMARK_USAGE, "there is nowhere to put the track");
  *track = nullptr;
  if (options == nullptr || options->struct_size > sizeof(*options) ||
      options->struct_size < offsetof(tidemark_track_options, frame_ms)) {
    return Report(TIDEMARK_USAGE, "call tidemark_track_defaults() on the options first");
  }
  tidemark_track_options all = Defaults();
  std::memcpy(&all, options, options->struct_size);
  if (!IsKnown(all.type) || !IsKnown(all.overflow)) {
    return Report(TIDEMARK_USAGE, "there is no such sample type or overflow rule");
  }
  try {
    auto created = AudioTrack::Create(OptionsOf(all));
    if (!created) return Report(created.error());
    *track = new tidemark_track{std::move(*created)};
  } catch (const std::bad_alloc&) {
    return Report(TIDEMARK_MEMORY, "there is not enough memory for the track");
  }
  return TIDEMARK_OK;
}

void tidemark_track_free(tidemark_track* track) { delete track; }

size_t tidemark_track_frame_samples(const tidemark_track* track) {
  return track == nullptr ? 0 : track->track->frame_samples();
}

size_t tidemark_track_frame_bytes(const tidemark_track* track) {
  return track == nullptr ? 0 : track->track->frame_bytes();
}

tidemark_status tidemark_track_write(tidemark_track* track, const void* samples, size_t n_samples,
                                     tidemark_sample_type type, int sample_rate_hz, int channels,
                                     size_t* n_taken) {
  return Write(track,
               {.data = samples,
                .n_samples = n_samples,
                .sample_rate_hz = sample_rate_hz,
                .channels = channels,
                .type = static_cast<SampleType>(type)},
               type, n_taken);
}

tidemark_status tidemark_track_write_planar(tidemark_track* track, const void* const* planes,
                                            size_t n_samples, tidemark_sample_type type,
                                            int sample_rate_hz, int channels, size_t* n_taken) {
  return Write(track,
               {.planes = planes,
                .n_samples = n_samples,
                .sample_rate_hz = sample_rate_hz,
                .channels = channels,
                .type = static_cast<SampleType>(type)},
               type, n_taken);
}

tidemark_status tidemark_track_finish(tidemark_track* track) {
  if (track == nullptr) return NullTrack();
  const auto finished = track->track->Finish();
  return finished ? TIDEMARK_OK : Report(finished.error());
}

tidemark_status tidemark_track_read(tidemark_track* track, void* frame, size_t n_bytes,
                                    tidemark_frame_info* info) {
  return Read(track, frame, n_bytes, info, false);
}

tidemark_status tidemark_track_read_paced(tidemark_track* track, void* frame, size_t n_bytes,
                                          tidemark_frame_info* info) {
  return Read(track, frame, n_bytes, info, true);
}

void tidemark_track_flush(tidemark_track* track) {
  if (track != nullptr) track->track->Flush();
}

void tidemark_track_stop(tidemark_track* track) {
  if (track != nullptr) track->track->Stop();
}

void tidemark_track_get_stats(const tidemark_track* track, tidemark_track_stats* stats) {
  if (track == nullptr || stats == nullptr) return;
  const tidemark::TrackStats s = track->track->Stats();
  const tidemark_track_stats all = {.struct_size = stats->struct_size,
                                    .buffered_ms = s.buffered_ms,
                                    .high_water_ms = s.high_water_ms,
                                    .written = s.written,
                                    .read = s.read,
                                    .silent = s.silent,
                                    .dropped_oldest = s.dropped_oldest,
                                    .dropped_newest = s.dropped_newest,
                                    .dropped_late = s.dropped_late,
                                    .flushed = s.flushed,
                                    .underruns = s.underruns,
                                    .reanchors = s.reanchors,
                                    .non_finite = s.non_finite,
                                    .drift_ppm = s.drift_ppm,
                                    .held_bytes = s.held_bytes};
  std::memcpy(stats, &all, std::min(sizeof(all), stats->struct_size));
}
