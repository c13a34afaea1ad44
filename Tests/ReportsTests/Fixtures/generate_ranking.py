"""Computes ranking.json: scores of made-up runs, and the ranking that they give beside made-up published values.

    python3 Tests/ReportsTests/Fixtures/generate_ranking.py

Needs numpy, scipy and scikit-learn, which compute everything from the scores: areas by `roc_auc_score`, rank
correlations by `spearmanr`, intervals by Student's t, and the nearest candidate under every order of the published
values. Scores are whole numbers of few levels, so there are ties within runs, between classes and between candidates.
One experiment lacks a class, one a seed of a class, and one class has no published value.
"""

import itertools
import json
from pathlib import Path

import numpy as np
from scipy import stats
from sklearn.metrics import roc_auc_score

random = np.random.default_rng(2018)
EPOCHS = 4
# Two published values are equal.
PUBLISHED = {"1": 0.661, "2": 0.8, "4": 0.8, "7": 0.671, "9": 0.533}
LABELS = np.array([0] * 20 + [1] * 10)

EXPERIMENTS = [
    {"name": "all", "preset": "clean", "held_out": ["1", "2", "4", "7"], "seeds": [0, 1, 2], "missing": [],
     "own": ["running", "squared-l2", "last"]},
    {"name": "few", "preset": "clean", "held_out": ["1", "2", "4"], "seeds": [0, 1], "missing": [],
     "own": ["running", "squared-l2", "last"]},
    # 8 has no published value; of 7 one seed is not trained.
    {"name": "gaps", "preset": "code-2018", "held_out": ["1", "2", "4", "7", "8"], "seeds": [0, 1],
     "missing": [["7", 1]], "own": ["batch-shuffled", "squared-l2", "best-on-test"]},
]


def scores(shift):
    return np.round(random.normal(0, 1, 30) + shift * LABELS).astype(int).tolist()


def run(held_out, seed, passes):
    readings = [f"{score}, {name}" for name in passes for score in ["squared-l2", "l1"]]
    by_reading = {
        reading: [scores(random.uniform(-0.5, 2.5)) for _ in range(EPOCHS)] for reading in readings
    }
    return {"held_out": held_out, "seed": seed, "scores": by_reading}


def area(values):
    return roc_auc_score(LABELS, values)


def choices(by_epoch):
    """AUROC by choice of the epoch, of one run in one reading."""
    areas = [area(values) for values in by_epoch]
    named = {"last": areas[-1], "best-on-test": max(areas), "mean-of-last-3": np.mean(areas[-3:])}
    # Epochs are evaluated on the whole test set: the last one is there already.
    return named | {str(epoch + 1): value for epoch, value in enumerate(areas[:-1])}


def candidates(experiment):
    classes = [name for name in PUBLISHED if name in experiment["held_out"]]
    references = np.array([PUBLISHED[name] for name in classes])
    for reading in experiment["runs"][0]["scores"]:
        score, name = reading.split(", ")
        found = {}
        for one in experiment["runs"]:
            for epoch, value in choices(one["scores"][reading]).items():
                found.setdefault(epoch, {}).setdefault(one["held_out"], []).append(value)
        for epoch, by_class in found.items():
            values = [by_class[held_out] for held_out in classes]
            means = np.array([np.mean(seeds) for seeds in values])
            difference = means - references
            interval = None
            if len({len(seeds) for seeds in values}) == 1 and len(values[0]) == len(experiment["seeds"]):
                sums = (np.sign(difference)[:, None] * (np.array(values) - references[:, None])).mean(axis=0)
                interval = list(stats.t.interval(0.95, len(sums) - 1, sums.mean(), stats.sem(sums)))
                interval = [max(0.0, interval[0]), min(1.0, interval[1])]
            constant = np.ptp(means) == 0 or np.ptp(references) == 0
            yield {
                "experiment": experiment["name"], "pass": name, "score": score, "epoch": epoch,
                "own": [name, score, epoch] == experiment["own"], "classes": classes, "means": means.tolist(),
                "difference": np.abs(difference).mean(), "bias": difference.mean(),
                "within": int((np.abs(difference) <= 0.05 + 1e-12).sum()),
                "largest": difference[np.abs(difference).argmax()],
                "largest_class": classes[int(np.abs(difference).argmax())], "interval": interval,
                "rank_correlation": None if constant else stats.spearmanr(means, references).statistic,
            }


def section(classes, members):
    members = sorted((one for one in members if one["classes"] == classes), key=lambda one: one["difference"])
    means = np.array([one["means"] for one in members])
    references = np.array([PUBLISHED[name] for name in classes])
    orders = list(itertools.permutations(range(len(classes))))
    nearest = [np.abs(means - references[list(order)]).mean(axis=1).min() for order in orders]
    actual = np.abs(means - references).mean(axis=1).min()
    return {
        "classes": classes, "missing": [name for name in PUBLISHED if name not in classes], "candidates": members,
        "nearest": actual, "nearest_by_order": sorted(nearest),
        "share": float((np.array(nearest) <= actual + 1e-12).mean()),
    }


for experiment in EXPERIMENTS:
    passes = ["running", "batch-shuffled"]
    if experiment["own"][0] != passes[0]:
        passes.reverse()
    experiment["runs"] = [
        run(held_out, seed, passes)
        for held_out in experiment["held_out"] for seed in experiment["seeds"]
        if [held_out, seed] not in experiment["missing"]
    ]
# Two classes of equal scores: their means tie, as their published values do.
first, second = [
    [one for one in EXPERIMENTS[0]["runs"] if one["held_out"] == held_out] for held_out in ["2", "4"]
]
for one, other in zip(first, second):
    other["scores"] = one["scores"]

everything = [candidate for experiment in EXPERIMENTS for candidate in candidates(experiment)]
sets = sorted({tuple(one["classes"]) for one in everything}, key=len, reverse=True)
fixture = {
    "labels": "".join(map(str, LABELS)), "published": [{"held_out": k, "area": v} for k, v in PUBLISHED.items()],
    "experiments": EXPERIMENTS, "sections": [section(list(classes), everything) for classes in sets],
}
lines = [f'"{name}": {json.dumps(value)}' for name, value in fixture.items()]
(Path(__file__).parent / "ranking.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
