import Diagnostics
import Foundation
import Settings

/// The folders searched for data sets, in order.
public struct DataSearchPath: Sendable, Equatable {
  /// Why a folder is searched.
  public enum Origin: String, Sendable {
    case option = "--data"
    case environment = "$GANOMALY_DATA"
    case currentFolder = "data in the current folder"
    case system = "the system's folder"
  }

  /// A folder to search.
  public struct Candidate: Sendable, Equatable {
    /// The folder's path.
    public let folder: String
    /// Why it is searched.
    public let origin: Origin

    /// A folder, and why it is searched.
    public init(_ folder: String, _ origin: Origin) {
      self.folder = folder
      self.origin = origin
    }
  }

  /// In the order searched.
  public let candidates: [Candidate]

  /// Searches exactly these folders.
  public init(candidates: [Candidate]) { self.candidates = candidates }

  /// - Parameters:
  ///   - option: the folder given on the command line.
  ///   - environment: may hold `GANOMALY_DATA`.
  public init(option: String? = nil, environment: [String: String] = ProcessInfo.processInfo.environment) {
    candidates =
      Self.own(option: option, environment: environment) + [Candidate("/usr/share/datasets", .system)]
  }

  /// The folder for the user's own data sets: `option`, else `GANOMALY_DATA`, else `data` in the current folder.
  public static func ownFolder(
    option: String?, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String {
    own(option: option, environment: environment)[0].folder
  }

  private static func own(option: String?, environment: [String: String]) -> [Candidate] {
    let variable = environment["GANOMALY_DATA"].flatMap { $0.isEmpty ? nil : $0 }
    return [option.map { Candidate($0, .option) }, variable.map { Candidate($0, .environment) }]
      .compactMap { $0 } + [Candidate("data", .currentFolder)]
  }
}

/// A data set that was found.
public struct DatasetLocation: Sendable, Equatable {
  /// How the data set is stored.
  public enum Form: Sendable, Equatable {
    /// Embedded in the program.
    case embedded
    /// The path of each file, by its official unpacked name; the file itself may be gzipped.
    case files([String: String])
    /// The official archive.
    case archive(String)
    case imageFolder(String)
    /// A file of arrays.
    case arrays(String)
  }

  /// How it is stored, with its paths.
  public let form: Form
  /// The folder, archive or file; empty if embedded in the program.
  public let path: String
}

extension DataSearchPath {
  /// Finds the first folder that holds a complete data set.
  ///
  /// - Throws: `Problem` of kind `missingInput` that names the files, the folders and the remedy; of kind `usage` when
  ///   an image folder or file of arrays has no name, or one that leads out of the data folder.
  public func locate(_ settings: DatasetSettings) throws(Problem) -> DatasetLocation {
    if let option = candidates.first(where: { $0.origin == .option }), !FileBytes.isFolder(option.folder) {
      throw Problem(
        .missingInput, at: option.folder, "no such folder",
        hint: "--data takes the folder that holds mnist/, cifar-10-batches-bin/ or image folders")
    }
    if settings.name == .digits { return DatasetLocation(form: .embedded, path: "") }
    if settings.name == .arrays { return try locateArrays(settings.file) }
    guard let declared = DatasetFiles.declared(for: settings.name) else {
      return try locateImageFolder(settings.folder)
    }
    let finds = find(declared)
    if let complete = finds.first(where: \.isComplete) { return complete.location }
    let names = declared.downloads.map(\.name).joined(separator: ", ")
    let looked = finds.filter { !$0.isOthersLayout || !$0.isEmpty }.map { find in
      if !FileBytes.isFolder(find.folder) { return "\(find.folder) (no such folder)" }
      return "\(find.folder) (lacks \(find.missing.joined(separator: ", ")))"
    }
    let cause = "\(names) not found; looked in \(looked.joined(separator: ", "))"
    if let pickled = pickled(declared) {
      throw Problem(
        .missingInput, at: settings.title,
        "\(cause); \(pickled) is the version for Python, which is not read",
        hint: "\(declared.remedy) gets the binary version")
    }
    throw Problem(.missingInput, at: settings.title, cause, hint: declared.remedy)
  }

