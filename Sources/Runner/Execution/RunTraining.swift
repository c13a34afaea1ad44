import Detectors
import Diagnostics
import Images
import Results
import Specs

/// A run's detector in training, with everything gathered so far. A checkpoint is a copy of it, and the finished run's
/// record is made from it.
struct RunTraining {
  let detector: any AnomalyDetector
  private let identifier: String
  private let machine: Provenance
  private(set) var book: EvaluationBook
  /// nil if no normals are held out of training, or the detector does not reconstruct images.
  private let validation: ValidationLoss?
  /// Without the scores, which `book` holds.
  private var gathered = RunHistory()
  private var resumedFrom: [String] = []
  /// Seconds spent training and evaluating in the epoch in progress.
  private var secondsInEpoch = 0.0
  private var evaluationSecondsInEpoch = 0.0

  /// - Parameter machine: the provenance of this process.
  init(
    _ identifier: String, detector: any AnomalyDetector, book: EvaluationBook, validation: ValidationLoss?,
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
    history.scores = book.scores
    return history
  }

  /// Epochs trained and evaluated.
  var finishedEpochs: Int { book.epochs }

  var isFinished: Bool { finishedEpochs == detector.epochs }

  /// Whether the epoch in progress has been trained but not yet evaluated.
  var awaitsEvaluation: Bool { gathered.trainedEpochs > finishedEpochs }

  /// The epoch in progress, from 1.
  var epoch: Int { finishedEpochs + 1 }

  /// Begins or resumes the epoch in progress.
  ///
  /// - Returns: the number of its steps already taken.
  func begin(on images: ImageSelection) throws -> Int {
    try detector.begin(epoch: epoch, on: images)
    return (detector as? any Resumable)?.stepsInEpoch ?? 0
  }

  /// Takes the next steps, up to an evaluation within the epoch; at the end of an epoch, its losses are entered.
  mutating func advance() throws -> TrainingAdvance {
    let begin = ContinuousClock.now
    defer { if !awaitsEvaluation { secondsInEpoch += (.now - begin) / .seconds(1) } }
    let advance = try detector.advance(atMost: stepsToEvaluation)
    if case .epochEnd(let report) = advance {
      try enter(report)
      gathered.trainingSeconds.append(secondsInEpoch + (.now - begin) / .seconds(1))
      secondsInEpoch = 0
    }
    return advance
  }

  /// Steps to the next evaluation within the epoch, at least 1.
  private var stepsToEvaluation: Int {
    guard book.stepsBetween > 0, let detector = detector as? any Resumable else { return .max }
    return book.stepsBetween - detector.stepsInEpoch % book.stepsBetween
  }

  private mutating func enter(_ report: EpochReport) throws {
    try TrainingVerdict.requireSane(losses: report.losses)
    for loss in report.losses {
      if let index = gathered.losses.firstIndex(where: { $0.name == loss.name }) {
        gathered.losses[index].values.append(loss.value)
      } else {
        gathered.losses.append((loss.name, [loss.value]))
      }
    }
    gathered.reinitializations.append(report.redraws)
  }

  /// Evaluates within the epoch if due and not yet done: a stop may come between a step and its evaluation.
  ///
  /// - Parameter step: the number of steps taken in the epoch.
  mutating func evaluateWithinEpoch(afterStep step: Int, requireNotStopped: () throws -> Void) throws {
    let moment = TrainingMoment(epoch: epoch, step: step)
    guard step > 0, book.stepsBetween > 0, step % book.stepsBetween == 0, gathered.moments.last != moment
    else {
      return
    }
    let begin = ContinuousClock.now
    try evaluating { try $0.evaluateWithinEpoch($1, requireNotStopped: requireNotStopped) }
    gathered.moments.append(moment)
    evaluationSecondsInEpoch += (.now - begin) / .seconds(1)
  }

