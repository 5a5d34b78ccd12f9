"""The formats of a report."""
import array
import csv
import io
import json
import os
import subprocess
import unittest

from tidemark_cli import (BINARY, CommandTest, IO, USAGE, analyze_json, clicks, music, run, tone, wav_bytes)

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def schema_validator():
    try:
        import jsonschema
    except ImportError as missing:
        raise unittest.SkipTest("python3-jsonschema is not installed") from missing
    with open(os.path.join(ROOT, "docs", "report.schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


class Output(CommandTest):
    def setUp(self):
        super().setUp()
        self.song = self.write("song.wav", wav_bytes(music(6)))

    def test_json_of_one_file_is_an_object_that_follows_the_schema(self):
        report = analyze_json(self.song, "--features", "all", "--waveform-out", self.path("w.dat"))
        schema_validator().validate(report)
        self.assertEqual(report["schema"], "tidemark.report/1")
        self.assertEqual(report["file"]["path"], self.song)
        self.assertEqual(report["memory"]["allocations"], 0)

    def test_json_of_many_files_is_an_array_with_failures_in_it(self):
        text = self.write("note.wav", b"this is no audio at all, only words\n")
        done = run("analyze", "--format", "json", self.song, text, self.song)
        self.assertEqual(done.returncode, 65)
        reports = json.loads(done.stdout)
        schema_validator().validate(reports)
        self.assertEqual([("error" in r) for r in reports], [False, True, False])
        self.assertEqual(reports[1]["error"]["exit_code"], 65)

    def test_every_line_of_ndjson_follows_the_schema_and_intervals_come_before_the_report(self):
        done = run("analyze", "--format", "ndjson", self.song)
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        validator = schema_validator()
        for line in lines:
            validator.validate(line)
        events = [line["event"] for line in lines]
        self.assertEqual(events[0], "start")
        self.assertEqual(events[-1], "report")
        intervals = [[line["start_s"], line["end_s"]] for line in lines if line["event"] == "activity"]
        self.assertGreater(len(intervals), 3)
        self.assertEqual(intervals, lines[-1]["activity"]["intervals_s"])

    def test_the_plan_of_explain_follows_the_schema_and_adds_up(self):
        plan = analyze_json(self.song, "--explain")
        schema_validator().validate(plan)
        self.assertEqual(sum(row["bytes"] for row in plan["plan"]), plan["planned_bytes"])

    def test_csv_quotes_names_and_lists_every_interval(self):
        name = self.write('odd "name", really.wav', wav_bytes(music(6)))
        report = analyze_json(name)
        done = run("analyze", "--format", "csv", name)
        rows = list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))
        self.assertTrue(all(row["path"] == name for row in rows))
        intervals = [[float(row["start_s"]), float(row["end_s"])] for row in rows
                     if row["name"] == "interval"]
        self.assertEqual(intervals, report["activity"]["intervals_s"])
        hz = [float(row["value"]) for row in rows if (row["feature"], row["name"]) == ("dominant", "hz")]
        self.assertAlmostEqual(hz[0], report["dominant"]["hz"], places=5)

    def test_audacity_labels_are_start_end_and_text(self):
        report = analyze_json(self.song)
        done = run("analyze", "--format", "audacity", self.song)
        labels = [line.split("\t") for line in done.stdout.decode().splitlines()]
        self.assertEqual([[float(a), float(b)] for a, b, text in labels if text == "sound"],
                         report["activity"]["intervals_s"])

    def test_jams_holds_the_intervals_as_an_annotation(self):
        report = analyze_json(self.song)
        jams = json.loads(run("analyze", "--format", "jams", self.song).stdout)
        self.assertEqual(jams["file_metadata"]["duration"], report["file"]["duration_s"])
        data = jams["annotations"][0]["data"]
        self.assertEqual([round(d["time"], 5) for d in data],
                         [round(a, 5) for a, _ in report["activity"]["intervals_s"]])
        self.assertEqual(jams["sandbox"]["tidemark"]["dominant"], report["dominant"])

    def test_every_format_has_the_beats_and_the_tempo(self):
        beat_file = self.write("beats.wav", wav_bytes(clicks(30, rate=8000), rate=8000))
        report = analyze_json(beat_file)
        schema_validator().validate(report)
        beats, tempo = report["beats"], report["tempo"]
        self.assertAlmostEqual(tempo["bpm"], 120, delta=1)
        self.assertEqual(beats["count"], len(beats["list"]))
        self.assertGreater(beats["count"], 40)
        self.assertEqual(beats["times_s"], [beat["time_s"] for beat in beats["list"]])
        self.assertEqual(beats["downbeats"], sum(beat["position"] == 1 for beat in beats["list"]))
        times = [round(beat["time_s"], 5) for beat in beats["list"]]
        positions = [beat["position"] for beat in beats["list"]]
        curve = [[round(point["time_s"], 5), round(point["bpm"], 5)] for point in tempo["curve"]]
        self.assertTrue(curve)

        lines = [json.loads(line) for line in
                 run("analyze", "--format", "ndjson", beat_file).stdout.splitlines()]
        for line in lines:
            schema_validator().validate(line)
        events = [{k: v for k, v in line.items() if k not in ("event", "path")}
                  for line in lines if line["event"] == "beat"]
        self.assertEqual(events, beats["list"])
        self.assertEqual([{"time_s": line["time_s"], "bpm": line["bpm"]} for line in lines
                          if line["event"] == "tempo"], tempo["curve"])
        self.assertEqual(lines[-1]["beats"], beats)

        done = run("analyze", "--format", "csv", beat_file)
        rows = list(csv.DictReader(io.StringIO(done.stdout.decode(), newline="")))
        named = [row for row in rows if (row["feature"], row["name"]) == ("beats", "beat")]
        self.assertEqual([round(float(row["start_s"]), 5) for row in named], times)
        self.assertEqual([int(row["value"]) if row["value"] else None for row in named], positions)
        named = [row for row in rows if (row["feature"], row["name"]) == ("tempo", "point")]
        self.assertEqual([[round(float(row["start_s"]), 5), round(float(row["value"]), 5)]
                          for row in named], curve)

        text = run("analyze", beat_file).stdout.decode()
        self.assertRegex(text, r"\n  Tempo +1(19|20|21)\.\d BPM \(confidence \d+ %")
        self.assertRegex(text, rf"\n  Beats +{beats['count']}, first at \d+\.\d\d s")

    def test_audacity_labels_of_beats_are_points_among_the_intervals_in_order(self):
        beat_file = self.write("beats.wav", wav_bytes(clicks(30, rate=8000), rate=8000))
        report = analyze_json(beat_file)
        done = run("analyze", "--format", "audacity", beat_file)
        labels = [(float(start), float(end), text) for start, end, text in
                  (line.split("\t") for line in done.stdout.decode().splitlines())]
        self.assertEqual([start for start, _, _ in labels], sorted(start for start, _, _ in labels))
        beats = [label for label in labels if label[2].isdigit() or label[2] == "beat"]
        self.assertEqual([(beat["time_s"], beat["time_s"], str(beat["position"] or "beat"))
                          for beat in report["beats"]["list"]], beats)
        tempo = [label for label in labels if label[2].endswith(" BPM")]
        self.assertEqual([point["time_s"] for point in report["tempo"]["curve"]],
                         [start for start, _, _ in tempo])
        done = run("analyze", "--format", "audacity", "--features", "beats", beat_file)
        self.assertEqual(len(done.stdout.decode().splitlines()), report["beats"]["count"])

    def test_jams_holds_the_beats_and_the_tempo_as_annotations(self):
        beat_file = self.write("beats.wav", wav_bytes(clicks(30, rate=8000), rate=8000))
        report = analyze_json(beat_file)
        jams = json.loads(run("analyze", "--format", "jams", beat_file).stdout)
        found = {annotation["namespace"]: annotation["data"] for annotation in jams["annotations"]}
        self.assertEqual([(round(d["time"], 5), d["duration"], d["value"]) for d in found["beat"]],
                         [(round(beat["time_s"], 5), 0, beat["position"])
                          for beat in report["beats"]["list"]])
        tempo = report["tempo"]
        expected = [(tempo["bpm"], tempo["confidence"])]
        if tempo["runner_up"]:
            expected.append((tempo["runner_up"]["bpm"], tempo["runner_up"]["confidence"]))
        self.assertEqual([(d["value"], d["confidence"]) for d in found["tempo"]], expected)

    def test_silence_has_no_beats_in_any_format(self):
        silence = self.write("silence.wav", wav_bytes(array.array("h", bytes(2 * 8000 * 15)), rate=8000))
        report = analyze_json(silence)
        schema_validator().validate(report)
        self.assertIsNone(report["tempo"])
        self.assertIsNone(report["beats"])
        text = run("analyze", silence).stdout.decode()
        self.assertRegex(text, r"\n  Tempo +none.*\n  Beats +none")
        rows = list(csv.DictReader(io.StringIO(run("analyze", "--format", "csv", silence)
                                               .stdout.decode(), newline="")))
        self.assertEqual([row for row in rows if row["feature"] in ("tempo", "beats")], [])
        jams = json.loads(run("analyze", "--format", "jams", silence).stdout)
        self.assertNotIn("beat", [annotation["namespace"] for annotation in jams["annotations"]])
        out = self.path("click.wav")
        report = analyze_json("--click", out, silence)
        self.assertEqual(report["click"]["n_clicks"], 0)
        with open(out, "rb") as file:
            self.assertEqual(file.read()[80:], bytes(2 * 8000 * 15))

    def test_only_the_features_that_are_on_are_reported(self):
        self.assertNotIn("beats", analyze_json("--features", "tempo", self.song))
        self.assertNotIn("tempo", analyze_json("--features", "beats", self.song))
        events = [json.loads(line)["event"] for line in
                  run("analyze", "--format", "ndjson", "--features", "tempo", self.song)
                  .stdout.splitlines()]
        self.assertNotIn("beat", events)

    def test_text_names_what_it_measured(self):
        text = run("analyze", self.song).stdout.decode()
        for word in ("Tuning", "Dominant", "Tempo", "Beats", "LUFS", "Activity", "Memory", "x real time"):
            self.assertIn(word, text)

    def test_a_path_that_is_not_utf8_still_gives_valid_json(self):
        odd = os.fsencode(self.folder) + b"/\xff\xfe.wav"
        with open(odd, "wb") as file:
            file.write(wav_bytes(tone(440, 1)))
        done = subprocess.run([BINARY.encode(), b"analyze", b"--format", b"json", odd],
                              capture_output=True, check=True)
        self.assertIn("\ufffd", json.loads(done.stdout)["file"]["path"])

    def test_the_output_file_gets_its_name_only_when_it_is_whole(self):
        out = self.path("report.json")
        self.assertEqual(run("analyze", "--format", "json", "-o", out, self.song).returncode, 0)
        with open(out, encoding="utf-8") as file:
            self.assertIn("dominant", json.load(file))
        self.assertEqual(sorted(os.listdir(self.folder)), ["report.json", "song.wav"])

    def test_an_output_that_cannot_be_written_is_an_io_error(self):
        self.assert_fails(run("analyze", "-o", self.path("no/such/folder/out"), self.song), IO, "folder")

    def test_a_reader_that_went_away_is_an_io_error_not_a_crash(self):
        read_end, write_end = os.pipe()
        os.close(read_end)
        done = subprocess.run([BINARY, "analyze", self.song], stdout=write_end,
                              stderr=subprocess.PIPE, check=False)
        os.close(write_end)
        self.assertEqual(done.returncode, IO)
        self.assertIn("standard output", done.stderr.decode())

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full")
    def test_a_full_disk_is_an_io_error(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([BINARY, "analyze", "--format", "json", self.song], stdout=full,
                                  stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, IO)

    def test_progress_goes_to_standard_error_only_and_is_json_on_request(self):
        done = run("analyze", "--format", "json", "--progress", "json", self.song)
        json.loads(done.stdout)
        for line in done.stderr.splitlines():
            self.assertIn("done_s", json.loads(line)["progress"])
        self.assertTrue(done.stderr)
        self.assertEqual(run("analyze", "--progress", "none", self.song).stderr, b"")

    def test_formats_that_hold_one_file_refuse_two(self):
        self.assert_fails(run("analyze", "--format", "jams", self.song, self.song), USAGE, "one file")

    def test_the_waveform_file_has_the_pixels_that_the_report_counts(self):
        for name, bits in (("w.dat", 8), ("w.dat", 16)):
            out = self.path(name)
            report = analyze_json(self.song, "--waveform-out", out, "--waveform-bits", bits,
                                  "--waveform-zoom", 512)
            with open(out, "rb") as file:
                header = file.read(24)
                body = file.read()
            fields = [int.from_bytes(header[i:i + 4], "little") for i in range(0, 24, 4)]
            n_pixels = -(-len(music(6)) // 512)
            self.assertEqual(fields, [2, 1 if bits == 8 else 0, 44100, 512, n_pixels, 1])
            self.assertEqual(report["waveform"]["n_pixels"], n_pixels)
            self.assertEqual(len(body), n_pixels * 2 * bits // 8)
        out = self.path("w.json")
        analyze_json(self.song, "--waveform-out", out)
        with open(out, encoding="utf-8") as file:
            waveform = json.load(file)
        self.assertEqual(len(waveform["data"]), 2 * waveform["length"])


if __name__ == "__main__":
    unittest.main()
