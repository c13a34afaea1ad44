/// When a run's checkpoint is due: when the last one, or the start, is as long ago as is asked for, and at an epoch's
/// end where the time that writing takes is a small part of the time that has passed.
struct CheckpointPace {
  /// At an epoch's end, so many times the cost of writing must have passed: then it costs at most 2 % more.
  private static let trainingPerWriting = 50.0

  private let interval: Duration
  private var lastEnd: ContinuousClock.Instant
  /// What writing costs; a guess before the first.
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
