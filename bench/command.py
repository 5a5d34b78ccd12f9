"""What the benches that measure `tidemark` share: their options, the machine, their results."""

import json
import os
import pathlib
import platform
import sys


def say(text):
    print(text, file=sys.stderr, flush=True)


def some_of(parser, option, value, known):
    """The names in `value`, in the order of `known`; none where the option was not given."""
    names = value.split(",") if value else []
    unknown = set(names) - set(known)
    if unknown:
        parser.error(f"{option} takes {', '.join(known)}; not {', '.join(sorted(unknown))}")
    return [name for name in known if name in names]


def cpu_name():
    for line in pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def machine(n_repeats, n_long_repeats):
    """What the results were measured on, and how often."""
    return {
        "cpu": cpu_name(),
        "cores": len(os.sched_getaffinity(0)),
        "system": platform.platform(),
        "repeats": n_repeats,
        "long_repeats": min(n_repeats, n_long_repeats),
    }


def write_results(folder, name, text, results):
    """NAME.md and NAME.json in `folder`; the former is printed too."""
    (folder / f"{name}.md").write_text(text, encoding="utf-8")
    (folder / f"{name}.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(text)
