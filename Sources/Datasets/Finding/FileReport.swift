import Diagnostics
import Hashing
import Settings

/// The result of comparing one published file with its declared size and checksum.
public struct FileReport: Sendable, Equatable {
  /// Whether the file matches, and if not, how it differs.
  public enum State: Sendable, Equatable {
    case intact
    case missing
    /// It has the right size, but only the checksum of the packed file that it came from is known.
    case unverifiable
    /// Sizes in bytes, of the content or, if only the packed file is known, of that.
    case wrongSize(expected: Int, found: Int)
    /// SHA-256 of the same.
    case wrongChecksum(expected: String, found: String)
    /// It cannot be read or unpacked.
    case unreadable(Problem)
  }

  /// The file's official name, unpacked unless the packed file was compared.
  public let name: String
  /// The file or archive; nil if missing.
  public let path: String?
  /// The result of the comparison.
  public let state: State

  /// Whether the file matches its declaration.
  public var isIntact: Bool { state == .intact }

  /// What is wrong; nil if intact or not known to be wrong.
  public var problem: Problem? {
    let place = path ?? name
    switch state {
    case .intact, .unverifiable: return nil
    case .missing: return Problem(.missingInput, at: place, "is missing")
    case .wrongSize(let expected, let found):
      return Problem(.badData, at: place, "\(name) has \(found) bytes, expected \(expected)")
    case .wrongChecksum(let expected, let found):
      return Problem(.badData, at: place, "the SHA-256 of \(name) is \(found), expected \(expected)")
    case .unreadable(let problem): return problem
    }
  }
}

extension DatasetFiles {
  /// Compares every file of a data set with its declared size and SHA-256, in the first folder of `search` that holds a
  /// complete copy, else in the first that holds any file.
  ///
  /// If only a packed file's checksum is known, that file is compared; an unpacked copy cannot be verified.
  ///
  /// - Returns: one report per file, in declaration order, and one for an archive that is compared as a whole; none for
  ///   the digits and image folders.
  public static func verify(_ dataset: DatasetName, in search: DataSearchPath) -> [FileReport] {
    guard let declared = declared(for: dataset) else { return [] }
    let finds = search.find(declared)
    let find = finds.first(where: \.isComplete) ?? finds.first { !$0.isEmpty }
    switch find?.location.form {
    case .archive(let path): return declared.archive.map { reports($0, path: path) } ?? []
    case .files(let paths): return declared.verify(files: paths)
    case .embedded, .imageFolder, .arrays, nil: return declared.verify(files: [:])
    }
  }

  /// Checks one downloaded file, whatever its name: each file in it must have the declared size and SHA-256, or the
  /// file itself if only its own are known.
  ///
  /// - Throws: `Problem` with `path` as its place.
  public func check(_ download: Download, at path: String) throws(Problem) {
    if let problem = Self.reports(download, path: path).lazy.compactMap(\.problem).first { throw problem }
  }

  private func verify(files: [String: String]) -> [FileReport] {
    downloads.flatMap { download in
      download.contents.map { content in
        guard let path = files[content.name] else {
          return FileReport(name: content.name, path: nil, state: .missing)
        }
        let isDownload = download.layout == nil && (content.name == download.name || path.hasSuffix(".gz"))
        return isDownload && !download.isKnownByContent
          ? Self.report(packed: download, path: path) : Self.report(content, path: path)
      }
    }
  }

  /// The reports on a downloaded file.
  private static func reports(_ download: Download, path: String) -> [FileReport] {
    guard download.isKnownByContent else { return [report(packed: download, path: path)] }
    guard let layout = download.layout else { return download.contents.map { report($0, path: path) } }
    do throws(Problem) {
      let files = try UnpackedFiles(archive: path, layout, names: download.contents.map(\.name))
      return download.contents.map { content in
        report(content, path: path) { () throws(Problem) in try files.read(content.name) }
      }
    } catch {
      return download.contents.map { FileReport(name: $0.name, path: path, state: .unreadable(error)) }
    }
  }

  private static func report(packed download: Download, path: String) -> FileReport {
    report(download.name, path: path) { () throws(Problem) in
      try state(size: download.size, found: FileBytes.size(of: path), sha256: download.sha256) {
        () throws(Problem) in try SHA256.hexadecimal(ofFile: path)
      }
    }
  }

  private static func report(_ content: Content, path: String) -> FileReport {
    report(content, path: path) { () throws(Problem) in try Gzip.readFile(path) }
  }

  private static func report(
    _ content: Content, path: String, read: () throws(Problem) -> [UInt8]
  ) -> FileReport {
    report(content.name, path: path) { () throws(Problem) in
      let bytes = try read()
      return try state(size: content.size, found: bytes.count, sha256: content.sha256) {
        () throws(Problem) in SHA256.hexadecimal(of: bytes)
      }
    }
  }

  private static func report(
    _ name: String, path: String, compare: () throws(Problem) -> FileReport.State
  ) -> FileReport {
    do throws(Problem) {
      return FileReport(name: name, path: path, state: try compare())
    } catch {
      return FileReport(name: name, path: path, state: .unreadable(error))
    }
  }

  private static func state(
    size: Int?, found: Int, sha256: String?, digest: () throws(Problem) -> String
  ) throws(Problem) -> FileReport.State {
    if let size, size != found { return .wrongSize(expected: size, found: found) }
    guard let sha256 else { return .unverifiable }
    let digest = try digest()
    return digest == sha256 ? .intact : .wrongChecksum(expected: sha256, found: digest)
  }
}
