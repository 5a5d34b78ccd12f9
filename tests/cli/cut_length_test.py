"""How long `tidemark cut` takes a recording to be, and where its chapters and cue points come to lie."""
import json
import resource
import struct
import subprocess
import unittest

from cut_media_test import MediaTest, probe
from cut_test import RATE, cut_json, speechlike, wav_samples
from tidemark_cli import BINARY, MEMORY, MIB, needs_true_memory, wav_bytes

CHAPTERS = (b";FFMETADATA1\n"
            b"[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=6000\ntitle=One\n"
            b"[CHAPTER]\nTIMEBASE=1/1000\nSTART=6000\nEND=12000\ntitle=Two\n")


def frames_of(path):
    return int(probe(path, "-count_frames", "-select_streams", "v")["streams"][0]["nb_read_frames"])


class Length(MediaTest):
    def test_stamps_that_do_not_begin_at_0_add_nothing(self):
        video = self.video("v.mp4", 6, "25")
        audio = self.encode(self.talk(6), "a.flac")
        for source, name, codecs in ((video, "v.ts", ()), (video, "v.mkv", ()), (video, "v.mov", ()),
                                     (audio, "a.ts", ("-c:a", "aac")), (audio, "a.mka", ()), (audio, "a.ogg", ()),
                                     (audio, "two.ts", ("-map", "0", "-map", "0", "-c:a", "aac"))):
            for offset in (0, 3600):
                moved = self.path(f"{offset}_{name}")
                self.ffmpeg("-i", source, *(codecs or ("-c", "copy") if source == video else codecs),
                            "-output_ts_offset", str(offset), moved)
                for options, left in ((("--cut", "1,2"), 5), (("--cut=-2s,end",), 4), (("--cut", "50%,end"), 3)):
                    summary = cut_json(moved, "--dry-run", "--edit", "none", *options)
                    self.assertAlmostEqual(summary["source_s"], 6, delta=0.1, msg=moved)
                    self.assertAlmostEqual(summary["output_s"], left, delta=0.1, msg=(moved, options))
                    self.assertNotIn("warning", summary)
                cut_json(moved, "--edit", "none", "--cut", "1,2", "-o", self.path("out.wav"), "--overwrite")
                self.assertAlmostEqual(len(wav_samples(self.path("out.wav"))[1]) / RATE, 5, delta=0.1)

    def test_no_frame_is_lost_at_the_end(self):
        for n_frames, rate in ((29, "25"), (58, "25"), (123, "30"), (31, "30000/1001"), (29, "24")):
            for name in ("v.mp4", "v.ts"):
                source = self.path(name)
                self.ffmpeg("-f", "lavfi", "-i", f"testsrc2=size=64x36:rate={rate}", "-i", self.talk(1),
                            "-frames:v", str(n_frames), "-c:v", "libx264", "-preset", "ultrafast", source)
                cut_json(source, "-o", self.path("out.mp4"), "--overwrite", "--edit", "none", "--cut", "5f,10f")
                self.assertEqual(frames_of(self.path("out.mp4")), n_frames - 5, (name, rate))


