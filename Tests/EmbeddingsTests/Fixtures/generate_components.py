"""Recomputes principal_components.json with scikit-learn.

    python3 Tests/EmbeddingsTests/Fixtures/generate_components.py
"""

import json
from pathlib import Path

import numpy as np
from sklearn.decomposition import PCA

random = np.random.default_rng(7)
low_rank = random.standard_normal((14, 5)) * [9, 5, 3, 2, 1]
matrix = low_rank @ random.standard_normal((5, 23)) + 0.1 * random.standard_normal((14, 23)) + 4
matrix = matrix.astype(np.float32)
pca = PCA(n_components=6, svd_solver="full")
scores = pca.fit_transform(matrix.astype(np.float64))
case = {
    "samples": 14, "features": 23, "components": 6, "matrix": matrix.ravel().tolist(),
    "scores": scores.ravel().tolist(), "explained_variance": pca.explained_variance_.tolist(),
    "explained_variance_ratio": pca.explained_variance_ratio_.tolist(),
}
(Path(__file__).parent / "principal_components.json").write_text(json.dumps(case) + "\n")
