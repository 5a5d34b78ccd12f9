"""Builds the wheel: CMake builds the module and FFmpeg's module, setuptools packs them.

TIDEMARK_BUILD_DIR names a folder that has them already; else build/python-wheel of the tree gets
them. `make wheel` calls this.
"""
import os
import pathlib
import shutil
import subprocess

from setuptools import Distribution, setup
from setuptools.command.build_py import build_py

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent


def built():
    """The folder of CMake's build that has the modules."""
    if "TIDEMARK_BUILD_DIR" in os.environ:
        return pathlib.Path(os.environ["TIDEMARK_BUILD_DIR"])
    folder = ROOT / "build" / "python-wheel"
    subprocess.run(["cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                    "-DTIDEMARK_TESTS=OFF", "-DTIDEMARK_PYTHON_MODULE=ON"], check=True)
    subprocess.run(["cmake", "--build", folder, "--target", "tidemark_python"], check=True)
    return folder


class Build(build_py):
    """The Python files, and the modules beside them."""

    def run(self):
        super().run()
        package = built() / "python" / "tidemark"
        target = pathlib.Path(self.build_lib) / "tidemark"
        modules = [*package.glob("_native.*.so"), package / "tidemark_ffmpeg.so"]
        if len(modules) != 2:
            raise SystemExit(f"{package}: no _native module; build the target tidemark_python")
        for module in modules:
            shutil.copyfile(module, target / module.name)


class Binary(Distribution):
    """A wheel for one interpreter and one machine."""

    def has_ext_modules(self):
        return True


setup(name="tidemark", version=(ROOT / "VERSION").read_text(encoding="ascii").split()[0],
      description="Audio analysis that says before it starts how much memory it will use",
      packages=["tidemark"], package_data={"tidemark": ["*.pyi", "py.typed"]},
      install_requires=["numpy>=1.24"], python_requires=">=3.11", distclass=Binary,
      cmdclass={"build_py": Build})
