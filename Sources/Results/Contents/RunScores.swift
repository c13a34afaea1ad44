import HDF5

/// The scores of a run's headline reading on the whole test set, with what each sample is.
public struct RunScores: Sendable, Equatable {
  /// Such as `squared-l2, running`.
  public var reading: String
  /// After the last epoch: galleries and features are of that one.
  public var last: [Float]
  /// At the headline's epoch.
  public var headline: [Float]
  public var isAnomalous: [Bool]
  /// An index into `classNames`.
  public var classIndex: [Int]
  public var classNames: [String]

  /// - Throws: `HDF5Error` when something is missing or the shapes do not fit together.
  init(_ group: HDF5Group, headlineEpoch: Int) throws {
    let readings = try group.openDataset("reading")
    guard let reading = try readings.readStrings().values.first else {
      throw readings.refusal("there is no reading")
    }
    self.reading = reading
    isAnomalous = try group.openDataset("labels").read(UInt8.self).values.map { $0 != 0 }
    let count = isAnomalous.count
    let scores = try group.openDataset("scores")
    let first = try scores.read(Float.self, rows: 0..<1)
    guard first.shape == [1, count] else {
      throw scores.refusal("its shape is not that of readings of \(count) samples")
    }
    last = first.values
    let epochs = try group.openDataset("history/epoch").shape().reduce(1, *)
    headline =
      headlineEpoch == epochs ? last : try group.openDataset("best_scores").read(Float.self, shape: [count])
    let classes = try group.openDataset("class_index")
    classIndex = try classes.read(Int.self, shape: [count])
    classNames = try group.openDataset("class_names").readStrings().values
    guard classIndex.allSatisfy(classNames.indices.contains) else {
      throw classes.refusal("it holds a class that class_names lacks")
    }
  }

  /// The class of a sample of the test set.
  public func className(_ sample: Int) -> String { classNames[classIndex[sample]] }
}

/// How a run went, epoch by epoch.
public struct RunCourse: Sendable {
  /// Of the headline reading, on the sample that epochs are read on; NaN for an epoch that was not read.
  public var areas: [Double]
  /// The mean of each loss term.
  public var losses: [(name: String, values: [Double])]
  /// Seconds of training and of scoring.
  public var trainingSeconds: [Double]
  public var scoringSeconds: [Double]
  /// Where and with what it was made.
  public var environment: Provenance

  /// - Throws: `HDF5Error` when something is missing or the shapes do not fit together.
  init(_ group: HDF5Group) throws {
    let history = try group.openGroup("history")
    let epochs = try history.openDataset("epoch").shape().reduce(1, *)
    let auroc = try history.openDataset("auroc")
    let first = try auroc.read(Double.self, rows: 0..<1)
    guard first.shape == [1, epochs] else { throw auroc.refusal("its shape is not that of \(epochs) epochs") }
    areas = first.values
    losses = []
    if try history.exists("losses") {
      let group = try history.openGroup("losses")
      for name in try group.names() {
        losses.append((name, try group.openDataset(name).read(Double.self, shape: [epochs])))
      }
    }
    trainingSeconds = try history.attributes.readNumbers(Double.self, "training_seconds")
    scoringSeconds = try history.attributes.readNumbers(Double.self, "scoring_seconds")
    environment = try Provenance(group.openGroup("environment"))
  }
}
