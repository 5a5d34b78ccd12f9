"""What can be given to the command: paths and pipes, good and bad."""
import array
import json
import math
import os
import signal
import struct
import subprocess
import time
import unittest

from tidemark_cli import (BAD_DATA, BINARY, INTERRUPTED, NO_INPUT, USAGE, CommandTest, analyze_json,
                          clicks, music, results, run, tone, wav_bytes)


class GoodInput(CommandTest):
    def setUp(self):
        super().setUp()
        self.song = self.write("song.wav", wav_bytes(music(6)))

    def assert_same_by_pipe(self, path, *options):
        with open(path, "rb") as file:
            content = file.read()
        by_path = analyze_json(*options, path)
        by_pipe = analyze_json(*options, "-", stdin=content)
        self.assertEqual(results(by_path), results(by_pipe))
        self.assertEqual(by_path["file"]["duration_s"], by_pipe["file"]["duration_s"])
        with open(path, "rb") as file:
            redirected = subprocess.run([BINARY, "analyze", "--format", "json", *options, "-"], stdin=file,
                                        capture_output=True, check=True)
        self.assertEqual(results(by_path), results(json.loads(redirected.stdout)))
        return by_path

    def test_wav_is_the_same_by_path_and_by_pipe(self):
        self.assert_same_by_pipe(self.song)

    def test_tempo_and_beats_are_the_same_by_path_and_by_pipe(self):
        wav = self.write("clicks.wav", wav_bytes(clicks(30)))
        paths = [wav] + [self.encode(wav, name) for name in ("clicks.flac", "clicks.mp3", "clicks.m4a")]
        for options in ((), ("--causal",), ("--steady", "--bpm-min", "90", "--bpm-max", "150")):
            for path in paths:
                report = self.assert_same_by_pipe(path, "--features", "tempo,beats", *options)
                self.assertEqual(sorted(results(report)), ["beats", "tempo"])
                self.assertGreater(report["beats"]["count"], 20, (path, options))

    def test_tempo_and_beats_do_not_depend_on_blocks_or_threads(self):
        for rate in (8000, 44100, 96000):
            path = self.write("clicks.wav", wav_bytes(clicks(30, rate=rate), rate=rate))
            expected = results(analyze_json("--features", "tempo,beats", path))
            self.assertGreater(expected["beats"]["count"], 20)
            for options in (("--threads", 1), ("--threads", 2), ("--block-frames", 1024),
                            ("--block-frames", 5000), ("--block-frames", 100_000, "--threads", 1)):
                report = analyze_json("--features", "tempo,beats", *options, path)
                self.assertEqual(results(report), expected, (rate, options))

    def test_flac_is_the_same_by_path_and_by_pipe(self):
        self.assert_same_by_pipe(self.encode(self.song, "song.flac"))

    def test_mp3_is_the_same_by_path_and_by_pipe(self):
        self.assert_same_by_pipe(self.encode(self.song, "song.mp3"))

    def test_ogg_vorbis_is_the_same_by_path_and_by_pipe(self):
        self.assert_same_by_pipe(self.encode(self.song, "song.ogg", "-c:a", "libvorbis"))

    def test_opus_is_the_same_by_path_and_by_pipe(self):
        self.assert_same_by_pipe(self.encode(self.song, "song.opus"))

    def test_adts_is_the_same_by_path_and_by_pipe(self):
        self.assert_same_by_pipe(self.encode(self.song, "song.aac"))

    def test_webm_is_the_same_by_path_and_by_pipe(self):
        self.assert_same_by_pipe(self.encode(self.song, "song.webm"))

    def test_mp4_is_the_same_by_path_and_by_pipe_wherever_its_index_is(self):
        self.assert_same_by_pipe(self.encode(self.song, "index_last.m4a"))
        self.assert_same_by_pipe(
            self.encode(self.song, "index_first.m4a", "-movflags", "+faststart"))
        self.assert_same_by_pipe(self.encode(self.song, "fragments.mp4", "-movflags",
                                             "+frag_keyframe+empty_moov", "-frag_duration", "1000000"))

    def test_a_pipe_of_an_mp4_with_its_index_last_is_spooled_within_its_cap(self):
        m4a = self.encode(self.song, "index_last.m4a")
        with open(m4a, "rb") as file:
            done = run("analyze", "--tmp-max", "1K", "-", stdin=file.read())
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("--tmp", done.stderr.decode())

    def test_results_do_not_depend_on_blocks_or_threads(self):
        for path in (self.song, self.encode(self.song, "song.mp3")):
            expected = results(analyze_json(path))
            for options in (("--threads", 1), ("--threads", 2), ("--block-frames", 1024),
                            ("--block-frames", 5000), ("--block-frames", 100_000, "--threads", 1)):
                self.assertEqual(results(analyze_json(*options, path)), expected, options)

    def test_a_range_reads_what_it_says(self):
        steps = array.array("h")
        for i in range(10):
            steps.extend(tone(200 + 50 * i, 1))
        path = self.write("steps.wav", wav_bytes(steps))
        report = analyze_json("--start", "3s", "--duration", "1s", path)
        self.assertAlmostEqual(report["dominant"]["hz"], 350, delta=0.5)
        self.assertEqual(report["file"]["read"],
                         {"start_s": 3.0, "duration_s": 1.0, "pieces": 1, "whole": False})
        self.assertEqual(report["file"]["duration_s"], 10.0)

    def test_a_sample_is_spread_over_the_file_and_stated(self):
        path = self.write("long.wav", wav_bytes(music(60)))
        for name in ("long.wav", "long.flac", "long.mp3"):
            source = path if name == "long.wav" else self.encode(path, name)
            report = analyze_json("--sample", "20s", source)
            self.assertEqual(report["file"]["read"]["pieces"], 4)
            self.assertAlmostEqual(report["file"]["read"]["duration_s"], 20, places=3)
            self.assertGreater(report["activity"]["intervals_s"][-1][1], 40)

    def test_a_pipe_cannot_be_sampled(self):
        with open(self.song, "rb") as file:
            self.assert_fails(run("analyze", "--sample", "1s", "-", stdin=file.read()), USAGE, "--sample")

    def test_raw_samples_are_read_as_told(self):
        path = self.write("song.raw", music(6).tobytes())
        report = analyze_json("--raw", "44100:1:s16le", path)
        self.assertEqual(results(report), results(analyze_json(self.song)))

    def test_the_name_of_a_file_means_nothing(self):
        mp3 = self.encode(self.song, "song.mp3")
        os.rename(mp3, self.path("really_mp3.wav"))
        self.assertEqual(analyze_json(self.path("really_mp3.wav"))["file"]["format"], "MP3")

    def test_rates_from_4_kHz_to_768_kHz_and_64_channels_are_read(self):
        for rate, channels in ((4000, 1), (192000, 2), (768000, 1), (48000, 64)):
            one = tone(440, 1, rate)
            samples = array.array("h", (s for s in one for _ in range(channels)))
            path = self.write("odd.wav", wav_bytes(samples, rate, channels))
            report = analyze_json(path)
            self.assertEqual(report["file"]["channels"], channels)
            self.assertAlmostEqual(1200 * math.log2(report["dominant"]["hz"] / 440), 0, delta=0.5)


