import HDF5

/// Named tensors as data sets; slashes in a name make groups.
enum TensorGroup {
  static func write(_ tensors: [WeightRecord], to group: HDF5Group) throws {
    for tensor in tensors { try group.write(tensor.values, shape: tensor.shape, to: tensor.name) }
  }

  /// In the order of their names.
  static func read(from group: HDF5Group) throws(HDF5Error) -> [WeightRecord] {
    var tensors: [WeightRecord] = []
    try collect(group, "", into: &tensors)
    return tensors
  }

  private static func collect(
    _ group: HDF5Group, _ prefix: String, into tensors: inout [WeightRecord]
  ) throws(HDF5Error) {
    for child in try group.children() {
      let name = prefix + child.name
      if child.kind == .group {
        try collect(try group.openGroup(child.name), name + "/", into: &tensors)
      } else {
        let (values, shape) = try group.openDataset(child.name).read(Float.self)
        tensors.append(WeightRecord(name: name, shape: shape, values: values))
      }
    }
  }
}
