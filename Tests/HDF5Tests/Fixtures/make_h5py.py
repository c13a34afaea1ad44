"""Writes h5py.h5, which Tests/HDF5Tests reads: python3 make_h5py.py (needs h5py and numpy)."""

import pathlib

import h5py
import numpy as np

folder = pathlib.Path(__file__).parent
with h5py.File(folder / "h5py.h5", "w") as file:
    file["float32"] = np.arange(6, dtype="<f4").reshape(2, 3) / 4
    file["float16"] = np.array([0.5, -2], dtype="<f2")
    file["big_endian"] = np.array([1, -2, 300], dtype=">i4")
    file["truth"] = np.array([True, False, True])
    file["fixed_strings"] = np.array([b"a", b"bc", b""], dtype="S4")
    file["fixed_utf8"] = np.array(["ä".encode(), "日本".encode()], dtype=h5py.string_dtype("utf-8", 6))
    file["object_strings"] = np.array(["zéro", "", "eins"], dtype=object)
    file["latin1"] = np.array(["ä".encode("latin-1")], dtype="S1")
    file["scalar_string"] = "one"
    file["scalar"] = 7.25
    file["fractions"] = [0.5, 1.5]
    file["nothing"] = h5py.Empty("f4")
    file["records"] = np.zeros(2, dtype=[("a", "i4"), ("b", "f4")])
    file.create_dataset("chunked", data=np.arange(1000, dtype="i2"), chunks=(100,), compression="gzip")
    file.create_dataset("claims_too_much", shape=(2**40, 2**10), dtype="f8")
    group = file.create_group("group")
    group.attrs["object"] = "größer"
    group.attrs["fixed"] = np.bytes_("fixed")
    group.attrs["numpy_strings"] = np.array([b"x", b"yz"])
    group.attrs["object_strings"] = ["eins", "zwei"]
    group.attrs["int"] = 3
    group.attrs["uint8"] = np.uint8(200)
    group.attrs["uint64"] = np.uint64(2**64 - 1)
    group.attrs["float32"] = np.float32(0.5)
    group.attrs["int16_array"] = np.array([1, -2], dtype="i2")
    group.attrs["one"] = np.array([9])
    group.attrs["bool"] = True
    group.attrs["empty"] = h5py.Empty("S1")
    file["soft"] = h5py.SoftLink("/absent")
