"""What a user's type checker must be content with; typing_test.py runs mypy --strict over it."""
from pathlib import Path
from typing import Optional, Tuple

import numpy as np
import numpy.typing as npt
import tidemark


def tuning_of(path: Path) -> Optional[float]:
    """A4 in hertz."""
    result = tidemark.analyze(path, features=["tuning"], memory="24M")
    return result.tuning.a4_hz if result.tuning else None


def loudest_block(path: str) -> Tuple[float, int]:
    """Its level and how many frames were read."""
    loudest, n_frames = 0.0, 0
    with tidemark.stream(path, sr=16000, mono=True) as blocks:
        for block in blocks:
            loudest = max(loudest, float(np.abs(block).max()))
            n_frames += len(block)
    return loudest, n_frames


def beats(samples: "npt.NDArray[np.float32]", rate: int) -> "npt.NDArray[np.float64]":
    """Seconds."""
    found = tidemark.analyze(samples, sample_rate=rate).beats
    return found.times_s if found else np.empty(0)


def errors(paths: "list[str]") -> "list[tidemark.Error]":
    """Of those that could not be read."""
    return [result for _, result in tidemark.analyze_many(paths)
            if isinstance(result, tidemark.Error)]


def copy(source: str, target: str) -> float:
    """Without loading it; then without its silence."""
    samples = tidemark.memmap(source)
    rate = samples.sample_rate or 0
    with tidemark.MappedWriter(target, rate, samples.shape[1], samples.dtype) as writer:
        for start in range(0, len(samples), 1 << 16):
            writer.write(samples[start:start + (1 << 16)])
    return tidemark.cut(target, margin=(0.1, "200ms"), overwrite=True).kept_s
