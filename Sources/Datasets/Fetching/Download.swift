import Diagnostics

/// A file to be had from the network: what it is called, where it lies, and how to know that it is the right one.
public struct Download: Sendable {
  /// Name in the destination folder.
  public var fileName: String
  /// Addresses (http or https) of the same file, in order of preference.
  public var mirrors: [String]
  /// Size in bytes, where it is known beforehand.
  public var size: Int?
  /// SHA-256 as 64 lower-case hexadecimal digits, where it is known beforehand.
  public var sha256: String?
  /// A further look at the file at a path, after size and checksum and before it gets its final name.
  public var verify: (@Sendable (_ path: String) throws(Problem) -> Void)?

  /// - Precondition: `fileName` is a name, not a path.
  public init(
    fileName: String, mirrors: [String], size: Int? = nil, sha256: String? = nil,
    verify: (@Sendable (_ path: String) throws(Problem) -> Void)? = nil
  ) {
    precondition(!fileName.isEmpty && !fileName.contains("/"), "'\(fileName)' is not a file name")
    self.fileName = fileName
    self.mirrors = mirrors
    self.size = size
    self.sha256 = sha256?.lowercased()
    self.verify = verify
  }
}

/// How far a download has come.
public struct DownloadProgress: Sendable, Equatable {
  public var fileName: String
  /// Bytes that are there, those of an earlier attempt included.
  public var bytesDone: Int
  /// Bytes of the whole file, where the declaration or the server says so.
  public var bytesTotal: Int?
  /// Mean speed of the running request.
  public var bytesPerSecond: Double
}
