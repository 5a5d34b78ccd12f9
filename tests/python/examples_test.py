"""The Python scripts of examples/, and the code of docs/python-tracks.md, run."""
import os
import re
import subprocess
import sys

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def output_of(name, *arguments, **environment):
    done = subprocess.run([sys.executable, os.path.join(ROOT, "examples", name), *arguments],
                          capture_output=True, text=True, check=False,
                          env={**os.environ, **environment})
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def test_the_table_of_a_folder_says_which_songs_are_432(sample, tmp_path):
    os.symlink(sample, tmp_path / "song.flac")
    (tmp_path / "broken.wav").write_bytes(b"no audio at all")
    head, broken, song = output_of("tuning_of_a_folder.py", str(tmp_path)).splitlines()
    assert "432 Hz?" in head
    assert broken.startswith("broken.wav") and "yes" not in broken
    assert re.match(r"song\.flac +431\.\d+ +0\.\d+ +yes +96\.\d$", song)


def test_a_waveform_is_drawn_from_peaks(sample, tmp_path):
    picture = tmp_path / "waveform.png"
    said = output_of("plot_waveform.py", sample, str(picture), MPLBACKEND="Agg",
                     MPLCONFIGDIR=str(tmp_path))
    assert re.search(r"\d+ pixels of 256 samples, 3\d beats", said)
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size > 10_000


def examples():
    with open(os.path.join(ROOT, "docs", "python-tracks.md"), encoding="utf-8") as file:
        return re.findall(r"```python\n(.*?)```", file.read(), re.DOTALL)


@pytest.mark.parametrize("example", examples(), ids=("AudioTrack", "aiortc"))
def test_the_code_of_the_documentation_runs(example):
    exec(compile(example, "docs/python-tracks.md", "exec"), {})
