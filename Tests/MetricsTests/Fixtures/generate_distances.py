"""Computes distances.json: rank correlations, distances from reference values, and the nearest under permutations.

    python3 Tests/MetricsTests/Fixtures/generate_distances.py

Needs numpy and scipy. Values of few levels have ties, also with the references. null stands for what is not a number.
"""

import json
from pathlib import Path

import numpy as np
from scipy import stats

random = np.random.default_rng(1904)


def number(value):
    return float(value) if np.isfinite(value) else None


def correlations():
    cases = [([1, 2, 3, 4], [10, 20, 30, 40]), ([1, 2, 3, 4], [4, 3, 2, 1]), ([1, 1, 2, 3], [0.5, 0.7, 0.7, 0.1])]
    cases += [([1, 1, 1], [1, 2, 3]), ([1, 2], [3, 3]), ([0.5], [0.5]), ([3, 1, 2, 2, 2, 5, 5], [1, 1, 2, 3, 2, 9, 4])]
    for size in [2, 5, 10, 30]:
        cases.append((random.uniform(size=size), random.uniform(size=size)))
        cases.append((random.integers(0, 4, size), random.integers(0, 3, size)))
    for first, second in cases:
        first, second = np.array(first, float), np.array(second, float)
        constant = len(first) < 2 or np.ptp(first) == 0 or np.ptp(second) == 0
        rho = np.nan if constant else stats.spearmanr(first, second).statistic
        yield {
            "first": first.tolist(), "second": second.tolist(), "correlation": number(rho),
            "ranks": stats.rankdata(first).tolist(),
        }


def distances():
    for classes, seeds in [(1, 1), (2, 3), (6, 2), (10, 3), (10, 5), (10, 1)]:
        references = np.round(random.uniform(0.4, 1, classes), 3)
        values = np.clip(references[:, None] + random.normal(0.02, 0.06, (classes, seeds)), 0, 1)
        if classes == 10 and seeds == 3:
            # Just at the margin, and just as published.
            values[0], values[1] = references[0] + 0.05, references[1]
        means = values.mean(axis=1)
        difference = means - references
        interval = None
        if seeds > 1:
            sums = (np.sign(difference)[:, None] * (values - references[:, None])).mean(axis=0)
            if np.ptp(sums) > 0:
                interval = list(stats.t.interval(0.95, seeds - 1, sums.mean(), stats.sem(sums)))
                interval[0] = max(0.0, interval[0])
        yield {
            "values": values.tolist(), "references": references.tolist(),
            "mean_absolute": np.abs(difference).mean(), "bias": difference.mean(),
            "within": int((np.abs(difference) <= 0.05 + 1e-12).sum()),
            "largest": int(np.abs(difference).argmax()), "interval": interval,
        }


def chances():
    for candidates, classes, count in [(1, 4, 30), (20, 10, 200), (300, 6, 100), (5, 1, 3)]:
        values = np.round(random.uniform(0.2, 1, (candidates, classes)), 2)
        references = np.round(random.uniform(0.4, 1, classes), 2)
        permutations = np.array([random.permutation(classes) for _ in range(count)])
        permutations[0] = np.arange(classes)
        found = np.array([np.abs(values - references[order]).mean(axis=1).min() for order in permutations])
        nearest = np.abs(values - references).mean(axis=1).min()
        yield {
            "candidates": values.tolist(), "references": references.tolist(),
            "permutations": permutations.tolist(), "nearest": nearest, "distances": np.sort(found).tolist(),
            "median": np.median(found), "five_percent_point": np.quantile(found, 0.05),
            "share": float((found <= nearest + 1e-12).mean()),
        }


fixture = {"correlations": list(correlations()), "distances": list(distances()), "chances": list(chances())}
lines = [f'"{name}": {json.dumps(value)}' for name, value in fixture.items()]
(Path(__file__).parent / "distances.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
