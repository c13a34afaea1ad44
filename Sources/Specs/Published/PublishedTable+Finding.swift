import Diagnostics
import Foundation

extension PublishedTable {
  /// The folder of published values next to experiments.
  public static let folderName = "published"

  /// The tables of the given files, or else of the first `published` folder found beside the spec, in the folder above,
  /// or in `experiments` of the current folder.
  ///
  /// - Parameters:
  ///   - options: files, or folders whose `.yaml` files are all read; empty to search for the folder.
  ///   - spec: the current or former path of the experiment's spec.
  /// - Throws: whatever `read` throws, and `.missingInput` if nothing is found.
  public static func find(options: [String], besideSpec spec: String) throws(SpecProblems) -> [PublishedTable]
  {
    var tables: [PublishedTable] = []
    for path in try options.isEmpty ? [folder(besideSpec: spec)] : options {
      for file in try files(path) { tables += try read(path: file) }
    }
    return tables
  }

  private static func folder(besideSpec spec: String) throws(SpecProblems) -> String {
    let folder = parentFolder(of: spec)
    let candidates = [folder, parentFolder(of: folder), "experiments"].map {
      ($0 as NSString).appendingPathComponent(folderName)
    }
    if let found = candidates.first(where: isFolder) { return found }
    throw SpecProblems(
      Problem(
        .missingInput, at: spec, "there is no folder '\(folderName)' beside the spec",
        hint: "name a file of published values with --published"))
  }

  /// The file itself, or the folder's files, ordered by name.
  private static func files(_ path: String) throws(SpecProblems) -> [String] {
    guard isFolder(path) else { return [path] }
    let names: [String]
    do { names = try FileManager.default.contentsOfDirectory(atPath: path) } catch {
      throw SpecProblems(
        Problem(.inputOutput, at: path, "the folder cannot be read: \(systemReason(error))"))
    }
    let files = names.filter { $0.hasSuffix(".yaml") }.sorted()
    guard !files.isEmpty else {
      throw SpecProblems(Problem(.missingInput, at: path, "the folder holds no .yaml file"))
    }
    return files.map { (path as NSString).appendingPathComponent($0) }
  }

  private static func isFolder(_ path: String) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
