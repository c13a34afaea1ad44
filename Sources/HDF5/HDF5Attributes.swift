import CHDF5

/// The attributes of a group or dataset: small named values next to its content.
///
/// Writing replaces an attribute of the same name. Reading supports what h5py writes: strings of fixed and variable
/// length, numbers of every width, scalars, and arrays with one element in place of a scalar.
public struct HDF5Attributes: Sendable {
  private let location: Location

  init(_ location: Location) { self.location = location }

  /// The attributes' names, sorted in byte order.
  public func names() throws(HDF5Error) -> [String] {
    Library.enter()
    defer { Library.leave() }
    let names = Names()
    let status = H5Aiterate2(
      try location.identifier(to: "list the attributes"), H5_INDEX_NAME, H5_ITER_INC, nil,
      { _, name, _, data in
        guard let name, let data else { return -1 }
        Unmanaged<Names>.fromOpaque(data).takeUnretainedValue().values.append(String(cString: name))
        return 0
      }, Unmanaged.passUnretained(names).toOpaque())
    try location.place.check("list the attributes", status)
    return names.values
  }

  private final class Names { var values: [String] = [] }

  /// Whether there is an attribute of that name.
  public func exists(_ name: String) throws(HDF5Error) -> Bool {
    Library.enter()
    defer { Library.leave() }
    let found = H5Aexists(try location.identifier(to: "look for"), name)
    try location.place.attribute(name).check("look for", found)
    return found > 0
  }

  // MARK: - Writing

  /// Writes a number as a scalar.
  public func write<Number: HDF5Number>(_ value: Number, to name: String) throws(HDF5Error) {
    try write([value], shape: [], to: name)
  }

  /// Writes numbers as a one-dimensional array.
  public func write<Number: HDF5Number>(_ values: [Number], to name: String) throws(HDF5Error) {
    try write(values, shape: [values.count], to: name)
  }

  /// Writes a string as a scalar.
  ///
  /// - Throws: `wrongContent` for a string with U+0000 in it.
  public func write(_ string: String, to name: String) throws(HDF5Error) {
    try write([string], shape: [], to: name)
  }

  /// Writes strings as a one-dimensional array.
  ///
  /// - Throws: `wrongContent` for a string with U+0000 in it.
  public func write(_ strings: [String], to name: String) throws(HDF5Error) {
    try write(strings, shape: [strings.count], to: name)
  }

  private func write<Number: HDF5Number>(
    _ values: [Number], shape: [Int], to name: String
  ) throws(HDF5Error) {
    Library.enter()
    defer { Library.leave() }
    let attribute = try create(name, type: Number.format.fileType, shape: shape)
    if values.isEmpty { return }
    let status = H5Awrite(attribute.value, Number.format.memoryType, values)
    try location.place.attribute(name).check("write", status)
  }

  private func write(_ strings: [String], shape: [Int], to name: String) throws(HDF5Error) {
    Library.enter()
    defer { Library.leave() }
    let place = location.place.attribute(name)
    let type = try makeStringType("write", at: place)
    let attribute = try create(name, type: type.value, shape: shape)
    try withCStrings(strings, "write", at: place) { H5Awrite(attribute.value, type.value, $0) }
  }

  private func create(_ name: String, type: hid_t, shape: [Int]) throws(HDF5Error) -> Handle {
    let place = location.place.attribute(name)
    let identifier = try location.identifier(to: "write")
    if try exists(name) { try place.check("overwrite", H5Adelete(identifier, name)) }
    let space = try makeDataspace(shape, "write", at: place)
    let creation = try place.own("write", H5Pcreate(shim_H5P_ATTRIBUTE_CREATE()))
    try place.check("write", H5Pset_char_encoding(creation.value, H5T_CSET_UTF8))
    return try place.own(
      "write", H5Acreate2(identifier, name, type, space.value, creation.value, shim_H5P_DEFAULT()))
  }

