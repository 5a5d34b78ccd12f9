"""tidemark.cut() against `tidemark cut`."""
import array
import filecmp
import json
import os
import resource

import numpy as np
import pytest
import tidemark
from tidemark_cli import run, tone, wav_bytes

# What depends on the process and the clock.
MEASURED = ("planned_bytes", "peak_rss_bytes", "peak_anon_bytes", "wall_s", "cpu_s", "output")


@pytest.fixture(name="talk")
def a_talk(tmp_path):
    """Tones of 2 s with silences of 1 s between them."""
    samples = array.array("h")
    for _ in range(4):
        samples.extend(tone(330, 2))
        samples.extend(array.array("h", bytes(2 * 44100)))
    path = tmp_path / "talk.wav"
    path.write_bytes(wav_bytes(samples))
    return path


def same(summary):
    return {name: value for name, value in summary.items() if name not in MEASURED}


def command(*arguments):
    done = run("cut", "--format=json", *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("ours, theirs", [
    ({}, []),
    ({"edit": "audio:threshold=-28dB", "margin": (0.05, "100ms"), "min_cut": 0.5},
     ["--edit=audio:threshold=-28dB", "--margin=0.05,100ms", "--min-cut=0.5"]),
    ({"keep": [(2, 2.5), "5,end"], "cut": (0, 0.25), "fade": 0},
     ["--keep=2,2.5", "--keep=5,end", "--cut=0,0.25", "--fade=0"]),
    ({"silent_speed": 4, "loud_speed": 1.5, "varispeed": True, "set_speed": (1, 2, 2.0)},
     ["--silent-speed=4", "--loud-speed=1.5", "--varispeed", "--set-speed=1,2,2"]),
    ({"audio_codec": "pcm_s24le", "max_pause": 0.3}, ["--audio-codec=pcm_s24le",
                                                     "--max-pause=0.3"]),
])
def test_it_writes_what_the_command_writes(talk, tmp_path, ours, theirs):
    result = tidemark.cut(talk, tmp_path / "ours.wav", **ours)
    told = command(*theirs, "-o", tmp_path / "theirs.wav", talk)
    assert filecmp.cmp(tmp_path / "ours.wav", tmp_path / "theirs.wav", shallow=False)
    assert same(result.to_dict()) == same(told)
    assert result.output == str(tmp_path / "ours.wav")
    assert len(result.clips_s) == len(result.speeds) == told["clips"]


def test_clips_are_seconds_of_the_source(talk):
    result = tidemark.cut(talk, dry_run=True, margin=0, min_clip=0)
    np.testing.assert_allclose(result.clips_s, [[3 * i, 3 * i + 2] for i in range(4)], atol=0.05)
    assert result.kept_s == pytest.approx(8, abs=0.2)
    assert result.kept_s + result.removed_s == pytest.approx(result.source_s)
    assert result.speeds.tolist() == [1] * 4
    assert os.listdir(talk.parent) == ["talk.wav"]


def test_the_output_is_named_after_the_input_and_never_replaced(talk):
    result = tidemark.cut(talk)
    assert result.output == str(talk.parent / "talk_cut.wav")
    with pytest.raises(tidemark.UsageError, match="overwrite replaces it"):
        tidemark.cut(talk)
    assert tidemark.cut(talk, overwrite=True).output == result.output


def test_timelines_and_levels_are_files(talk, tmp_path):
    tidemark.cut(talk, tmp_path / "ours.otio", export="otio")
    command("--export=otio", "-o", tmp_path / "theirs.otio", talk)
    assert filecmp.cmp(tmp_path / "ours.otio", tmp_path / "theirs.otio", shallow=False)
    tidemark.cut(talk, tmp_path / "levels.csv", levels=True)
    assert (tmp_path / "levels.csv").read_bytes() == run("cut", "--levels", talk).stdout
    listed = tidemark.cut(talk, tmp_path / "list.json", export="json")
    again = tidemark.cut(tmp_path / "list.json", tmp_path / "from_list.wav")
    np.testing.assert_allclose(again.clips_s, listed.clips_s)


def test_an_exception_in_progress_ends_it_and_leaves_nothing(talk, tmp_path):
    calls = []

    def stop(done_s, total_s):
        calls.append((done_s, total_s))
        raise KeyError("stop")

    with pytest.raises(KeyError, match="stop"):
        tidemark.cut(talk, tmp_path / "a.wav", progress=stop)
    assert len(calls) == 1


@pytest.mark.parametrize("options, reason", [
    ({"min_cut": "soon"}, "^min_cut:"), ({"silent_speed": -1}, "^silent_speed:"),
    ({"copy": True, "bits": 16}, "copy encodes nothing, so bits means nothing"),
    ({"levels": True}, "levels needs output="), ({"edit": "loud"}, "edit"),
    ({"output": "-"}, "not the name of a file"), ({"keep": [object()]}, "neither a number"),
])
def test_wrong_options_say_what_is_wrong(talk, options, reason):
    with pytest.raises(tidemark.UsageError, match=reason):
        tidemark.cut(talk, **options)
    assert os.listdir(talk.parent) == ["talk.wav"]


def test_its_ceiling_is_not_the_processs(talk, tmp_path):
    before = resource.getrlimit(resource.RLIMIT_DATA)
    with pytest.raises(MemoryError, match="memory='"):
        tidemark.cut(talk, tmp_path / "a.wav", memory="1M")
    result = tidemark.cut(talk, tmp_path / "a.wav", memory="16M")
    assert result.planned_bytes <= 16 << 20
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def test_what_cannot_be_read_is_said(tmp_path):
    with pytest.raises(FileNotFoundError):
        tidemark.cut(tmp_path / "missing.wav")
    (tmp_path / "a.wav").write_bytes(b"")
    with pytest.raises(tidemark.BadDataError):
        tidemark.cut(tmp_path / "a.wav")
