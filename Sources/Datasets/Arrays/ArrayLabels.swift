import Diagnostics
import Settings

/// The classes of images whose labels are arrays.
struct ArrayLabels {
  /// The only class of images without labels.
  static let normal = "normal"
  private static let mostClasses = 10_000

  private(set) var classNames: [String]
  /// Indices into `classNames`.
  private(set) var labels: [Int]

  /// Images of one class.
  init(withoutLabels count: Int) {
    classNames = [Self.normal]
    labels = [Int](repeating: 0, count: count)
  }

  /// - Parameters:
  ///   - parts: the stored labels of each part, with their place.
  ///   - classNames: the names of the labels 0, 1, …; nil to name each class by its label, in numerical order.
  /// - Throws: `Problem` of kind `badData` for a label without a name, and for too many different ones.
  init(_ parts: [(place: String, values: [Int])], classNames: [String]?) throws(Problem) {
    if let classNames {
      for (place, values) in parts {
        if let index = values.firstIndex(where: { !classNames.indices.contains($0) }) {
          throw Problem(
            .badData, at: place,
            "label \(index) (from 0) is \(values[index]), but \(ArrayConvention.classNames) names 0 to \(classNames.count - 1)"
          )
        }
      }
      self.classNames = classNames
      labels = parts.flatMap(\.values)
      return
    }
    let classes = Set(parts.flatMap(\.values)).sorted()
    guard classes.count <= Self.mostClasses else {
      throw Problem(
        .badData, at: parts[0].place,
        "holds \(classes.count) different labels; the limit is \(Self.mostClasses) classes")
    }
    let index = Dictionary(uniqueKeysWithValues: classes.enumerated().map { ($1, $0) })
    self.classNames = classes.map(String.init)
    labels = parts.flatMap(\.values).compactMap { index[$0] }
  }

  /// The labels in an array of N or N×1 integers.
  ///
  /// - Parameter count: of the images.
  static func values(of array: StoredArray, count: Int, images: String) throws(Problem) -> [Int] {
    guard array.shape.count == 1 || array.shape.count == 2 && array.shape[1] == 1 else {
      throw Problem(
        .badData, at: array.place, "has the shape \(shapeText(array.shape)); labels are N or N×1",
        hint: array.shape.count == 2
          ? "one class for each image, as `y.argmax(axis=1)` of one-hot labels" : "")
    }
    guard array.shape[0] == count else {
      throw Problem(
        .badData, at: array.place, "holds \(array.shape[0]) labels, but \(images) holds \(count) images")
    }
    switch array.element {
    case .boolean, .unsigned, .signed: break
    case .float, .text:
      throw Problem(
        .badData, at: array.place, "holds \(array.element); labels are integers or bool",
        hint: array.element == .float(bytes: array.element.size)
          ? "save `y.astype('int64')`"
          : "save the position of each name as an integer, and the names as \(ArrayConvention.classNames)")
    }
    switch try array.values(0..<count) {
    case .bytes(let bytes): return bytes.map(Int.init)
    case .integers(let integers): return integers
    case .numbers, .texts: preconditionFailure("\(array.element) is refused before it is read")
    }
  }

  /// The names in an array of strings.
  static func classNames(of array: StoredArray) throws(Problem) -> [String] {
    guard case .text = array.element, array.shape.count == 1, (1...mostClasses).contains(array.shape[0])
    else {
      throw Problem(
        .badData, at: array.place,
        "is \(shapeText(array.shape)) of \(array.element), expected one dimension of 1 to \(mostClasses) strings"
      )
    }
    guard case .texts(let names) = try array.values(0..<array.shape[0]) else {
      preconditionFailure("\(array.element) is read as strings")
    }
    var known: Set<String> = []
    for (index, name) in names.enumerated() {
      guard !name.contains(ClassGroup.separator) else {
        throw Problem(
          .badData, at: array.place,
          "name \(index) (from 0), \(name.debugDescription), has '\(ClassGroup.separator)' in it, which separates the "
            + "classes of a group")
      }
      let isLegal =
        !name.isEmpty && !name.unicodeScalars.contains { $0.properties.generalCategory == .control }
      guard isLegal, known.insert(name).inserted else {
        throw Problem(
          .badData, at: array.place,
          "name \(index) (from 0), \(name.debugDescription), is \(isLegal ? "a repetition" : "empty or not printable")"
        )
      }
    }
    return names
  }
}
