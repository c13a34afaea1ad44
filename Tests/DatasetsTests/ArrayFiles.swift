import Diagnostics
import Settings

@testable import Datasets

/// The files of make_arrays.py.
let arraysFolder = fixture("arrays")

/// Loads a file of arrays at side 32, by default one of make_arrays.py.
func loadArrays(
  _ file: String, channels: Int = 1, in folder: String = arraysFolder
) throws(Problem) -> Dataset {
  var settings = DatasetSettings()
  settings.name = .arrays
  settings.file = file
  settings.channels = channels
  return try Dataset.load(settings, from: only(folder), cache: nil)
}

/// An NPY file of version 1 with any header.
func npy(header: String, values: [UInt8] = []) -> [UInt8] {
  let length = header.utf8.count
  return NPYFile.signature + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)] + Array(header.utf8) + values
}

/// An NPY file of version 1 as NumPy writes it.
func npy(_ type: String, _ shape: [Int], _ values: [UInt8]) -> [UInt8] {
  let extents = shape.map { "\($0)," }.joined(separator: " ")
  return npy(
    header: "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(extents)), }  \n", values: values)
}
