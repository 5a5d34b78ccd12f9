#!/usr/bin/env python3
"""Which songs of a folder are tuned to 432 Hz? Notebook style: each "# %%" begins a cell.

    examples/tuning_of_a_folder.py FOLDER

Memory is the same for ten files and for ten thousand: results come one at a time.
"""

# %% What to look at
import pathlib
import sys

import tidemark

folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "share")
endings = {".aac", ".aif", ".aiff", ".flac", ".m4a", ".mp3", ".ogg", ".opus", ".wav", ".wma"}
songs = sorted(path for path in folder.rglob("*") if path.suffix.lower() in endings)

# %% A line for each file, as soon as it is known
print(f"{'file':40}  {'A4, Hz':>8}  {'±':>5}  {'432 Hz?':>8}  {'tempo, bpm':>10}")
for song in songs:
    try:
        found = tidemark.analyze(song, features="tuning,tempo")
    except tidemark.Error as error:
        print(f"{song.name:40.40}  {error}")
        continue
    tuning, tempo = found.tuning, found.tempo
    if tuning is None:
        print(f"{song.name:40.40}  {'-':>8}  {'-':>5}  {'-':>8}")
        continue
    # A cent is a hundredth of a semitone, here around A4.
    uncertainty_hz = tuning.a4_hz * (2 ** (tuning.uncertainty_cents / 1200) - 1)
    is_432 = "yes" if tuning.verdict.reference_hz == 432 else "no"
    bpm = "-" if tempo is None else f"{tempo.bpm:.1f}"
    print(f"{song.name:40.40}  {tuning.a4_hz:8.2f}  {uncertainty_hz:5.2f}  {is_432:>8}  {bpm:>10}")
