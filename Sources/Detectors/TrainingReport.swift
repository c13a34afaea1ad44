/// The summary of one training epoch.
public struct EpochReport: Sendable, Equatable {
  /// The mean of each loss term over the epoch's steps, in display order.
  public var losses: [(name: String, value: Double)]
  /// Training images used.
  public var images: Int
  /// How many times a network was reinitialized.
  public var redraws: Int

  /// - Parameters:
  ///   - losses: the mean of each loss term, in display order.
  ///   - images: training images used.
  ///   - redraws: how many times a network was reinitialized.
  public init(losses: [(name: String, value: Double)], images: Int, redraws: Int) {
    self.losses = losses
    self.images = images
    self.redraws = redraws
  }

  /// Whether all names and values are equal.
  public static func == (a: EpochReport, b: EpochReport) -> Bool {
    a.images == b.images && a.redraws == b.redraws && a.losses.map(\.name) == b.losses.map(\.name)
      && a.losses.map(\.value) == b.losses.map(\.value)
  }
}

/// Progress within an epoch.
///
/// One is made after every step, or every few, so making it allocates nothing; `losses` builds its list on demand.
public struct StepReport: Sendable {
  /// Steps taken in this epoch.
  public var step: Int
  /// All steps of this epoch.
  public var steps: Int
  /// Training images used in this epoch so far.
  public var images: Int
  private let lossNames: [String]
  private let lossValues: SIMD8<Double>

  /// - Parameters:
  ///   - lossNames: the names of the detector's loss terms, at most 8; the same array at every step.
  ///   - lossValues: their values at this step.
  public init(step: Int, steps: Int, images: Int, lossNames: [String], lossValues: SIMD8<Double>) {
    precondition(lossNames.count <= SIMD8<Double>.scalarCount, "\(lossNames.count) loss terms")
    self.step = step
    self.steps = steps
    self.images = images
    self.lossNames = lossNames
    self.lossValues = lossValues
  }

  /// Makes a report from a list of losses, of which the first 8 are kept.
  public init(step: Int, steps: Int, images: Int, losses: [(name: String, value: Double)]) {
    var values = SIMD8<Double>()
    for (index, loss) in losses.prefix(values.scalarCount).enumerated() { values[index] = loss.value }
    self.init(
      step: step, steps: steps, images: images,
      lossNames: losses.prefix(values.scalarCount).map(\.name), lossValues: values)
  }

  /// The last step's loss terms.
  public var losses: [(name: String, value: Double)] {
    lossNames.enumerated().map { index, name in (name, lossValues[index]) }
  }
}

/// What one call of `AnomalyDetector.advance` did.
public enum TrainingAdvance: Sendable {
  /// Part of a long step, such as some trees of a forest: nothing to report, but a chance to stop.
  case part
  /// One or more steps have been taken; the report is that of the last.
  case step(StepReport)
  /// The epoch has ended; none is in progress now.
  case epochEnd(EpochReport)
}
