#!/usr/bin/env python3
"""tools/check_layers passes a tree that keeps the rules and names each way of breaking them."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

TOOL = pathlib.Path(__file__).parents[2] / "tools" / "check_layers"


class CheckLayers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        self.write("src/base/result.h", "#pragma once\n")
        self.write("src/dsp/fft.h", '#include <span>\n#include "base/result.h"\n')
        self.write("src/io/source.h", '#include "base/result.h"\n')
        self.write("src/analysis/tuning.cc", '#include "dsp/fft.h"\n')
        self.write("src/main.cc", '#include "io/source.h"\n')
        self.write("tests/dsp/fft_test.cc", '#include "dsp/fft.h"\n')

    def write(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def run_tool(self):
        return subprocess.run(
            [sys.executable, TOOL, self.root], capture_output=True, text=True, check=False
        )

    def assert_breach(self, *words):
        result = self.run_tool()
        self.assertEqual(result.returncode, 1)
        for word in words:
            self.assertIn(word, result.stderr)

    def test_passes_a_tree_that_keeps_the_rules(self):
        result = self.run_tool()
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_names_an_include_from_a_floor_above(self):
        self.write("src/dsp/fft.cc", '\n#include "analysis/tuning.h"\n')
        self.assert_breach("src/dsp/fft.cc:2", "above dsp")

    def test_names_an_include_from_a_sibling(self):
        self.write("src/io/spool.cc", '# include "dsp/fft.h"\n')
        self.assert_breach("src/io/spool.cc:1", "siblings")

    def test_keeps_analysis_from_reading_files(self):
        self.write("src/analysis/tuning.h", '#include "io/source.h"\n')
        self.assert_breach("analysis may not use io")

    def test_names_an_include_without_its_folder(self):
        self.write("src/dsp/fft.cc", '#include "fft.h"\n')
        self.assert_breach("no folder")

    def test_names_an_include_that_climbs(self):
        self.write("src/dsp/fft.cc", '#include "../base/result.h"\n')
        self.assert_breach("without ..")

    def test_names_a_folder_without_a_floor(self):
        self.write("src/attic/old.cc", "\n")
        self.assert_breach("src/attic has no floor")

    def test_names_a_header_that_is_too_long(self):
        self.write("src/dsp/fft.h", "\n" * 151)
        self.assert_breach("src/dsp/fft.h: 151 lines, at most 150")

    def test_names_a_source_that_is_too_long(self):
        self.write("src/dsp/fft.cc", "\n" * 351)
        self.assert_breach("at most 350")

    def test_names_a_test_without_its_twin(self):
        self.write("tests/dsp/window_test.cc", "\n")
        self.assert_breach("tests/dsp/window_test.cc", "without_twin.txt")

    def test_accepts_a_test_that_is_listed_with_its_reason(self):
        self.write("tests/dsp/window_test.cc", "\n")
        self.write("tests/without_twin.txt", "dsp/window_test.cc: covers every window\n")
        self.assertEqual(self.run_tool().returncode, 0)

    def test_names_a_listed_test_that_is_gone(self):
        self.write("tests/without_twin.txt", "dsp/gone_test.cc: was here\n")
        self.assert_breach("dsp/gone_test.cc does not exist")


if __name__ == "__main__":
    unittest.main()
