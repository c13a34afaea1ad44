#!/usr/bin/env python3
"""Are our AUROCs those of PyTorch? The same trainings there, and a test of the two distributions.

    ganomaly run experiments/crosscheck.yaml                                       # ours: fifteen short trainings
    ganomaly validate experiments/crosscheck.yaml --resolved | \\
        python experiments/peers/crosscheck.py train experiments/crosscheck.csv    # PyTorch's; about 26 minutes
    ganomaly table experiments/crosscheck.yaml --evaluations --format csv | \\
        python experiments/peers/crosscheck.py compare experiments/crosscheck.csv

The same for crosscheck-2018. For each digit and seed missing from the CSV file, `train` trains the peer
(ganomaly_torch.py) once with the spec's settings and split, and appends the AUROC of both scores for each of the spec's
passes. Weights and batches are drawn by different generators on the two sides, so only distributions can agree:
`compare` runs Welch's t-test over the seeds for each digit and evaluation, and reports a difference where p times the
number of tests (Bonferroni) is below 0.01. The exit status is 1 if there is any.
"""

from __future__ import annotations

import argparse
import csv
import math
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from experiment import Experiment
    from mnist import Mnist

FIELDS = ["held_out", "seed", "score", "pass", "auroc", "seconds", "torch"]
SIGNIFICANT = 0.01


# MARK: training


def area_under_roc(scores, is_anomalous) -> float:
    """The share of pairs in which the anomaly scores higher, ties counting half."""
    import numpy as np

    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    anomalies = int(is_anomalous.sum())
    normals = len(scores) - anomalies
    return float((ranks[is_anomalous].sum() - anomalies * (anomalies + 1) / 2) / (anomalies * normals))


def train_one(mnist: Mnist, experiment: Experiment, held_out: int, seed: int) -> list[dict[str, object]]:
    """One training and its evaluations."""
    import numpy as np
    import torch

    from experiment import PASSES, STEPS
    from ganomaly_torch import GANomaly
    from mnist import MEAN_AND_DEVIATION, SPLITS

    begin = time.monotonic()
    model = GANomaly(experiment.sizes, seed=seed, fused=True, recipe=experiment.recipe)
    # A quarter faster at width 16; the numbers are the same up to rounding.
    layout = torch.channels_last
    for network in (model.generator, model.discriminator):
        network.to(memory_format=layout)
    step = STEPS[experiment.objective]
    train, test = SPLITS[experiment.split](mnist, held_out, seed)
    mean, deviation = MEAN_AND_DEVIATION[experiment.input_range]
    # Batch order and test order are torch's own; only the split is shared.
    generator = torch.Generator().manual_seed(1000 + seed)
    pixels = torch.from_numpy(mnist.images[:, None])

    def load(indices):
        images = pixels[torch.as_tensor(indices)].float().div_(255).sub_(mean).div_(deviation)
        return images.contiguous(memory_format=layout)

    size = experiment.sizes.batch
    for _ in range(experiment.epochs):
        order = train[torch.randperm(len(train), generator=generator).numpy()]
        for start in range(0, len(order) - size + 1, size):
            step(model, load(order[start:start + size]))

    # Use each batch's statistics without changing the running ones.
    for layer in model.generator.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = 0.0

    @torch.no_grad()
    def scores(order, size):
        l1, squared = [], []
        for start in range(0, len(order), size):
            _, latent, again = model.generator(load(test[order[start:start + size]]))
            difference = (latent - again).flatten(1)
            l1.append(difference.abs().mean(1))
            squared.append(difference.square().mean(1))
        return torch.cat(l1).numpy(), torch.cat(squared).numpy()

    is_anomalous = mnist.labels[test] == held_out
    rows = []
    for name in experiment.passes:
        model.generator.train(name != "running")
        order = np.arange(len(test))
        if name == "batch-shuffled":
            order = torch.randperm(len(test), generator=generator).numpy()
        for score, values in zip(("l1", "squared-l2"), scores(order, PASSES[name])):
            area = area_under_roc(values, is_anomalous[order])
            rows.append({"held_out": held_out, "seed": seed, "score": score, "pass": name, "auroc": area})
    for row in rows:
        row |= {"seconds": round(time.monotonic() - begin, 1), "torch": torch.__version__}
    print(f"digit {held_out}, seed {seed}: {row['seconds']} s, {model.reinitializations} reinitializations",
          file=sys.stderr)
    return rows