  /// The files of a published data set in each folder, both in this program's layout and in others'.
  func find(_ declared: DatasetFiles) -> [DatasetFind] {
    candidates.flatMap { candidate in
      ([declared.folder] + declared.othersFolders).map { name in
        let folder = name.isEmpty ? candidate.folder : joined(candidate.folder, name)
        let isOthersLayout = name != declared.folder
        var found: [String: String] = [:]
        for name in declared.contents.map(\.name) {
          found[name] = declared.spellings(of: name).map { joined(folder, $0) }.first(where: FileBytes.isFile)
        }
        let archive = declared.archive.map {
          isOthersLayout ? joined(folder, $0.name) : joined(candidate.folder, $0.path)
        }
        return DatasetFind(
          folder: folder, isOthersLayout: isOthersLayout, found: found,
          missing: declared.contents.map(\.name).filter { found[$0] == nil },
          archive: archive.flatMap { FileBytes.isFile($0) ? $0 : nil })
      }
    }
  }

  /// The path of CIFAR as Python pickles, if there.
  private func pickled(_ declared: DatasetFiles) -> String? {
    guard case .cifar(let format) = PublishedFormat.of(declared.dataset) else { return nil }
    return candidates.flatMap { candidate in format.pickled.map { joined(candidate.folder, $0) } }
      .first { FileBytes.isFolder($0) || FileBytes.isFile($0) }
  }

  private func locateImageFolder(_ name: String) throws(Problem) -> DatasetLocation {
    let path = try locate(
      name, "folder", "image folder", where: FileBytes.isFolder,
      hint: "folder: the name of a folder that holds your images")
    return DatasetLocation(form: .imageFolder(path), path: path)
  }

  private func locateArrays(_ name: String) throws(Problem) -> DatasetLocation {
    let path = try locate(
      name, "file", "file of arrays", where: FileBytes.isFile,
      hint: "file: the name of an NPZ, NPY or HDF5 file")
    return DatasetLocation(form: .arrays(path), path: path)
  }

  /// The first path at which a user's own data are.
  ///
  /// - Parameters:
  ///   - kind, what: what they are, in general and in particular.
  ///   - hint: how to name them.
  private func locate(
    _ name: String, _ kind: String, _ what: String, where isThere: (String) -> Bool, hint: String
  ) throws(Problem) -> String {
    guard Self.isBelow(name) else {
      throw Problem(.usage, at: "dataset", "'\(name)' is not a \(kind) below the data folder", hint: hint)
    }
    let paths = candidates.map { joined($0.folder, name) }
    guard let path = paths.first(where: isThere) else {
      throw Problem(
        .missingInput, at: name, "no such \(what); looked for \(paths.joined(separator: ", "))",
        hint: "put it there, or name the folder above it with --data")
    }
    return path
  }

  /// Whether a name leads to something below a folder.
  private static func isBelow(_ name: String) -> Bool {
    !name.split(separator: "/", omittingEmptySubsequences: false).contains { ["", ".", ".."].contains($0) }
  }
}

/// The files of a published data set in one folder.
struct DatasetFind {
  var folder: String
  /// Whether the folder follows another program's layout.
  var isOthersLayout = false
  /// Paths of the files found, by unpacked name.
  var found: [String: String]
  /// Unpacked names of the missing files.
  var missing: [String]
  var archive: String?

  var isComplete: Bool { missing.isEmpty || archive != nil }

  var isEmpty: Bool { found.isEmpty && archive == nil }

  /// Prefers single files to the archive.
  var location: DatasetLocation {
    if let archive, !missing.isEmpty { return DatasetLocation(form: .archive(archive), path: archive) }
    return DatasetLocation(form: .files(found), path: folder)
  }
}
