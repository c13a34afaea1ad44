import HDF5

/// Writes a new HDF5 file with what `fill` puts into its root; by default an empty one.
public func writeHDF5(_ path: String, _ fill: (HDF5Group) throws -> Void = { _ in }) throws {
  let file = try HDF5File.createInMemory(path)
  try fill(file.root)
  try file.save()
  try file.close()
}
