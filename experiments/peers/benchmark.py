#!/usr/bin/env python3
"""Times the PyTorch peer: training and scoring in images/s, and the latency of scoring one image.

    python experiments/peers/benchmark.py                          # side 32, 1 channel: about 5 minutes
    python experiments/peers/benchmark.py --channels 3 --threads 2 --seconds 1 --json
    python experiments/peers/benchmark.py --device cuda            # an NVIDIA GPU, in strict float32
    python experiments/peers/benchmark.py --device cuda:1 --tf32 --batch 256 --training plain minimal+graph

`variants.py` says what the variants are; none is timed before its numbers were held against `plain`. With --tf32
a GPU rounds the factors of its products to 10 bits of mantissa, and variants may differ from `plain` by 3e-2.

On a GPU one timing of training is the mean of 32 steps with one wait for the device after the last, since our
engine does not wait within 32 steps either; but every step without `graph` itself waits for D's loss, as the
original's does. Each scoring is waited for, as ours. All images are on the device beforehand.

With --worker it reads requests, one JSON object a line, and answers each with one line: `compare.py` keeps
one such process alive, so that start-up and compilation are paid once.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timezone

try:
    import torch
except ImportError:
    sys.exit(
        "benchmark.py: PyTorch is missing from this Python "
        f"({sys.executable}); `make bench-peers` makes an environment, or: pip install torch numpy"
    )

from ganomaly_torch import Configuration
from variants import VARIANTS, UnfitVariant, check_scoring, check_training, scoring, training, usual_variants

UNITS = {"training": "images/s", "scoring": "images/s", "latency": "ms"}
FEWEST_REPEATS = 3
STEPS_AHEAD = 32
"""Training steps between two waits for a GPU."""

Action = Callable[[], object]


@dataclass(frozen=True)
class Measurement:
    """Median, tenth and ninetieth percentile over the repeats, in the unit of its kind."""

    kind: str
    variant: str
    threads: int
    unit: str
    median: float
    low: float
    high: float
    repeats: int


def durations(action: Action, wait: Action, calls: int, seconds: float, warm_up: int) -> list[float]:
    """Sorted durations of a call, for about `seconds` but at least three, after the warm-up.

    Each is the mean of `calls` calls and one `wait` for the device.
    """
    for _ in range(warm_up):
        action()
    wait()
    taken: list[float] = []
    end = time.perf_counter() + seconds
    while len(taken) < FEWEST_REPEATS or time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(calls):
            action()
        wait()
        taken.append((time.perf_counter() - start) / calls)
    return sorted(taken)


def checked_as(kind: str, variant: str) -> tuple[str, str]:
    """What a difference from `plain` is kept under: latency is the same network as scoring."""
    return ("training" if kind == "training" else "scoring", variant)


class Bench:
    """Builds, checks and times variants of one configuration, and keeps them for the next time."""

    def __init__(self, configuration: Configuration, device: torch.device) -> None:
        self.configuration = configuration
        self.device = device
        self.wait: Action = torch.get_device_module(device).synchronize
        self.actions: dict[tuple[str, str], Action] = {}
        self.differences: dict[tuple[str, str], float] = {}

    def prepare(self, kind: str, variant: str) -> Action:
        """The variant's action; the first time, checked against `plain` and warmed up."""
        key = (kind, variant)
        if key in self.actions:
            return self.actions[key]
        checked = checked_as(kind, variant)
        try:
            if variant == "plain":
                self.differences[checked] = 0
            elif checked not in self.differences:
                check = check_training if kind == "training" else check_scoring
                self.differences[checked] = check(self.configuration, variant, self.device)
            if kind == "training":
                action: Action = training(self.configuration, variant, self.device)
            else:
                batch = self.configuration.batch if kind == "scoring" else 1
                action = scoring(self.configuration, variant, batch, self.device)
            for _ in range(3):
                action()
            self.wait()
        except RuntimeError as error:
            # torch.compile needs a C++ compiler; all its errors are RuntimeErrors.
            raise UnfitVariant(f"{kind} {variant}: {str(error).strip().splitlines()[0]}") from error
        self.actions[key] = action
        return action

    def measure(self, kind: str, variant: str, threads: int, seconds: float) -> Measurement:
        """Times the variant with that many threads, after two more calls with that setting."""
        torch.set_num_threads(threads)
        calls = STEPS_AHEAD if kind == "training" and self.device.type == "cuda" else 1
        taken = durations(self.prepare(kind, variant), self.wait, calls, seconds, warm_up=2)
        middle = statistics.median(taken)
        short, long = taken[round(0.1 * (len(taken) - 1))], taken[round(0.9 * (len(taken) - 1))]
        if kind == "latency":
            median, low, high = middle * 1e3, short * 1e3, long * 1e3
        else:
            batch = self.configuration.batch
            median, low, high = batch / middle, batch / long, batch / short
        return Measurement(kind, variant, threads, UNITS[kind], median, low, high, len(taken))


