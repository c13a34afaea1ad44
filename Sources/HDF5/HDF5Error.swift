/// A failed HDF5 operation: what was being done, to what, and why it did not work.
public struct HDF5Error: Error, Equatable, Sendable {
  /// Whose trouble it is; a caller chooses an exit status by it.
  public enum Kind: Sendable {
    /// There is no such file.
    case missingFile
    /// The group, dataset or attribute is not in the file.
    case missing
    /// It is there, but is not HDF5, is damaged, or has another type or shape than was asked for.
    case wrongContent
    /// Something of that name is there already.
    case alreadyExists
    /// Another program has it open for writing.
    case locked
    /// Reading or writing failed.
    case inputOutput
  }

  public var kind: Kind
  /// What was being done, as in "open" or "read".
  public var operation: String
  /// `file`, or `file:/group/dataset`, or `file:/group/dataset@attribute`.
  public var path: String
  /// Why it failed, as one sentence without a full stop.
  public var message: String

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