class BadInput(CommandTest):
    def fails(self, content, code=BAD_DATA, *words):
        self.assert_fails(run("analyze", self.write("bad.wav", content), timeout=20), code, *words)
        self.assert_fails(run("analyze", "-", stdin=content, timeout=20), code, *words)

    def test_an_empty_file_is_bad_data(self):
        self.fails(b"", BAD_DATA, "empty")

    def test_text_is_bad_data(self):
        self.fails(b"Dear diary, today I renamed a text file.\n" * 20, BAD_DATA, "text")

    def test_noise_is_bad_data(self):
        self.fails(bytes((i * 7919 + (i >> 3)) % 251 for i in range(4096)))

    def test_a_playlist_with_the_name_of_a_wav_opens_nothing(self):
        secret = self.write("secret.wav", wav_bytes(tone(440, 1)))
        done = run("analyze", self.write("list.wav", b"ffconcat version 1.0\nfile secret.wav\n"))
        self.assertEqual(done.returncode, BAD_DATA, done.stdout)
        hls = f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{secret}\n#EXT-X-ENDLIST\n"
        self.assertEqual(run("analyze", self.write("hls.mp3", hls.encode())).returncode, BAD_DATA)

    def header(self, channels=1, rate=44100, bits=16):
        align = (channels * bits // 8) & 0xFFFF
        return (b"RIFF" + struct.pack("<I", 36 + 8000) + b"WAVEfmt " +
                struct.pack("<IHHIIHH", 16, 1, channels, rate & 0xFFFFFFFF,
                            (rate * align) & 0xFFFFFFFF, align, bits) +
                b"data" + struct.pack("<I", 8000) + bytes(8000))

    def test_impossible_channels_and_rates_are_refused(self):
        for channels in (0, 65, 65535):
            self.fails(self.header(channels=channels))
        for rate in (0, 1, 3999, 768001, 2**31):
            self.fails(self.header(rate=rate))

    def test_a_truncated_file_is_analysed_and_marked(self):
        whole = wav_bytes(tone(440, 4))
        report = analyze_json(self.write("cut.wav", whole[:len(whole) // 2]))
        self.assertTrue(report["file"]["truncated"])
        self.assertAlmostEqual(report["file"]["declared_duration_s"], 4, places=3)
        self.assertAlmostEqual(report["file"]["duration_s"], 2, places=2)
        self.assertAlmostEqual(report["dominant"]["hz"], 440, delta=0.2)

    def test_truncated_compressed_files_are_analysed_and_marked(self):
        wav = self.write("whole.wav", wav_bytes(music(20)))
        for name in ("a.flac", "a.mp3", "a.ogg", "a.opus", "a.mka", "a.aiff"):
            path = self.encode(wav, name)
            os.truncate(path, os.path.getsize(path) * 6 // 10)
            report = analyze_json(path)
            self.assertTrue(report["file"]["truncated"], name)
            self.assertLess(report["file"]["duration_s"], 19, name)
            self.assertGreater(report["file"]["duration_s"], 4, name)

    def test_samples_that_are_not_finite_count_as_silence(self):
        values = array.array("f", [0.25 * math.sin(2 * math.pi * 440 * i / 8000) for i in range(16000)])
        for i, bad in enumerate((math.nan, math.inf, -math.inf, 3e38)):
            values[100 + i] = bad
        head = (b"RIFF" + struct.pack("<I", 36 + 64000) + b"WAVEfmt " +
                struct.pack("<IHHIIHH", 16, 3, 1, 8000, 32000, 4, 32) + b"data" +
                struct.pack("<I", 64000))
        report = analyze_json(self.write("nan.wav", head + values.tobytes()))
        self.assertEqual(report["file"]["non_finite_samples"], 4)
        self.assertAlmostEqual(report["dominant"]["hz"], 440, delta=0.2)
        self.assertLess(report["loudness"]["integrated_lufs"], 0)

    def test_silence_has_no_pitch_and_no_loudness(self):
        report = analyze_json(self.write("zero.wav", wav_bytes(array.array("h", bytes(88200 * 2)))))
        self.assertIsNone(report["tuning"])
        self.assertIsNone(report["dominant"])
        self.assertIsNone(report["loudness"]["integrated_lufs"])
        self.assertEqual(report["activity"]["intervals_s"], [])

    def test_a_file_without_a_single_frame_is_said_to_be_so(self):
        done = run("analyze", self.write("none.wav", wav_bytes(array.array("h"))))
        self.assert_fails(done, BAD_DATA)

    def test_what_is_no_file_is_no_input(self):
        self.assert_fails(run("analyze", self.path("absent.mp3")), NO_INPUT, "absent.mp3")
        self.assert_fails(run("analyze", self.folder), NO_INPUT, "directory")
        self.assert_fails(run("analyze", "/dev/zero", timeout=20), NO_INPUT, "device")

    @unittest.skipIf(os.geteuid() == 0, "root may read everything")
    def test_a_file_that_may_not_be_read_is_no_input(self):
        path = self.write("secret.wav", wav_bytes(tone(440, 1)))
        os.chmod(path, 0)
        self.assert_fails(run("analyze", path), NO_INPUT)

    def test_one_bad_file_does_not_stop_the_others(self):
        good = self.write("good.wav", wav_bytes(tone(440, 1)))
        done = run("analyze", "--format", "ndjson", self.path("absent.wav"), good,
                   self.write("bad.wav", b""), good)
        self.assertEqual(done.returncode, NO_INPUT)
        events = [json.loads(line)["event"] for line in done.stdout.splitlines()]
        self.assertEqual(events.count("report"), 2)
        self.assertEqual(events.count("error"), 2)

    def test_a_file_that_shrinks_while_it_is_read_ends_where_it_was_cut(self):
        path = self.write("shrink.wav", wav_bytes(tone(440, 1)))
        size = 600 << 20
        with open(path, "r+b") as file:
            file.write(wav_bytes(array.array("h"), data_bytes=size - 44))
            file.truncate(size)
        process = subprocess.Popen([BINARY, "analyze", "--format", "ndjson", path],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdout.readline()  # the start event: the file is open and mapped
        os.truncate(path, 4096)
        out, _ = process.communicate(timeout=120)
        report = json.loads(out.splitlines()[-1])
        self.assertGreaterEqual(process.returncode, 0)
        self.assertTrue(report["file"]["truncated"])

    def test_wrong_usage_is_refused_in_one_line(self):
        for args in ((), ("analyze",), ("analyze", "--features", "x", "a.wav"), ("frobnicate",),
                     ("analyze", "--memory", "lots", "a.wav"), ("analyze", "--start", "-1", "a.wav"),
                     ("analyze", "--raw", "1:2", "a.wav"), ("analyze", "--features", "waveform", "a.wav"),
                     ("analyze", "--fmin", "500", "--fmax", "100", "a.wav"),
                     ("analyze", "--threshold", "loud", "a.wav"),
                     ("analyze", "--bpm-min", "29", "a.wav"), ("analyze", "--bpm-max", "301", "a.wav"),
                     ("analyze", "--bpm-min", "100", "--bpm-max", "140", "a.wav"),
                     ("analyze", "--features", "tuning", "--format", "audacity", "a.wav")):
            self.assert_fails(run(*args), USAGE)


class Interrupt(CommandTest):
    def test_an_interrupt_stops_a_pipe_that_delivers_nothing(self):
        for threads in ("1", "2"):
            process = subprocess.Popen([BINARY, "analyze", "--format", "ndjson", "--threads", threads, "-"],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE)
            process.stdin.write(wav_bytes(music(3), data_bytes=0xFFFFFFFF))
            process.stdin.flush()
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
            process.wait(timeout=20)
            self.assertEqual(process.returncode, INTERRUPTED)
            for stream in (process.stdin, process.stdout, process.stderr):
                stream.close()

    def test_an_interrupt_leaves_no_half_output(self):
        out = self.path("report.json")
        process = subprocess.Popen([BINARY, "analyze", "--format", "json", "-o", out, "-"],
                                   stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        process.stdin.write(wav_bytes(music(3), data_bytes=0xFFFFFFFF))
        process.stdin.flush()
        deadline = time.monotonic() + 20
        while not os.listdir(self.folder) and time.monotonic() < deadline:
            os.sched_yield()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=20)
        process.stdin.close()
        process.stderr.close()
        self.assertEqual(process.returncode, INTERRUPTED)
        self.assertEqual(os.listdir(self.folder), [])


class Commands(CommandTest):
    def test_formats_names_the_decoders(self):
        text = run("formats").stdout.decode()
        for word in ("WAV", "FLAC", "MP3", "libsndfile", "pcm"):
            self.assertIn(word, text)

    def test_doctor_says_what_the_machine_offers(self):
        text = run("doctor").stdout.decode()
        for word in ("processor", "memory", "allocator", "decoders", "sandbox"):
            self.assertIn(word, text)

    def test_help_and_version_go_to_standard_output(self):
        self.assertIn("--memory", run("analyze", "--help").stdout.decode())
        self.assertRegex(run("--version").stdout.decode(), r"^tidemark \d+\.\d+\.\d+\n$")


if __name__ == "__main__":
    unittest.main()