  // MARK: - Reading

  /// Reads a single number.
  ///
  /// - Throws: `missing`; `wrongContent` when it is not a single number, or the requested integer type cannot hold it.
  public func readNumber<Number: HDF5Number>(_ type: Number.Type, _ name: String) throws(HDF5Error) -> Number
  {
    let numbers = try readNumbers(type, name)
    guard numbers.count == 1 else { throw notSingle(name, numbers.count) }
    return numbers[0]
  }

  /// Reads the numbers of an array in row-major order, or the one of a scalar.
  ///
  /// - Throws: `missing`; `wrongContent` when it holds no numbers, or one that the requested integer type cannot hold.
  public func readNumbers<Number: HDF5Number>(
    _ type: Number.Type, _ name: String
  ) throws(HDF5Error) -> [Number] {
    Library.enter()
    defer { Library.leave() }
    let place = location.place.attribute(name)
    let opened = try open(name)
    try requireNumbers(opened.type.value, "read", at: place)
    let (sourceSize, size) = (H5Tget_size(opened.type.value), MemoryLayout<Number>.size)
    let count = try elementCount(opened.shape, elementSize: max(sourceSize, size), "read", at: place)
    if count == 0 { return [] }
    // H5Aread takes no transfer list, so it would clip silently: read in the stored type, then convert in place.
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: count * max(sourceSize, size), alignment: 16)
    defer { buffer.deallocate() }
    try place.check("read", H5Aread(opened.attribute.value, opened.type.value, buffer))
    let transfer = try exactTransfer("read", at: place)
    let status = H5Tconvert(
      opened.type.value, Number.format.memoryType, count, buffer, nil, transfer.value)
    if status < 0 {
      throw place.error(.wrongContent, "read", "it holds a value that \(type) cannot represent")
    }
    return Array(
      UnsafeRawBufferPointer(start: buffer, count: count * size).assumingMemoryBound(to: Number.self))
  }

  /// Reads a single string.
  ///
  /// - Throws: `missing`; `wrongContent` when it is not a single UTF-8 string.
  public func readString(_ name: String) throws(HDF5Error) -> String {
    let strings = try readStrings(name)
    guard strings.count == 1 else { throw notSingle(name, strings.count) }
    return strings[0]
  }

  /// Reads the strings of an array in row-major order, or the one of a scalar.
  ///
  /// - Throws: `missing`; `wrongContent` when it does not hold UTF-8 strings.
  public func readStrings(_ name: String) throws(HDF5Error) -> [String] {
    Library.enter()
    defer { Library.leave() }
    let place = location.place.attribute(name)
    let opened = try open(name)
    let count = try elementCount(opened.shape, elementSize: MemoryLayout<Int>.size, "read", at: place)
    return try HDF5.readStrings(
      type: opened.type.value, space: opened.space.value, count: count, "read", at: place
    ) { H5Aread(opened.attribute.value, $0, $1) }
  }

  private struct Opened: ~Copyable {
    let attribute: Handle
    let type: Handle
    let space: Handle
    let shape: [Int]
  }

  private func open(_ name: String) throws(HDF5Error) -> Opened {
    let place = location.place.attribute(name)
    guard try exists(name) else { throw place.error(.missing, "read", "there is no such attribute") }
    let attribute = try place.own(
      "read", H5Aopen(location.identifier(to: "read"), name, shim_H5P_DEFAULT()))
    let type = try place.own("read", H5Aget_type(attribute.value))
    let space = try place.own("read", H5Aget_space(attribute.value))
    let shape = try HDF5.shape(ofDataspace: space.value, "read", at: place)
    return Opened(attribute: attribute, type: type, space: space, shape: shape)
  }

  private func notSingle(_ name: String, _ count: Int) -> HDF5Error {
    location.place.attribute(name).error(.wrongContent, "read", "it holds \(count) values, not one")
  }
}