def available(name: str, tf32: bool) -> torch.device:
    """The device with that name, ready; without it the process ends."""
    device = torch.device(name)
    if device.type != "cuda":
        return device
    count = torch.cuda.device_count() if torch.cuda.is_available() else 0
    index = device.index or 0
    if index >= count:
        if torch.version.cuda is None:
            why = "is built without CUDA; install another build (pytorch.org/get-started)"
        elif count == 0:
            why = "finds no GPU; check what `nvidia-smi` and CUDA_VISIBLE_DEVICES say"
        else:
            why = f"finds only {', '.join(f'cuda:{number}' for number in range(count))}; name one of them"
        sys.exit(
            f"benchmark.py: --device {name}: PyTorch {torch.__version__} {why}, "
            "or leave --device out for the processor"
        )
    torch.cuda.set_device(index)
    torch.backends.cuda.matmul.allow_tf32 = tf32
    torch.backends.cudnn.allow_tf32 = tf32
    return device


def description(device: torch.device) -> dict[str, str]:
    """Date, machine and versions."""
    model = "unknown processor"
    if os.path.exists("/proc/cpuinfo"):
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            names = (line.split(":")[1].strip() for line in lines if line.startswith("model name"))
            model = next(names, model)
    one_dnn = re.search(r"MKL-DNN v([\d.]+)", torch.__config__.show())
    about = {
        "date": datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{model}, {os.cpu_count()} processors",
        "python": platform.python_version(),
        "torch": torch.__version__,
        "onednn": one_dnn.group(1) if one_dnn else "none",
        "instructions": torch.backends.cpu.get_cpu_capability(),
    }
    if device.type == "cuda":
        about |= {
            "gpu": torch.cuda.get_device_name(),
            "cuda": str(torch.version.cuda),
            "cudnn": str(torch.backends.cudnn.version()),
            "tf32": "on" if torch.backends.cudnn.allow_tf32 else "off",
        }
    return about


def serve(device: torch.device) -> None:
    """Answers requests from standard input until it ends.

    {"request": "describe"} gives the description and the usual variants; {"request": "measure",
    "configuration": {…}, "kind", "variant", "threads", "seconds"} a measurement with the variant's
    `difference` from plain. A variant that is unfit is answered by {"error": …}.
    """
    bench: Bench | None = None
    for line in sys.stdin:
        request = json.loads(line)
        if request["request"] == "describe":
            answer: dict[str, object] = {**description(device), "variants": usual_variants(device)}
        else:
            configuration = Configuration(**request["configuration"])
            if bench is None or bench.configuration != configuration:
                bench = Bench(configuration, device)
            kind, variant = request["kind"], request["variant"]
            try:
                measurement = bench.measure(kind, variant, request["threads"], request["seconds"])
                answer = {**asdict(measurement), "difference": bench.differences[checked_as(kind, variant)]}
            except UnfitVariant as problem:
                answer = {"error": str(problem)}
        print(json.dumps(answer), flush=True)


