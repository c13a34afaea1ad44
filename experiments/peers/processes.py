"""The two sides of the comparison as processes: `ganomaly bench`, and the PyTorch worker."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
KINDS = ("training", "scoring", "latency")


class Unable(Exception):
    """Something needed for the comparison is missing or broke."""


class Worker:
    """A `benchmark.py --worker` process, alive until closed; `about` is its description of itself."""

    def __init__(self) -> None:
        command = [sys.executable, str(HERE / "benchmark.py"), "--worker"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.about = self.ask(request="describe")

    def ask(self, **request: object) -> dict[str, Any]:
        """Sends a request and waits for its answer, which may be {"error": …}."""
        assert self.process.stdin and self.process.stdout
        try:
            print(json.dumps(request), file=self.process.stdin, flush=True)
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            status = self.process.wait()
            how = f"signal {-status}" if status < 0 else f"exit status {status}, its message above"
            raise Unable(f"the PyTorch process ended: {how}")
        return json.loads(line)

    def close(self) -> None:
        """Lets the process end by itself, so that its compiler's helpers end too; kills it after 10 s."""
        assert self.process.stdin
        try:
            self.process.stdin.close()
            self.process.wait(timeout=10)
        except (BrokenPipeError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()


def run_ours(binary: Path, configuration: dict[str, int], threads: int, seconds: float) -> dict[str, Any]:
    """One reading of `ganomaly bench --json`."""
    command = [str(binary), "bench", "--json", "--threads", str(threads), "--seconds", f"{seconds:g}"]
    for name, value in configuration.items():
        command += [f"--{name}", str(value)]
    try:
        finished = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Unable(f"{binary}: {error.strerror}; `make build` makes it, --ours names another") from error
    if finished.returncode != 0:
        raise Unable(f"{' '.join(command)}: exit status {finished.returncode}\n{finished.stderr.strip()}")
    try:
        reading = json.loads(finished.stdout)
        told = reading["configuration"]
        expected = {**configuration, "threads": threads}
        if {name: told[name] for name in expected} != expected:
            raise Unable(f"{' '.join(command)}: timed {told}, not {expected}")
        for kind in KINDS:
            our_median(reading, kind)
        float(reading["peak_gflops"]), float(reading["memory_mib"])
    except (ValueError, KeyError, TypeError) as error:
        raise Unable(f"{' '.join(command)}: not the JSON agreed upon: {error!r}") from error
    return reading


def our_median(reading: dict[str, Any], kind: str) -> float:
    """The median of a kind, images/s or ms."""
    unit = "milliseconds" if kind == "latency" else "images_per_second"
    return float(reading[kind][unit]["median"])


def version(binary: Path) -> str:
    """What `ganomaly --version` says."""
    try:
        finished = subprocess.run([binary, "--version"], capture_output=True, text=True, check=True)
    except OSError as error:
        raise Unable(f"{binary}: {error.strerror}; `make build` makes it, --ours names another") from error
    except subprocess.CalledProcessError as error:
        raise Unable(f"{binary} --version: exit status {error.returncode}\n{error.stderr}") from error
    return finished.stdout.strip()
