import Detectors
import Diagnostics
import Images
import Results

/// A run's detector in training, with all that the run has gathered so far. The record of the finished run is made
/// from it; a checkpoint is a copy of it.
final class RunTraining {
  let detector: any AnomalyDetector
  private let identifier: String
  private let machine: Provenance
  private(set) var book: ReadingBook
  /// nil where no normals are held out of training.
  private let validation: ValidationLoss?
  /// Without the readings, which are the book's.
  private var gathered = RunHistory()
  private var resumedFrom: [String] = []
  /// Seconds of training in the epoch at hand, before the `fit` at hand.
  private var secondsInEpoch = 0.0
  private var fitBegin: ContinuousClock.Instant?

  /// - Parameter machine: of this process.
  init(
    _ identifier: String, detector: any AnomalyDetector, book: ReadingBook, validation: ValidationLoss?,
    machine: Provenance
  ) {
    self.identifier = identifier
    self.detector = detector
    self.book = book
    self.validation = validation
    self.machine = machine
  }

  var history: RunHistory {
    var history = gathered
    history.readings = book.readings
    history.bestScores = book.bestScores
    return history
  }

  /// Epochs that were trained and read.
  var finishedEpochs: Int { book.headline.measures.count }

  /// Whether the epoch at hand is trained and not yet read.
  var awaitsReading: Bool { gathered.trainedEpochs > finishedEpochs }

  /// Trains the next epoch, or the rest of it.
  func train(on images: ImageSelection, afterStep: (StepReport) throws -> Void) throws {
    let begin = ContinuousClock.now
    fitBegin = begin
    defer { fitBegin = nil }
    let report: EpochReport
    do {
      report = try detector.fit(epoch: gathered.trainedEpochs + 1, on: images, progress: afterStep)
    } catch {
      secondsInEpoch += (.now - begin) / .seconds(1)
      throw error
    }
    try enter(report)
    gathered.trainingSeconds.append(secondsInEpoch + (.now - begin) / .seconds(1))
    secondsInEpoch = 0
  }

  private func enter(_ report: EpochReport) throws {
    try TrainingVerdict.requireSane(losses: report.losses)
    for loss in report.losses {
      if let index = gathered.losses.firstIndex(where: { $0.name == loss.name }) {
        gathered.losses[index].values.append(loss.value)
      } else {
        gathered.losses.append((loss.name, [loss.value]))
      }
    }
    gathered.redraws.append(report.redraws)
  }

  /// Scores the test set, and what is held out of training, after the epoch that was trained last. Where it throws,
  /// nothing was read.
  func read(beforeBatch: () throws -> Void) throws {
    let begin = ContinuousClock.now
    var book = book
    do {
      try book.read(
        detector, isLast: gathered.trainedEpochs == detector.epochs, beforeBatch: beforeBatch)
    } catch let problem as Problem where problem.kind == .runFailed {
      throw TrainingFailure(.diverged, problem.cause, hint: problem.hint)
    }
    if let loss = try validation?(detector) { gathered.validationLosses.append(loss) }
    self.book = book
    gathered.scoringSeconds.append((.now - begin) / .seconds(1))
  }

  /// The facts of the run's environment, where it came from included.
  var provenance: Provenance {
    guard !resumedFrom.isEmpty else { return machine }
    return Provenance(machine.facts + [("resumed_from", resumedFrom.joined(separator: "; "))])
  }
}

// MARK: - Checkpoints

extension RunTraining {
  /// A copy of all that another process needs to continue; nil where the detector cannot be continued.
  ///
  /// - Precondition: the detector stands between two steps.
  var checkpoint: Checkpoint? {
    guard let state = (detector as? any Resumable)?.state else { return nil }
    let running = fitBegin.map { (.now - $0) / .seconds(1) } ?? 0
    return Checkpoint(
      identifier: identifier, provenance: machine, resumedFrom: resumedFrom, history: history,
      secondsInEpoch: secondsInEpoch + running,
      detector: Checkpoint.Detector(
        tensors: state.tensors.map { WeightRecord(name: $0.name, shape: $0.shape, values: $0.values) },
        counts: state.counts, sums: state.sums))
  }

  /// Continues from a checkpoint.
  ///
  /// - Returns: the steps of the epoch in progress.
  /// - Throws: `Problem` when it does not fit the run; then nothing is changed.
  func restore(_ checkpoint: Checkpoint) throws -> Int {
    guard let detector = detector as? any Resumable else {
      throw Problem(.badData, "this detector cannot be continued")
    }
    let version = checkpoint.provenance["numerics_version"]
    guard version == machine["numerics_version"] else {
      throw Problem(.badData, "it was made with numerics version \(version ?? "unknown")")
    }
    let history = checkpoint.history
    let (trained, read) = (history.trainedEpochs, history.readEpochs)
    guard (read...read + 1).contains(trained), trained <= detector.epochs,
      history.trainingSeconds.count == trained, history.scoringSeconds.count == read,
      history.validationLosses.count == (validation == nil ? 0 : read)
    else { throw Problem(.badData, "its histories do not fit together") }
    var book = book
    try book.restore(history)
    try detector.restore(
      DetectorState(
        tensors: checkpoint.detector.tensors.map {
          NamedTensor(name: $0.name, shape: $0.shape, values: $0.values)
        }, counts: checkpoint.detector.counts, sums: checkpoint.detector.sums))
    self.book = book
    gathered = history
    secondsInEpoch = checkpoint.secondsInEpoch
    resumedFrom = checkpoint.resumedFrom
    let (before, now) = (Self.name(of: checkpoint.provenance), Self.name(of: machine))
    if before != now { resumedFrom.append(before) }
    return detector.position.step
  }

  /// What decides the last bits of the numbers.
  private static func name(of machine: Provenance) -> String {
    let (target, core) = (machine["target"] ?? "unknown", machine["openblas_core"] ?? "unknown")
    return "target \(target), OpenBLAS core \(core), \(machine["kernels"] ?? "unknown") kernels"
  }
}
