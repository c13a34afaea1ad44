import Diagnostics
import Randomness
import Settings

/// Which images train and which test, as indices into a data set.
public struct Split: Sendable, Equatable {
  /// Normal images to train on.
  public let train: [Int]
  /// Normal images held out of training and of the test, for choices without labels.
  public var validation: [Int] = []
  /// The test set: all normals, then all anomalies.
  public let test: [Int]
  /// The class of each image of `test`.
  public let testClasses: [Int]
  /// Whether each image of `test` is anomalous.
  public let testIsAnomalous: [Bool]

  public var testNormalCount: Int { testIsAnomalous.count { !$0 } }
  public var testAnomalyCount: Int { testIsAnomalous.count { $0 } }

  /// The same split with a share of the training normals held out of training.
  ///
  /// - Parameters:
  ///   - share: from 0 to below 1; the count is rounded down.
  ///   - seed: of the choice; the test set does not depend on it.
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

  /// The share of the normals that train in the pooled split.
  public static let pooledTrainShare = 0.8

  /// Divides a data set as the reference code does.
  ///
  /// - Parameters:
  ///   - dataset: the images; only its labels and parts matter.
  ///   - kind: pooled: the normals of both official parts, those of the train part first, each in file order,
  ///     shuffled with numpy's `seed`; the first int(0.8·n) train, the rest test. Official: the train part's
  ///     normals train, the test part's test. Either way all anomalies of both parts test, those of the train
  ///     part first.
  ///   - heldOut: the anomalous classes. In an image folder only its kinds of anomaly can be held out; images
  ///     of those not named are left out.
  ///   - seed: numpy's seed, 0 ... 2³² − 1; only the pooled split depends on it.
  /// - Throws: `Problem` of kind `usage` for a split that the data set does not have, and for held-out classes
  ///   or a seed that cannot be; `badData` when no image would train or either kind would be missing in the test.
  public static func make(
    _ dataset: Dataset, _ kind: SplitKind, heldOut: [Int], seed: Int
  ) throws(Problem) -> Split {
    let classes = Set(dataset.classNames.indices)
    let anomalous = Set(heldOut)
    let possible = dataset.anomalyClasses.isEmpty ? classes : Set(dataset.anomalyClasses)
    guard !anomalous.isEmpty else {
      throw Problem(.usage, at: dataset.title, "no class is held out, so that nothing is anomalous")
    }
    if let impossible = heldOut.first(where: { !possible.contains($0) }) {
      let name = classes.contains(impossible) ? "'\(dataset.classNames[impossible])'" : "\(impossible)"
      let names = possible.sorted().map { dataset.classNames[$0] }.joined(separator: ", ")
      throw Problem(
        .usage, at: dataset.title, "the class \(name) cannot be held out", hint: "one or more of \(names)")
    }
    let normal = classes.subtracting(dataset.anomalyClasses.isEmpty ? anomalous : possible)
    guard !normal.isEmpty else {
      throw Problem(.usage, at: dataset.title, "every class is held out, so that nothing is normal")
    }
    return try make(
      title: dataset.title, labels: dataset.labels, officialTrainCount: dataset.officialTrainCount, kind,
      normal: normal, anomalous: anomalous, seed: seed)
  }

  /// The same from labels alone.
  static func make(
    title: String, labels: [Int], officialTrainCount: Int?, _ kind: SplitKind, normal: Set<Int>,
    anomalous: Set<Int>, seed: Int
  ) throws(Problem) -> Split {
    let normals = labels.indices.filter { normal.contains(labels[$0]) }
    let anomalies = labels.indices.filter { anomalous.contains(labels[$0]) }
    let train: [Int]
    let testNormals: [Int]
    switch kind {
    case .pooled:
      guard let seed = UInt32(exactly: seed) else {
        throw Problem(
          .usage, at: title, "the seed \(seed) is none that numpy takes", hint: "0 to \(UInt32.max)")
      }
      let shuffled = NumpyShuffle.permutation(of: normals.count, seed: seed).map { normals[$0] }
      let trainCount = Int(Double(normals.count) * pooledTrainShare)
      train = Array(shuffled[..<trainCount])
      testNormals = Array(shuffled[trainCount...])
    case .official:
      guard let officialTrainCount else {
        throw Problem(
          .usage, at: title, "the data set has no official train and test part",
          hint: "split: \(SplitKind.pooled.rawValue)")
      }
      train = normals.filter { $0 < officialTrainCount }
      testNormals = normals.filter { $0 >= officialTrainCount }
    }
    for (count, what) in [
      (train.count, "normal image to train on"), (testNormals.count, "normal image in the test set"),
      (anomalies.count, "anomalous image in the test set"),
    ] where count == 0 {
      throw Problem(.badData, at: title, "the split '\(kind.rawValue)' leaves no \(what)")
    }
    let test = testNormals + anomalies
    return Split(
      train: train, test: test, testClasses: test.map { labels[$0] },
      testIsAnomalous: test.map { anomalous.contains(labels[$0]) })
  }
}
