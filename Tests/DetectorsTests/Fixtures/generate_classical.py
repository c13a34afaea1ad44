"""Writes classical.json: images, and what scikit-learn's detectors say of them.

    python3 Tests/DetectorsTests/Fixtures/generate_classical.py

Needs scikit-learn and numpy. Images are bytes, base64-encoded, of 8 × 8 pixels; the detectors see them in [-1, 1] as
torchvision's Normalize computes it in float32, or contrast-normalised as the Deep SVDD paper has it. Scores grow with
the anomaly. Isolation forests are random, so there are 20 of them.
"""

import base64
import json
from pathlib import Path

import numpy as np
from sklearn.covariance import LedoitWolf
from sklearn.decomposition import PCA
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.neighbors import KernelDensity, NearestNeighbors
from sklearn.svm import OneClassSVM

GRID = [2.0**power for power in range(-4, 6)]


def blobs(random, count, latents, shift=0.0):
    """Images of some smooth patterns in random strengths, with noise."""
    patterns = np.random.default_rng(3).standard_normal((latents, 8, 8))
    for _ in range(2):
        patterns = (patterns + np.roll(patterns, 1, 1) + np.roll(patterns, 1, 2)) / 2
    strengths = random.standard_normal((count, latents)) / np.sqrt(np.arange(1, latents + 1)) + shift
    values = 128 + 30 * np.tensordot(strengths, patterns, 1) + 6 * random.standard_normal((count, 8, 8))
    return np.clip(np.round(values), 0, 255).astype(np.uint8).reshape(count, 64)


def symmetric(images):
    scaled = images.astype(np.float32) / np.float32(255)
    return ((scaled - np.float32(0.5)) / np.float32(0.5)).astype(np.float64)


def contrast(images):
    values = symmetric(images)
    values = values - values.mean(1, keepdims=True)
    deviations = np.abs(values).mean(1, keepdims=True)
    return np.divide(values, deviations, out=np.zeros_like(values), where=deviations > 0)


def prepare(train, test, preprocessing):
    if preprocessing == "none":
        return symmetric(train), symmetric(test)
    train, test = contrast(train), contrast(test)
    lower, upper = train.min(), train.max()
    return (train - lower) / (upper - lower), (test - lower) / (upper - lower)


def components(train, share):
    return PCA(n_components=share, svd_solver="full").fit(train)


def machine(train, test):
    fitted = OneClassSVM(nu=0.1, gamma="scale", tol=1e-6).fit(train)
    return {"scores": (-fitted.decision_function(test)).tolist(), "support_vectors": len(fitted.support_)}


def kernel_density(bandwidth=1.0):
    """In one leaf: summed up over a tree, densities may be off where points are repeated or far away."""
    return KernelDensity(bandwidth=bandwidth, leaf_size=100_000)


def bandwidths(values):
    """The best of the grid by five folds, whichever images each fold holds."""
    found = []
    for seed in range(20):
        search = GridSearchCV(
            kernel_density(), {"bandwidth": GRID}, cv=KFold(5, shuffle=True, random_state=seed))
        found.append(search.fit(values).best_params_["bandwidth"])
    return sorted(set(found))


def case(name, train, test, preprocessing="none", bandwidth=0.5):
    x, y = prepare(train, test, preprocessing)
    pca = components(x, 0.95)
    projected, projected_test = pca.transform(x), pca.transform(y)
    gaussian = LedoitWolf().fit(projected)
    neighbours = NearestNeighbors(n_neighbors=5, algorithm="brute").fit(x)
    density = kernel_density(bandwidth).fit(x)
    projected_density = kernel_density(bandwidth).fit(projected)
    return {
        "name": name, "preprocessing": preprocessing, "bandwidth": bandwidth,
        "train": base64.b64encode(train.tobytes()).decode(), "test": base64.b64encode(test.tobytes()).decode(),
        "components": int(pca.n_components_), "shrinkage": float(gaussian.shrinkage_),
        "pca": ((y - pca.inverse_transform(projected_test)) ** 2).mean(1).tolist(),
        "mahalanobis": gaussian.mahalanobis(projected_test).tolist(),
        "neighbours": neighbours.kneighbors(y)[0].mean(1).tolist(),
        "density": (-density.score_samples(y)).tolist(),
        "component_density": (-projected_density.score_samples(projected_test)).tolist(),
        "best_bandwidths": bandwidths(x), "best_component_bandwidths": bandwidths(projected),
        "machine": machine(x, y), "component_machine": machine(projected, projected_test),
    }


def forests():
    random = np.random.default_rng(5)
    train = blobs(random, 500, 8)
    test = np.concatenate([blobs(random, 200, 8), blobs(random, 100, 8, shift=0.6)])
    labels = np.repeat([0, 1], [200, 100])
    x, y = symmetric(train), symmetric(test)
    scores = [
        -IsolationForest(n_estimators=100, max_samples=256, random_state=seed).fit(x).score_samples(y)
        for seed in range(20)
    ]
    return {
        "train": base64.b64encode(train.tobytes()).decode(), "test": base64.b64encode(test.tobytes()).decode(),
        "normals": 200, "aucs": [roc_auc_score(labels, s) for s in scores],
        "mean_scores": np.mean(scores, 0).tolist(), "score_deviations": np.std(scores, 0, ddof=1).tolist(),
    }


def cases():
    random = np.random.default_rng(11)
    train, test = blobs(random, 200, 12), blobs(random, 100, 12, shift=0.3)
    yield case("200 images of 64 pixels", train, test)
    yield case("contrast-normalised", train, test, "contrast", bandwidth=0.2)
    yield case("fewer images than pixels", train[:40], test[:30])
    # Every other pixel is its neighbour's copy, and a quarter is constant.
    deficient, deficient_test = train.copy(), test.copy()
    for images in (deficient, deficient_test):
        images[:, 1::2] = images[:, 0::2]
        images[:, 48:] = 7
    yield case("rank-deficient", deficient, deficient_test)
    repeated = np.concatenate([train[:40]] * 5)
    yield case("every image five times", repeated, np.concatenate([train[:20], test[:30]]))


if __name__ == "__main__":
    text = json.dumps({"grid": GRID, "cases": list(cases()), "forests": forests()}, indent=0)
    Path(__file__).with_name("classical.json").write_text(text + "\n")
