/* The C interface of Tidemark: live audio tracks (see audio_track.h for what they do).
 *
 * Functions return TIDEMARK_OK or what went wrong; tidemark_last_error() then has a line for
 * people. Threads: as in audio_track.h: one writer and one reader at a time for each track,
 * everything else from any thread. Nothing here throws or exits. */
#ifndef TIDEMARK_H_
#define TIDEMARK_H_

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TIDEMARK_API __attribute__((visibility("default")))

typedef enum tidemark_status {
  TIDEMARK_OK = 0,
  TIDEMARK_USAGE = 1,    /* an argument is out of range */
  TIDEMARK_MEMORY = 2,   /* there is not enough */
  TIDEMARK_STOPPED = 3,  /* the track was stopped */
  TIDEMARK_INTERNAL = 4, /* a bug of Tidemark */
} tidemark_status;

typedef enum tidemark_sample_type {
  TIDEMARK_S16 = 0,
  TIDEMARK_S24 = 1, /* packed in three bytes */
  TIDEMARK_S32 = 2,
  TIDEMARK_F32 = 3,
} tidemark_sample_type;

typedef enum tidemark_overflow {
  TIDEMARK_DROP_OLDEST = 0,
  TIDEMARK_DROP_NEWEST = 1,
  TIDEMARK_BLOCK = 2,
} tidemark_overflow;

typedef struct tidemark_track tidemark_track;

/* As TrackOptions. tidemark_track_defaults() fills it; then change what should differ. */
typedef struct tidemark_track_options {
  size_t struct_size; /* set by tidemark_track_defaults() */
  int sample_rate_hz;
  int channels;
  tidemark_sample_type type;
  double frame_ms;
  double buffer_ms;
  int max_input_rate_hz;
  tidemark_overflow overflow;
  double block_timeout_ms;
  double max_latency_ms;
  double fade_ms;
  bool conceal;
  bool correct_drift;
  double target_latency_ms;
} tidemark_track_options;

/* As FrameInfo. */
typedef struct tidemark_frame_info {
  int64_t pts;
  bool audio;
  bool end;
} tidemark_frame_info;

/* As TrackStats; samples per channel at the track's rate. */
typedef struct tidemark_track_stats {
  size_t struct_size; /* set it to sizeof before the call */
  double buffered_ms;
  double high_water_ms;
  int64_t written;
  int64_t read;
  int64_t silent;
  int64_t dropped_oldest;
  int64_t dropped_newest;
  int64_t dropped_late;
  int64_t flushed;
  int64_t underruns;
  int64_t reanchors;
  int64_t non_finite;
  double drift_ppm;
  size_t held_bytes;
} tidemark_track_stats;

/* What went wrong in this thread's last call that did not return TIDEMARK_OK; valid until its next
 * one. Empty if there was none. */
TIDEMARK_API const char* tidemark_last_error(void);
TIDEMARK_API const char* tidemark_version(void);

/* struct_size is sizeof(tidemark_track_options), so that programs built with an older header go on
 * working: what they do not know of keeps its default. */
TIDEMARK_API void tidemark_track_defaults(tidemark_track_options* options, size_t struct_size);
/* *track is set to a new track, to be given to tidemark_track_free(), or to NULL. */
TIDEMARK_API tidemark_status tidemark_track_create(const tidemark_track_options* options,
                                                   tidemark_track** track);
/* NULL is allowed. No other thread may be in a call on the track. */
TIDEMARK_API void tidemark_track_free(tidemark_track* track);

TIDEMARK_API size_t tidemark_track_frame_samples(const tidemark_track* track);
TIDEMARK_API size_t tidemark_track_frame_bytes(const tidemark_track* track);

/* Interleaved. n_taken, which may be NULL, gets how many of the n_samples (per channel) were. */
TIDEMARK_API tidemark_status tidemark_track_write(tidemark_track* track, const void* samples,
                                                  size_t n_samples, tidemark_sample_type type,
                                                  int sample_rate_hz, int channels,
                                                  size_t* n_taken);
/* The same from one array for each channel. */
TIDEMARK_API tidemark_status tidemark_track_write_planar(
    tidemark_track* track, const void* const* planes, size_t n_samples, tidemark_sample_type type,
    int sample_rate_hz, int channels, size_t* n_taken);
TIDEMARK_API tidemark_status tidemark_track_finish(tidemark_track* track);

/* n_bytes must be tidemark_track_frame_bytes(). info may be NULL. */
TIDEMARK_API tidemark_status tidemark_track_read(tidemark_track* track, void* frame, size_t n_bytes,
                                                 tidemark_frame_info* info);
TIDEMARK_API tidemark_status tidemark_track_read_paced(tidemark_track* track, void* frame,
                                                       size_t n_bytes, tidemark_frame_info* info);

TIDEMARK_API void tidemark_track_flush(tidemark_track* track);
TIDEMARK_API void tidemark_track_stop(tidemark_track* track);
TIDEMARK_API void tidemark_track_get_stats(const tidemark_track* track,
                                           tidemark_track_stats* stats);

#ifdef __cplusplus
}
#endif

#endif /* TIDEMARK_H_ */