  /// Evaluates the epoch trained last, on the test set and the held-out normals. On error, nothing is entered.
  mutating func evaluate(requireNotStopped: () throws -> Void) throws {
    let begin = ContinuousClock.now
    let isLast = gathered.trainedEpochs == detector.epochs
    try evaluating { try $0.evaluate($1, isLast: isLast, requireNotStopped: requireNotStopped) }
    if let loss = validation?() { gathered.validationLosses.append(loss) }
    gathered.evaluationSeconds.append(evaluationSecondsInEpoch + (.now - begin) / .seconds(1))
    evaluationSecondsInEpoch = 0
  }

  private mutating func evaluating(
    _ body: (inout EvaluationBook, any AnomalyDetector) throws -> Void
  ) throws {
    do {
      try body(&book, detector)
    } catch let problem as Problem where problem.kind == .runFailed {
      throw TrainingFailure(.diverged, problem.cause, hint: problem.hint)
    }
  }

  /// The run's environment, including the machines it was resumed from.
  var provenance: Provenance {
    guard !resumedFrom.isEmpty else { return machine }
    return Provenance(machine.facts + [("resumed_from", resumedFrom.joined(separator: "; "))])
  }
}

// MARK: - Checkpoints

extension RunTraining {
  /// A copy of everything another process needs to resume; nil if the detector cannot be resumed.
  ///
  /// Use only between two steps.
  var checkpoint: Checkpoint? {
    guard let state = (detector as? any Resumable)?.state else { return nil }
    return Checkpoint(
      identifier: identifier, provenance: machine, resumedFrom: resumedFrom, history: history,
      secondsInEpoch: secondsInEpoch, evaluationSecondsInEpoch: evaluationSecondsInEpoch,
      detector: Checkpoint.Detector(
        tensors: state.tensors.map(WeightRecord.init), counts: state.counts, sums: state.sums))
  }

  /// Resumes from a checkpoint.
  ///
  /// - Returns: the number of steps already taken in the epoch in progress.
  /// - Throws: `Problem` if it does not fit the run; nothing is changed then.
  mutating func restore(_ checkpoint: Checkpoint) throws -> Int {
    guard let detector = detector as? any Resumable else {
      throw Problem(.badData, "this detector cannot be resumed")
    }
    let version = checkpoint.provenance["numerics_version"]
    guard version == machine["numerics_version"] else {
      throw Problem(.badData, "it was made with numerics version \(version ?? "unknown")")
    }
    let history = checkpoint.history
    let (trained, evaluated) = (history.trainedEpochs, history.evaluatedEpochs)
    guard (evaluated...evaluated + 1).contains(trained), trained <= detector.epochs,
      history.trainingSeconds.count == trained, history.evaluationSeconds.count == evaluated,
      history.validationLosses.count == (validation == nil ? 0 : evaluated)
    else { throw Problem(.badData, "its histories do not fit together") }
    var book = book
    try book.restore(history)
    try detector.restore(
      DetectorState(
        tensors: checkpoint.detector.tensors.map(NamedTensor.init), counts: checkpoint.detector.counts,
        sums: checkpoint.detector.sums))
    self.book = book
    gathered = history
    secondsInEpoch = checkpoint.secondsInEpoch
    evaluationSecondsInEpoch = checkpoint.evaluationSecondsInEpoch
    resumedFrom = checkpoint.resumedFrom
    let (before, now) = (Self.name(of: checkpoint.provenance), Self.name(of: machine))
    if before != now { resumedFrom.append(before) }
    return detector.stepsInEpoch
  }

  /// The part of the environment that determines the last bits of the results.
  private static func name(of machine: Provenance) -> String {
    let (target, core) = (machine["target"] ?? "unknown", machine["openblas_core"] ?? "unknown")
    let processor = "target \(target), OpenBLAS core \(core), \(machine["kernels"] ?? "unknown") kernels"
    guard let device = machine["opencl_device"] else { return processor }
    let (driver, kernels) = (machine["opencl_driver"] ?? "unknown", machine["opencl_kernels"] ?? "unknown")
    return "\(device), driver \(driver), kernels \(kernels)"
  }
}