def train(arguments: argparse.Namespace) -> int:
    import torch

    from experiment import Experiment, UnfitExperiment
    from mnist import Mnist

    torch.set_num_threads(arguments.threads)
    try:
        experiment = Experiment.load(arguments.spec)
    except UnfitExperiment as problem:
        print(f"crosscheck.py: {problem}", file=sys.stderr)
        return 65
    path: Path = arguments.table
    done = {(row["held_out"], row["seed"]) for row in read(path)} if path.exists() else set()
    wanted = [(digit, seed) for seed in experiment.seeds for digit in experiment.held_out]
    missing = [pair for pair in wanted if tuple(map(str, pair)) not in done]
    mnist = Mnist.load(arguments.data / "mnist") if missing else None
    for digit, seed in missing:
        rows = train_one(mnist, experiment, digit, seed)
        is_new = not path.exists()
        with path.open("a", newline="") as file:
            writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
            if is_new:
                writer.writeheader()
            writer.writerows(rows)
    return 0


# MARK: comparison


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def incomplete_beta(x: float, a: float, b: float) -> float:
    """The regularized incomplete beta function, by its continued fraction."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(1 - x, b, a)
    front = math.exp(
        a * math.log(x) + b * math.log1p(-x) + math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)) / a
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d or tiny)
    fraction = d
    for m in range(1, 500):
        for term in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                     -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d = 1 / ((1 + term * d) or tiny)
            c = (1 + term / c) or tiny
            fraction *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return front * fraction


def welch(a: list[float], b: list[float]) -> tuple[float, float, float]:
    """t, degrees of freedom and two-sided p of Welch's test that two means are equal."""
    variances = [statistics.variance(values) / len(values) for values in (a, b)]
    difference = statistics.fmean(a) - statistics.fmean(b)
    total = sum(variances)
    if total == 0:
        return (0.0 if difference == 0 else math.inf), math.inf, float(difference == 0)
    t = difference / math.sqrt(total)
    freedom = total**2 / sum(v**2 / (len(values) - 1) for v, values in zip(variances, (a, b)))
    return t, freedom, incomplete_beta(freedom / (freedom + t * t), freedom / 2, 0.5)


def by_reading(rows: list[dict[str, str]], value: str) -> dict[tuple[str, str, str], list[float]]:
    values = defaultdict(list)
    for row in rows:
        if row.get("epoch", "last") == "last" and row[value]:
            values[row["held_out"], row["score"], row["pass"]].append(float(row[value]))
    return values


def compare(arguments: argparse.Namespace) -> int:
    ours = by_reading(list(csv.DictReader(arguments.ours)), "value")
    theirs = by_reading(read(arguments.table), "auroc")
    readings = sorted(key for key in ours.keys() & theirs.keys() if min(len(ours[key]), len(theirs[key])) > 1)
    if not readings:
        print("crosscheck.py: no digit and reading has two seeds on both sides", file=sys.stderr)
        return 66
    print(f"{'digit':5}  {'score':10}  {'pass':14}  {'ours':>12}  {'PyTorch':>12}  {'t':>6}  {'p':>6}  {'adjusted':>8}")
    worst = 1.0
    for key in readings:
        t, _, p = welch(ours[key], theirs[key])
        adjusted = min(1.0, p * len(readings))
        worst = min(worst, adjusted)
        sides = (f"{statistics.fmean(v):.3f} ±{statistics.stdev(v):.3f}" for v in (ours[key], theirs[key]))
        print(f"{key[0]:5}  {key[1]:10}  {key[2]:14}  {'  '.join(f'{side:>12}' for side in sides)}"
              f"  {t:6.2f}  {p:6.3f}  {adjusted:8.3f}")
    counts = sorted({len(side[key]) for key in readings for side in (ours, theirs)})
    verdict = "some differ" if worst < SIGNIFICANT else "none differs"
    print(f"Welch's t-test over {' or '.join(map(str, counts))} seeds; adjusted: p times {len(readings)} tests "
          f"(Bonferroni); {verdict} at {SIGNIFICANT}.")
    return int(worst < SIGNIFICANT)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    training = commands.add_parser("train", help="train what the table lacks, in PyTorch")
    training.add_argument("table", type=Path)
    training.add_argument("--data", type=Path, default=Path("data"), help="folder with mnist/ in it")
    training.add_argument("--spec", type=argparse.FileType("r"), default=sys.stdin,
                          help="a resolved spec; read from standard input unless given")
    training.add_argument("--threads", type=int, default=2)
    training.set_defaults(command=train)
    comparison = commands.add_parser("compare", help="compare ours, read from standard input, with the table")
    comparison.add_argument("table", type=Path)
    comparison.add_argument("--ours", type=argparse.FileType("r"), default=sys.stdin)
    comparison.set_defaults(command=compare)
    arguments = parser.parse_args()
    try:
        return arguments.command(arguments)
    except FileNotFoundError as error:
        print(f"crosscheck.py: {error.filename}: no such file", file=sys.stderr)
        return 66
    except ImportError as error:
        print(f"crosscheck.py: {error.name} is missing from {sys.executable}: `make bench-peers` makes an environment",
              file=sys.stderr)
        return 66


if __name__ == "__main__":
    sys.exit(main())
