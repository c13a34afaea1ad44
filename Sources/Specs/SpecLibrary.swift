import Diagnostics
import Foundation

/// Folders of specs in which experiments are found by name: `mnist` is `experiments/mnist.yaml`.
public struct SpecLibrary: Sendable {
  /// A spec and its name in the library.
  public struct Entry: Sendable, Equatable {
    /// The path relative to the folder, without extension, such as `spread/mnist`.
    public let name: String
    /// The path of the file.
    public let path: String
  }

  /// The folder of specs in the working folder.
  public static let localFolder = "experiments"
  private static let fileExtension = ".yaml"

  /// The folders to search; the first with a matching file wins.
  public let folders: [String]

  /// A library with the given folders, in search order.
  public init(folders: [String]) { self.folders = folders }

  /// The specs in the working folder, then those installed with the program.
  ///
  /// - Parameter executable: the program's file. If installed as `PREFIX/bin/ganomaly`, it finds specs in
  ///   `PREFIX/share/ganomaly/experiments`.
  public init(executable: URL) {
    let prefix = executable.resolvingSymlinksInPath().deletingLastPathComponent().deletingLastPathComponent()
    self.init(folders: [Self.localFolder, prefix.appending(path: "share/ganomaly/experiments").path])
  }

  /// Whether `source` looks like the path of a spec.
  public static func isPath(_ source: String) -> Bool {
    source.hasSuffix(fileExtension) || source.hasSuffix(".yml")
  }

  /// The path of the spec with this name; nil if no folder has one.
  public func find(_ name: String) -> String? {
    folders.map { "\($0)/\(name)\(Self.fileExtension)" }.first(where: Self.isFile)
  }

  /// The path of the spec that the command line gives, by path or by name in the library.
  ///
  /// - Throws: `.missingInput` for a name in no folder. Existing files and anything written as a path are left to the
  ///   reader of the file.
  public func path(of source: String) throws(Problem) -> String {
    if source.isEmpty || Self.isPath(source) { return source }
    if let path = find(source) { return path }
    if FileManager.default.fileExists(atPath: source) { return source }
    let searched = folders.filter { $0 == Self.localFolder || FileManager.default.fileExists(atPath: $0) }
    let suggestion = nearest(to: source, among: entries().map(\.name)).map { "did you mean '\($0)'?" }
    throw Problem(
      .missingInput, at: source, "no experiment of this name in \(searched.joined(separator: " or "))",
      hint: suggestion
        ?? "`ganomaly list` shows all; or give the path of a spec, such as experiments/mnist.yaml")
  }

  /// All specs of the library, by name; a spec hides those of the same name in later folders.
  public func entries() -> [Entry] {
    var entries: [String: Entry] = [:]
    for folder in folders {
      let paths = (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String]) ?? []
      for path in paths where path.hasSuffix(Self.fileExtension) {
        let name = String(path.dropLast(Self.fileExtension.count))
        guard !name.hasPrefix("\(PublishedTable.folderName)/"), entries[name] == nil else { continue }
        entries[name] = Entry(name: name, path: "\(folder)/\(path)")
      }
    }
    return entries.values.sorted { $0.order < $1.order }
  }

  /// Whether there is a file, rather than a folder, at `path`.
  public static func isFile(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
  }
}

extension SpecLibrary.Entry {
  /// Specs directly in the library's folder come first.
  fileprivate var order: (Int, String) { (name.contains("/") ? 1 : 0, name) }
}
