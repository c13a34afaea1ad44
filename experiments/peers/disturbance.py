"""How much of the processors other processes took meanwhile: the doubt about a timing on a shared machine.

PyTorch's threads wait for each other by spinning, so that with two of them on two processors one foreign
process can make it ten times slower: such a reading says nothing about PyTorch.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable
from pathlib import Path


def watch(process: int) -> Callable[[], float]:
    """Starts watching; the returned function gives the share of all processors that others have used since.

    Others are all processes except this one, its ended children, the running process with that id, and its
    ended children. Time stolen by a hypervisor counts as used by others.
    """
    ticks = os.sysconf("SC_CLK_TCK")

    def busy() -> float:
        user, nice, system, _, _, irq, softirq, steal = map(
            int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]
        )
        return (user + nice + system + irq + softirq + steal) / ticks

    def own() -> float:
        # The name in parentheses may contain spaces; the numbers follow it.
        numbers = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        ours = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(map(int, numbers[11:15])) / ticks + sum(use.ru_utime + use.ru_stime for use in ours)

    start, others = time.monotonic(), busy() - own()

    def share() -> float:
        elapsed = (time.monotonic() - start) * (os.cpu_count() or 1)
        return max(0.0, busy() - own() - others) / elapsed

    return share