def arguments() -> argparse.Namespace:
    """The command line, checked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for field in fields(Configuration):
        parser.add_argument(f"--{field.name}", type=int, default=field.default)
    parser.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N (default: cpu)")
    parser.add_argument("--tf32", action="store_true", help="let a GPU round to TF32")
    parser.add_argument(
        "--threads", type=int, nargs="+", help="settings to try (default: 1 and all processors; 1 for a GPU)"
    )
    parser.add_argument("--seconds", type=float, default=5, help="per measurement")
    for kind in VARIANTS:
        parser.add_argument(f"--{kind}", nargs="*", metavar="VARIANT")
    parser.add_argument("--json", action="store_true", help="one JSON object in place of the table")
    parser.add_argument("--worker", action="store_true", help="answer requests from standard input")
    given = parser.parse_args()
    if not re.fullmatch(r"cpu|cuda(:\d\d?)?", given.device):
        parser.error(f"--device {given.device} is not cpu, cuda or cuda:N")
    on_processor = given.device == "cpu"
    if given.tf32 and on_processor:
        parser.error("--tf32 needs --device cuda")
    if given.threads is None:
        given.threads = sorted({1, os.cpu_count() or 1}) if on_processor else [1]
    for kind, names in usual_variants(torch.device(given.device)).items():
        if getattr(given, kind) is None:
            setattr(given, kind, names)
    if not (math.isfinite(given.seconds) and given.seconds > 0) or min(given.threads) < 1:
        parser.error("--seconds and --threads must be positive")
    return given


def main() -> None:
    given = arguments()
    device = available(given.device, given.tf32)
    if given.worker:
        serve(device)
        return
    sizes = {field.name: getattr(given, field.name) for field in fields(Configuration)}
    try:
        bench = Bench(Configuration(**sizes), device)
    except ValueError as problem:
        sys.exit(f"benchmark.py: {problem}")
    about = description(device)
    if not given.json:
        print("\n".join(f"{name:13} {value}" for name, value in about.items()))
        print(" ".join(f"{name} {value}" for name, value in asdict(bench.configuration).items()))
        print(f"\n{'':38} threads    median        10–90 %       repeats")
    measurements: list[Measurement] = []
    for kind in VARIANTS:
        for variant in getattr(given, kind):
            for threads in given.threads:
                try:
                    measurement = bench.measure(kind, variant, threads, given.seconds)
                except UnfitVariant as problem:
                    print(f"left out: {problem}", file=sys.stderr)
                    break
                measurements.append(measurement)
                if not given.json:
                    print(row(measurement), flush=True)
    best = [best_of(kind, measurements) for kind in VARIANTS if any(m.kind == kind for m in measurements)]
    if given.json:
        differences = {" ".join(key): value for key, value in bench.differences.items()}
        everything = {
            "description": about,
            "configuration": asdict(bench.configuration),
            "measurements": [asdict(measurement) for measurement in measurements],
            "best": [asdict(measurement) for measurement in best],
            "differences": differences,
        }
        print(json.dumps(everything, indent=2))
        return
    print("\nbest")
    print("\n".join(row(measurement) for measurement in best))
    print("\nlargest relative difference from plain (training: losses over three steps; scoring: scores)")
    for (kind, variant), difference in bench.differences.items():
        if variant != "plain":
            print(f"  {kind:9} {variant:26} {difference:.1e}")


def best_of(kind: str, measurements: list[Measurement]) -> Measurement:
    """The fastest of a kind."""
    candidates = [measurement for measurement in measurements if measurement.kind == kind]
    return (min if kind == "latency" else max)(candidates, key=lambda measurement: measurement.median)


def row(measurement: Measurement) -> str:
    """A measurement as a line of the table."""
    m = measurement
    digits = 2 if m.kind == "latency" else 0
    median, spread = f"{m.median:.{digits}f}", f"{m.low:.{digits}f}–{m.high:.{digits}f}"
    return f"{m.kind:9} {m.variant:28} {m.threads:7} {median:>9} {m.unit:8} {spread:>12} {m.repeats:7}"


if __name__ == "__main__":
    main()
