"""`tidemark cut` on compressed audio and on video, seen from outside."""
import array
import fractions
import json
import os
import subprocess
import unittest

from cut_cases import FADE, RATE, CutTest, cut_json, speechlike, wav_samples
from tidemark_cli import (BAD_DATA, MEMORY, MIB, SANITIZED, USAGE, need, needs_true_memory, run, tone,
                          wav_bytes)


def probe(path, *entries):
    """What ffprobe says of a file."""
    done = subprocess.run(["ffprobe", "-v", "error", "-of", "json", "-show_format", "-show_streams",
                           "-show_chapters", *entries, path], check=True, capture_output=True)
    return json.loads(done.stdout)


def streams(path, kind):
    return [s for s in probe(path)["streams"] if s["codec_type"] == kind]


def decoded(path, *options):
    """The samples of a file as 16-bit integers, by ffmpeg."""
    done = subprocess.run(["ffmpeg", "-v", "error", "-i", path, *options, "-f", "s16le", "-"], check=True,
                          capture_output=True)
    return array.array("h", done.stdout)


def duration_of(path):
    return float(probe(path)["format"]["duration"])


class MediaTest(CutTest):
    def setUp(self):
        super().setUp()
        need("ffmpeg", "ffprobe")

    def ffmpeg(self, *arguments):
        subprocess.run(["ffmpeg", "-v", "error", "-y", *arguments], check=True, stdin=subprocess.DEVNULL)

    def talk(self, seconds=12, name="talk.wav", seed=1):
        return self.write(name, wav_bytes(speechlike(seconds, seed=seed)))

    def video(self, name, seconds=12, rate="30000/1001", *options):
        """A test picture with the talk, seconds long."""
        out = self.path(name)
        self.ffmpeg("-f", "lavfi", "-i", f"testsrc2=size=160x90:rate={rate}:duration={seconds}", "-i",
                    self.talk(seconds), "-c:v", "libx264", "-preset", "ultrafast", "-g", "15", *options,
                    "-shortest", out)
        return out


