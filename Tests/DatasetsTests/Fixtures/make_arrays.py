"""Writes arrays/, which Tests/DatasetsTests reads: python3 make_arrays.py (needs h5py and numpy).

Every file but the malformed ones holds the same gray images, `3*row + 5*column + 40*image`, or their RGB version with
`7*channel` added, in another format, layout or type; ArraysTests.swift computes them the same way.
"""

import pathlib
import pickle
import zipfile

import h5py
import numpy as np

folder = pathlib.Path(__file__).parent / "arrays"
folder.mkdir(exist_ok=True)
COUNT, HEIGHT, WIDTH = 5, 6, 4
image, row, column = np.meshgrid(np.arange(COUNT), np.arange(HEIGHT), np.arange(WIDTH), indexing="ij")
gray = (40 * image + 3 * row + 5 * column).astype("u1")
rgb = np.stack([gray + 7 * channel for channel in range(3)], axis=-1).astype("u1")
labels = np.array([1, 0, 2, 1, 0])


def version(number, array, name):
    with open(folder / name, "wb") as file:
        np.lib.format.write_array(file, array, version=(number, 0))


# NPY: types, byte orders, versions and layouts.
for name, array in {
    "uint8": gray,
    "uint16": gray.astype("<u2") * 257,
    "uint16-big": gray.astype(">u2") * 257,
    "float32": gray.astype("<f4") / np.float32(255),
    "float64": gray / 255,
    "float64-big": (gray / 255).astype(">f8"),
    "bool": gray % 2 == 1,
    "last1": gray[..., None],
    "first1": gray[:, None],
    "last3": rgb,
    "first3": np.ascontiguousarray(rgb.transpose(0, 3, 1, 2)),
    # Malformed, or not what is read.
    "fortran": np.asfortranarray(gray),
    "objects": np.array([gray[0], gray[1, :2]], dtype=object),
    "complex": gray.astype("c8"),
    "float16": gray.astype("f2") / 255,
    "records": np.zeros(3, dtype=[("a", "u1"), ("b", "f4")]),
    "int64": gray.astype("i8"),
    "flat": gray.reshape(COUNT, -1),
    "rgba": np.concatenate([rgb, rgb[..., :1]], axis=-1),
    "ambiguous": np.zeros((2, 3, 5, 3), "u1"),
    "ambiguous-row": np.zeros((2, 1, 5, 1), "u1"),
    "scalar": np.uint8(3),
    "none": gray[:0],
    "no-rows": gray[:, :0],
}.items():
    np.save(folder / f"{name}.npy", array)
version(2, gray, "version2.npy")
version(3, gray, "version3.npy")
for name, value in [("nan", np.nan), ("negative", -0.25), ("above", 200)]:
    array = (gray / 255).astype("f4")
    array[3, 2, 1] = value
    np.save(folder / f"{name}.npy", array)
with open(folder / "pickle.npy", "wb") as file:
    pickle.dump({"images": gray}, file, protocol=4)

# NPZ: conventions.
medical = dict(
    train_images=gray[:2], train_labels=labels[:2, None].astype("u1"), val_images=gray[2:3],
    val_labels=labels[2:3, None].astype("u1"), test_images=gray[3:], test_labels=labels[3:, None].astype("u1"))
np.savez(folder / "medmnist.npz", **medical)
np.savez_compressed(
    folder / "keras.npz", x_train=gray[:3], y_train=labels[:3], x_test=gray[3:], y_test=labels[3:])
np.savez(folder / "named.npz", images=rgb, labels=labels, class_names=np.array(["a", "β", "c d"]))
np.savez(folder / "bytes.npz", X=gray, y=labels == 1, class_names=np.array([b"no", b"yes"]))
np.savez(folder / "negative.npz", x=gray, y=(labels * 10 - 11).astype("i2"))
np.savez(folder / "normals.npz", images=gray)
with zipfile.ZipFile(folder / "bomb.npz", "w", zipfile.ZIP_LZMA) as archive:
    with archive.open("images.npy", "w") as file:
        np.lib.format.write_array(file, np.zeros((2400, 100, 100), "u1"))
for name, entry in [("absolute", "/images.npy"), ("outside", "../images.npy")]:
    with zipfile.ZipFile(folder / f"{name}.npz", "w") as archive:
        archive.writestr(zipfile.ZipInfo(entry), (folder / "uint8.npy").read_bytes())

# HDF5.
with h5py.File(folder / "images.h5", "w") as file:
    file.create_dataset("images", data=rgb, chunks=(2, 3, 4, 3), compression="gzip")
    file["labels"] = labels.astype("u8")
    file["class_names"] = ["a", "β", "c d"]
    file.create_group("notes")
with h5py.File(folder / "parts.h5", "w") as file:
    for name, array in medical.items():
        file[name] = array.astype("<f4") / np.float32(255) if "images" in name else array
with h5py.File(folder / "wide.h5", "w") as file:
    file["x"] = gray.astype(">u2") * 257
    file["y"] = labels == 1
    file["class_names"] = np.array([b"no", b"yes"], dtype="S5")
with h5py.File(folder / "claims.h5", "w") as file:
    file.create_dataset("images", shape=(10**6, 1000, 1000), dtype="u1", chunks=(1, 1000, 1000))
with h5py.File(folder / "complex.h5", "w") as file:
    file["images"] = gray.astype("c8")
with h5py.File(folder / "elsewhere.h5", "w") as file:
    file.create_dataset("images", shape=gray.shape, dtype="u1", external=[("/etc/hostname", 0, gray.size)])
with h5py.File(folder / "linked.h5", "w") as file:
    file["images"] = h5py.ExternalLink("images.h5", "/images")
with h5py.File(folder / "virtual.h5", "w") as file:
    layout = h5py.VirtualLayout(shape=rgb.shape, dtype="u1")
    layout[...] = h5py.VirtualSource("images.h5", "images", shape=rgb.shape)
    file.create_virtual_dataset("images", layout)
