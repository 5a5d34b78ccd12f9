"""The examples of docs/python.md run."""
import os
import re
import shutil


def test_the_examples_of_the_documentation_run(sample, tmp_path, monkeypatch):
    root = os.path.dirname(os.path.dirname(sample))
    shutil.copy(sample, tmp_path / "song.flac")
    monkeypatch.chdir(tmp_path)
    with open(os.path.join(root, "docs", "python.md"), encoding="utf-8") as file:
        examples = re.findall(r"```python\n(.*?)```", file.read(), re.DOTALL)
    assert examples
    for example in examples:
        exec(compile(example, "docs/python.md", "exec"), {})
    assert os.path.exists("short.wav") and os.path.exists("ones.wav")
