/// A failed HDF5 operation: what was being done, to what, and why it failed.
public struct HDF5Error: Error, Equatable, Sendable {
  /// The kind of failure, from which callers choose an exit status.
  public enum Kind: Sendable {
    /// The file does not exist.
    case missingFile
    /// The group, dataset or attribute is not in the file.
    case missing
    /// It exists but is not HDF5, is damaged, or has another type or shape than requested.
    case wrongContent
    /// Something of that name already exists.
    case alreadyExists
    /// Another program has it open for writing.
    case locked
    /// Reading or writing failed.
    case inputOutput
  }

  /// The kind of failure.
  public var kind: Kind
  /// What was being done, such as "open" or "read".
  public var operation: String
  /// `file`, or `file:/group/dataset`, or `file:/group/dataset@attribute`.
  public var path: String
  /// Why it failed, as one sentence without a period.
  public var message: String

  /// - Parameters:
  ///   - operation: what was being done, such as "open" or "read".
  ///   - path: `file`, or `file:/group/dataset`, or `file:/group/dataset@attribute`.
  ///   - message: why it failed, as one sentence without a period.
  public init(_ kind: Kind, _ operation: String, at path: String, _ message: String) {
    self.kind = kind
    self.operation = operation
    self.path = path
    self.message = message
  }
}

extension HDF5Error: CustomStringConvertible {
  /// `path: cannot operation: message`, on one line.
  public var description: String { "\(path): cannot \(operation): \(message)" }
}
