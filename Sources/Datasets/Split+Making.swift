import Diagnostics
import Randomness
import Settings

extension Split {
  /// The share of normal images used for training when there are no official parts, or both are pooled.
  public static let pooledTrainShare = 0.8

  /// Splits a data set into train and test as the reference code does, or with a single normal class.
  ///
  /// - Parameters:
  ///   - dataset: the data set; only its labels and parts matter.
  ///   - kind: pooled: the normals of both official parts, train part first, each in file order, are shuffled with
  ///     numpy's `seed`; the first int(0.8·n) train, the rest test. Official: the train part's normals train, the test
  ///     part's test. In both, all anomalies of both parts test, train part first. One class normal: the class's images
  ///     in the train part train, and the test part is the test set; without official parts, the class's images are
  ///     split as in the pooled split, and all others test.
  ///   - classes: the anomalous classes or, with one class normal, the normal one or ones. In an image folder of anomaly
  ///     kinds, only these can be held out; images of other kinds are left out. Of a data set with a single class, none:
  ///     its test set has no anomalies.
  ///   - seed: numpy's seed, 0 ... 2³² − 1; ignored by splits along the official parts.
  /// - Throws: `Problem` of kind `usage` for a split that the data set does not support, and for invalid classes or an
  ///   invalid seed; `badData` when the split leaves no training image, or no test image of either kind.
  public static func make(
    _ dataset: Dataset, _ kind: SplitKind, classes: [Int], seed: Int
  ) throws(Problem) -> Split {
    let (normal, anomalous) =
      switch kind.classRole {
      case .heldOut: try holdingOut(classes, of: dataset)
      case .normal: try only(classes, of: dataset)
      }
    return try make(
      title: dataset.title, labels: dataset.labels, officialTrainCount: dataset.officialTrainCount, kind,
      normal: normal, anomalous: anomalous, seed: seed)
  }

  /// Normal and anomalous classes when some classes are held out.
  private static func holdingOut(
    _ heldOut: [Int], of dataset: Dataset
  ) throws(Problem) -> (normal: Set<Int>, anomalous: Set<Int>) {
    let classes = Set(dataset.classNames.indices)
    let anomalous = Set(heldOut)
    let possible = dataset.anomalyClasses.isEmpty ? classes : Set(dataset.anomalyClasses)
    if dataset.hasSingleClass, heldOut.isEmpty { return (classes, []) }
    guard !anomalous.isEmpty else {
      throw Problem(.usage, at: dataset.title, "no class is held out, so nothing would be anomalous")
    }
    if let impossible = heldOut.first(where: { !possible.contains($0) }) {
      throw Problem(
        .usage, at: dataset.title, "the class \(name(impossible, in: dataset)) cannot be held out",
        hint: "one or more of \(names(possible, in: dataset))")
    }
    let normal = classes.subtracting(dataset.anomalyClasses.isEmpty ? anomalous : possible)
    guard !normal.isEmpty else {
      throw Problem(.usage, at: dataset.title, "every class is held out, so nothing would be normal")
    }
    return (normal, anomalous)
  }

  /// Normal and anomalous classes when one class is normal, or several together are.
  private static func only(
    _ normal: [Int], of dataset: Dataset
  ) throws(Problem) -> (normal: Set<Int>, anomalous: Set<Int>) {
    guard dataset.anomalyClasses.isEmpty else {
      throw Problem(
        .usage, at: dataset.title,
        "an image folder defines its normal class, so none can be chosen",
        hint: "split: \(SplitKind.official.rawValue)")
    }
    let classes = Set(dataset.classNames.indices)
    guard !normal.isEmpty, classes.isSuperset(of: normal), classes.count > Set(normal).count else {
      let found = normal.isEmpty ? "none" : normal.map { name($0, in: dataset) }.joined(separator: ", ")
      throw Problem(
        .usage, at: dataset.title, "one or more classes must be normal, but not all of them; found \(found)",
        hint: "one of \(names(classes, in: dataset))")
    }
    return (Set(normal), classes.subtracting(normal))
  }

  private static func name(_ label: Int, in dataset: Dataset) -> String {
    dataset.classNames.indices.contains(label) ? "'\(dataset.classNames[label])'" : "\(label)"
  }

  private static func names(_ classes: Set<Int>, in dataset: Dataset) -> String {
    classes.sorted().map { dataset.classNames[$0] }.joined(separator: ", ")
  }

  /// The same, from labels alone.
  static func make(
    title: String, labels: [Int], officialTrainCount: Int?, _ kind: SplitKind, normal: Set<Int>,
    anomalous: Set<Int>, seed: Int
  ) throws(Problem) -> Split {
    let normals = labels.indices.filter { normal.contains(labels[$0]) }
    var anomalies = labels.indices.filter { anomalous.contains(labels[$0]) }
    let train: [Int]
    let testNormals: [Int]
    switch (kind, officialTrainCount) {
    case (.pooled, _), (.oneClassNormal, nil):
      (train, testNormals) = try pooled(normals, seed: seed, title: title)
    case (.official, nil):
      throw Problem(
        .usage, at: title, "the data set has no official train and test part",
        hint: "split: \(SplitKind.pooled.rawValue)")
    case (.official, let trainCount?), (.oneClassNormal, let trainCount?):
      train = normals.filter { $0 < trainCount }
      testNormals = normals.filter { $0 >= trainCount }
      if kind == .oneClassNormal { anomalies.removeAll { $0 < trainCount } }
    }
    for (count, what) in [
      (train.count, "normal image to train on"), (testNormals.count, "normal image in the test set"),
      (anomalous.isEmpty ? 1 : anomalies.count, "anomalous image in the test set"),
    ] where count == 0 {
      throw Problem(.badData, at: title, "the split '\(kind.rawValue)' leaves no \(what)")
    }
    let test = testNormals + anomalies
    return Split(
      train: train, test: test, testClasses: test.map { labels[$0] },
      testIsAnomalous: test.map { anomalous.contains(labels[$0]) })
  }

  /// Shuffles the normals as numpy does; the first int(0.8·n) train.
  private static func pooled(
    _ normals: [Int], seed: Int, title: String
  ) throws(Problem) -> (train: [Int], test: [Int]) {
    guard let seed = UInt32(exactly: seed) else {
      throw Problem(
        .usage, at: title, "numpy does not accept the seed \(seed)", hint: "0 to \(UInt32.max)")
    }
    let shuffled = NumpyShuffle.permutation(of: normals.count, seed: seed).map { normals[$0] }
    let trainCount = Int(Double(normals.count) * pooledTrainShare)
    return (Array(shuffled[..<trainCount]), Array(shuffled[trainCount...]))
  }
}
