#!/usr/bin/env python3
"""tools/install_packages, against stand-ins for dpkg-query, apt-get, id and sudo."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).parents[2]

# A line of the Makefile or the Dockerfile that runs the tool.
CALL = r"^(?:\t@|RUN )\S*tools/install_packages ([\w ]+)"

PACKAGES = """# A comment
[build]
g++
cmake

[test]
# another
flac
cmake
"""


class InstallPackages(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "tools").mkdir()
        (self.root / "bin").mkdir()
        (self.root / "packages.txt").write_text(PACKAGES)
        shutil.copy(ROOT / "tools" / "install_packages", self.root / "tools")
        self.installed()
        self.stand_in("apt-get", f'echo "$@" >> {self.root}/apt.log')
        self.stand_in("id", "echo 0")

    def stand_in(self, name, script):
        path = self.root / "bin" / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def installed(self, *packages):
        lines = "".join(f"echo installed {package}\n" for package in packages)
        self.stand_in("dpkg-query", lines + "echo config-files flac\nexit 1")

    def run_tool(self, *sections, path=None, **environment):
        path = path or f"{self.root}/bin:{os.environ['PATH']}"
        return subprocess.run(
            [self.root / "tools" / "install_packages", *sections],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PATH": path, "TIDEMARK_NO_INSTALL": "", **environment},
        )

    def apt_calls(self):
        log = self.root / "apt.log"
        return log.read_text().splitlines() if log.exists() else []

    def test_asks_for_a_section(self):
        result = self.run_tool()
        self.assertEqual(result.returncode, 64)
        self.assertIn("usage", result.stderr)

    def test_refuses_a_section_that_packages_txt_does_not_have(self):
        result = self.run_tool("no-such-section")
        self.assertEqual(result.returncode, 64)
        self.assertIn("no section [no-such-section]", result.stderr)

    def test_asks_apt_for_nothing_where_everything_is_there(self):
        self.installed("g++", "cmake")
        result = self.run_tool("build")
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
        self.assertEqual(self.apt_calls(), [])

    def test_installs_what_is_missing_of_all_sections_once(self):
        self.installed("g++")
        result = self.run_tool("build", "test")
        self.assertEqual(result.returncode, 0, result.stderr)
        update, install = self.apt_calls()
        self.assertTrue(update.endswith("update"))
        self.assertTrue(install.endswith("install --no-install-recommends cmake flac"), install)

    def test_uses_sudo_where_it_is_not_root(self):
        self.stand_in("id", "echo 1000")
        self.stand_in("sudo", f'echo sudo >> {self.root}/apt.log; exec "$@"')
        self.assertEqual(self.run_tool("build").returncode, 0)
        self.assertEqual(self.apt_calls()[0], "sudo")

    def test_says_what_to_run_where_there_is_neither_root_nor_sudo(self):
        self.stand_in("id", "echo 1000")
        for name in ("bash", "dirname", "awk", "sort", "comm", "cat"):
            (self.root / "bin" / name).symlink_to(shutil.which(name))
        result = self.run_tool("build", path=f"{self.root}/bin")
        self.assertEqual(result.returncode, 69)
        self.assertIn("apt-get install --no-install-recommends cmake g++", result.stderr)
        self.assertEqual(self.apt_calls(), [])

    def test_shows_what_apt_said_where_it_fails(self):
        self.stand_in("apt-get", "echo E: no such package; exit 100")
        result = self.run_tool("build")
        self.assertEqual(result.returncode, 69)
        self.assertIn("E: no such package", result.stderr)

    def test_does_nothing_where_it_is_told_to(self):
        self.assertEqual(self.run_tool("build", TIDEMARK_NO_INSTALL="1").returncode, 0)
        self.assertEqual(self.apt_calls(), [])


class PackageList(unittest.TestCase):
    def test_has_every_section_that_the_makefile_and_the_dockerfile_ask_for(self):
        sections = set(re.findall(r"^\[(\w+)\]", (ROOT / "packages.txt").read_text(), re.M))
        for user in ("Makefile", "Dockerfile"):
            asked = re.findall(CALL, (ROOT / user).read_text(), re.M)
            self.assertTrue(asked, user)
            for line in asked:
                self.assertLessEqual(set(line.split()), sections, user)


if __name__ == "__main__":
    unittest.main()
