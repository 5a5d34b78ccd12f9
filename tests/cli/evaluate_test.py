"""`tidemark evaluate`: its inputs and output, and its measures against other implementations."""
import importlib.util
import json
import os
import subprocess
import unittest

import numpy as np

from tidemark_cli import BAD_DATA, BINARY, NO_INPUT, USAGE, CommandTest, run

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
SCORE = os.path.join(ROOT, "..", "shared", "corpus", "score.py")
PRINTED = 2e-6  # the JSON has six decimals, of which the last may be cut instead of rounded


def score_module():
    if not os.path.exists(SCORE):
        raise unittest.SkipTest("no corpus beside the repository")
    spec = importlib.util.spec_from_file_location("score", SCORE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# Goto, P-score and information gain once more, written from mir_eval's definitions.

def goto(ref, est):
    n = len(ref)
    if n < 5 or len(est) == 0:
        return 0.0
    middles = (ref[:-1] + ref[1:]) / 2
    error = np.ones(n)
    for i in range(1, n - 1):
        inside = est[(est >= middles[i - 1]) & (est < middles[i])]
        if len(inside) == 1:
            offset = inside[0] - ref[i]
            error[i] = offset / (ref[i] - middles[i - 1] if offset < 0 else middles[i] - ref[i])
    missed = np.flatnonzero(np.abs(error) > 0.35)
    if len(missed) == 2:
        track = error[1 : n - 2]
    else:
        gaps = np.diff(missed)
        longest = int(np.argmax(gaps))
        if gaps[longest] - 1 <= 0.25 * (n - 2):
            return 0.0
        track = error[missed[longest] : missed[longest + 1] + 1]
    return float(np.mean(np.abs(track)) < 0.2 and np.std(track, ddof=1) < 0.2)


def p_score(ref, est):
    if min(len(ref), len(est)) < 2:
        return 0.0
    start = min(ref[0], est[0])
    length = int(np.ceil(max(ref[-1], est[-1]) - start)) * 100 + 1
    trains = np.zeros((2, length))
    for train, beats in zip(trains, (ref, est)):
        train[np.ceil((beats - start) * 100).astype(int)] = 1
    window = int(np.round(0.2 * np.median(np.diff(np.flatnonzero(trains[0])))))
    pairs = sum(np.sum(trains[0][max(0, k) : length + min(0, k)] *
                       trains[1][max(0, -k) : length + min(0, -k)])
                for k in range(-window, window + 1))
    return pairs / max(len(ref), len(est))


def error_entropy(ref, est):
    errors = []
    for beat in est:
        k = int(np.argmin(np.abs(beat - ref)))
        distance = beat - ref[k]
        if k == len(ref) - 1:
            interval = ref[-1] - ref[-2]
        elif distance < 0:
            interval = ref[k] - ref[k - 1]  # for k = 0 from the last beat: mir_eval's way
        else:
            interval = ref[k + 1] - ref[k]
        errors.append(distance / interval)
    wrapped = 0.5 - np.mod(-(np.array(errors) + 0.5), 1)
    share = np.histogram(wrapped, np.linspace(-0.5, 0.5, 42))[0] / len(est)
    share = share[share > 0]
    return -np.sum(share * np.log2(share))


def information_gain(ref, est):
    if min(len(ref), len(est)) < 2:
        return 0.0
    return 1 - max(error_entropy(ref, est), error_entropy(est, ref)) / np.log2(41)


def random_lists(seed):
    """A reference and an estimate related to it in one of many ways."""
    random = np.random.default_rng(seed)
    period = random.uniform(0.3, 1)
    steps = 1 + random.uniform(0, 0.2) * random.standard_normal(random.integers(2, 150)).clip(-2, 2)
    ref = random.uniform(0, 6) + np.cumsum(period * steps)
    est = ref
    if random.random() < 0.3:
        est = np.sort(np.r_[ref, ref[:-1] + np.diff(ref) / 2])
    elif random.random() < 0.4:
        est = ref[:: random.integers(2, 4)]
    est = est + random.normal(0, random.choice([0, 0.01, 0.05, 0.1]), len(est))
    est = est + random.choice([0, 0, 0.02, period / 2])
    est = np.abs(est[random.random(len(est)) > random.choice([0, 0.05, 0.3, 0.9])])
    return ref, np.sort(est)


class Measures(CommandTest):
    def compare(self, seeds, expected):
        """expected(reference, estimate) -> {field: value}, of the beats from 5 s on."""
        for seed in seeds:
            ref, est = random_lists(seed)
            lines = "".join(f"{beat!r}\n" for beat in ref.tolist())
            ref_path = self.write("ref.txt", lines.encode())
            est_path = self.write("est.json", json.dumps(est.tolist()).encode())
            done = run("evaluate", "--format", "json", ref_path, est_path)
            self.assertEqual(done.returncode, 0, done.stderr)
            found = json.loads(done.stdout)
            for field, value in expected(ref[ref >= 5], est[est >= 5]).items():
                if value is None:
                    self.assertIsNone(found[field], f"seed {seed}: {field}")
                else:
                    self.assertAlmostEqual(found[field], value, delta=PRINTED,
                                           msg=f"seed {seed}: {field}")

    def test_goto_p_score_and_information_gain_are_those_of_the_definitions(self):
        seen = set()

        def expected(ref, est):
            values = {"goto": goto(ref, est), "p_score": p_score(ref, est),
                      "information_gain": information_gain(ref, est)}
            seen.add(values["goto"])
            return values

        self.compare(range(300), expected)
        self.assertEqual(seen, {0.0, 1.0})

    def test_the_others_are_those_of_the_corpus_scorer(self):
        score = score_module()
        names = dict(zip(score.BEAT_KEYS, ("f_measure", "cemgil", "cemgil_best_level",
                                           "cmlc", "cmlt", "amlc", "amlt")))

        def expected(ref, est):
            scores = score.beat_scores(ref, est)
            values = {names[key]: scores[key] for key in names}
            if len(ref) >= 2 and len(est) >= 2:
                values["median_lag_ms"] = score.lag_ms(ref, est)
                tempi = [60 / np.median(np.diff(beats)) for beats in (ref, est)]
                values["tempo_accuracy_1"], values["tempo_accuracy_2"] = score.tempo_acc(*tempi)
            return values

        self.compare(range(1000, 1300), expected)


class Inputs(CommandTest):
    def setUp(self):
        super().setUp()
        self.beats = [6 + 0.5 * i for i in range(20)]
        self.text = self.write("beats.txt", "\n".join(map(str, self.beats)).encode())

    def evaluate(self, *args, **kwargs):
        done = run("evaluate", "--format", "json", *args, **kwargs)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_may_be_text_labels_arrays_truths_and_reports(self):
        report = {"schema": "tidemark.report/1", "tempo": None,
                  "beats": {"list": [{"time_s": b, "position": None} for b in self.beats]}}
        forms = {
            "labels.txt": "".join(f"{b}\t{b}\tbeat\n" for b in self.beats),
            "table.csv": "# time,beat\n" + "".join(f"{b},1\n" for b in self.beats),
            "array.json": json.dumps(self.beats),
            "truth.json": json.dumps({"beats": self.beats, "tempo_bpm": 120.0}),
            "report.json": json.dumps(report, indent=2),
        }
        for name, text in forms.items():
            found = self.evaluate(self.text, self.write(name, text.encode()))
            self.assertEqual((found["f_measure"], found["amlt"]), (1, 1), name)
            self.assertEqual(found["estimate"]["n_beats"], 20)

    def test_come_from_the_standard_input_on_either_side(self):
        content = "\n".join(map(str, self.beats[:10])).encode()
        self.assertEqual(self.evaluate(self.text, "-", stdin=content)["estimate"]["n_beats"], 10)
        self.assertEqual(self.evaluate("-", self.text, stdin=content)["reference"]["n_beats"], 10)

    def test_may_be_empty(self):
        found = self.evaluate(self.text, self.write("none.txt", b""))
        self.assertEqual((found["f_measure"], found["p_score"]), (0, 0))
        self.assertIsNone(found["estimate"]["bpm"])

    def test_that_are_no_beats_are_named_with_the_place(self):
        bad = self.write("bad.txt", b"1\n2\nthree\n")
        self.assert_fails(run("evaluate", self.text, bad), BAD_DATA, "bad.txt: line 3", "three")
        self.assert_fails(run("evaluate", self.write("back.txt", b"2\n1\n"), self.text), BAD_DATA,
                          "back.txt: line 2", "sort")
        self.assert_fails(run("evaluate", self.text, self.write("x.json", b"{\"beats\": [1,")),
                          BAD_DATA, "x.json: byte")
        sample = os.path.join(ROOT, "share", "sample_432.flac")
        self.assert_fails(run("evaluate", self.text, sample), BAD_DATA, "line 1")

    def test_that_cannot_be_opened_are_named(self):
        self.assert_fails(run("evaluate", self.text, self.path("no.txt")), NO_INPUT, "no.txt")
        self.assert_fails(run("evaluate", self.folder, self.text), NO_INPUT, "directory")

    def test_that_are_too_large_are_refused_without_reading_on(self):
        with subprocess.Popen(["yes", "1.5"], stdout=subprocess.PIPE) as endless:
            done = subprocess.run([BINARY, "evaluate", self.text, "-"], stdin=endless.stdout,
                                  capture_output=True, check=False, timeout=120)
            endless.stdout.close()
            endless.wait()
        self.assert_fails(done, BAD_DATA, "64 MiB")

    def test_trim_and_tempi_can_be_given(self):
        found = self.evaluate(self.text, self.text, "--trim", "10s", "--ref-bpm", "60")
        self.assertEqual(found["reference"], {"path": self.text, "n_beats": 12, "bpm": 60})
        self.assertEqual(found["trim_s"], 10)
        self.assertEqual((found["tempo_accuracy_1"], found["tempo_accuracy_2"]), (False, True))
        self.assertTrue(self.evaluate(self.text, self.text, "--est-bpm", "122")["tempo_accuracy_1"])

    def test_usage_that_makes_no_sense_is_refused(self):
        self.assert_fails(run("evaluate", "-", "-"), USAGE, "standard input")
        self.assert_fails(run("evaluate", self.text), USAGE, "EST")
        for option in ("--trim=-1", "--trim=x", "--ref-bpm=0", "--est-bpm=x", "--format=csv"):
            done = run("evaluate", self.text, self.text, option)
            self.assert_fails(done, USAGE, option.split("=")[0])


class Output(CommandTest):
    def test_text_names_every_measure(self):
        beats = self.write("beats.txt", b"6\n7\n8\n9\n10\n")
        text = run("evaluate", beats, beats).stdout.decode()
        for word in ("F-measure", "Cemgil", "Goto", "P-score", "CMLc", "CMLt", "AMLc", "AMLt",
                     "gain", "Lag", "60.00 bpm", "accuracy 2 yes"):
            self.assertIn(word, text)

    def test_numbers_without_bounds_still_make_json(self):
        beats = self.write("far.txt", b"6\n7\n1e300\n1.7e308\n")
        found = json.loads(run("evaluate", "--format", "json", beats, beats).stdout)
        self.assertEqual(found["f_measure"], 1)


if __name__ == "__main__":
    unittest.main()