class Order(MediaTest):
    """Lists whose clips do not stand in the order of the source."""

    def setUp(self):
        super().setUp()
        self.samples = speechlike(12)

    def list_of(self, source, *clips):
        """A cut.json with these clips, in seconds."""
        return self.write("list.json", json.dumps({
            "schema": "tidemark.cut/1", "source": {"path": source}, "timebase": {"num": RATE, "den": 1},
            "clips": [{"begin_s": begin, "end_s": end} for begin, end in clips]}).encode())

    def test_a_cue_point_goes_with_the_clip_that_holds_it(self):
        body = wav_bytes(self.samples)
        at_s = (3, 8, 11)
        cue = struct.pack("<4sII", b"cue ", 4 + 24 * len(at_s), len(at_s)) + b"".join(
            struct.pack("<II4sIII", n, s * RATE, b"data", 0, 0, s * RATE) for n, s in enumerate(at_s))
        source = self.write("a.wav", body[:4] + struct.pack("<I", len(body) - 8 + len(cue)) + body[8:] + cue)
        cut_json(self.list_of(source, (6, 10), (2, 5)), "-o", self.path("out.wav"))
        with open(self.path("out.wav"), "rb") as file:
            out = file.read()
        points = out[out.index(b"cue ") + 12:]
        frames = [struct.unpack_from("<I", points, 24 * n + 20)[0] for n in range(len(at_s))]
        # The last one lay behind both clips: at the end of the later part.
        self.assertEqual(frames, [5 * RATE, 2 * RATE, 4 * RATE])

    def chaptered(self, name, *options):
        source = self.path(name)
        self.ffmpeg("-i", self.write("a.wav", wav_bytes(self.samples)), "-i", self.write("meta.txt", CHAPTERS),
                    "-map", "0", "-map_chapters", "1", *options, source)
        return source

    def chapters_of(self, path):
        return [(c["tags"]["title"], round(float(c["start_time"]), 2), round(float(c["end_time"]), 2))
                for c in probe(path)["chapters"]]

    def test_chapters_go_with_their_clips(self):
        source = self.chaptered("a.mka", "-c:a", "flac")
        for clips, chapters in ((((6, 12), (0, 6)), [("Two", 0, 6), ("One", 6, 12)]),
                                # A second of One stands apart from the rest of it.
                                (((5, 10), (0, 5)), [("Two", 1, 5), ("One", 5, 10)]),
                                (((2, 4), (2, 4)), [("One", 0, 4)]),
                                (((7, 8), (1, 2), (9, 12)), [("One", 1, 2), ("Two", 2, 5)])):
            cut_json(self.list_of(source, *clips), "-o", self.path("out.mka"), "--overwrite")
            self.assertEqual(self.chapters_of(self.path("out.mka")), chapters)

    def test_chapters_count_from_where_the_stamps_begin(self):
        # FFmpeg writes chapters as they are: those of the recording begin an hour later.
        late = CHAPTERS.replace(b"=6000", b"=3606000").replace(b"=12000", b"=3612000").replace(b"=0\n", b"=3600000\n")
        source = self.path("a.mka")
        self.ffmpeg("-i", self.write("a.wav", wav_bytes(self.samples)), "-i", self.write("meta.txt", late), "-map", "0",
                    "-map_chapters", "1", "-c:a", "flac", "-output_ts_offset", "3600", source)
        cut_json(source, "-o", self.path("out.mka"), "--edit", "none", "--cut", "2,4")
        self.assertEqual(self.chapters_of(self.path("out.mka")), [("One", 0, 4), ("Two", 4, 10)])


class Fragments(MediaTest):
    """An hour of MP4 in fragments, of which every reader holds an index."""

    def setUp(self):
        super().setUp()
        minute, self.source = self.path("minute.mp4"), self.path("fragments.mp4")
        self.ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x36:rate=25:duration=60", "-f", "lavfi", "-i",
                    "sine=r=48000:d=60", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "aac", minute)
        self.ffmpeg("-stream_loop", "59", "-i", minute, "-map", "0", "-map", "0:a", "-map", "0:a", "-c", "copy",
                    "-movflags", "+frag_keyframe+empty_moov+default_base_moof", self.source)

    @needs_true_memory
    def test_the_plan_counts_the_index_of_every_stream(self):
        for options in (("--dry-run",), ("-o", self.path("out.mp4"))):
            summary = cut_json(self.source, "--edit", "none", "--cut", "5s,end", *options)
            self.assertLessEqual(summary["peak_rss_bytes"], summary["planned_bytes"])

    @needs_true_memory
    def test_an_index_that_does_not_fit_is_a_matter_of_memory(self):
        limit = 56 * MIB  # FFmpeg's libraries fit, three indices do not
        done = subprocess.run([BINARY, "cut", self.source, "--dry-run"], capture_output=True, check=False,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_DATA, (limit, limit)))
        self.assert_fails(done, MEMORY, "fragments.mp4", "--memory")


if __name__ == "__main__":
    unittest.main()
