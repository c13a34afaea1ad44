import CHDF5

/// Dimension scales: datasets that label the positions along another dataset's dimensions, like netCDF coordinates
/// (HDF5 Dimension Scale Specification).
extension HDF5Dataset {
  /// Makes this dataset a dimension scale: the coordinates of a dimension called `name`.
  ///
  /// netCDF and xarray expect `name` to be the dataset's own name.
  public func makeDimensionScale(named name: String) throws(HDF5Error) {
    Library.enter()
    defer { Library.leave() }
    let operation = "make a dimension scale"
    try location.place.check(operation, H5DSset_scale(location.identifier(to: operation), name))
  }

  /// Attaches one scale to each dimension, in order, and labels each dimension with its scale's name.
  ///
  /// - Throws: `wrongContent` when a scale's length is not the dimension's extent, or it is not a scale.
  /// - Precondition: there are as many scales as dimensions.
  public func attachDimensionScales(_ scales: [HDF5Dataset]) throws(HDF5Error) {
    Library.enter()
    defer { Library.leave() }
    let operation = "attach the dimension scales"
    let place = location.place
    let identifier = try location.identifier(to: operation)
    let shape = try shape()
    precondition(scales.count == shape.count, "\(scales.count) scales for shape \(shape) of \(path)")
    for (axis, scale) in scales.enumerated() {
      let scaleIdentifier = try scale.location.identifier(to: operation)
      guard H5DSis_scale(scaleIdentifier) > 0 else {
        throw place.error(.wrongContent, operation, "\(scale.path) is not a dimension scale")
      }
      let length = try scale.shape()
      guard length == [shape[axis]] else {
        throw place.error(
          .wrongContent, operation,
          "\(scale.path) of shape \(length) cannot name the \(shape[axis]) positions of dimension \(axis)")
      }
      try place.check(operation, H5DSattach_scale(identifier, scaleIdentifier, UInt32(axis)))
      try place.check(operation, H5DSset_label(identifier, UInt32(axis), try scale.scaleName(operation)))
    }
  }

  /// The label of each dimension; empty if it has none.
  public func dimensionLabels() throws(HDF5Error) -> [String] {
    Library.enter()
    defer { Library.leave() }
    let operation = "read the dimension labels"
    let identifier = try location.identifier(to: operation)
    var labels: [String] = []
    for axis in try shape().indices {
      labels.append(try text(operation) { H5DSget_label(identifier, UInt32(axis), $0, $1) })
    }
    return labels
  }

  private func scaleName(_ operation: String) throws(HDF5Error) -> String {
    let identifier = try location.identifier(to: operation)
    return try text(operation) { H5DSget_scale_name(identifier, $0, $1) }
  }

  /// HDF5's protocol for text: called without a buffer, it returns the length.
  private func text(
    _ operation: String, _ get: (UnsafeMutablePointer<CChar>?, Int) -> Int
  ) throws(HDF5Error) -> String {
    let length = get(nil, 0)
    if length < 0 { throw location.place.libraryError(operation) }
    var bytes = [CChar](repeating: 0, count: length + 1)
    if get(&bytes, bytes.count) < 0 { throw location.place.libraryError(operation) }
    return String(decoding: bytes.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
