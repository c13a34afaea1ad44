import CHDF5

/// What an error message refers to: a file, or an object or attribute in it.
struct Place: Sendable {
  let file: String
  /// The absolute path in the file; "/" for the root, empty for the file itself.
  let object: String
  var attribute: String = ""

  var description: String {
    let located = object.isEmpty ? file : "\(file):\(object)"
    return attribute.isEmpty ? located : "\(located)@\(attribute)"
  }

  /// The place of `name` relative to this object; absolute names stay as they are.
  func child(_ name: String) -> Place {
    if name.hasPrefix("/") { return Place(file: file, object: name) }
    return Place(file: file, object: object.hasSuffix("/") ? object + name : "\(object)/\(name)")
  }

  func attribute(_ name: String) -> Place { Place(file: file, object: object, attribute: name) }

  func error(_ kind: HDF5Error.Kind, _ operation: String, _ message: String) -> HDF5Error {
    HDF5Error(kind, operation, at: description, message)
  }

  /// The error on HDF5's stack; must directly follow the failed call.
  func libraryError(_ operation: String) -> HDF5Error {
    let stack = Library.errorStack()
    if operation == "open", stack.contains(where: { $0.hasPrefix("unable to lock file") }) {
      return error(.locked, operation, "another program has it open for writing")
    }
    if let system = stack.lazy.compactMap(systemMessage).first {
      return error(.inputOutput, operation, system)
    }
    // The operating system delivered the bytes, so the file is at fault if HDF5 cannot interpret them.
    let isReading = ["open", "read", "look", "list"].contains { operation.hasPrefix($0) }
    return isReading
      ? error(.wrongContent, operation, "it is damaged or cut short (HDF5: \(stack.first ?? "no reason"))")
      : error(.inputOutput, operation, "HDF5 failed: \(stack.prefix(3).joined(separator: "; "))")
  }

  func check(_ operation: String, _ status: herr_t) throws(HDF5Error) {
    if status < 0 { throw libraryError(operation) }
  }

  /// Takes ownership of a new identifier, or throws why there is none.
  func own(_ operation: String, _ identifier: hid_t) throws(HDF5Error) -> Handle {
    if identifier < 0 { throw libraryError(operation) }
    return Handle(owning: identifier)
  }
}

/// The operating system's message in an entry such as "unable to open file: …, error message = 'Is a directory'".
private func systemMessage(_ entry: String) -> String? {
  guard let start = entry.range(of: "error message = '"),
    let end = entry[start.upperBound...].firstIndex(of: "'")
  else { return nil }
  return String(entry[start.upperBound..<end])
}
