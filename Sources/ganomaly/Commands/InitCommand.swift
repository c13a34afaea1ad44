import ArgumentParser
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

  @Option(
    name: .long, help: "Your own arrays: an NPZ, NPY or HDF5 file with images and, for classes, labels.",
    completion: .file(extensions: ["npz", "npy", "h5", "hdf5"]))
  var arrays: String?

  func validate() throws {
    guard Experiment.isName(name) else {
      throw ValidationError(
        "'\(name)' is not a name of an experiment: use lower-case letters, digits and hyphens")
    }
    if folder != nil, arrays != nil { throw ValidationError("--folder and --arrays exclude each other") }
    for (given, kind, option) in [
      (folder, DatasetName.folder, "--folder DIR"), (arrays, .arrays, "--arrays FILE"),
    ] {
      if given == nil, dataset == kind { throw ValidationError("give your images with \(option)") }
      if given != nil, let dataset, dataset != kind {
        throw ValidationError("\(option) and --dataset \(dataset.rawValue) exclude each other")
      }
    }
  }

  func run() throws {
    let path = "\(SpecLibrary.localFolder)/\(name).yaml"
    guard !FileManager.default.fileExists(atPath: path) else {
      throw Problem(.usage, at: path, "exists already", hint: "choose another name, or edit the file")
    }
    let own = try folder.map { try OwnImages(folder: $0) } ?? arrays.map { try OwnImages(arrays: $0) }
    var settings = own?.dataset ?? DatasetSettings()
    if own == nil { settings.name = dataset ?? .digits }
    let template = SpecTemplate(
      name: name, dataset: settings, classes: own?.classes ?? [], trainingImages: own?.trainingCount)
    try write(template.text, to: path)
    try Terminal.write(path)
    let option = own.map { $0.parent == "data" ? "" : " --data \($0.parent)" } ?? ""
    Terminal.writeError(
      "Next: edit it, then `ganomaly plan \(name)\(option)` and `ganomaly run \(name)\(option)`.")
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
