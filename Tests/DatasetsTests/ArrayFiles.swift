import CArchive
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

/// A zip archive of NPY files, uncompressed.
func writeZip(_ entries: [(name: String, content: [UInt8])], to path: String) {
  let archive = archive_write_new()
  defer { archive_write_free(archive) }
  archive_write_set_format_zip(archive)
  archive_write_set_options(archive, "zip:compression=store")
  archive_write_open_filename(archive, path)
  for (name, content) in entries {
    let entry = archive_entry_new()
    archive_entry_set_pathname(entry, name)
    archive_entry_set_size(entry, Int64(content.count))
    archive_entry_set_filetype(entry, 0o100000)
    archive_entry_set_perm(entry, 0o644)
    archive_write_header(archive, entry)
    archive_write_data(archive, content, content.count)
    archive_entry_free(entry)
  }
  archive_write_close(archive)
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
