import Diagnostics

/// How a program that writes arrays names them.
struct ArrayConvention {
  /// Images with their labels.
  struct Part: Equatable {
    var images: String
    var labels: String
    var isOptional = false
  }

  /// The last is the official test part if there are several; those before it are the train part.
  let parts: [Part]

  /// Names the labels 0, 1, … in a file of any convention.
  static let classNames = "class_names"

  static let all = [
    // MedMNIST.
    ArrayConvention(parts: [
      Part(images: "train_images", labels: "train_labels"),
      Part(images: "val_images", labels: "val_labels", isOptional: true),
      Part(images: "test_images", labels: "test_labels"),
    ]),
    // Keras.
    ArrayConvention(parts: [
      Part(images: "x_train", labels: "y_train"), Part(images: "x_test", labels: "y_test"),
    ]),
    ArrayConvention(parts: [Part(images: "images", labels: "labels")]),
    ArrayConvention(parts: [Part(images: "x", labels: "y")]),
    ArrayConvention(parts: [Part(images: "X", labels: "y")]),
  ]

  /// The parts of a file that holds arrays of these names, and whether they have labels.
  ///
  /// - Throws: `Problem` of kind `badData` unless the names fit exactly one convention, and all parts have labels or none.
  static func parts(
    among names: [String], in path: String
  ) throws(Problem) -> (parts: [Part], hasLabels: Bool) {
    let known = Set(all.flatMap(\.names)).intersection(names)
    let fitting = all.first { convention in
      known.isSubset(of: convention.names)
        && convention.parts.allSatisfy { $0.isOptional || known.contains($0.images) }
    }
    guard let fitting else {
      let shown = names.prefix(20).map(\.debugDescription).joined(separator: ", ")
      let found = names.isEmpty ? "no array" : shown + (names.count > 20 ? ", …" : "")
      throw Problem(.badData, at: path, "holds \(found), which fit no convention", hint: spelledOut)
    }
    let parts = fitting.parts.filter { known.contains($0.images) || known.contains($0.labels) }
    if let part = parts.first(where: { !known.contains($0.images) }) {
      throw Problem(.badData, at: path, "holds \(part.labels), but no \(part.images)")
    }
    let unlabeled = parts.filter { !known.contains($0.labels) }
    guard unlabeled.isEmpty || unlabeled.count == parts.count else {
      throw Problem(
        .badData, at: path, "holds \(unlabeled[0].images), but no \(unlabeled[0].labels)",
        hint: "give labels for all images or for none")
    }
    guard unlabeled.isEmpty || !names.contains(classNames) else {
      throw Problem(.badData, at: path, "holds \(classNames), but no \(unlabeled[0].labels)")
    }
    return (parts, unlabeled.isEmpty)
  }

  private var names: [String] { parts.flatMap { [$0.images, $0.labels] } }

  private static let spelledOut =
    "name the images "
    + all.map { convention in
      convention.parts.map { $0.isOptional ? "[\($0.images)]" : $0.images }.joined(separator: " and ")
    }.joined(separator: ", or ")
    + " and the labels, if there are any, "
    + all.dropLast().map { convention in convention.parts.map(\.labels).joined(separator: " and ") }
    .joined(separator: ", or ")
}
