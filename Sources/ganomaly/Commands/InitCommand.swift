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
    help: ArgumentHelp("Your own images, in train/normal, test/normal and test/KIND of this folder."),
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
        name: name, dataset: .folder, folder: images.name, trainingImages: images.trainingCount)
      option = images.parent == "data" ? "" : " --data \(images.parent)"
    }
    try write(template.text, to: path)
    try Terminal.write(path)
    Terminal.writeError(
      "Next: edit it, then `ganomaly plan \(name)\(option)` and `ganomaly run \(name)\(option)`.")
  }

  /// An image folder: its name, its parent folder and its number of training files.
  private struct ImageFolder {
    var name: String
    var parent: String
    var trainingCount: Int
  }

  /// - Throws: `.missingInput` if there are no training images.
  private func imageFolder(_ path: String) throws(Problem) -> ImageFolder {
    let url = URL(filePath: path, directoryHint: .isDirectory)
    let folders = ["normal", "good", "0.normal"].map { url.appending(path: "train/\($0)").path }
    let counts = folders.map { folder in
      (FileManager.default.enumerator(atPath: folder)?.allObjects as? [String])?.count ?? 0
    }
    guard let count = counts.first(where: { $0 > 0 }) else {
      throw Problem(
        .missingInput, at: folders[0], "no images there",
        hint: "--folder takes a folder with train/normal (or train/good), test/normal and test/KIND")
    }
    let parent = url.deletingLastPathComponent()
    // As given, if that names the parent folder.
    let isNamed = !path.hasSuffix(".") && !parent.relativePath.isEmpty
    return ImageFolder(
      name: url.standardizedFileURL.lastPathComponent,
      parent: isNamed ? parent.relativePath : url.standardizedFileURL.deletingLastPathComponent().path,
      trainingCount: count)
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
