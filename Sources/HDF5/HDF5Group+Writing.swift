import CHDF5

extension HDF5Group {
  /// Writes `values`, in row-major order, as a new dataset of `shape`; missing parent groups are created.
  ///
  /// - Throws: `alreadyExists` if something has that name.
  /// - Precondition: `values` has as many elements as `shape`.
  @discardableResult
  public func write<Number: HDF5Number>(
    _ values: [Number], shape: [Int], to name: String, storage: HDF5Storage = .contiguous
  ) throws(HDF5Error) -> HDF5Dataset {
    let count = shape.reduce(1, *)
    precondition(values.count == count, "\(values.count) values for \(name) of shape \(shape)")
    Library.enter()
    defer { Library.leave() }
    let creation = try storage.creationList(
      shape: shape, elementSize: MemoryLayout<Number>.size, "write", at: location.place.child(name))
    let dataset = try createDataset(name, type: Number.format.fileType, shape: shape, creation: creation)
    if count > 0 {
      let status = H5Dwrite(
        dataset.location.handle.value, Number.format.memoryType, shim_H5S_ALL(), shim_H5S_ALL(),
        shim_H5P_DEFAULT(), values)
      try dataset.location.place.check("write", status)
    }
    return dataset
  }

  /// Writes strings as a new one-dimensional UTF-8 dataset.
  ///
  /// - Throws: `alreadyExists` if something has that name; `wrongContent` for a string with U+0000 in it.
  @discardableResult
  public func write(_ strings: [String], to name: String) throws(HDF5Error) -> HDF5Dataset {
    try write(strings, shape: [strings.count], to: name)
  }

  /// Writes one string as a new scalar UTF-8 dataset.
  @discardableResult
  public func write(_ string: String, to name: String) throws(HDF5Error) -> HDF5Dataset {
    try write([string], shape: [], to: name)
  }

  /// Writes strings, in row-major order, as a new dataset of `shape`.
  ///
  /// - Throws: like the one-dimensional form.
  /// - Precondition: there are as many strings as `shape` has elements.
  @discardableResult
  public func write(_ strings: [String], shape: [Int], to name: String) throws(HDF5Error) -> HDF5Dataset {
    let count = shape.reduce(1, *)
    precondition(strings.count == count, "\(strings.count) strings for \(name) of shape \(shape)")
    Library.enter()
    defer { Library.leave() }
    let place = location.place.child(name)
    let type = try makeStringType("write", at: place)
    let creation = try HDF5Storage.contiguous.creationList(shape: shape, elementSize: 1, "write", at: place)
    let dataset = try createDataset(name, type: type.value, shape: shape, creation: creation)
    let identifier = dataset.location.handle.value
    try withCStrings(strings, "write", at: place) { pointers in
      H5Dwrite(identifier, type.value, shim_H5S_ALL(), shim_H5S_ALL(), shim_H5P_DEFAULT(), pointers)
    }
    return dataset
  }

  private func createDataset(
    _ name: String, type: hid_t, shape: [Int], creation: borrowing Handle
  ) throws(HDF5Error) -> HDF5Dataset {
    let place = location.place.child(name)
    let parent = try location.identifier(to: "write")
    let space = try makeDataspace(shape, "write", at: place)
    let links = try linkCreationList("write", at: place)
    let created = H5Dcreate2(
      parent, name, type, space.value, links.value, creation.value, shim_H5P_DEFAULT())
    let handle = try ownNew(created, name, "write")
    return HDF5Dataset(Location(handle, at: place, in: location.root))
  }
}
