"""What processes have cost: seconds of processor time, their children included."""

import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from msgspec import Struct


_PARENT: Final = 1
_USED: Final = slice(11, 13)
"""Places in ``/proc/PID/stat`` after the name. Source: proc_pid_stat(5)."""


class Process(Struct, frozen=True):
    """One process as the system sees it."""

    parent: int
    seconds: float


def measure_cpu(roots: Iterable[int]) -> float:
    """Seconds that the processes ``roots`` and those below them have used so far.

    Processes that have ended are not counted. 0 where the system does not tell.
    """
    processes = _look()
    children: defaultdict[int, list[int]] = defaultdict(list)
    for pid, process in processes.items():
        children[process.parent].append(pid)
    total, todo = 0.0, [pid for pid in roots if pid in processes]
    while todo:
        pid = todo.pop()
        total += processes[pid].seconds
        todo += children[pid]
    return total


def _look() -> dict[int, Process]:
    tick = os.sysconf("SC_CLK_TCK")
    found: dict[int, Process] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        used = sum(int(field) for field in fields[_USED]) / tick
        found[int(folder.name)] = Process(int(fields[_PARENT]), used)
    return found
