"""librosa_tempo.py FILE: prints, as JSON, what librosa takes to decode FILE and track its beats.

Imports, and what is compiled at the first call, are not counted.
"""

import json
import sys
import time

import librosa

WARM_UP_S = 10


def track(path, duration_s=None):
    samples, rate_hz = librosa.load(path, duration=duration_s)
    librosa.beat.beat_track(y=samples, sr=rate_hz)


track(sys.argv[1], WARM_UP_S)
start_s, start_cpu_s = time.perf_counter(), time.process_time()
track(sys.argv[1])
times = {"wall_s": time.perf_counter() - start_s, "cpu_s": time.process_time() - start_cpu_s}
print(json.dumps(times))
