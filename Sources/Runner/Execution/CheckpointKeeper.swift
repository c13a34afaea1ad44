import Results

/// Writes a run's checkpoint when it is due.
final class CheckpointKeeper {
  private let path: String
  private var pace: CheckpointPace

  init(path: String, interval: Duration) {
    self.path = path
    pace = CheckpointPace(interval: interval, start: .now)
  }

  /// Call between two steps.
  func afterStep(_ training: RunTraining) throws {
    if pace.isDueAfterStep(at: .now) { try write(training) }
  }

  /// Call once an epoch has been trained and evaluated.
  func afterEpoch(_ training: RunTraining) throws {
    if pace.isDueAfterEpoch(at: .now) { try write(training) }
  }

  /// Writes the checkpoint now, if the detector can be resumed at all.
  func write(_ training: RunTraining) throws {
    let begin = ContinuousClock.now
    guard let checkpoint = training.checkpoint else { return }
    try CheckpointFile.write(checkpoint, to: path)
    pace.wrote(from: begin, to: .now)
  }
}
