"""Writes emnist-digits.zip, the seed of the fuzz target `emnist`: python generate_emnist.py

Two training images and one test image in the form of EMNIST's archive, the second entry stored without compression.
"""

import gzip
import struct
import zipfile
from pathlib import Path

FOLDER = Path(__file__).parent


def images(count):
    return struct.pack(">4I", 0x803, count, 28, 28) + bytes(784 * count)


def labels(labels):
    return struct.pack(">2I", 0x801, len(labels)) + bytes(labels)


FILES = {
    "train-images-idx3": images(2), "train-labels-idx1": labels([3, 0]),
    "test-images-idx3": images(1), "test-labels-idx1": labels([9]),
}

with zipfile.ZipFile(FOLDER / "emnist-digits.zip", "w", zipfile.ZIP_DEFLATED) as archive:
    for index, (name, content) in enumerate(FILES.items()):
        entry = zipfile.ZipInfo(f"gzip/emnist-digits-{name}-ubyte.gz")
        entry.compress_type = zipfile.ZIP_STORED if index == 1 else zipfile.ZIP_DEFLATED
        archive.writestr(entry, gzip.compress(content, mtime=0))
