/// Decides when a run's checkpoint is due: when the interval has passed since the last one or the start, or at the end
/// of an epoch if writing takes a small part of the time that has passed.
struct CheckpointPace {
  /// At the end of an epoch, this many times the cost of writing must have passed: writing adds at most 2 %.
  private static let trainingPerWriting = 50.0

  private let interval: Duration
  private var lastEnd: ContinuousClock.Instant
  /// The duration of the last write; a guess before the first.
  private var cost = Duration.milliseconds(100)

  init(interval: Duration, start: ContinuousClock.Instant) {
    self.interval = interval
    lastEnd = start
  }

  func isDueAfterStep(at now: ContinuousClock.Instant) -> Bool { now - lastEnd >= interval }

  func isDueAfterEpoch(at now: ContinuousClock.Instant) -> Bool {
    isDueAfterStep(at: now) || now - lastEnd >= cost * Self.trainingPerWriting
  }

  mutating func wrote(from begin: ContinuousClock.Instant, to end: ContinuousClock.Instant) {
    lastEnd = end
    cost = end - begin
  }
}
