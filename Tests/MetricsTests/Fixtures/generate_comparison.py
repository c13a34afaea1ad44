"""Computes comparison.json: areas under the ROC curve, DeLong's variances and tests, paired t tests, a bootstrap.

    python3 Tests/MetricsTests/Fixtures/generate_comparison.py

Needs numpy and scipy. DeLong, DeLong and Clarke-Pearson (1988) by their definition: the kernel of every
(anomalous, normal) pair, its means over rows and columns, and numpy's covariances of these. Nothing is sorted, so
nothing is shared with the fast algorithm under test. null stands for what is not a number.
"""

import json
from pathlib import Path

import numpy as np
from scipy import stats

random = np.random.default_rng(1988)


def components(labels, scores):
    """X10 of the anomalous, X01 of the normal samples, and the area."""
    anomalous, normal = scores[labels == 1], scores[labels == 0]
    kernel = (anomalous[:, None] > normal[None, :]) + 0.5 * (anomalous[:, None] == normal[None, :])
    return kernel.mean(axis=1), kernel.mean(axis=0), kernel.mean()


def covariance(one, other):
    return np.cov(one, other)[0, 1] if len(one) > 1 else np.nan


def number(value):
    return float(value) if np.isfinite(value) else None


def comparison(name, labels, first, second):
    labels, first, second = np.array(labels), np.float32(first), np.float32(second)
    (a10, a01, area), (b10, b01, other) = components(labels, first), components(labels, second)
    m, n = len(a10), len(a01)
    variance = covariance(a10, a10) / m + covariance(a01, a01) / n
    other_variance = covariance(b10, b10) / m + covariance(b01, b01) / n
    shared = covariance(a10, b10) / m + covariance(a01, b01) / n
    # Differences of means of halves: what is below this is rounding.
    spread = max(variance + other_variance - 2 * shared, 0)
    spread = 0.0 if spread < 1e-17 else spread
    difference = area - other if abs(area - other) > 1e-15 else 0.0
    error = np.sqrt(spread)
    z = 0.0 if difference == 0 and error == 0 else difference / error if error > 0 else np.nan
    p = 0.0 if difference != 0 and error == 0 else 2 * stats.norm.sf(abs(z))
    return {
        "name": name, "labels": "".join(map(str, labels)), "first": first.astype(float).tolist(),
        "second": second.astype(float).tolist(), "areas": [number(area), number(other)],
        "standard_errors": [number(np.sqrt(variance)), number(np.sqrt(other_variance))],
        "difference": number(difference), "standard_error": number(error), "z": number(z), "p": number(p),
    }


def sample(normals, anomalies, shift, shared, levels=None):
    """Labels, and the scores of two detectors that have a part of their noise in common."""
    labels = random.permutation([0] * normals + [1] * anomalies)
    common = random.standard_normal(len(labels))
    detectors = []
    for move in shift:
        noise = shared * common + np.sqrt(1 - shared**2) * random.standard_normal(len(labels))
        scores = noise + move * labels
        detectors.append(np.round(scores * levels) / levels if levels else scores)
    return labels, *detectors


def cases():
    yield comparison("independent", *sample(60, 40, (1, 0.6), 0))
    yield comparison("correlated", *sample(120, 45, (1.2, 0.9), 0.9))
    yield comparison("ties_of_halves", *sample(70, 80, (1, 0.7), 0.6, levels=2))
    yield comparison("few_levels", *sample(150, 30, (0.8, 0.5), 0.5, levels=1))
    yield comparison("unbalanced", *sample(200, 3, (2, 1), 0.3))
    yield comparison("far_in_the_tail", *sample(400, 300, (3, 0.2), 0.2))
    yield comparison("below_one_half", *sample(50, 50, (-1, 0.5), 0.4))
    labels, first, _ = sample(30, 20, (1, 1), 0)
    yield comparison("the_same_scores", labels, first, first)
    yield comparison("an_increasing_map", labels, first, np.exp(first))
    yield comparison("its_negation", labels, first, -first)
    yield comparison("perfect", labels, labels * 5 + np.arange(50) % 3, first)
    yield comparison("both_perfect", labels, labels * 5 + np.arange(50) % 3, labels)
    yield comparison("perfect_and_reversed", labels, labels, -np.array(labels))
    yield comparison("all_tied", labels, np.zeros(50), first)
    yield comparison("one_anomaly", *sample(20, 1, (1, 1), 0.5))
    yield comparison("two_of_each", [0, 1, 0, 1], [1, 2, 3, 4], [1, 4, 2, 3])


def students():
    for degrees in [1, 2, 3, 4.5, 9, 29, 200, 1e5]:
        for t in [0, 1e-3, 0.01, 0.5, 1, 2.2, 12.7, 150, 1e4, 1e8]:
            yield {"degrees_of_freedom": degrees, "t": t, "p": 2 * stats.t.sf(t, degrees)}


def quantiles():
    for degrees in [1, 2, 4, 9, 99]:
        for p in [0.9, 0.5, 0.05, 0.01, 1e-6]:
            yield {"degrees_of_freedom": degrees, "p": p, "t": stats.t.isf(p / 2, degrees)}


def paired():
    for count in [2, 3, 10]:
        first, second = random.uniform(0.5, 1, count), random.uniform(0.4, 0.9, count)
        test = stats.ttest_rel(first, second)
        interval = test.confidence_interval(0.95)
        yield {
            "differences": (first - second).tolist(), "mean": (first - second).mean(),
            "standard_deviation": (first - second).std(ddof=1), "t": test.statistic, "p": test.pvalue,
            "interval": [interval.low, interval.high],
        }


def bootstrap(replicates=20000):
    """Percentile intervals over stratified samples, and how they scatter between halves of the replicates."""
    labels, first, second = sample(70, 50, (1, 0.7), 0.7, levels=4)
    first, second = np.float32(first), np.float32(second)
    normal, anomalous = np.flatnonzero(labels == 0), np.flatnonzero(labels == 1)
    areas = np.empty((2, replicates))
    for replicate in range(replicates):
        n, a = random.choice(normal, len(normal)), random.choice(anomalous, len(anomalous))
        for row, scores in enumerate([first, second]):
            x, y = scores[a][:, None], scores[n][None, :]
            areas[row, replicate] = ((x > y) + 0.5 * (x == y)).mean()

    def ends(values):
        return [float(end) for end in np.quantile(values, [0.025, 0.975])]

    return {
        "labels": "".join(map(str, labels)), "first": first.astype(float).tolist(),
        "second": second.astype(float).tolist(), "intervals": [ends(areas[0]), ends(areas[1])],
        "interval_of_difference": ends(areas[0] - areas[1]),
        "mean_areas": areas.mean(axis=1).tolist(), "standard_deviations": areas.std(axis=1, ddof=1).tolist(),
        "standard_deviation_of_difference": float((areas[0] - areas[1]).std(ddof=1)),
    }


fixture = {
    "comparisons": list(cases()), "students_t": list(students()), "quantiles": list(quantiles()),
    "normal": [{"z": z, "p": 2 * stats.norm.sf(z)} for z in [0, 1e-9, 0.5, 1.96, 5, 12, 30, 37.5]],
    "paired": list(paired()), "bootstrap": bootstrap(),
}
lines = [f'"{name}": {json.dumps(value)}' for name, value in fixture.items()]
(Path(__file__).parent / "comparison.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
