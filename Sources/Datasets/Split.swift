import Diagnostics
import Randomness
import Settings

/// Which images are for training and which for testing, as indices into a data set.
public struct Split: Sendable, Equatable {
  /// Normal images to train on.
  public let train: [Int]
  /// Normal images held out of both training and test, for choices that need no labels.
  public var validation: [Int] = []
  /// The test set: all normals, then all anomalies.
  public let test: [Int]
  /// The class of each image of `test`.
  public let testClasses: [Int]
  /// Whether each image of `test` is anomalous.
  public let testIsAnomalous: [Bool]

  /// Normal images in the test set.
  public var testNormalCount: Int { testIsAnomalous.count { !$0 } }
  /// Anomalous images in the test set.
  public var testAnomalyCount: Int { testIsAnomalous.count { $0 } }

  /// The same split with a share of the training normals moved to `validation`.
  ///
  /// - Parameters:
  ///   - share: at least 0, below 1; the count is rounded down.
  ///   - seed: the seed of the choice; the test set does not depend on it.
  /// - Throws: `Problem` when the share holds out no image, or all of them.
  public func holdingOut(
    validationShare share: Double, seed: Int, title: String
  ) throws(Problem) -> Split {
    guard share > 0 else { return self }
    let count = Int(share * Double(train.count))
    guard count > 0, count < train.count else {
      throw Problem(
        .usage, at: title,
        "protocol.validation_fraction \(share) of \(train.count) training normals is \(count == 0 ? "none" : "all")",
        hint: "give another share with --set protocol.validation_fraction=…")
    }
    var stream = RandomStream(seed: UInt64(seed), name: "validation normals")
    let isHeldOut = Set(stream.nextPermutation(of: train.count).prefix(count))
    return Split(
      train: train.indices.filter { !isHeldOut.contains($0) }.map { train[$0] },
      validation: train.indices.filter(isHeldOut.contains).map { train[$0] }, test: test,
      testClasses: testClasses, testIsAnomalous: testIsAnomalous)
  }
}
