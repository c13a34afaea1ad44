import Diagnostics

extension Download {
  /// The download of a published file.
  ///
  /// If the authors' own checksum is declared, the packed file must match it; otherwise another packing of the same
  /// content is accepted. The content is checked either way, if its checksum is known.
  ///
  /// - Parameter mirrors: further base URLs that end with a slash, tried before the declared ones.
  public init(_ download: DatasetFiles.Download, of files: DatasetFiles, mirrors: [String] = []) {
    self.init(
      fileName: download.name, mirrors: (mirrors + files.mirrors).map { $0 + download.name },
      size: download.sha256 == nil ? nil : download.size, sha256: download.sha256)
    if download.isKnownByContent {
      verify = { (path) throws(Problem) in try files.check(download, at: path) }
    }
  }
}
