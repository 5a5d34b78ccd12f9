"""What is asked for beats and the other answers, and how its output becomes what score.py reads."""

import concurrent.futures
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import tempfile

from accuracy_bars import BEAT_KINDS

BEAT_FEATURES = "tempo,beats"
OTHER_FEATURES = "tuning,dominant,activity"
N_AT_A_TIME = 2
TIMEOUT_S = 600


class ToolError(Exception):
    """The tool gave no answer; the text says why."""


def output_of(command):
    done = subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    if done.returncode != 0:
        last_words = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ToolError(f"exit code {done.returncode}: {last_words}")
    return done.stdout


def estimate_of_report(report):
    """What score.py reads, from a report of `tidemark analyze`; what was not found is left out."""
    estimate = {}
    if report.get("beats"):
        estimate["beats"] = [beat["time_s"] for beat in report["beats"]["list"]]
    if report.get("tempo"):
        estimate["tempo_bpm"] = report["tempo"]["bpm"]
    if report.get("tuning"):
        estimate["tuning_hz"] = report["tuning"]["a4_hz"]
    if report.get("dominant"):
        estimate["dominant_hz"] = report["dominant"]["hz"]
    if report.get("activity"):
        estimate["active"] = report["activity"]["intervals_s"]
    return estimate


def estimate_of_beats(beats):
    """The tempo of a tool that has beats only: 60 over their median interval."""
    estimate = {"beats": beats}
    if len(beats) > 1 and beats[-1] > beats[0]:
        interval_s = statistics.median(b - a for a, b in zip(beats, beats[1:]))
        if interval_s > 0:
            estimate["tempo_bpm"] = 60 / interval_s
    return estimate


class Tidemark:
    name = "tidemark"

    def __init__(self, binary, options):
        self.binary, self.options = binary, options

    def estimate(self, kind, path):
        of_beats = kind in BEAT_KINDS
        features = BEAT_FEATURES if of_beats else OTHER_FEATURES
        options = self.options if of_beats else []
        command = [self.binary, "analyze", "--features", features, "--format", "json", *options, path]
        return estimate_of_report(json.loads(output_of(command)))


class Aubio:
    """Debian's aubio with its defaults, on what ffmpeg decodes.

    At 44.1 kHz, for which its frames were chosen: at 22.05 kHz its beats are worse by a fifth.
    """

    name = "aubio"
    decoding = ["-ar", "44100", "-c:a", "pcm_s16le"]

    @staticmethod
    def missing_program():
        return next((name for name in ("aubio", "ffmpeg") if not shutil.which(name)), None)

    def estimate(self, kind, path):
        with tempfile.TemporaryDirectory() as folder:
            wav = pathlib.Path(folder) / "decoded.wav"
            output_of(["ffmpeg", "-v", "error", "-nostdin", "-i", path, *self.decoding, wav])
            lines = output_of(["aubio", "beat", wav]).splitlines()
        return estimate_of_beats([float(line.split()[0]) for line in lines if line.strip()])


def estimate_all(tool, items, corpus, folder):
    """Writes folder/ID.json for each item that `tool` answers; {id: why} of the others."""
    folder.mkdir(parents=True, exist_ok=True)
    failures = {}

    def estimate_one(item):
        written = folder / f"{item['id']}.json"
        written.unlink(missing_ok=True)
        try:
            estimate = tool.estimate(item["kind"], corpus / item["path"])
        except (ToolError, OSError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
            failures[item["id"]] = str(error) or type(error).__name__
        else:
            written.write_text(json.dumps(estimate), encoding="utf-8")

    n_workers = min(N_AT_A_TIME, len(os.sched_getaffinity(0)))
    with concurrent.futures.ThreadPoolExecutor(n_workers) as pool:
        for _ in pool.map(estimate_one, items):
            pass
    return dict(sorted(failures.items()))
