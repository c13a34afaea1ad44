import Diagnostics

/// A detector's stored `weights`, read back by name.
final class StoredTensors {
  private let byName: [String: NamedTensor]
  private var taken: Set<String> = []

  init(_ tensors: [NamedTensor]) {
    byName = Dictionary(tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The values of a tensor, all finite.
  ///
  /// - Parameter shape: the required shape; nil for a list of any length but 0.
  /// - Throws: `Problem` when the tensor is missing, has another shape or is not finite.
  func values(_ name: String, shape: [Int]? = nil) throws(Problem) -> [Float] {
    guard let tensor = byName[name] else { throw Problem(.badData, at: name, "this tensor is missing") }
    taken.insert(name)
    let wanted = shape ?? [max(1, tensor.values.count)]
    guard tensor.shape == wanted, tensor.values.count == wanted.reduce(1, *) else {
      throw Problem(
        .badData, at: name, "the tensor has shape \(tensor.shape), expected \(wanted)",
        hint: "the weights belong to other hyperparameters")
    }
    guard tensor.values.allSatisfy(\.isFinite) else {
      throw Problem(.badData, at: name, "the tensor holds a number that is not finite")
    }
    return tensor.values
  }

  /// The values of a tensor as integers within a range.
  ///
  /// - Throws: `Problem` as `values` does, and when a value is not such an integer.
  func integers(_ name: String, shape: [Int]? = nil, in range: ClosedRange<Int>) throws(Problem) -> [Int] {
    var integers: [Int] = []
    for value in try values(name, shape: shape) {
      guard let integer = Int(exactly: value), range.contains(integer) else {
        throw Problem(
          .badData, at: name, "\(value) is not an integer from \(range.lowerBound) to \(range.upperBound)")
      }
      integers.append(integer)
    }
    return integers
  }

  /// Checks that every tensor has been read.
  ///
  /// - Throws: `Problem` when there is an unknown tensor.
  func requireAllTaken() throws(Problem) {
    if let unknown = byName.keys.filter({ !taken.contains($0) }).sorted().first {
      throw Problem(
        .badData, at: unknown, "this detector has no such tensor",
        hint: "the weights belong to other hyperparameters")
    }
  }
}

extension Problem {
  /// Explains why a detector that compares with the training images themselves cannot be loaded from a run file.
  static func keepsTrainingImages(_ detector: String) -> Problem {
    Problem(
      .badData, "'\(detector)' compares with its training images, which a run file does not hold",
      hint: "score the images as part of a data set, with `ganomaly run`")
  }
}
