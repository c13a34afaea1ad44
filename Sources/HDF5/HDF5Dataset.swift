import CHDF5

/// An open dataset: an array of numbers or strings with a shape.
public struct HDF5Dataset: Sendable {
  let location: Location

  init(_ location: Location) { self.location = location }

  /// Its absolute path in the file.
  public var path: String { location.place.object }

  /// Its attributes.
  public var attributes: HDF5Attributes { HDF5Attributes(location) }

  /// An error that names this dataset, for callers who find its values invalid.
  public func refusal(_ message: String) -> HDF5Error { location.place.error(.wrongContent, "read", message) }

  /// The extents; empty for a scalar. Reads no values.
  public func shape() throws(HDF5Error) -> [Int] {
    Library.enter()
    defer { Library.leave() }
    let space = try openSpace("read the shape")
    return try extents(space.value, "read the shape")
  }

  /// Whether it holds strings.
  public func holdsStrings() throws(HDF5Error) -> Bool { try elementClass() == H5T_STRING }

  /// Whether it holds integers.
  public func holdsIntegers() throws(HDF5Error) -> Bool { try elementClass() == H5T_INTEGER }

  private func elementClass() throws(HDF5Error) -> H5T_class_t {
    Library.enter()
    defer { Library.leave() }
    let operation = "read the type"
    let type = try location.place.own(operation, H5Dget_type(location.identifier(to: operation)))
    return H5Tget_class(type.value)
  }

  /// Reads all values, in row-major order, converted by HDF5 to the requested type.
  ///
  /// - Throws: `wrongContent` when it holds no numbers, or when a value does not fit the requested integer type.
  public func read<Number: HDF5Number>(
    _ type: Number.Type
  ) throws(HDF5Error) -> (values: [Number], shape: [Int]) {
    Library.enter()
    defer { Library.leave() }
    let space = try openSpace("read")
    let shape = try extents(space.value, "read")
    return (try readNumbers(shape: shape, memory: shim_H5S_ALL(), file: shim_H5S_ALL()), shape)
  }

  /// Reads all values of a dataset that must have the given shape.
  ///
  /// - Throws: `wrongContent` for another shape, and as `read(_:)`.
  public func read<Number: HDF5Number>(_ type: Number.Type, shape: [Int]) throws(HDF5Error) -> [Number] {
    Library.enter()
    defer { Library.leave() }
    try requireShape(shape, "read")
    return try read(type).values
  }

  /// Reads `rows` of the first dimension.
  ///
  /// - Returns: the values and their shape, which begins with `rows.count`.
  /// - Throws: `wrongContent` when there are fewer rows, and as `read(_:)`.
  public func read<Number: HDF5Number>(
    _ type: Number.Type, rows: Range<Int>
  ) throws(HDF5Error) -> (values: [Number], shape: [Int]) {
    Library.enter()
    defer { Library.leave() }
    let selection = try select(rows)
    let values: [Number] = try readNumbers(
      shape: selection.shape, memory: selection.memory.value, file: selection.file.value)
    return (values, selection.shape)
  }

  /// Reads all strings, of fixed or variable length, in row-major order.
  ///
  /// - Throws: `wrongContent` when it holds no strings, or bytes that are not UTF-8.
  public func readStrings() throws(HDF5Error) -> (values: [String], shape: [Int]) {
    Library.enter()
    defer { Library.leave() }
    let place = location.place
    let space = try openSpace("read")
    let shape = try extents(space.value, "read")
    let type = try openType("read")
    let count = try elementCount(shape, elementSize: MemoryLayout<Int>.size, "read", at: place)
    let identifier = location.handle.value
    let strings = try HDF5.readStrings(type: type.value, space: space.value, count: count, "read", at: place)
    {
      H5Dread(identifier, $0, shim_H5S_ALL(), shim_H5S_ALL(), shim_H5P_DEFAULT(), $1)
    }
    return (strings, shape)
  }

  /// Reads the string in a scalar dataset, or in an array with one element.
  public func readString() throws(HDF5Error) -> String {
    let (values, shape) = try readStrings()
    guard values.count == 1 else { throw notSingle(shape) }
    return values[0]
  }
}

// MARK: - Inside the lock

extension HDF5Dataset {
  func openSpace(_ operation: String) throws(HDF5Error) -> Handle {
    try location.place.own(operation, H5Dget_space(location.identifier(to: operation)))
  }

  func openType(_ operation: String) throws(HDF5Error) -> Handle {
    try location.place.own(operation, H5Dget_type(location.identifier(to: operation)))
  }

  func requireShape(_ expected: [Int], _ operation: String) throws(HDF5Error) {
    let actual = try shape()
    guard actual == expected else {
      throw location.place.error(.wrongContent, operation, "its shape is \(actual), not \(expected)")
    }
  }

  private func extents(_ space: hid_t, _ operation: String) throws(HDF5Error) -> [Int] {
    try HDF5.shape(ofDataspace: space, operation, at: location.place)
  }

  private func notSingle(_ shape: [Int]) -> HDF5Error {
    location.place.error(.wrongContent, "read", "its shape is \(shape), not that of one value")
  }

  private func readNumbers<Number: HDF5Number>(
    shape: [Int], memory: hid_t, file: hid_t
  ) throws(HDF5Error) -> [Number] {
    let place = location.place
    let type = try openType("read")
    try requireNumbers(type.value, "read", at: place)
    let count = try elementCount(shape, elementSize: MemoryLayout<Number>.size, "read", at: place)
    if count == 0 { return [] }
    let transfer = try exactTransfer("read", at: place)
    let identifier = location.handle.value
    var status: herr_t = 0
    let values = [Number](unsafeUninitializedCapacity: count) { buffer, initialized in
      status = H5Dread(identifier, Number.format.memoryType, memory, file, transfer.value, buffer.baseAddress)
      initialized = status < 0 ? 0 : count
    }
    if status < 0 { throw readFailure(as: Number.self) }
    return values
  }

  private func readFailure<Number>(as type: Number.Type) -> HDF5Error {
    if Library.errorStack().contains(where: { $0.contains("conversion exception") }) {
      return location.place.error(.wrongContent, "read", "it holds a value that \(type) cannot represent")
    }
    return location.place.libraryError("read")
  }

  private struct Selection: ~Copyable {
    let memory: Handle
    let file: Handle
    let shape: [Int]
  }

  private func select(_ rows: Range<Int>) throws(HDF5Error) -> Selection {
    let file = try openSpace("read")
    var shape = try extents(file.value, "read")
    guard let available = shape.first else { throw refusal("it is a scalar and has no rows") }
    guard rows.lowerBound >= 0, rows.upperBound <= available else {
      throw refusal(
        "rows \(rows.lowerBound)..<\(rows.upperBound) are out of range: it has \(available) rows")
    }
    shape[0] = rows.count
    var start = [hsize_t](repeating: 0, count: shape.count)
    start[0] = hsize_t(rows.lowerBound)
    let status = H5Sselect_hyperslab(file.value, H5S_SELECT_SET, start, nil, shape.map { hsize_t($0) }, nil)
    try location.place.check("read", status)
    return Selection(memory: try makeDataspace(shape, "read", at: location.place), file: file, shape: shape)
  }
}
