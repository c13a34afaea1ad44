import Diagnostics
import Hashing
import Settings

/// The result of comparing one published file with its declared size and checksum.
public struct FileReport: Sendable, Equatable {
  /// Whether the file matches, and if not, how it differs.
  public enum State: Sendable, Equatable {
    case intact
    case missing
    /// Sizes in bytes, unpacked.
    case wrongSize(expected: Int, found: Int)
    /// SHA-256, unpacked.
    case wrongChecksum(expected: String, found: String)
    /// It cannot be read or unpacked.
    case unreadable(Problem)
  }

  /// The file's official unpacked name.
  public let name: String
  /// The file or archive; nil if missing.
  public let path: String?
  /// The result of the comparison.
  public let state: State

  /// Whether the file matches its declaration.
  public var isIntact: Bool { state == .intact }

  /// What is wrong; nil if intact.
  public var problem: Problem? {
    let place = path ?? name
    switch state {
    case .intact: return nil
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
  /// - Returns: one report per file, in declaration order; none for the digits and image folders.
  public static func verify(_ dataset: DatasetName, in search: DataSearchPath) -> [FileReport] {
    guard let declared = declared(for: dataset) else { return [] }
    let finds = search.find(declared)
    let find = finds.first(where: \.isComplete) ?? finds.first { !$0.isEmpty }
    switch find?.location.form {
    case .archive(let path): return declared.verify(archive: path)
    case .files(let paths): return declared.verify(files: paths)
    case .embedded, .imageFolder, .arrays, nil: return declared.verify(files: [:])
    }
  }

  /// Checks one downloaded file, whatever its name: each file in it must have the declared size and SHA-256.
  ///
  /// - Throws: `Problem` with `path` as its place.
  public func check(_ download: Download, at path: String) throws(Problem) {
    let reports: [FileReport]
    if download.name == CIFAR10.archive {
      reports = verify(archive: path)
    } else {
      reports = download.contents.map {
        Self.report($0, path: path) { () throws(Problem) in try Gzip.readFile(path) }
      }
    }
    if let problem = reports.lazy.compactMap(\.problem).first { throw problem }
  }

  private func verify(files: [String: String]) -> [FileReport] {
    contents.map { content in
      guard let path = files[content.name] else {
        return FileReport(name: content.name, path: nil, state: .missing)
      }
      return Self.report(content, path: path) { () throws(Problem) in try Gzip.readFile(path) }
    }
  }

  private func verify(archive path: String) -> [FileReport] {
    do throws(Problem) {
      let entries = try CIFAR10.read(archive: path)
      return contents.map { content in
        Self.report(content, path: path) { () throws(Problem) in
          guard let bytes = entries[content.name] else {
            throw Problem(.badData, at: path, "holds no \(CIFAR10.folder)/\(content.name)")
          }
          return bytes
        }
      }
    } catch {
      return contents.map { FileReport(name: $0.name, path: path, state: .unreadable(error)) }
    }
  }

  private static func report(
    _ content: Content, path: String, read: () throws(Problem) -> [UInt8]
  ) -> FileReport {
    let state: FileReport.State
    do throws(Problem) {
      let bytes = try read()
      if bytes.count != content.size {
        state = .wrongSize(expected: content.size, found: bytes.count)
      } else {
        let sha256 = SHA256.hexadecimal(of: bytes)
        state = sha256 == content.sha256 ? .intact : .wrongChecksum(expected: content.sha256, found: sha256)
      }
    } catch {
      state = .unreadable(error)
    }
    return FileReport(name: content.name, path: path, state: state)
  }
}
