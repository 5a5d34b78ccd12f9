"""The package's types: mypy --strict over it and a user's code, and the stubs against the module."""
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
BUILT = os.path.join(os.environ["TIDEMARK_BINARY_DIR"], "python")


def run(tmp_path, *command):
    # mypy takes what is on MYPYPATH for the user's own code, and checks it.
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True,
                          env={**os.environ, "MYPYPATH": BUILT, "PYTHONPATH": BUILT},
                          cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_package_and_an_example_satisfy_mypy(tmp_path):
    run(tmp_path, "mypy", "--strict", "--cache-dir", str(tmp_path), "-p", "tidemark")
    run(tmp_path, "mypy", "--strict", "--cache-dir", str(tmp_path),
        os.path.join(HERE, "typed_example.py"))


def test_a_wrong_use_is_found(tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text("import tidemark\nx: str = tidemark.analyze('a.wav').tuning\n")
    done = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path),
                           wrong], capture_output=True, text=True, check=False,
                          env={**os.environ, "MYPYPATH": BUILT})
    assert done.returncode == 1 and "Incompatible types" in done.stdout


def test_the_stubs_are_what_the_module_has(tmp_path):
    # The classes of pybind11 have a metaclass of its own, and one constructor that takes anything.
    allowed = tmp_path / "allowed"
    allowed.write_text("\n".join(f"tidemark._native.{name}" for name in (
        "BlockReader", "Cancellation", "Input", "Input.__init__", "WavWriter")))
    run(tmp_path, "mypy.stubtest", "tidemark._native", "--ignore-missing-stub", "--allowlist",
        str(allowed))


def test_everything_public_says_what_it_is():
    import inspect

    import tidemark
    for name in tidemark.__all__:
        value = getattr(tidemark, name)
        if inspect.isclass(value) or callable(value):
            assert inspect.getdoc(value), name
            for part, member in vars(value).items() if inspect.isclass(value) else ():
                if not part.startswith("_") and (callable(member) or isinstance(member, property)):
                    assert inspect.getdoc(member), f"{name}.{part}"
