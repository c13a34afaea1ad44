import ArgumentParser
import Datasets
import Diagnostics
import Foundation
import Settings
import Specs

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a commented spec for a data set or for your own images.",
    discussion:
      "Writes experiments/NAME.yaml, which every command then finds as NAME. An existing file is kept.")

  @Argument(help: "Name of the experiment: lower-case letters, digits and hyphens.")
  var name: String

  @Option(name: .long, help: "The data set.")
  var dataset: DatasetName?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Your own images: a folder with train/normal, test/normal and test/KIND; with a folder for each class; or with normal "
        + "images only."),
    completion: .directory)
  var folder: String?

  func validate() throws {
    guard Experiment.isName(name) else {
      throw ValidationError(
        "'\(name)' is not a name of an experiment: use lower-case letters, digits and hyphens")
    }
    if folder == nil, dataset == .folder { throw ValidationError("give your images with --folder DIR") }
    if dataset == .arrays {
      throw ValidationError("write the spec of arrays by hand: `dataset: {name: arrays, file: …}`")
    }
    if folder != nil, let dataset, dataset != .folder {
      throw ValidationError("--folder and --dataset \(dataset.rawValue) exclude each other")
    }
  }

  func run() throws {
    let images = try folder.map { try imageFolder($0) }
    let path = "\(SpecLibrary.localFolder)/\(name).yaml"
    guard !FileManager.default.fileExists(atPath: path) else {
      throw Problem(.usage, at: path, "exists already", hint: "choose another name, or edit the file")
    }
    var template = SpecTemplate(name: name, dataset: dataset ?? .digits)
    var option = ""
    if let images {
      template = SpecTemplate(
        name: name, dataset: .folder, folder: images.name, layout: images.layout, classes: images.classes,
        trainingImages: images.trainingCount)
      option = images.parent == "data" ? "" : " --data \(images.parent)"
    }
    try write(template.text, to: path)
    try Terminal.write(path)
    Terminal.writeError(
      "Next: edit it, then `ganomaly plan \(name)\(option)` and `ganomaly run \(name)\(option)`.")
  }

  /// An image folder: its name, its parent folder, its layout and, among anomaly kinds, its number of training files.
  private struct ImageFolder {
    var name: String
    var parent: String
    var layout = FolderLayout.kinds
    var classes: [String] = []
    var trainingCount: Int?
  }

  /// - Throws: `.missingInput` if there are no images.
  private func imageFolder(_ path: String) throws(Problem) -> ImageFolder {
    let url = URL(filePath: path, directoryHint: .isDirectory)
    let parent = url.deletingLastPathComponent()
    // As given, if that names the parent folder.
    let isNamed = !path.hasSuffix(".") && !parent.relativePath.isEmpty
    var found = ImageFolder(
      name: url.standardizedFileURL.lastPathComponent,
      parent: isNamed ? parent.relativePath : url.standardizedFileURL.deletingLastPathComponent().path)
    let normals = ["normal", "good", "0.normal"].map { url.appending(path: "train/\($0)") }
    if let count = normals.map({ Self.files(in: $0).count }).first(where: { $0 > 0 }) {
      found.trainingCount = count
      return found
    }
    let files = Self.files(in: url)
    guard !files.isEmpty else {
      throw Problem(
        .missingInput, at: path, "no images there",
        hint:
          "--folder takes a folder with train/normal (or train/good), test/normal and test/KIND; or with a folder for "
          + "each class; or with normal images only")
    }
    // Below `train` and `test` where they are.
    let parts = files.map { $0.split(separator: "/").map(String.init) }
    let hasParts = ["train", "test"].allSatisfy { part in parts.contains { $0.count > 2 && $0[0] == part } }
    let classes = Set(
      parts.compactMap { $0.dropFirst(hasParts ? 1 : 0).count > 1 ? $0[hasParts ? 1 : 0] : nil })
    if classes.count > 1 {
      found.layout = .classes
      found.classes = classes.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } else {
      found.layout = .normals
      found.trainingCount = files.count * 4 / 5
    }
    return found
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

  private func write(_ text: String, to path: String) throws(Problem) {
    do {
      try FileManager.default.createDirectory(
        atPath: SpecLibrary.localFolder, withIntermediateDirectories: true)
      try Data(text.utf8).write(to: URL(filePath: path), options: .withoutOverwriting)
    } catch {
      throw Problem(.inputOutput, at: path, "cannot be written: \(systemReason(error))")
    }
  }
}
