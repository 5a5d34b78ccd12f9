"""What `tidemark cut` writes and where: nothing that is there is lost, no option is dropped unsaid."""
import array
import json
import os
import signal
import subprocess
import unittest

from cut_cases import RATE, CutTest, cut_json, speechlike, wav_samples
from tidemark_cli import BAD_DATA, BINARY, INTERRUPTED, IO, MEMORY, USAGE, need, needs_true_memory, run, wav_bytes


class Kept(CutTest):
    def setUp(self):
        super().setUp()
        self.source = self.write("in.wav", wav_bytes(speechlike(6)))

    def content(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def test_the_input_is_never_replaced(self):
        listed = self.path("list.json")
        cut_json(self.source, "--export", "json", "-o", listed)
        before = {name: self.content(name) for name in ("in.wav", "list.json")}
        for path in (self.source, listed):
            for target in (self.source, listed):
                if path == self.source and target == listed:
                    continue  # not an input of that run
                for options in (("-o", target), ("--levels", "-o", target), ("--report", target),
                                ("--dry-run", "--report", target), ("--export", "edl", "-o", target)):
                    done = run("cut", path, *options, "--overwrite")
                    self.assert_fails(done, USAGE, os.path.basename(target))
        self.assertEqual({name: self.content(name) for name in before}, before)

    def test_files_that_are_there_stay_without_overwrite(self):
        self.write("there.wav", b"precious")
        there = self.path("there.wav")
        for options in (("-o", there), ("--levels", "-o", there), ("--report", there), ("--export", "edl", "-o", there),
                        ("--dry-run", "--report", there)):
            self.assert_fails(run("cut", self.source, *options), USAGE, "there", "--overwrite")
        self.assertEqual(self.content("there.wav"), b"precious")
        self.only_files("in.wav", "there.wav")

    def test_the_report_does_not_replace_what_was_written(self):
        for options in (("-o", self.path("out.wav"), "--report", os.path.join(self.folder, ".", "out.wav")),
                        ("--export", "json", "-o", self.path("x"), "--report", self.path("x")),
                        ("-o", "-", "--report", "-")):
            self.assert_fails(run("cut", self.source, *options, "--overwrite"), USAGE, "--report")
        self.only_files("in.wav")

    def test_a_folder_that_is_not_there_is_told_before_anything_is_read(self):
        for options in (("-o", self.path("no/out.wav")), ("--report", self.path("no/page.html")),
                        ("--levels", "-o", self.path("no/levels.csv"))):
            self.assert_fails(run("cut", self.source, *options), IO, "no/")
        self.only_files("in.wav")

    def test_a_plan_and_a_sequence_look_at_no_file_of_that_name(self):
        need("ffmpeg")
        self.write("out.mp3", b"precious")
        out = self.path("out.mp3")
        for options in (("--explain",), ("--export", "clip-sequence")):
            done = run("cut", self.source, "-o", out, *options)
            self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertEqual(self.content("out.mp3"), b"precious")

    def test_a_sequence_names_its_files_and_takes_no_pipe(self):
        summary = cut_json(self.source, "--export", "clip-sequence")
        self.assertEqual(summary["output"], self.path("in_cut_0.wav"))
        self.assertTrue(os.path.exists(summary["last_output"]), summary)
        self.assert_fails(run("cut", self.source, "--export", "clip-sequence", "-o", "-"), USAGE, "clip-sequence")

    def test_a_named_pipe_is_opened_once(self):
        need("ffmpeg")
        for name in ("out.wav", "out.mp3"):
            pipe = self.path(name)
            os.mkfifo(pipe)
            # Into a file: nobody empties a pipe while the cut runs.
            with (open(self.path("read"), "wb") as file,
                  subprocess.Popen(["cat", pipe], stdout=file) as reader):
                done = run("cut", self.source, "-o", pipe)
                if done.returncode != 0:
                    reader.kill()
                self.assertEqual(done.returncode, 0, done.stderr.decode())
                reader.wait(timeout=60)
            self.assertGreater(os.path.getsize(self.path("read")), 5000)

    def test_a_container_names_the_file(self):
        need("ffmpeg")
        self.assertEqual(cut_json(self.source, "--container", "flac")["output"], self.path("in_cut.flac"))
        with open(self.path("in_cut.flac"), "rb") as file:
            self.assertEqual(file.read(4), b"fLaC")

    def test_a_hangup_leaves_no_half_file(self):
        need("ffmpeg")
        source = self.huge(1 << 30)
        with subprocess.Popen([BINARY, "cut", source, "--edit", "none", "-o", self.path("out.flac")],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            while not any(name.endswith(".part") for name in os.listdir(self.folder)):
                self.assertIsNone(process.poll(), "ended too soon")
            process.send_signal(signal.SIGHUP)
            process.communicate(timeout=60)
            self.assertEqual(process.returncode, INTERRUPTED)
        self.only_files("in.wav", "huge.wav")


class Said(CutTest):
    def setUp(self):
        super().setUp()
        self.source = self.write("in.wav", wav_bytes(speechlike(6)))

    def test_a_list_takes_no_rules(self):
        listed = self.path("list.json")
        cut_json(self.source, "--export", "json", "-o", listed)
        for option in (("--margin", "1s"), ("--cut", "0,1"), ("--edit", "none"), ("--silent-speed", "2")):
            self.assert_fails(run("cut", listed, *option), USAGE, "list.json", option[0])

    def listing(self, *clips):
        listed = {"schema": "tidemark.cut/1", "source": {"path": "in.wav"},
                  "timebase": {"num": RATE, "den": 1},
                  "clips": [{"begin_s": begin, "end_s": end} for begin, end in clips]}
        return self.write("list.json", json.dumps(listed).encode())

    def test_a_list_of_a_longer_recording_is_refused(self):
        self.assert_fails(run("cut", self.listing((1, 100))), BAD_DATA, "list.json", "in.wav", "1:40.0")
        self.assert_fails(run("cut", self.listing((0, 1), (2 ** 33, 2 ** 34))), BAD_DATA, "list.json")
        self.only_files("in.wav", "list.json")

    def test_where_nobody_knows_the_length_a_list_ends_with_the_recording(self):
        need("ffmpeg")
        subprocess.run(["ffmpeg", "-v", "error", "-i", self.source, "-c:a", "aac", self.path("in.aac")], check=True)
        with open(self.listing((1, 100)), encoding="utf-8") as file:
            self.write("list.json", file.read().replace("in.wav", "in.aac").encode())
        done = run("cut", self.path("list.json"), "-o", self.path("out.wav"))
        self.assert_fails(done, BAD_DATA, "in.aac")
        self.only_files("in.wav", "in.aac", "list.json")

    def test_options_of_what_the_output_has_not(self):
        for option in (("--crf", "20"), ("--video-codec", "libx264"), ("--preset", "fast"), ("--bitrate", "64k")):
            self.assert_fails(run("cut", self.source, *option), USAGE, option[0])
        self.assert_fails(run("cut", self.source, "--levels", "--report", self.path("p.html")), USAGE, "--report")
        self.assert_fails(run("cut", self.source, "--compat", "auto-editor", "--max-pause", "1"), USAGE, "--max-pause")
        self.only_files("in.wav")

    def test_speeds_that_cannot_be_played_are_refused_at_once(self):
        for option in (("--silent-speed", "200"), ("--loud-speed", "5000"), ("--set-speed", "0,1,500")):
            self.assert_fails(run("cut", self.source, "--dry-run", *option), USAGE, option[0], "100")

    def test_options_may_stand_before_the_file(self):
        for option in ("--keep", "--cut"):
            done = run("cut", option, "1,2", self.source, "--dry-run")
            self.assertEqual(done.returncode, 0, done.stderr.decode())

    def test_slowing_down_has_its_place_in_the_plan(self):
        for speed in ("0.5", "2"):
            done = run("cut", self.source, "--set-speed", "0,2," + speed, "--explain")
            self.assertIn(b"time stretching", done.stdout)

    def test_slower_is_told_as_less_than_nothing_saved(self):
        done = run("cut", self.source, "--loud-speed", "0.5", "--edit", "none", "--dry-run")
        self.assertIn(b"-0:06.0 of 0:06.0", done.stdout)


class Tags(CutTest):
    def setUp(self):
        super().setUp()
        need("ffmpeg")
        self.write("in.wav", wav_bytes(speechlike(4)))
        for name in ("in.flac", "in.mp3", "in.ogg"):
            subprocess.run(["ffmpeg", "-v", "error", "-i", self.path("in.wav"), "-metadata", "title=A name",
                            self.path(name)], check=True)

    def test_of_other_formats_come_into_a_wav(self):
        for name in ("in.flac", "in.mp3", "in.ogg"):
            summary = cut_json(self.path(name), "-o", self.path("out.wav"), "--overwrite")
            self.assertNotIn("warning", summary)
            with open(self.path("out.wav"), "rb") as file:
                self.assertIn(b"A name", file.read())

    @needs_true_memory
    def test_have_their_place_in_the_plan(self):
        for name in ("in.flac", "in.mp3", "in.ogg"):
            for ceiling in ((), ("--memory", "64M"), ("--memory", "24M")):
                summary = cut_json(self.path(name), "-o", self.path("out.wav"), "--overwrite", *ceiling)
                self.assertLessEqual(summary["peak_rss_bytes"], summary["planned_bytes"], (name, ceiling))
        self.assertIn("--memory", summary["warning"])  # 24 MiB leave no room for who reads them


class Encoders(CutTest):
    def test_keep_the_bit_rate_of_the_source(self):
        need("ffmpeg")
        source = self.write("in.wav", wav_bytes(speechlike(10)))
        for rate in (64, 256):
            subprocess.run(["ffmpeg", "-v", "error", "-y", "-i", source, "-b:a", f"{rate}k", self.path("in.mp3")],
                           check=True)
            cut_json(self.path("in.mp3"), "--edit", "none", "--cut", "1,2", "--overwrite")
            done = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=bit_rate", "-of", "csv=p=0",
                                   self.path("in_cut.mp3")], capture_output=True, check=True)
            self.assertEqual(int(done.stdout), rate * 1000)

    @needs_true_memory
    def test_that_do_not_fit_are_refused_with_what_would_do(self):
        need("ffmpeg")
        source = self.write("in.wav", wav_bytes(speechlike(2)))
        for ceiling in ("12M", "24M", "36M"):
            self.assert_fails(run("cut", source, "-o", self.path("out.mp3"), "--memory", ceiling), MEMORY, "--memory 4")
        self.only_files("in.wav")


class Sequence(CutTest):
    def test_reads_on_from_clip_to_clip(self):
        need("ffmpeg")
        source = self.write("in.wav", wav_bytes(speechlike(60)))
        subprocess.run(["ffmpeg", "-v", "error", "-i", source, "-c:a", "aac", self.path("in.m4a")], check=True)
        whole, pieces = array.array("h"), array.array("h")
        cut_json(self.path("in.m4a"), "-o", self.path("whole.wav"), "--fade", "0")
        whole = wav_samples(self.path("whole.wav"))[1]
        cut_json(self.path("in.m4a"), "-o", self.path("part.wav"), "--fade", "0", "--export", "clip-sequence")
        for name in sorted(name for name in os.listdir(self.folder) if name.startswith("part_")):
            pieces.extend(wav_samples(self.path(name))[1])
        self.assertEqual(len(pieces), len(whole))
        # TPDF dither is drawn anew for each file.
        self.assertLessEqual(max(abs(a - b) for a, b in zip(pieces, whole)), 4)


if __name__ == "__main__":
    unittest.main()
