import Diagnostics
import Settings

/// `held_out` and `normal_class`: the classes that take turns in the split's role.
///
/// The split decides which of the two keys applies. The other is refused where it is written, unless it applied in its
/// own layer and a later layer changed the split: then it is dropped.
extension SpecResolver {
  /// The classes of the runs, in the data set's order.
  mutating func classes(of dataset: DatasetSettings, preset: Preset?) -> Experiment.HeldOut {
    guard let classNames = dataset.name.classNames else {
      for key in [SpecKey.heldOut, .normalClass] {
        for node in nodes(key, in: layers) {
          refuse(
            at: node.place,
            "'\(key.rawValue)' has no effect on an image folder, whose folders say what is anomalous",
            hint: "leave it out")
        }
      }
      return .all
    }
    var classes = Experiment.HeldOut.all
    for (layer, ownSplit) in zip(layers, splits(preset: preset, dataset: dataset)) {
      for (key, role) in [(SpecKey.heldOut, ClassRole.heldOut), (.normalClass, .normal)] {
        for node in nodes(key, in: [layer]) {
          do {
            let given = try Self.classes(node, key, classNames)
            if role == classRole { classes = given }
          } catch {
            problems.append(error)
          }
          if role != classRole, ownSplit.classRole != role { refuseIdle(key, at: node.place) }
        }
      }
    }
    return classes
  }

  /// The split in force after each layer.
  private func splits(preset: Preset?, dataset: DatasetSettings) -> [SplitKind] {
    var split = (preset?.evaluation(channels: dataset.channels) ?? ProtocolSettings()).split
    return layers.map { layer in
      for case .mapping(let entries) in nodes(.protocol, in: [layer]).map(\.content) {
        for entry in entries where entry.key == "split" {
          split = entry.value.text.flatMap(SplitKind.init) ?? split
        }
      }
      return split
    }
  }

  private mutating func refuseIdle(_ key: SpecKey, at place: String) {
    let opposite = SplitKind.oneClassNormal.rawValue
    switch key {
    case .normalClass:
      refuse(
        at: place, "'\(key.rawValue)' has no effect here: it applies only with `split: \(opposite)`",
        hint: "write `\(SpecKey.heldOut.rawValue)`, or `protocol: {split: \(opposite)}`")
    default:
      refuse(
        at: place, "'\(key.rawValue)' has no effect with `split: \(opposite)`, which holds no class out",
        hint: "write `\(SpecKey.normalClass.rawValue)`")
    }
  }

  private static func classes(
    _ node: SpecNode, _ key: SpecKey, _ classNames: [String]
  ) throws(Problem) -> Experiment.HeldOut {
    guard case .list(let nodes) = node.content else {
      if node.text == SpecKey.allClasses { return .all }
      let isClass = node.classWord.map(classNames.contains) ?? false
      throw Problem(
        .usage, at: node.place,
        "'\(key.rawValue)' must be '\(SpecKey.allClasses)' or a list of class names, not \(node.found)",
        hint: isClass ? "write [\(node.classWord ?? "")]" : "")
    }
    let words = nodes.map(\.asClassWord)
    let form = SettingForm.list(of: .choice(classNames), atLeast: 1)
    let list = SpecNode(content: .list(words), place: node.place)
    guard case .list(let values) = try form.value(of: list, for: "'\(key.rawValue)'") else { return .all }
    return .classes(classNames.filter { values.contains(.text($0)) })
  }
}

extension SpecNode {
  /// The class that a scalar names: a text, or the digits of an integer.
  fileprivate var classWord: String? {
    switch content {
    case .scalar(.text(let text), _, _): text
    case .scalar(.integer(let integer), _, _): String(integer)
    default: nil
    }
  }

  /// The same scalar, with an integer turned into the text of its digits.
  var asClassWord: SpecNode {
    guard case .scalar(.integer(let integer), let spelling, let quoted) = content else { return self }
    return SpecNode(
      content: .scalar(.text(String(integer)), spelling: spelling, quoted: quoted), place: place)
  }
}
