"""The wheel, installed offline into a fresh environment, reads what the tree reads."""
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def test_an_installed_wheel_analyses_flac_and_m4a(sample, tmp_path):
    # Nothing is written into the tree: setuptools works where its files are.
    shutil.copytree(os.path.join(ROOT, "python"), tmp_path / "python")
    shutil.copy(os.path.join(ROOT, "VERSION"), tmp_path)
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run([sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path,
                    tmp_path / "python"], check=True, capture_output=True,
                   env={**clean, "TIDEMARK_BUILD_DIR": os.environ["TIDEMARK_BINARY_DIR"]})
    wheel = next(tmp_path.glob("tidemark-*-cp311-*.whl"))
    subprocess.run([sys.executable, "-m", "venv", "--system-site-packages", tmp_path / "venv"],
                   check=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", "--no-index", "--no-deps", wheel],
                   check=True, env=clean)
    m4a = tmp_path / "a.m4a"
    subprocess.run(["ffmpeg", "-v", "error", "-i", sample, "-c:a", "aac", m4a], check=True)
    script = ("import sys, tidemark\nassert sys.argv[1] in tidemark.__file__\n"
              "print(*(tidemark.analyze(p).tuning.verdict.reference_hz for p in sys.argv[2:]))")
    done = subprocess.run([python, "-c", script, tmp_path / "venv", sample, m4a], check=True,
                          capture_output=True, env=clean, cwd=tmp_path)
    assert done.stdout.split() == [b"432.0", b"432.0"]
