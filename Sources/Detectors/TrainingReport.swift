/// What one epoch of training left behind.
public struct EpochReport: Sendable, Equatable {
  /// The mean of each loss term over the epoch's steps, in the order in which they are shown.
  public var losses: [(name: String, value: Double)]
  /// Training images that were used.
  public var images: Int
  /// How often a network was reinitialized.
  public var redraws: Int

  public init(losses: [(name: String, value: Double)], images: Int, redraws: Int) {
    self.losses = losses
    self.images = images
    self.redraws = redraws
  }

  public static func == (a: EpochReport, b: EpochReport) -> Bool {
    a.images == b.images && a.redraws == b.redraws && a.losses.map(\.name) == b.losses.map(\.name)
      && a.losses.map(\.value) == b.losses.map(\.value)
  }
}

/// Where training stands within an epoch.
///
/// Made after every step, so it allocates nothing: the list of losses is made for whoever asks for it.
public struct StepReport: Sendable {
  public var step: Int
  public var steps: Int
  /// Training images used in this epoch so far.
  public var images: Int
  private let lossNames: [String]
  private let lossValues: SIMD8<Double>

  /// - Parameters:
  ///   - lossNames: of the detector's loss terms, at most 8; the same array at every step.
  ///   - lossValues: this step's.
  public init(step: Int, steps: Int, images: Int, lossNames: [String], lossValues: SIMD8<Double>) {
    precondition(lossNames.count <= SIMD8<Double>.scalarCount, "\(lossNames.count) loss terms")
    self.step = step
    self.steps = steps
    self.images = images
    self.lossNames = lossNames
    self.lossValues = lossValues
  }

  /// Of a report that came from elsewhere.
  public init(step: Int, steps: Int, images: Int, losses: [(name: String, value: Double)]) {
    var values = SIMD8<Double>()
    for (index, loss) in losses.prefix(values.scalarCount).enumerated() { values[index] = loss.value }
    self.init(
      step: step, steps: steps, images: images,
      lossNames: losses.prefix(values.scalarCount).map(\.name), lossValues: values)
  }

  /// This step's loss terms.
  public var losses: [(name: String, value: Double)] {
    lossNames.enumerated().map { index, name in (name, lossValues[index]) }
  }
}

/// What one call of `AnomalyDetector.advance` has done.
public enum TrainingAdvance: Sendable {
  /// A part of a step that takes long, such as a tree of a forest: nothing to report, but a moment to stop at.
  case part
  case step(StepReport)
  /// What remained after the last step. No epoch is in progress now.
  case epochEnd(EpochReport)
}