class Audio(MediaTest):
    def test_lossless_audio_stays_so_to_the_bit(self):
        wav = self.talk()
        for name, options in (("a.flac", ()), ("a.m4a", ("-c:a", "alac")), ("a.mka", ("-c:a", "flac"))):
            source = self.encode(wav, name, *options)
            clips, rate = self.clips_of(source)
            self.assertEqual(rate, RATE)
            cut = self.path("cut_" + name)
            cut_json(source, "-o", cut)
            whole, kept = decoded(source), decoded(cut)
            self.assertEqual(streams(cut, "audio")[0]["codec_name"], streams(source, "audio")[0]["codec_name"])
            at = 0
            for begin, end, _ in clips:
                head, tail = (0 if begin == 0 else FADE), (0 if end == len(whole) else FADE)
                self.assertEqual(kept[at + head:at + end - begin - tail], whole[begin + head:end - tail], name)
                at += end - begin
            self.assertEqual(len(kept), at)

    def test_a_codec_that_the_container_cannot_hold_gives_way(self):
        source = self.encode(self.talk(), "a.m4a", "-c:a", "alac")
        cut_json(source, "-o", self.path("cut.caf"))
        self.assertEqual(streams(self.path("cut.caf"), "audio")[0]["codec_name"], "pcm_s16be")
        cut_json(source, "-o", self.path("cut.m4a"))
        self.assertEqual(decoded(self.path("cut.caf")), decoded(self.path("cut.m4a")))

    def test_pcm_keeps_its_kind_and_width_unless_another_is_asked_for(self):
        for codec, name, options, want in (
                ("pcm_s24le", "a.mov", (), "pcm_s24le"), ("pcm_s24be", "a.aiff", (), "pcm_s24be"),
                ("pcm_f32le", "a.mov", (), "pcm_f32le"), ("pcm_mulaw", "a.au", (), "pcm_mulaw"),
                ("pcm_s32le", "a.mka", (), "flac"), ("pcm_u8", "a.mkv", (), "flac"),
                ("pcm_s24be", "a.aiff", ("--bits", "16"), "pcm_s16be"),
                ("pcm_s16be", "a.aiff", ("--bits", "24"), "pcm_s24be")):
            source = self.encode(self.talk(3), name, "-c:a", codec)
            cut = self.path("cut_" + name)
            cut_json(source, "-o", cut, "--overwrite", *options)
            self.assertEqual(streams(cut, "audio")[0]["codec_name"], want, (codec, name))

    def test_24_bits_stay_24(self):
        source = self.encode(self.talk(), "a.flac", "-c:a", "flac", "-sample_fmt", "s32",
                             "-bits_per_raw_sample", "24", "-af", "volume=0.7")
        cut_json(source, "-o", self.path("out.flac"))
        self.assertEqual(streams(self.path("out.flac"), "audio")[0]["bits_per_raw_sample"], "24")

    def test_lossy_audio_keeps_codec_and_length(self):
        wav = self.talk()
        for name, codec in (("a.mp3", "mp3"), ("a.ogg", "vorbis"), ("a.opus", "opus"), ("a.m4a", "aac")):
            source = self.encode(wav, name)
            summary = cut_json(source)
            cut = self.path(name.replace(".", "_cut."))
            self.assertEqual(summary["output"], cut)
            self.assertEqual(streams(cut, "audio")[0]["codec_name"], codec)
            analysed = json.loads(run("analyze", "--features", "activity", "--format", "json", cut).stdout)
            self.assertAlmostEqual(analysed["file"]["duration_s"], summary["output_s"], delta=2 / RATE * 48)

    def test_tags_chapters_and_cover_stay(self):
        meta = self.write("meta.txt", b";FFMETADATA1\ntitle=A talk\nartist=Someone\n"
                          b"[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=6000\ntitle=One\n"
                          b"[CHAPTER]\nTIMEBASE=1/1000\nSTART=6000\nEND=12000\ntitle=Two\n")
        self.ffmpeg("-f", "lavfi", "-i", "color=red:size=32x32", "-frames:v", "1", self.path("cover.png"))
        for name in ("a.m4a", "a.mp3"):
            source = self.path(name)
            self.ffmpeg("-i", self.talk(), "-i", self.path("cover.png"), "-i", meta, "-map", "0", "-map", "1",
                        "-map_metadata", "2", "-map_chapters", "2", "-c:v", "copy", "-disposition:v",
                        "attached_pic", source)
            cut_json(source, "-o", self.path("out_" + name), "--edit", "none", "--cut", "2,4")
            out = probe(self.path("out_" + name))
            self.assertEqual(out["format"]["tags"]["title"], "A talk")
            self.assertEqual([c["tags"]["title"] for c in out["chapters"]], ["One", "Two"])
            self.assertAlmostEqual(float(out["chapters"][1]["start_time"]), 4, delta=0.01)
            self.assertTrue(any(s["disposition"]["attached_pic"] for s in out["streams"]), name)

    def test_several_streams_stay_in_step(self):
        # The second stream begins to sound where the first falls silent; both are kept.
        first = self.write("first.wav", wav_bytes(tone(440, 2) + array.array("h", bytes(2 * 6 * RATE))))
        second = self.write("second.wav", wav_bytes(array.array("h", bytes(2 * 5 * RATE)) + tone(880, 2) +
                                                    array.array("h", bytes(2 * RATE))))
        source = self.path("two.mka")
        self.ffmpeg("-i", first, "-i", second, "-map", "0", "-map", "1", "-c:a", "flac", source)
        cut_json(source, "-o", self.path("out.mka"), "--margin", "0")
        left, right = (decoded(self.path("out.mka"), "-map", f"0:a:{n}") for n in (0, 1))
        self.assertEqual(len(left), len(right))
        self.assertAlmostEqual(len(left) / RATE, 4, delta=0.05)
        self.assertGreater(max(left[RATE // 2:RATE]), 5000)
        self.assertLess(max(right[:RATE]), 10)
        self.assertGreater(max(right[-RATE:]), 5000)
        # Of one stream alone.
        summary = cut_json(source, "--dry-run", "--margin", "0", "--edit", "audio:stream=1")
        self.assertAlmostEqual(summary["output_s"], 2, delta=0.05)

    def test_another_container_is_written_where_the_name_says_so(self):
        source = self.encode(self.talk(), "a.mp3")
        cut_json(source, "-o", self.path("out.wav"))
        self.assertEqual(wav_samples(self.path("out.wav"))[0], 1)
        cut_json(source, "-o", self.path("out.opus"), "--bitrate", "48k")
        self.assertEqual(streams(self.path("out.opus"), "audio")[0]["codec_name"], "opus")
        done = run("cut", source, "-o", "-", "--container", "flac")
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertEqual(done.stdout[:4], b"fLaC")

    @needs_true_memory
    def test_m4a_is_flat_and_small(self):
        wav = self.talk(8)
        self.ffmpeg("-stream_loop", "59", "-i", wav, self.path("long.wav"))
        peaks = []
        for name, audio in (("short.m4a", wav), ("long.m4a", self.path("long.wav"))):
            summary = cut_json(self.encode(audio, name), "--overwrite")
            self.assertLessEqual(summary["peak_rss_bytes"], summary["planned_bytes"])
            self.assertLessEqual(summary["peak_rss_bytes"], 64 * MIB)
            peaks.append(summary["peak_rss_bytes"])
        self.assertLess(peaks[1], peaks[0] + 2 * MIB)

    def test_what_does_not_fit_is_refused_before_anything_is_read(self):
        source = self.encode(self.talk(), "a.flac")
        for options, words in ((("-o", self.path("out.mp3"), "--audio-codec", "flac"), ("flac", "mp3")),
                               (("-o", self.path("out.xyz"),), ("xyz",)),
                               (("--audio-codec", "nonesuch"), ("nonesuch",))):
            before = sorted(os.listdir(self.folder))
            self.assert_fails(run("cut", source, *options), USAGE, *words)
            self.assertEqual(sorted(os.listdir(self.folder)), before)


class Video(MediaTest):
    def test_pictures_and_sound_are_cut_alike(self):
        for name, rate in (("v.mp4", "30000/1001"), ("v.mkv", "25")):
            source = self.video(name, 12, rate)
            clips, ticks_per_s = self.clips_of(source)
            self.assertAlmostEqual(ticks_per_s, float(fractions.Fraction(rate)), places=6)
            n_frames = sum(end - begin for begin, end, _ in clips)
            # The sound may go on behind the last picture.
            n_source = int(probe(source, "-count_frames")["streams"][0]["nb_read_frames"])
            n_pictures = sum(min(end, n_source) - min(begin, n_source) for begin, end, _ in clips)
            summary = cut_json(source)
            cut = self.path(name.replace(".", "_cut."))
            video = probe(cut, "-count_frames")["streams"]
            self.assertEqual(int(video[0]["nb_read_frames"]), n_pictures)
            self.assertEqual(video[0]["codec_name"], "h264")
            self.assertAlmostEqual(len(decoded(cut)) / RATE, n_frames / ticks_per_s, delta=0.025)
            if not SANITIZED:
                self.assertLessEqual(summary["peak_rss_bytes"], summary["planned_bytes"])

    def test_silence_can_be_played_faster(self):
        source = self.video("v.mp4")
        summary = cut_json(source, "--silent-speed", "4")
        frames = probe(self.path("v_cut.mp4"), "-count_frames")["streams"][0]["nb_read_frames"]
        self.assertAlmostEqual(int(frames) * 1001 / 30000, summary["output_s"], delta=0.1)

    def test_the_audio_alone_can_be_written(self):
        source = self.video("v.mp4")
        for options in (("-o", self.path("out.wav")), ("-o", self.path("out.m4a"), "--no-video"),
                        ("-o", self.path("out.flac"), "--no-video")):
            cut_json(source, *options)
            self.assertEqual(streams(options[1], "video"), [])
            self.assertEqual(len(streams(options[1], "audio")), 1)

    def test_copying_begins_at_key_frames_and_says_so(self):
        source = self.video("v.mp4")
        summary = cut_json(source, "--copy", "--edit", "none", "--cut", "2,5.2")
        second = summary["moves"][-1]
        self.assertAlmostEqual(second["asked_begin_s"], 5.2, delta=0.04)
        self.assertLessEqual(second["begin_s"], second["asked_begin_s"])
        # A key frame stands every 15 frames.
        self.assertLess(second["asked_begin_s"] - second["begin_s"], 15 * 1001 / 30000 + 0.04)
        self.assertEqual(streams(self.path("v_cut.mp4"), "video")[0]["codec_name"], "h264")
        # The length told is that of what was written, not of what was asked for.
        self.assertAlmostEqual(summary["output_s"], duration_of(self.path("v_cut.mp4")), delta=0.07)

    def test_copying_takes_no_option_of_encoders(self):
        source = self.video("v.mp4")
        for option in (("--no-video",), ("--audio-codec", "flac"), ("--crf", "20"), ("--fade", "5ms"),
                       ("--set-speed", "0,1,2")):
            self.assert_fails(run("cut", source, "--copy", *option), USAGE, "--copy")
        self.only_files("talk.wav", "v.mp4")

    def test_a_video_without_sound_is_a_clear_error(self):
        self.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x36:duration=2", "-c:v", "libx264", self.path("v.mp4"))
        self.assert_fails(run("cut", self.path("v.mp4")), BAD_DATA, "v.mp4", "audio")
        self.only_files("v.mp4")

    def test_an_encoder_that_is_not_there_is_named(self):
        source = self.video("v.mp4")
        self.assert_fails(run("cut", source, "--video-codec", "nonesuch"), USAGE, "nonesuch")
        self.assertFalse(os.path.exists(self.path("v_cut.mp4")))

    @needs_true_memory
    def test_full_hd_stays_within_its_plan_and_a_ceiling_makes_it_smaller(self):
        source = self.path("hd.mp4")
        self.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=30:duration=2", "-i", self.talk(2),
                    "-c:v", "libx264", "-preset", "ultrafast", "-shortest", source)
        peaks = []
        for options in ((), ("--memory", "400M")):
            summary = cut_json(source, "--overwrite", "--edit", "none", "--cut", "0.5,1", *options)
            self.assertLessEqual(summary["peak_rss_bytes"], summary["planned_bytes"])
            peaks.append(summary["peak_rss_bytes"])
        self.assertLess(peaks[1], 400 * MIB)
        self.assertLess(peaks[1], peaks[0])
        self.assert_fails(run("cut", source, "--overwrite", "--memory", "100M"), MEMORY, "1920", "--memory")

    @needs_true_memory
    def test_memory_does_not_grow_with_the_video(self):
        peaks = []
        for seconds in (6, 60):
            source = self.video("v.mp4", seconds)
            summary = cut_json(source, "--overwrite", "--preset", "ultrafast")
            self.assertLessEqual(summary["peak_rss_bytes"], summary["planned_bytes"])
            peaks.append(summary["peak_rss_bytes"])
        self.assertLess(peaks[1], peaks[0] + 4 * MIB)

    @needs_true_memory
    def test_memory_does_not_grow_with_an_mp4s_tables(self):
        minute, long = self.path("minute.mp4"), self.path("long.mp4")
        self.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x36:rate=30000/1001:duration=60", "-i", self.talk(60),
                    "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-c:a", "aac", "-shortest", minute)
        self.ffmpeg("-stream_loop", "9", "-i", minute, "-c", "copy", long)
        for options in (("--preset", "ultrafast"), ("--copy",)):
            short, grown = (cut_json(name, "--overwrite", *options)
                            for name in (minute, long))
            self.assertLess(grown["peak_rss_bytes"], short["peak_rss_bytes"] + 2 * MIB, options)
            self.assertLess(grown["planned_bytes"], short["planned_bytes"] + 2 * MIB, options)


if __name__ == "__main__":
    unittest.main()
