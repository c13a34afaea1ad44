import Diagnostics
import Foundation
import Settings

/// What one value alone cannot show to be wrong.
extension SpecResolver {
  mutating func refuse(name: String) {
    guard name.range(of: SpecKey.namePattern, options: .regularExpression) == nil else { return }
    let given = !nodes(.name, in: layers.suffix(2)).isEmpty
    let legal = String(name.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    refuse(
      at: given ? place(of: SpecKey.name.rawValue) : source.path,
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
  }

  /// The classes held out, in the data set's order.
  mutating func heldOut(of dataset: DatasetSettings) -> Experiment.HeldOut {
    guard let classNames = dataset.name.classNames else {
      for node in nodes(.heldOut, in: layers) {
        refuse(
          at: node.place, "'held_out' means nothing for an image folder, whose folders say what is anomalous",
          hint: "leave it out")
      }
      return .all
    }
    var heldOut = Experiment.HeldOut.all
    for node in nodes(.heldOut, in: layers) {
      do {
        heldOut = try heldOutClasses(node, classNames)
      } catch {
        problems.append(error)
      }
    }
    return heldOut
  }

  private func heldOutClasses(
    _ node: SpecNode, _ classNames: [String]
  ) throws(Problem) -> Experiment.HeldOut {
    guard case .list(let nodes) = node.content else {
      if node.text == SpecKey.allClasses { return .all }
      let isClass = node.classWord.map(classNames.contains) ?? false
      throw Problem(
        .usage, at: node.place,
        "'held_out' must be '\(SpecKey.allClasses)' or a list of class names, not \(node.found)",
        hint: isClass ? "write [\(node.classWord ?? "")]" : "")
    }
    let words = nodes.map(\.asClassWord)
    let form = SettingForm.list(of: .choice(classNames), atLeast: 1)
    let list = SpecNode(content: .list(words), place: node.place)
    guard case .list(let values) = try form.value(of: list, for: "'held_out'") else { return .all }
    return .classes(classNames.filter { values.contains(.text($0)) })
  }

  mutating func refuseTooManyRuns(_ experiment: Experiment) {
    guard experiment.runCount > Experiment.mostRuns else { return }
    refuse(
      at: source.path, "the experiment has \(experiment.runCount) runs, more than \(Experiment.mostRuns)",
      hint: "fewer seeds, classes or configurations")
  }

  mutating func refuseContradictions(_ evaluation: ProtocolSettings, _ dataset: DatasetSettings) {
    if evaluation.split == .official, !dataset.name.hasOfficialParts {
      refuse(
        at: place(of: "protocol.split"),
        "'\(dataset.name.rawValue)' has no official train and test part to split by",
        hint: "write `split: \(SplitKind.pooled.rawValue)`")
    }
    if evaluation.inputRange == .standardised, dataset.channels != 1 {
      refuse(
        at: place(of: "protocol.input_range"),
        "'standardised' is MNIST's mean and deviation, for 1 channel; these images have \(dataset.channels)",
        hint: "write `input_range: \(InputRange.symmetric.rawValue)`")
    }
  }
}

extension SpecNode {
  /// The class that a scalar names: its text, or the digits of an integer.
  fileprivate var classWord: String? {
    switch content {
    case .scalar(.text(let text), _, _): text
    case .scalar(.integer(let integer), _, _): String(integer)
    default: nil
    }
  }

  /// The same scalar with an integer turned into the text of its digits.
  var asClassWord: SpecNode {
    guard case .scalar(.integer(let integer), let spelling, let quoted) = content else { return self }
    return SpecNode(
      content: .scalar(.text(String(integer)), spelling: spelling, quoted: quoted), place: place)
  }
}

extension Experiment.Source {
  /// The file's name without folder and extension.
  var fileName: String {
    URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
  }
}
