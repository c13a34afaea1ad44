"""MNIST as the reference code sees it: read, resized as Pillow does, split as numpy does."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import numpy as np

MEAN_AND_DEVIATION = {"symmetric": (0.5, 0.5), "standardised": (0.1307, 0.3081)}
"""What is taken off pixels in [0, 1], and what they are then divided by, for each input range of a spec."""
PRECISION = 22
"""Bits after the point of Pillow's 8-bit weights."""


def read_idx(path: Path) -> np.ndarray:
    """The array of an IDX file of bytes, plain or gzip."""
    packed = path.with_name(path.name + ".gz")
    content = gzip.decompress(packed.read_bytes()) if packed.exists() else path.read_bytes()
    if content[:3] != b"\x00\x00\x08":
        raise ValueError(f"{path}: no IDX file of bytes")
    dimensions = content[3]
    shape = np.frombuffer(content, ">u4", dimensions, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions).reshape(shape)


def bilinear_weights(source: int, target: int) -> np.ndarray:
    """Pillow's fixed-point weights (target, source) of a triangle filter, half-pixel centers."""
    scale = source / target
    support = max(scale, 1.0)
    weights = np.zeros((target, source))
    for pixel in range(target):
        centre = (pixel + 0.5) * scale
        first = max(0, int(centre - support + 0.5))
        last = min(source, int(centre + support + 0.5))
        distances = np.abs(np.arange(first, last) - centre + 0.5) / support
        triangle = np.maximum(0.0, 1.0 - distances)
        weights[pixel, first:last] = triangle / triangle.sum()
    return np.floor(weights * (1 << PRECISION) + 0.5).astype(np.int64)


def resize(images: np.ndarray, side: int) -> np.ndarray:
    """Images (n, height, width) of bytes, each pass rounded to 8 bits: across, then down."""
    half = 1 << (PRECISION - 1)
    across = images.astype(np.int64) @ bilinear_weights(images.shape[2], side).T
    across = np.clip((across + half) >> PRECISION, 0, 255)
    down = np.einsum("th,nhw->ntw", bilinear_weights(images.shape[1], side), across)
    return np.clip((down + half) >> PRECISION, 0, 255).astype(np.uint8)


@dataclass(frozen=True)
class Mnist:
    """All images, the official train part first, in bytes at the side that was asked for."""

    images: np.ndarray
    labels: np.ndarray
    train_count: int

    @classmethod
    def load(cls, folder: Path, side: int = 32) -> "Mnist":
        parts = ("train", "t10k")
        images = [read_idx(folder / f"{part}-images-idx3-ubyte") for part in parts]
        labels = [read_idx(folder / f"{part}-labels-idx1-ubyte") for part in parts]
        resized = np.concatenate([resize(part[start:start + 4096], side)
                                  for part in images for start in range(0, len(part), 4096)])
        return cls(resized, np.concatenate(labels).astype(int), len(labels[0]))

    def official_split(self, held_out: int, _seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the training normals, those of the train part, and of the test set, all normals first.

        All anomalies of both parts test. The reference code's split without a seed, and its only one in 2018.
        """
        normals = np.flatnonzero(self.labels != held_out)
        anomalies = np.flatnonzero(self.labels == held_out)
        of_train_part = normals < self.train_count
        return normals[of_train_part], np.concatenate([normals[~of_train_part], anomalies])

    def pooled_split(self, held_out: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Positions of the training normals and of the test set, all normals first.

        The reference code's split with a seed: numpy shuffles [train normals, test normals]; the first 80 % train.
        """
        normals = np.flatnonzero(self.labels != held_out)
        order = np.arange(len(normals))
        np.random.seed(seed)
        np.random.shuffle(order)
        cut = int(0.8 * len(normals))
        anomalies = np.flatnonzero(self.labels == held_out)
        return normals[order[:cut]], np.concatenate([normals[order[cut:]], anomalies])


SPLITS = {"official": Mnist.official_split, "pooled-80-20": Mnist.pooled_split}
"""The split of each name in a spec."""
