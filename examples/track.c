/* A second of a tone, written in bursts by one thread and read at its pace by another.
 *
 *     cc track.c $(pkg-config --cflags --libs tidemark) -lm -lpthread -o track && ./track
 */
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <tidemark/tidemark.h>

enum { kRate = 44100, kBurst = 1000 };

static void Check(tidemark_status status) {
  if (status == TIDEMARK_OK) return;
  fprintf(stderr, "%s\n", tidemark_last_error());
  exit(1);
}

static void* WriteTone(void* argument) {
  tidemark_track* track = argument;
  int16_t burst[kBurst];
  for (int at = 0; at < kRate; at += kBurst) {
    const int n = kRate - at < kBurst ? kRate - at : kBurst;
    for (int i = 0; i < n; ++i) burst[i] = (int16_t)(8000 * sin(0.0627 * (at + i)));
    Check(tidemark_track_write(track, burst, (size_t)n, TIDEMARK_S16, kRate, 1, NULL));
  }
  Check(tidemark_track_finish(track));
  return NULL;
}

int main(void) {
  tidemark_track_options options;
  tidemark_track_defaults(&options, sizeof options);
  options.sample_rate_hz = 48000;
  options.buffer_ms = 200;
  options.overflow = TIDEMARK_BLOCK;
  tidemark_track* track = NULL;
  Check(tidemark_track_create(&options, &track));

  pthread_t writer;
  if (pthread_create(&writer, NULL, WriteTone, track) != 0) return 1;
  const size_t n_bytes = tidemark_track_frame_bytes(track);
  int16_t* frame = malloc(n_bytes);
  if (frame == NULL) return 1;
  tidemark_frame_info info;
  int n_frames = 0;
  do {
    Check(tidemark_track_read_paced(track, frame, n_bytes, &info));
    n_frames += info.audio;
  } while (!info.end);
  pthread_join(writer, NULL);
  free(frame);

  tidemark_track_stats stats = {.struct_size = sizeof stats};
  tidemark_track_get_stats(track, &stats);
  printf("%d frames, %lld samples read, %lld dropped, %zu bytes held\n", n_frames,
         (long long)stats.read, (long long)(stats.dropped_oldest + stats.dropped_newest),
         stats.held_bytes);
  tidemark_track_free(track);
  return 0;
}
