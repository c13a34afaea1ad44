import HDF5

/// What an HDF5 file holds at a path, with numbers as bits so that NaN equals itself.
public enum HDF5Content: Sendable, Equatable {
  case group
  case numbers(shape: [Int], bits: [UInt64])
  case strings(shape: [Int], [String])
}

/// Every group and data set of a file by path, without attributes.
public func hdf5Contents(of path: String) throws -> [String: HDF5Content] {
  try hdf5Contents(of: HDF5File.open(path).root)
}

/// The same for a group and everything below it, with paths relative to the group.
public func hdf5Contents(of group: HDF5Group) throws -> [String: HDF5Content] {
  var contents: [String: HDF5Content] = [:]
  for child in try group.children() {
    if child.kind == .group {
      contents[child.name] = .group
      for (path, content) in try hdf5Contents(of: group.openGroup(child.name)) {
        contents["\(child.name)/\(path)"] = content
      }
    } else {
      contents[child.name] = try content(of: group.openDataset(child.name))
    }
  }
  return contents
}

private func content(of dataset: HDF5Dataset) throws -> HDF5Content {
  do {
    let (values, shape) = try dataset.read(Double.self)
    return .numbers(shape: shape, bits: values.map(\.bitPattern))
  } catch {
    guard error.kind == .wrongContent else { throw error }
    let (values, shape) = try dataset.readStrings()
    return .strings(shape: shape, values)
  }
}
