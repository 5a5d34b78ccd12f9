"""The memory contract, seen from outside: flat, stated, enforced."""
import array
import json
import os
import re
import resource
import subprocess
import unittest

from tidemark_cli import (BINARY, BAD_DATA, MEMORY, MIB, CommandTest, analyze_json, clicks, music, need, run,
                          tone, wav_bytes)


class Memory(CommandTest):
    def long_and_short(self, name, *options):
        """The same music for 8 s and for 50 times as long, encoded alike."""
        need("ffmpeg")
        wav = self.write("short.wav", wav_bytes(music(8)))
        long_wav = self.path("long.wav")
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-stream_loop", "49", "-i", wav, long_wav],
                       check=True, stdin=subprocess.DEVNULL)
        return self.encode(wav, "short_" + name, *options), self.encode(long_wav, "long_" + name, *options)

    def assert_flat(self, name, *options, spread=MIB):
        short, long = (analyze_json(path) for path in self.long_and_short(name, *options))
        self.assertGreater(long["file"]["duration_s"], 45 * short["file"]["duration_s"])
        self.assertLess(long["memory"]["peak_rss_bytes"],
                        short["memory"]["peak_rss_bytes"] + spread, (short["memory"], long["memory"]))
        self.assertEqual(long["memory"]["peak_heap_bytes"] // MIB,
                         short["memory"]["peak_heap_bytes"] // MIB)
        for report in (short, long):
            memory = report["memory"]
            self.assertEqual(memory["allocations"], 0)
            self.assertLessEqual(memory["peak_rss_bytes"], memory["planned_bytes"])
            self.assertLessEqual(memory["peak_anon_bytes"], memory["limit_bytes"])
        return long["memory"]

    def test_wav_is_flat_and_small(self):
        memory = self.assert_flat("a.wav", "-c:a", "pcm_s24le")
        self.assertLessEqual(memory["peak_rss_bytes"], 16 * MIB)
        self.assertLessEqual(memory["peak_anon_bytes"], 8 * MIB)

    def test_flac_is_flat_and_small(self):
        memory = self.assert_flat("a.flac")
        self.assertLessEqual(memory["peak_rss_bytes"], 16 * MIB)
        self.assertLessEqual(memory["peak_anon_bytes"], 8 * MIB)

    def test_mp3_is_flat_and_small(self):
        memory = self.assert_flat("a.mp3")
        self.assertLessEqual(memory["peak_rss_bytes"], 16 * MIB)
        self.assertLessEqual(memory["peak_anon_bytes"], 8 * MIB)

    def test_ogg_is_flat(self):
        self.assert_flat("a.ogg", "-c:a", "libvorbis")

    def test_aac_in_m4a_is_flat(self):
        memory = self.assert_flat("a.m4a", "-c:a", "aac")
        self.assertLessEqual(memory["peak_rss_bytes"], 48 * MIB)
        self.assertLessEqual(memory["peak_anon_bytes"], 16 * MIB)

    def test_matroska_is_flat(self):
        # What FFmpeg's demuxers leave in the allocator differs by a MiB from run to run.
        self.assert_flat("a.mka", "-c:a", "aac", spread=2 * MIB)

    def test_many_files_in_one_run_do_not_grow(self):
        wav = self.write("a.wav", wav_bytes(music(3)))
        done = run("analyze", "--format", "json", *[wav] * 200)
        rss = [report["memory"]["peak_rss_bytes"] for report in json.loads(done.stdout)]
        self.assertLessEqual(rss[-1], rss[9] + MIB // 2)

    def test_a_list_of_intervals_does_not_cost_memory(self):
        click, rest = array.array("h", [12000, -12000] * 400), array.array("h", bytes(2 * 4 * 800))
        few = self.write("few.wav", wav_bytes((click + rest) * 200, rate=8000))  # fills all blocks
        many = self.write("many.wav", wav_bytes((click + rest) * 4000, rate=8000))
        args = ("--features", "activity", "--threshold", "-30dB", "--min-silence", "50ms",
                "--min-sound", "10ms", "--margin", "0")
        short, long = analyze_json(few, *args), analyze_json(many, *args)
        self.assertEqual(len(short["activity"]["intervals_s"]), 200)
        self.assertEqual(len(long["activity"]["intervals_s"]), 4000)
        self.assertEqual(long["memory"]["allocations"], 0)
        self.assertLess(long["memory"]["peak_rss_bytes"], short["memory"]["peak_rss_bytes"] + MIB)

    def test_a_list_of_beats_does_not_cost_memory(self):
        few = self.write("few.wav", wav_bytes(clicks(20, rate=8000), rate=8000))
        many = self.write("many.wav", wav_bytes(clicks(20, rate=8000) * 60, rate=8000))
        short, long = (analyze_json("--features", "beats,tempo", path) for path in (few, many))
        self.assertGreater(long["beats"]["count"], 2000)
        self.assertEqual(long["beats"]["count"], len(long["beats"]["list"]))
        self.assertEqual(long["memory"]["allocations"], 0)
        self.assertLess(long["memory"]["peak_rss_bytes"], short["memory"]["peak_rss_bytes"] + MIB)

    def report_of_stream(self, piece, n_pieces, *args):
        """The report on samples that are made as they are read: as many of the same as told."""
        out = self.path("stream.json")
        with open(out, "wb") as file:
            with subprocess.Popen([BINARY, "analyze", "--raw", "8000:1:s16le", "--format", "json", *args],
                                  stdin=subprocess.PIPE, stdout=file) as process:
                for _ in range(n_pieces):
                    process.stdin.write(piece)
                process.stdin.close()
                self.assertEqual(process.wait(timeout=500), 0)
        with open(out, encoding="utf-8") as file:
            return json.load(file)

    def test_the_beats_of_a_day_cost_the_memory_of_those_of_ten_minutes(self):
        minute = clicks(60, rate=8000).tobytes()
        short, long = (self.report_of_stream(minute, n, "--features", "tempo,beats", "-")
                       for n in (10, 24 * 60))
        self.assertEqual(long["file"]["duration_s"], 24 * 3600)
        for report in (short, long):
            # Beats once or twice a second, to the end.
            n_seconds, beats = report["file"]["duration_s"], report["beats"]
            self.assertGreater(beats["count"], 0.95 * n_seconds)
            self.assertEqual(beats["count"], len(beats["list"]))
            self.assertGreater(beats["list"][-1]["time_s"], n_seconds - 2)
            self.assertAlmostEqual(120 / report["tempo"]["bpm"], round(120 / report["tempo"]["bpm"]), delta=0.02)
            self.assertEqual(report["memory"]["allocations"], 0)
            self.assertLessEqual(report["memory"]["peak_rss_bytes"], report["memory"]["planned_bytes"])
        self.assertLess(long["memory"]["peak_rss_bytes"], short["memory"]["peak_rss_bytes"] + MIB)
        self.assertLess(long["memory"]["peak_anon_bytes"], short["memory"]["peak_anon_bytes"] + MIB // 4)

    def test_a_plan_over_the_ceiling_is_refused_with_the_smallest_that_would_do(self):
        wav = self.write("a.wav", wav_bytes(music(2)))
        done = run("analyze", "--memory", "6M", wav)
        self.assert_fails(done, MEMORY, "--memory ")
        smallest = int(re.search(r"--memory (\d+)M", done.stderr.decode()).group(1))
        self.assertEqual(run("analyze", "--memory", f"{smallest}M", wav).returncode, 0)
        self.assert_fails(run("analyze", "--memory", f"{smallest - 1}M", wav), MEMORY)

    def test_ffmpeg_is_not_loaded_where_it_cannot_fit(self):
        wav = self.write("a.wav", wav_bytes(music(2)))
        m4a = self.encode(wav, "a.m4a")
        done = run("analyze", "--memory", "24M", m4a)
        self.assert_fails(done, MEMORY, "--memory ", "FFmpeg")
        smallest = int(re.search(r"--memory (\d+)M", done.stderr.decode()).group(1))
        self.assertEqual(run("analyze", "--memory", f"{smallest}M", m4a).returncode, 0)

    def test_the_kernel_holds_the_process_to_the_ceiling(self):
        wav = self.write("a.wav", wav_bytes(music(2)))
        for ceiling in (None, 24 * MIB):
            args = ["--memory", str(ceiling)] if ceiling else []
            report = analyze_json(*args, wav)
            self.assertEqual(report["memory"]["limit_bytes"],
                             ceiling or report["memory"]["planned_bytes"])
        pipe = subprocess.Popen([BINARY, "analyze", "--memory", "24M", "-"], stdin=subprocess.PIPE,
                                stdout=subprocess.PIPE)
        pipe.stdin.write(wav_bytes(music(2), data_bytes=0xFFFFFFFF))
        pipe.stdin.flush()
        # The plan is admitted before the first sample, so the limit is there while it waits for more.
        limit = None
        for _ in range(100_000):
            limit = resource.prlimit(pipe.pid, resource.RLIMIT_DATA)[0]
            if limit == 24 * MIB:
                break
        pipe.communicate()
        self.assertEqual(limit, 24 * MIB)

    def test_plans_hold_for_any_rate_and_number_of_channels(self):
        for rate, channels in ((4000, 1), (768000, 1), (48000, 64)):
            one = tone(440, 1, rate)
            samples = array.array("h", (s for s in one for _ in range(channels)))
            memory = analyze_json(self.write("odd.wav", wav_bytes(samples, rate, channels)))["memory"]
            self.assertLessEqual(memory["peak_rss_bytes"], memory["planned_bytes"])

    def test_explain_states_what_the_report_states(self):
        wav = self.write("a.wav", wav_bytes(music(2)))
        plan = analyze_json("--explain", wav)
        self.assertEqual(plan["planned_bytes"], analyze_json(wav)["memory"]["planned_bytes"])

    def test_audio_that_expands_absurdly_is_flat_and_can_be_refused(self):
        need("ffmpeg")
        bomb = self.path("bomb.flac")
        subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i",
                        "anullsrc=r=44100:cl=mono", "-t", "3600", bomb], check=True,
                       stdin=subprocess.DEVNULL)
        self.assertLess(os.path.getsize(bomb), MIB)
        report = analyze_json(bomb)
        self.assertAlmostEqual(report["file"]["duration_s"], 3600, places=3)
        self.assertLessEqual(report["memory"]["peak_rss_bytes"], 16 * MIB)
        self.assert_fails(run("analyze", "--max-duration", "10m", bomb), BAD_DATA, "--max-duration")
        self.assert_fails(run("analyze", "--max-ratio", "100", bomb), BAD_DATA, "--max-ratio")

    def test_the_waveform_of_a_long_file_does_not_cost_memory(self):
        short, long = self.long_and_short("a.flac")
        args = ("--features", "waveform", "--waveform-out")
        first = analyze_json(short, *args, self.path("short.json"))
        second = analyze_json(long, *args, self.path("long.json"))
        self.assertLess(second["memory"]["peak_rss_bytes"], first["memory"]["peak_rss_bytes"] + MIB)

    def test_a_click_track_costs_what_a_short_one_does(self):
        samples = clicks(20, rate=8000)
        out = self.path("out.wav")
        peaks = []
        for repeats in (1, 60):
            path = self.write("a.wav", wav_bytes(samples * repeats, rate=8000))
            report = analyze_json("--features", "beats", "--click", out, path)
            memory = report["memory"]
            self.assertEqual(memory["allocations"], 0)
            self.assertLessEqual(memory["peak_rss_bytes"], memory["planned_bytes"])
            peaks.append(memory["peak_rss_bytes"])
        self.assertLess(peaks[1], peaks[0] + MIB)


if __name__ == "__main__":
    unittest.main()
