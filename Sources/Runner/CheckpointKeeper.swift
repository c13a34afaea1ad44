import Results

/// Writes a run's checkpoint when it is time: when the last one, or the start, is as long ago as is asked for, and
/// at an epoch's end where the time that writing takes is a small part of the time that has passed.
final class CheckpointKeeper {
  /// At an epoch's end, so many times the cost of writing must have passed: then it costs at most 2 % more.
  private static let trainingPerWriting = 50.0

  private let path: String
  private let interval: Duration
  private var lastEnd = ContinuousClock.now
  /// What writing costs; a guess before the first.
  private var cost = Duration.milliseconds(100)

  init(path: String, interval: Duration) {
    self.path = path
    self.interval = interval
  }

  /// To be called between two steps.
  func afterStep(_ training: RunTraining) throws {
    if ContinuousClock.now - lastEnd >= interval { try write(training) }
  }

  /// To be called when an epoch was trained and read.
  func afterEpoch(_ training: RunTraining) throws {
    let passed = ContinuousClock.now - lastEnd
    if passed >= interval || passed >= cost * Self.trainingPerWriting { try write(training) }
  }

  /// Writes the checkpoint in any case, if the detector can be continued at all.
  func write(_ training: RunTraining) throws {
    let begin = ContinuousClock.now
    guard let checkpoint = training.checkpoint else { return }
    try CheckpointFile.write(checkpoint, to: path)
    lastEnd = .now
    cost = lastEnd - begin
  }
}
