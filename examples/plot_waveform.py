#!/usr/bin/env python3
"""Draws a song's waveform with its beats. Notebook style: each "# %%" begins a cell.

    examples/plot_waveform.py SONG [PICTURE.png]

From peaks, two numbers a pixel, never from all samples: a song of ten hours takes no more memory
than one of a minute. Needs matplotlib (Debian: python3-matplotlib).
"""

# %% Peaks, beats and loudness in one pass over the file
import os
import sys
import tempfile

import matplotlib.pyplot as plt
import numpy as np
import tidemark

song = sys.argv[1] if len(sys.argv) > 1 else "share/sample_432.flac"
picture = sys.argv[2] if len(sys.argv) > 2 else "waveform.png"
with tempfile.TemporaryDirectory() as folder:
    found = tidemark.analyze(song, features="waveform,beats",
                             waveform_out=os.path.join(folder, "peaks.dat"))
    waveform = found.waveform
    assert waveform is not None and waveform.peaks is not None
    # As many columns as the picture has: the lowest and the highest of those that fall together.
    n_columns = min(2000, waveform.n_pixels)
    bounds = np.linspace(0, waveform.n_pixels, n_columns, endpoint=False).astype(int)
    lowest = np.minimum.reduceat(waveform.peaks[:, :, 0].min(axis=1), bounds)
    highest = np.maximum.reduceat(waveform.peaks[:, :, 1].max(axis=1), bounds)

# %% The picture
full_scale = 2 ** (waveform.bits - 1)
times_s = bounds * waveform.samples_per_pixel / found.file.sample_rate_hz
figure, axes = plt.subplots(figsize=(12, 3), layout="constrained")
axes.fill_between(times_s, lowest / full_scale, highest / full_scale, linewidth=0, color="#2a6f97")
if found.beats is not None:
    axes.vlines(found.beats.times_s, -1, 1, color="#bbbbbb", linewidth=0.6)
    axes.vlines(found.beats.downbeat_times_s, -1, 1, color="#d1495b", linewidth=1)
axes.set(xlim=(0, found.file.duration_s), ylim=(-1, 1), xlabel="seconds", ylabel="full scale",
         title=os.path.basename(song))
figure.savefig(picture, dpi=120)
print(f"{picture}: {waveform.n_pixels} pixels of {waveform.samples_per_pixel} samples, "
      f"{0 if found.beats is None else found.beats.count} beats")
