#!/usr/bin/env python3
"""Times `ganomaly bench` and its PyTorch peer in alternation, and prints how many times faster ours is.

    make bench-peers                                         # everything: about 15 minutes
    python experiments/peers/compare.py --configurations 32x1 --rounds 3 --seconds 2

First, every PyTorch variant is timed with 1 thread and with --threads (from side 64 on only `plain`), in
two to four sweeps. Then come the rounds: each times ours, and for training, scoring and latency `plain` and
the fastest variant with --threads, and the fastest with any number of threads. Ratios are formed within a
round: on a shared machine, only timings taken close together are comparable. Rounds disturbed by other
processes are repeated; if disturbed ones remain, the table is marked as not to be quoted. A slow result is
not a failure: the exit status is 1 only if something cannot be timed.

Both sides use the processor's widest instructions. ATEN_CPU_CAPABILITY=avx2 ONEDNN_MAX_CPU_ISA=AVX2 shows
what PyTorch would do on a processor without AVX-512.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from disturbance import watch
from processes import KINDS, Unable, Worker, our_median, run_ours, version

REPOSITORY = Path(__file__).resolve().parent.parent.parent
DEFAULT_CONFIGURATIONS = ("32x1", "32x3", "64x3")
PLAIN_ONLY_FROM_SIDE = 64
"""From this side on only `plain` is timed: its steps take seconds."""
QUIET = 0.05
"""Above this share of the processors taken by other processes, a sweep or a round is disturbed."""
SWEEPS, MOST_SWEEPS = 2, 4
"""Undisturbed sweeps needed before the rounds, and how many to try at most."""


@dataclass(frozen=True)
class Peer:
    """A PyTorch variant with a number of threads."""

    variant: str
    threads: int


@dataclass(frozen=True)
class Round:
    """Medians of ours and of each peer by kind, what else ours said, and the share that others took."""

    ours: dict[str, float]
    peers: dict[tuple[str, Peer], float]
    peak_gflops: float
    memory_mib: float
    disturbance: float


def measure(
    worker: Worker, configuration: dict[str, int], kind: str, peer: Peer, seconds: float
) -> dict[str, Any]:
    """One reading of a peer: `median`, `unit` and `difference` among others, or an `error`."""
    return worker.ask(
        request="measure",
        configuration=configuration,
        kind=kind,
        variant=peer.variant,
        threads=peer.threads,
        seconds=seconds,
    )


def calibrate(
    worker: Worker, configuration: dict[str, int], given: argparse.Namespace
) -> dict[str, list[Peer]]:
    """Reads every variant, prints its best reading, and gives for each kind the peers of the rounds.

    These are `plain` and the best variant with --threads, and the best of all if it has other threads.
    """
    chosen: dict[str, list[Peer]] = {}
    print("PyTorch, the best reading of each:")
    for kind in KINDS:
        faster = min if kind == "latency" else max
        few = configuration["side"] >= PLAIN_ONLY_FROM_SIDE
        peers = [
            Peer(variant, threads)
            for variant in (("plain",) if few else worker.about["variants"][kind])
            for threads in sorted({1, given.threads})
        ]
        answers: dict[Peer, list[dict[str, Any]]] = {peer: [] for peer in peers}
        unfit: dict[str, str] = {}
        quiet = 0
        for _ in range(MOST_SWEEPS):
            share = watch(worker.process.pid)
            for peer in peers:
                if peer.variant in unfit:
                    continue
                answer = measure(worker, configuration, kind, peer, min(given.seconds, 2))
                if "error" in answer:
                    unfit[peer.variant] = answer["error"]
                else:
                    answers[peer].append(answer)
            quiet += share() <= QUIET
            if quiet == SWEEPS:
                break
        readings: dict[Peer, float] = {}
        for peer, of_peer in answers.items():
            if peer.variant in unfit:
                continue
            readings[peer] = faster(answer["median"] for answer in of_peer)
            difference = f"  differs from plain by {of_peer[-1]['difference']:.0e}"
            print(
                f"  {kind:9} {peer.variant:24} {plural(peer.threads, 'thread'):9} "
                f"{number(kind, readings[peer]):>6} {of_peer[-1]['unit']}"
                + (difference if peer.variant != "plain" else "")
            )
        for problem in unfit.values():
            print(f"  left out: {problem}")
        if not readings:
            raise Unable(f"no variant of PyTorch could be timed in {kind}")
        best = faster(readings, key=readings.__getitem__)
        same = [peer for peer in readings if peer.threads == given.threads]
        best_of_same = faster(same, key=readings.__getitem__) if same else best
        rounds = [Peer("plain", given.threads), best_of_same, best]
        chosen[kind] = list(readings) if given.all else list(dict.fromkeys(rounds))
        sys.stdout.flush()
    return chosen


def alternate(
    worker: Worker, configuration: dict[str, int], chosen: dict[str, list[Peer]], given: argparse.Namespace
) -> list[Round]:
    """The rounds. Disturbed ones are repeated, at most as many again; the least disturbed are kept."""
    rounds: list[Round] = []
    while sum(done.disturbance <= QUIET for done in rounds) < given.rounds and len(rounds) < 2 * given.rounds:
        if sys.stderr.isatty():
            print(f"\rround {len(rounds) + 1}\r", end="", file=sys.stderr, flush=True)
        rounds.append(one_round(worker, configuration, chosen, given))
    least = sorted(range(len(rounds)), key=lambda index: rounds[index].disturbance)[: given.rounds]
    return [rounds[index] for index in sorted(least)]


def one_round(
    worker: Worker, configuration: dict[str, int], chosen: dict[str, list[Peer]], given: argparse.Namespace
) -> Round:
    """Ours, then every chosen peer."""
    share = watch(worker.process.pid)
    ours = run_ours(given.ours, configuration, given.threads, given.seconds)
    peers: dict[tuple[str, Peer], float] = {}
    for kind in KINDS:
        for peer in chosen[kind]:
            answer = measure(worker, configuration, kind, peer, given.seconds)
            if "error" in answer:
                raise Unable(answer["error"])
            peers[kind, peer] = answer["median"]
    medians = {kind: our_median(ours, kind) for kind in KINDS}
    return Round(medians, peers, float(ours["peak_gflops"]), float(ours["memory_mib"]), share())


def plural(count: int, noun: str) -> str:
    """`1 thread`, `2 threads`."""
    return f"{count} {noun}{'' if count == 1 else 's'}"


def number(kind: str, value: float) -> str:
    """Images/s whole, milliseconds with two places."""
    return f"{value:.{2 if kind == 'latency' else 0}f}"


def spread(values: Sequence[float], text: Callable[[float], str]) -> str:
    """Median, then lowest and highest, as two aligned columns."""
    return f"{text(statistics.median(values)):>8}  {text(min(values)) + '–' + text(max(values)):<13}"


def table(configuration: dict[str, int], rounds: list[Round], given: argparse.Namespace) -> str:
    """Ours and each peer: median over the rounds, lowest and highest; and how many times as fast ours is."""
    lines = [f"{'':36} threads   median  low–high       ours is … times as fast (low–high)"]
    for kind in KINDS:
        text = partial(number, kind)
        batch, unit = (1, "ms") if kind == "latency" else (configuration["batch"], "images/s")
        lines.append(f"{kind}, batch {batch}, {unit}")
        ours = [done.ours[kind] for done in rounds]
        lines.append(f"  {'ganomaly':34} {given.threads:7} {spread(ours, text)}")
        for key in rounds[0].peers:
            of_kind, peer = key
            if of_kind != kind:
                continue
            theirs = [done.peers[key] for done in rounds]
            pairs = zip(theirs, ours) if kind == "latency" else zip(ours, theirs)
            times = spread([upper / lower for upper, lower in pairs], "{:.2f}".format)
            lines.append(f"  {'PyTorch ' + peer.variant:34} {peer.threads:7} {spread(theirs, text)} {times}")
    peak = [done.peak_gflops for done in rounds]
    lines.append(
        f"ganomaly's FMA peak meanwhile {statistics.median(peak):.0f} GFLOP/s "
        f"({min(peak):.0f}–{max(peak):.0f}), memory {max(done.memory_mib for done in rounds):.0f} MiB"
    )
    taken = [done.disturbance for done in rounds]
    lines.append(f"other processes took {min(taken):.0%} to {max(taken):.0%} of the processors meanwhile")
    disturbed = sum(share > QUIET for share in taken)
    if disturbed:
        lines.append(
            f"NOT TO BE QUOTED: {disturbed} of {plural(len(rounds), 'round')} disturbed "
            f"(others took more than {QUIET:.0%}), which slows PyTorch's threads out of proportion"
        )
    return "\n".join(line.rstrip() for line in lines)


def parse_configuration(text: str, given: argparse.Namespace) -> dict[str, int]:
    """`32x3` is side 32 with 3 channels."""
    try:
        side, channels = (int(part) for part in text.split("x"))
    except ValueError:
        raise Unable(f"configuration {text!r} is not of the form SIDExCHANNELS, like 32x3") from None
    return {
        "side": side,
        "channels": channels,
        "width": given.width,
        "latent": given.latent,
        "batch": given.batch,
    }


def arguments() -> argparse.Namespace:
    """The command line, checked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ours", type=Path, default=REPOSITORY / ".build/release/ganomaly")
    parser.add_argument(
        "--configurations", nargs="+", default=DEFAULT_CONFIGURATIONS, metavar="SIDExCHANNELS"
    )
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--latent", type=int, default=100)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3, help="per measurement")
    parser.add_argument("--all", action="store_true", help="take every variant into the rounds")
    given = parser.parse_args()
    if given.rounds < 1 or given.threads < 1 or not given.seconds > 0:
        parser.error("--rounds, --threads and --seconds must be positive")
    return given


def main() -> None:
    given = arguments()
    worker: Worker | None = None
    try:
        configurations = [parse_configuration(text, given) for text in given.configurations]
        ours_version = version(given.ours)
        worker = Worker()
        about = worker.about
        print(f"{about['date']}, {about['machine']}")
        print(ours_version)
        print(
            f"PyTorch {about['torch']}, oneDNN {about['onednn']}, {about['instructions']}, "
            f"Python {about['python']}"
        )
        for configuration in configurations:
            sizes = ", ".join(f"{name} {value}" for name, value in configuration.items())
            print(f"\n{sizes}; {plural(given.rounds, 'round')}, {given.seconds:g} s a measurement")
            chosen = calibrate(worker, configuration, given)
            print(table(configuration, alternate(worker, configuration, chosen, given), given), flush=True)
    except Unable as problem:
        sys.exit(f"compare.py: {problem}")
    except KeyboardInterrupt:
        sys.exit(130)
    finally:
        if worker is not None:
            worker.close()


if __name__ == "__main__":
    main()
