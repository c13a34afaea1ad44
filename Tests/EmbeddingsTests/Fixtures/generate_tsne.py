"""Recomputes tsne.json with scikit-learn: its exact t-SNE of five clusters of samples, rounded to three decimals.

    python3 Tests/EmbeddingsTests/Fixtures/generate_tsne.py
"""

import json
from pathlib import Path

import numpy as np
from sklearn.manifold import TSNE

random = np.random.default_rng(11)
samples, features = 300, 12
centres = random.standard_normal((5, features)) * 4
matrix = centres[np.arange(samples) % 5] + random.standard_normal((samples, features))
matrix = matrix.round(3).astype(np.float32)


def divergence(**options):
    tsne = TSNE(init="pca", method="exact", random_state=0, **options)
    tsne.fit(matrix)
    return float(tsne.kl_divergence_)


case = {
    "samples": samples, "features": features, "clusters": 5,
    "matrix": [float(f"{value:.3f}") for value in matrix.ravel()],
    "divergence": divergence(perplexity=30), "divergence_of_perplexity5": divergence(perplexity=5),
}
(Path(__file__).parent / "tsne.json").write_text(json.dumps(case) + "\n")
