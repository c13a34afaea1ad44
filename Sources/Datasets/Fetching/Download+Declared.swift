import Diagnostics

extension Download {
  /// A published file as something to download.
  ///
  /// Where the authors' own checksum is declared, the packed file must be theirs; elsewhere another packing of
  /// the same content is as good. What the file holds is checked in either case.
  ///
  /// - Parameter mirrors: further addresses that end with a slash, asked before the declared ones.
  public init(_ download: DatasetFiles.Download, of files: DatasetFiles, mirrors: [String] = []) {
    self.init(
      fileName: download.name, mirrors: (mirrors + files.mirrors).map { $0 + download.name },
      size: download.sha256 == nil ? nil : download.size, sha256: download.sha256,
      verify: { (path) throws(Problem) in try files.check(download, at: path) })
  }
}
