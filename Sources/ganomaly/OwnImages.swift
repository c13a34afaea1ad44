import Datasets
import Diagnostics
import Foundation
import Settings
import Specs

/// A user's own images, as `init` finds them: a folder, whose layout it recognizes, or a file of arrays.
struct OwnImages {
  /// How a spec names them, below `parent`.
  var dataset = DatasetSettings()
  /// The data folder that holds them.
  let parent: String
  /// Classes that can be held out; empty where the folders say what is anomalous, or nothing is.
  var classes: [String] = []
  /// The number of training images, before any are held out; nil if the held-out class decides and there are always enough
  /// for a batch.
  var trainingCount: Int?

  /// - Throws: `Problem` if there are no images.
  init(folder path: String) throws(Problem) {
    let url = URL(filePath: path, directoryHint: .isDirectory)
    parent = Self.parent(of: url, path)
    dataset.name = .folder
    dataset.folder = url.standardizedFileURL.lastPathComponent
    let normals = ["normal", "good", "0.normal"].map { url.appending(path: "train/\($0)") }
    if let count = normals.map({ Self.files(in: $0).count }).first(where: { $0 > 0 }) {
      trainingCount = count
      return
    }
    let files = Self.files(in: url)
    guard !files.isEmpty else {
      throw Problem(
        .missingInput, at: path, "no images there",
        hint:
          "--folder takes a folder with train/normal (or train/good), test/normal and test/KIND; or with a "
          + "folder for each class; or with normal images only")
    }
    classes = Self.classes(of: files)
    dataset.layout = classes.isEmpty ? .normals : .classes
    let largest = classes.map { name in files.count { $0.split(separator: "/").contains(Substring(name)) } }
    let fewest = Int(Double(files.count - (largest.max() ?? 0)) * Split.pooledTrainShare)
    if classes.isEmpty || fewest < SpecTemplate.usualBatch { trainingCount = fewest }
  }

  /// - Throws: `Problem` if the file cannot be read as arrays.
  init(arrays path: String) throws(Problem) {
    let url = URL(filePath: path, directoryHint: .notDirectory)
    parent = Self.parent(of: url, path)
    dataset.name = .arrays
    dataset.file = url.standardizedFileURL.lastPathComponent
    let found: Dataset
    do {
      found = try load()
    } catch {
      // Gray is the default, but color images are not reduced to it.
      guard error.kind == .usage else { throw error }
      dataset.channels = 3
      found = try load()
    }
    if found.hasSingleClass {
      trainingCount = Int(Double(found.images.count) * Split.pooledTrainShare)
    } else {
      classes = found.classNames
    }
  }

  private func load() throws(Problem) -> Dataset {
    try Dataset.load(dataset, from: DataSearchPath(candidates: [.init(parent, .option)]), cache: nil)
  }

  /// As given, if the path names it.
  private static func parent(of url: URL, _ path: String) -> String {
    let parent = url.deletingLastPathComponent()
    let isNamed = !path.hasSuffix(".") && !parent.relativePath.isEmpty
    return isNamed ? parent.relativePath : url.standardizedFileURL.deletingLastPathComponent().path
  }

  /// The folders that hold files, below `train` and `test` where these are; none if there is only one.
  private static func classes(of files: [String]) -> [String] {
    let parts = files.map { $0.split(separator: "/").map(String.init) }
    let hasParts = ["train", "test"].allSatisfy { part in parts.contains { $0.count > 2 && $0[0] == part } }
    let depth = hasParts ? 1 : 0
    let classes = Set(parts.compactMap { $0.count > depth + 1 ? $0[depth] : nil })
    return classes.count > 1 ? classes.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } : []
  }

  /// The paths of all files in and below a folder, relative to it.
  private static func files(in folder: URL) -> [String] {
    let paths = (FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String]) ?? []
    return paths.filter { path in
      var isFolder: ObjCBool = false
      return !path.split(separator: "/").contains { $0.hasPrefix(".") }
        && FileManager.default.fileExists(atPath: folder.appending(path: path).path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }
  }
}
