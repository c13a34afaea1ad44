"""Recomputes the expected values in ranking.json with scikit-learn.

    python3 Tests/MetricsTests/Fixtures/generate.py

ranking.json keeps its scores and labels (one digit a sample, 1 = anomalous); every other value is computed
anew. `eer` is the root search of the original's lib/evaluate.py. Of curves longer than 100 points every 101st
and the last are kept, with their indices. The first threshold, +inf, is left out, since JSON has no infinity.
"""

import json
from pathlib import Path

import numpy as np
from scipy.interpolate import interp1d
from scipy.optimize import brentq
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

folder = Path(__file__).parent


def curve(labels, scores, drop_intermediate):
    fpr, tpr, thresholds = roc_curve(labels, scores, drop_intermediate=drop_intermediate)
    points = len(fpr)
    kept = list(range(points)) if points <= 100 else sorted({*range(1, points, 101), points - 1})
    kept = [index for index in kept if index > 0]
    return {
        "points": points, "indices": kept, "fpr": fpr[kept].tolist(), "tpr": tpr[kept].tolist(),
        "thresholds": thresholds[kept].tolist(),
    }


def ranking(name, labels, scores):
    y, s = np.array([int(digit) for digit in labels]), np.array(scores)
    fpr, tpr, _ = roc_curve(y, s)
    full_fpr, full_tpr, _ = roc_curve(y, s, drop_intermediate=False)
    return {
        "name": name, "labels": labels, "scores": scores, "roc_auc": roc_auc_score(y, s),
        "average_precision": average_precision_score(y, s),
        "eer": brentq(lambda x: 1.0 - x - interp1d(fpr, tpr)(x), 0.0, 1.0),
        "fpr_at_95": full_fpr[full_tpr >= 0.95].min(),
        "curve": curve(y, s, True), "full_curve": curve(y, s, False),
    }


def write(name, text):
    (folder / name).write_text(text + "\n")


cases = json.loads((folder / "ranking.json").read_text())
cases = [ranking(case["name"], case["labels"], case["scores"]) for case in cases]
write("ranking.json", "[\n" + ",\n".join(json.dumps(case) for case in cases) + "\n]")
