"""A cgroup with little memory and little processor, through cgroup v1 or v2."""

import os
import pathlib

ROOT = pathlib.Path("/sys/fs/cgroup")
PERIOD_US = 100_000


class SmallBox:
    """As a context: makes the groups and removes them. `prefix` starts a command inside.

    OSError where this process may not make groups or the controllers are not there.
    """

    def __init__(self, memory_bytes, n_cpus):
        name = f"tidemark_bench_{os.getpid()}"
        quota_us = int(PERIOD_US * n_cpus)
        if (ROOT / "cgroup.controllers").exists():
            self.settings = {
                ROOT / name: {
                    "memory.max": memory_bytes,
                    "cpu.max": f"{quota_us} {PERIOD_US}",
                }
            }
        else:
            self.settings = {
                ROOT / "memory" / name: {"memory.limit_in_bytes": memory_bytes},
                ROOT / "cpu" / name: {
                    "cpu.cfs_period_us": PERIOD_US,
                    "cpu.cfs_quota_us": quota_us,
                },
            }
        join = "; ".join(f"echo $$ > {group}/cgroup.procs" for group in self.settings)
        self.prefix = ["/bin/sh", "-ec", f'{join}; exec "$@"', "sh"]

    def __enter__(self):
        made = []
        try:
            for group, values in self.settings.items():
                group.mkdir()
                made.append(group)
                for key, value in values.items():
                    (group / key).write_text(str(value), encoding="ascii")
        except OSError:
            for group in made:
                group.rmdir()
            raise
        return self

    def __exit__(self, *unused):
        for group in self.settings:
            group.rmdir()
