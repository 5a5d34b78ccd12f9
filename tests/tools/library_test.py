#!/usr/bin/env python3
"""libtidemark: its examples against the build tree and against an installed one, its symbols."""

import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]
BUILD = pathlib.Path(os.environ["TIDEMARK_BINARY_DIR"])
COMPILERS = {"track.c": ["cc", "-std=c11"], "track.cc": ["g++", "-std=c++20"]}
WARNINGS = ["-O1", "-Wall", "-Wextra", "-Werror"]


def output(*command, env=None):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True,
                          env=env, timeout=120, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{command}: {done.returncode}: {done.stderr}")
    return done.stdout


class Library(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def assert_examples_run(self, flags, library_folder):
        for source, compiler in COMPILERS.items():
            program = self.folder / "example"
            output(*compiler, *WARNINGS, ROOT / "examples" / source, *flags, "-lm", "-lpthread", "-o",
                   program)
            said = output(program, env={**os.environ, "LD_LIBRARY_PATH": str(library_folder)})
            # A second at 48 kHz, and what the rate converter's filter adds before and behind it.
            found = re.match(r"5[0-2] frames, (\d+) samples read, 0 dropped, \d+ bytes held", said)
            self.assertTrue(found, said)
            self.assertEqual(int(found[1]) % 960, 0)

    def test_examples_run_against_the_build_tree(self):
        self.assert_examples_run([f"-I{ROOT}/include", f"-L{BUILD}", "-ltidemark"], BUILD)

    def test_examples_run_against_an_installed_tree(self):
        prefix = self.folder / "usr"
        output("cmake", "--install", BUILD, "--prefix", prefix)
        [description] = prefix.rglob("tidemark.pc")
        env = {**os.environ, "PKG_CONFIG_PATH": str(description.parent)}
        flags = output("pkg-config", "--cflags", "--libs", "tidemark", env=env).split()
        self.assertIn(f"-I{prefix}/include", flags)
        version = output("pkg-config", "--modversion", "tidemark", env=env).strip()
        self.assertEqual(version, (ROOT / "VERSION").read_text(encoding="utf-8").strip())
        self.assert_examples_run(flags, description.parent.parent)

    def test_only_what_is_public_can_be_seen(self):
        listed = output("nm", "-D", "--defined-only", "-C", BUILD / "libtidemark.so")
        names = [line.split(maxsplit=2)[2] for line in listed.splitlines()]
        self.assertIn("tidemark_track_create", names)
        self.assertTrue(any(name.startswith("tidemark::AudioTrack::Write(") for name in names))
        for name in names:
            self.assertRegex(name, r"^tidemark(_|::(AudioTrack|TrackPacer)::[~\w]+\()")


if __name__ == "__main__":
    unittest.main()
