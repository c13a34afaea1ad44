import Diagnostics

/// A file to download: its name, its addresses, and how to verify it.
public struct Download: Sendable {
  /// Its name in the destination folder.
  public var fileName: String
  /// URLs of the file (http or https), in order of preference.
  public var mirrors: [String]
  /// Size in bytes, if known beforehand.
  public var size: Int?
  /// SHA-256 as 64 lowercase hexadecimal digits, if known beforehand.
  public var sha256: String?
  /// A further check of the file, after size and checksum and before it gets its final name.
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

/// The progress of a download.
public struct DownloadProgress: Sendable, Equatable {
  /// The name of the `Download`.
  public var fileName: String
  /// Bytes downloaded, including those of earlier attempts.
  public var bytesDone: Int
  /// Bytes of the whole file, if the declaration or the server states them.
  public var bytesTotal: Int?
  /// Mean speed of the current request.
  public var bytesPerSecond: Double
}
