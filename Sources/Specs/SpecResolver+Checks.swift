import Diagnostics
import Foundation
import Settings

/// Checks that involve more than a single value.
extension SpecResolver {
  mutating func refuse(name: String) {
    if Experiment.isName(name) { return }
    let given = !nodes(.name, in: layers.suffix(2)).isEmpty
    let place = given ? place(of: SpecKey.name.rawValue) : source.path
    if Experiment.isTooLong(name) {
      return refuse(
        at: place, "the experiment's name has \(name.count) characters: those of its files would be too long",
        hint: "give it a `name` of at most \(Experiment.longestName)")
    }
    let legal = String(name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    refuse(
      at: place,
      "the \(given ? "name" : "file's name,") '\(name)'\(given ? "" : ", which names the experiment,") "
        + "must be of a-z, 0-9 and '-'",
      hint: legal.isEmpty ? "give it a `name`" : "for example `name: \(legal)`")
  }

  mutating func refuseMissing(in dataset: DatasetSettings) {
    let entries = nodes(.dataset, in: layers).flatMap { node -> [SpecEntry] in
      if case .mapping(let entries) = node.content { entries } else { [] }
    }
    let sectionPlace = place(of: SpecKey.dataset.rawValue)
    if !entries.contains(where: { $0.key == SpecKey.kindKey }) {
      let names = DatasetName.allCases.map(\.rawValue).joined(separator: ", ")
      refuse(
        at: entries.isEmpty ? source.path : sectionPlace, "'dataset.name' is missing",
        hint: "it is one of \(names)")
    }
    if dataset.name == .folder, dataset.folder.isEmpty {
      refuse(
        at: place(of: "dataset.name"), "'dataset.folder' is missing: the data set is an image folder",
        hint: "write `dataset: {name: folder, folder: …}` with a folder below the data folder")
    }
    if dataset.name == .arrays, dataset.file.isEmpty {
      refuse(
        at: place(of: "dataset.name"), "'dataset.file' is missing: the data set is a file of arrays",
        hint: "write `dataset: {name: arrays, file: …}` with an NPZ, NPY or HDF5 file below the data folder")
    }
  }

  /// Color images are not reduced to gray: that would be another data set.
  mutating func refuseChannels(of dataset: DatasetSettings) {
    guard dataset.name != .folder, dataset.channels < dataset.name.channels else { return }
    refuse(
      at: place(of: "dataset.channels"),
      "'\(dataset.name.rawValue)' has images of \(dataset.name.channels) channels, which are not reduced to "
        + "\(dataset.channels)",
      hint: "leave it out, or write `channels: \(dataset.name.channels)`")
  }

  mutating func refuseTooManyRuns(_ experiment: Experiment) {
    guard experiment.runCount > Experiment.mostRuns else { return }
    refuse(
      at: source.path, "the experiment has \(experiment.runCount) runs, more than \(Experiment.mostRuns)",
      hint: "fewer seeds, classes or configurations")
  }

  mutating func refuseContradictions(_ evaluation: ProtocolSettings, _ dataset: DatasetSettings) {
    if evaluation.split == .official, !dataset.hasOfficialParts {
      refuse(
        at: place(of: "protocol.split"),
        "'\(dataset.name.rawValue)' has no official train and test part to split by",
        hint: "write `split: \(SplitKind.pooled.rawValue)`")
    }
    if evaluation.split == .oneClassNormal, !dataset.choosesClasses {
      refuse(
        at: place(of: "protocol.split"),
        "an image folder of layout '\(dataset.layout.rawValue)' defines its normal class, so none can be chosen",
        hint: "write `split: \(SplitKind.standard(for: dataset).rawValue)`")
    }
    if evaluation.epoch == .bestOnTest, dataset.name == .folder, dataset.layout == .normals {
      refuse(
        at: place(of: "protocol.epoch"),
        "'\(EpochChoice.bestOnTest.rawValue)' chooses by AUROC, which a test without anomalies does not give",
        hint: "write `epoch: \(EpochChoice.last.rawValue)`")
    }
    if evaluation.testSamples == 1 {
      refuseSingleSample(at: place(of: "protocol.\(ProtocolSettings.testSamplesKey)"))
    }
    if evaluation.inputRange == .standardized, dataset.channels != 1 {
      refuse(
        at: place(of: "protocol.input_range"),
        "'standardised' is MNIST's mean and deviation, for 1 channel; these images have \(dataset.channels)",
        hint: "write `input_range: \(InputRange.symmetric.rawValue)`")
    }
  }

  mutating func refuse(_ detectors: [DetectorSettings], on engine: ComputeEngine) {
    for detector in detectors where !engine.computes(detector) {
      let names = engine.detectors.map { $0.detectorName }.joined(separator: ", ")
      refuse(
        at: place(of: SpecKey.engine.rawValue),
        "the detector '\(detector.name)' is not computed by '\(engine.rawValue)'",
        hint: "leave the engine out; '\(engine.rawValue)' computes \(names)")
    }
  }

  mutating func refuseSingleSample(at place: String) {
    refuse(
      at: place, "a test on 1 image has no normal and anomalous one", hint: "give at least 2, or 0 for all")
  }
}

extension Experiment.Source {
  /// The file's name without folder and extension.
  var fileName: String {
    URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
  }
}
