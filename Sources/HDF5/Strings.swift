import CHDF5

/// The type of written strings: variable length, which h5py, netCDF and xarray show as text. Both lengths can be read.
func makeStringType(_ operation: String, at place: Place) throws(HDF5Error) -> Handle {
  let type = try place.own(operation, H5Tcopy(shim_H5T_C_S1()))
  try place.check(operation, H5Tset_size(type.value, shim_H5T_VARIABLE()))
  try place.check(operation, H5Tset_cset(type.value, H5T_CSET_UTF8))
  return type
}

/// Calls `body` with pointers to the strings as C strings.
///
/// - Throws: for a string that contains U+0000, where every reader would truncate it.
func withCStrings(
  _ strings: [String], _ operation: String, at place: Place,
  _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> herr_t
) throws(HDF5Error) {
  if let bad = strings.first(where: { $0.utf8.contains(0) }) {
    throw place.error(.wrongContent, operation, "the string \(bad.debugDescription) holds U+0000")
  }
  let bytes = strings.flatMap { $0.utf8CString }
  let status = bytes.withUnsafeBufferPointer { bytes in
    var start = 0
    let pointers = strings.map { string -> UnsafePointer<CChar>? in
      defer { start += string.utf8.count + 1 }
      return bytes.baseAddress.map { $0 + start }
    }
    return pointers.withUnsafeBufferPointer { pointers in pointers.baseAddress.map(body) ?? 0 }
  }
  try place.check(operation, status)
}

/// Reads `count` strings of `type`, of fixed or variable length, through `transfer`, which receives the memory type and
/// the buffer to fill.
///
/// - Throws: if the type is not a string type or the bytes are not UTF-8.
func readStrings(
  type: hid_t, space: hid_t, count: Int, _ operation: String, at place: Place,
  _ transfer: (hid_t, UnsafeMutableRawPointer) -> herr_t
) throws(HDF5Error) -> [String] {
  guard H5Tget_class(type) == H5T_STRING else {
    throw place.error(.wrongContent, operation, "it holds \(typeName(type)), not strings")
  }
  if count == 0 { return [] }
  let isVariable = H5Tis_variable_str(type)
  try place.check(operation, isVariable)
  return isVariable > 0
    ? try readVariableStrings(type: type, space: space, count: count, operation, at: place, transfer)
    : try readFixedStrings(type: type, count: count, operation, at: place, transfer)
}

private func readVariableStrings(
  type: hid_t, space: hid_t, count: Int, _ operation: String, at place: Place,
  _ transfer: (hid_t, UnsafeMutableRawPointer) -> herr_t
) throws(HDF5Error) -> [String] {
  var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
  let status = pointers.withUnsafeMutableBytes { transfer(type, $0.baseAddress!) }
  try place.check(operation, status)
  defer {
    _ = pointers.withUnsafeMutableBytes { H5Dvlen_reclaim(type, space, shim_H5P_DEFAULT(), $0.baseAddress) }
  }
  var strings: [String] = []
  for pointer in pointers {
    guard let pointer else {
      strings.append("")
      continue
    }
    guard let string = String(validatingCString: pointer) else { throw notUTF8(operation, place) }
    strings.append(string)
  }
  return strings
}

private func readFixedStrings(
  type: hid_t, count: Int, _ operation: String, at place: Place,
  _ transfer: (hid_t, UnsafeMutableRawPointer) -> herr_t
) throws(HDF5Error) -> [String] {
  let size = H5Tget_size(type)
  let total = try elementCount([count, size], elementSize: 1, operation, at: place)
  var bytes = [UInt8](repeating: 0, count: total)
  let status = bytes.withUnsafeMutableBytes { transfer(type, $0.baseAddress!) }
  try place.check(operation, status)
  let padding: UInt8 = H5Tget_strpad(type) == H5T_STR_SPACEPAD ? UInt8(ascii: " ") : 0
  let endsAtNull = H5Tget_strpad(type) == H5T_STR_NULLTERM
  var strings: [String] = []
  for index in 0..<count {
    var text = bytes[index * size..<(index + 1) * size]
    if endsAtNull { text = text.prefix { $0 != 0 } }
    while text.last == padding { text.removeLast() }
    guard let string = String(validating: text, as: UTF8.self) else { throw notUTF8(operation, place) }
    strings.append(string)
  }
  return strings
}

private func notUTF8(_ operation: String, _ place: Place) -> HDF5Error {
  place.error(.wrongContent, operation, "a string in it is not UTF-8")
}

/// A description of the elements of `type`, for error messages.
func typeName(_ type: hid_t) -> String {
  switch H5Tget_class(type) {
  case H5T_INTEGER: "integers"
  case H5T_FLOAT: "floating-point numbers"
  case H5T_STRING: "strings"
  case H5T_ENUM: "an enumeration"
  case H5T_COMPOUND: "records"
  case H5T_REFERENCE: "references"
  case H5T_VLEN: "lists"
  case H5T_ARRAY: "arrays"
  default: "values of another kind"
  }
}

/// Refuses types that do not convert to numbers. h5py's booleans are an enumeration.
func requireNumbers(_ type: hid_t, _ operation: String, at place: Place) throws(HDF5Error) {
  let typeClass = H5Tget_class(type)
  guard typeClass == H5T_INTEGER || typeClass == H5T_FLOAT || typeClass == H5T_ENUM else {
    throw place.error(.wrongContent, operation, "it holds \(typeName(type)), not numbers")
  }
}
