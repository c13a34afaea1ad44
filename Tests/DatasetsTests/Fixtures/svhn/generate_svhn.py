"""Writes the MATLAB files of SVHNTests, in the form of SVHN's, with scipy 1.17: python generate_svhn.py

The pixel in row r and column c of channel k of image n is (r + 7c + 50k + 90n) mod 256.
"""

from pathlib import Path

import numpy as np
from scipy.io import savemat

FOLDER = Path(__file__).parent


def write(name, X, y, compressed=True):
    savemat(FOLDER / name, {"X": X, "y": y}, do_compression=compressed)


r, c, k, n = np.ogrid[:32, :32, :3, :3]
X = ((r + 7 * c + 50 * k + 90 * n) % 256).astype(np.uint8)
y = np.array([[1], [10], [9]], np.uint8)
write("small.mat", X, y)
write("plain-doubles.mat", X, y.astype(float), compressed=False)
write("two-labels.mat", X, y[:2])
write("label-zero.mat", X, np.array([[1], [0], [9]], np.uint8))
write("fractions.mat", X, y + 0.5)
write("gray.mat", X[:, :, 0], y)
write("integers.mat", X.astype(np.int16), y)
savemat(FOLDER / "no-labels.mat", {"X": X}, do_compression=True)
