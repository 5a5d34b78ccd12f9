"""What `import tidemark` does to the program that says it."""
import subprocess
import sys

SCRIPT = """
import numpy as np
import tidemark
smallest = np.array([5e-324])
assert (smallest * 1)[0] > 0, "on import"
track = tidemark.AudioTrack()
track.write(np.zeros(480, np.float32), sample_rate=24000)
assert (smallest * 1)[0] > 0, "on conversion"
tidemark.analyze(np.zeros(48000), sample_rate=48000)
assert (smallest * 1)[0] > 0, "on analysis"
"""


def test_arithmetic_stays_what_it_was():
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stderr
