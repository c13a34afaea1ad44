import Diagnostics
import Settings

/// `held_out` and `normal_class`: the classes that take turns in the split's role.
///
/// The split decides which of the two keys applies. The other is refused where it is written, unless it applied in its
/// own layer and a later layer changed the split: then it is dropped.
extension SpecResolver {
  /// The classes of the runs: in the data set's order, or as given where the classes are unknown until it is read.
  mutating func classes(of dataset: DatasetSettings, preset: Preset?) -> Experiment.HeldOut {
    guard dataset.choosesClasses else {
      for key in [SpecKey.heldOut, .normalClass] {
        for node in nodes(key, in: layers) {
          refuse(
            at: node.place,
            "'\(key.rawValue)' has no effect on an image folder of layout '\(dataset.layout.rawValue)', whose folders say "
              + "what is anomalous",
            hint:
              "leave it out, or write `layout: \(FolderLayout.classes.rawValue)` if each folder is a class")
        }
      }
      return .all
    }
    var classes = Experiment.HeldOut.all
    for (layer, ownSplit) in zip(layers, splits(preset: preset, dataset: dataset)) {
      for (key, role) in [(SpecKey.heldOut, ClassRole.heldOut), (.normalClass, .normal)] {
        for node in nodes(key, in: [layer]) {
          do {
            let given = try Self.classes(node, key, dataset.name.classNames)
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

  /// - Parameter classNames: the classes of the data set; nil if they are unknown until it is read.
  private static func classes(
    _ node: SpecNode, _ key: SpecKey, _ classNames: [String]?
  ) throws(Problem) -> Experiment.HeldOut {
    let subject = "'\(key.rawValue)'"
    guard case .list(let nodes) = node.content else {
      if node.text == SpecKey.allClasses { return .all }
      let isClass = node.classWord.map { classNames?.contains($0) ?? true } ?? false
      throw Problem(
        .usage, at: node.place,
        "\(subject) must be '\(SpecKey.allClasses)' or a list of class names, not \(node.found)",
        hint: isClass ? "write [\(node.classWord ?? "")]" : "")
    }
    let form = classNames.map(SettingForm.choice) ?? .text
    guard !nodes.isEmpty else {
      _ = try SettingForm.list(of: form, atLeast: 1).value(of: node, for: subject)
      return .all
    }
    var groups: [[String]] = []
    for element in nodes {
      let members = try members(of: element, form, subject, classNames)
      if groups.contains(members) {
        let found = members.count == 1 ? element.found : "'\(ClassGroup.name(of: members))'"
        throw Problem(.usage, at: element.place, "\(found) occurs more than once in \(subject)")
      }
      groups.append(members)
    }
    if let classNames {
      let positions = Dictionary(uniqueKeysWithValues: classNames.enumerated().map { ($1, $0) })
      groups.sort {
        $0.compactMap { positions[$0] }.lexicographicallyPrecedes($1.compactMap { positions[$0] })
      }
    }
    return .classes(groups.map(ClassGroup.name))
  }

  /// The classes that an element of the list names: one, or those of a list that form a group.
  private static func members(
    of element: SpecNode, _ form: SettingForm, _ subject: String, _ classNames: [String]?
  ) throws(Problem) -> [String] {
    let nodes: [SpecNode]
    if case .list(let inner) = element.content { nodes = inner } else { nodes = [element] }
    let list = SpecNode(content: .list(nodes.map(\.asClassWord)), place: element.place)
    let values = try SettingForm.list(of: form, atLeast: 1).value(of: list, for: subject)
    guard case .list(let values) = values else { return [] }
    let given = values.compactMap { if case .text(let name) = $0 { name } else { nil } }
    if let name = given.first(where: { $0.contains(ClassGroup.separator) }) {
      throw Problem(
        .usage, at: element.place,
        "'\(name)' has '\(ClassGroup.separator)' in it, which separates the classes of a group",
        hint: "write a group as a list, [[a, b]], or rename the class")
    }
    return classNames?.filter(given.contains) ?? given
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
