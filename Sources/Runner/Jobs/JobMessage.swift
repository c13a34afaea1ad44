import Detectors
import Diagnostics
import Foundation
import Results

/// What a job reports to the process that started it.
enum JobMessage: Codable {
  struct Loss: Codable {
    var name: String
    var value: Double
  }

  case runStarted(run: String, trainingImages: Int, testImages: Int, epochs: Int)
  case runResumed(run: String, finishedEpochs: Int, step: Int)
  case checkpointSetAside(run: String, problem: Problem)
  case evaluationStarted(run: String, evaluations: Int)
  case step(step: Int, steps: Int, images: Int, losses: [Loss], epoch: Int)
  case epochFinished(epoch: Int, auroc: Double)
  case runFinished(run: String, rows: [RowRecord], seconds: Double)
  case runFailed(run: String, failure: RunFailure)
  /// The job ends before its work is done.
  case stopped(problem: Problem)

  /// The message for an event; nil for one that is not forwarded.
  init?(_ event: RunnerEvent) {
    switch event {
    case .runStarted(let run, _, _, let trainingImages, let testImages, let epochs):
      self = .runStarted(
        run: run.identifier, trainingImages: trainingImages, testImages: testImages, epochs: epochs)
    case .runResumed(let run, let finishedEpochs, let step):
      self = .runResumed(run: run.identifier, finishedEpochs: finishedEpochs, step: step)
    case .checkpointSetAside(let run, let problem):
      self = .checkpointSetAside(run: run.identifier, problem: problem)
    case .evaluationStarted(let run, let evaluations):
      self = .evaluationStarted(run: run.identifier, evaluations: evaluations)
    case .step(let report, let epoch):
      let losses = report.losses.map { Loss(name: $0.name, value: $0.value) }
      self = .step(
        step: report.step, steps: report.steps, images: report.images, losses: losses, epoch: epoch)
    case .epochFinished(let epoch, let auroc): self = .epochFinished(epoch: epoch, auroc: auroc)
    case .runFinished(let run, let rows, let seconds):
      self = .runFinished(run: run.identifier, rows: rows, seconds: seconds)
    case .runFailed(let run, let failure): self = .runFailed(run: run.identifier, failure: failure)
    case .waiting, .epochEvaluated: return nil
    }
  }

  /// The event that the message reports, with the run's position among the wanted ones.
  ///
  /// - Returns: nil for a run that is not in `runs`, and for `stopped`.
  func event(among runs: NumberedRuns) -> RunnerEvent? {
    switch self {
    case .runStarted(let identifier, let trainingImages, let testImages, let epochs):
      runs[identifier].map { run, position in
        .runStarted(
          run, position: position, of: runs.count, trainingImages: trainingImages, testImages: testImages,
          epochs: epochs)
      }
    case .runResumed(let identifier, let finishedEpochs, let step):
      runs[identifier].map { .runResumed($0.run, finishedEpochs: finishedEpochs, step: step) }
    case .checkpointSetAside(let identifier, let problem):
      runs[identifier].map { .checkpointSetAside($0.run, problem) }
    case .evaluationStarted(let identifier, let evaluations):
      runs[identifier].map { .evaluationStarted($0.run, evaluations: evaluations) }
    case .step(let step, let steps, let images, let losses, let epoch):
      .step(
        StepReport(step: step, steps: steps, images: images, losses: losses.map { ($0.name, $0.value) }),
        epoch: epoch)
    case .epochFinished(let epoch, let auroc): .epochFinished(epoch: epoch, auroc: auroc)
    case .runFinished(let identifier, let rows, let seconds):
      runs[identifier].map { .runFinished($0.run, rows: rows, seconds: seconds) }
    case .runFailed(let identifier, let failure): runs[identifier].map { .runFailed($0.run, failure) }
    case .stopped: nil
    }
  }
}

/// A message with a time stamp, as a JSON object on its own line.
struct JobLine: Codable {
  var moment: ContinuousClock.Instant
  var message: JobMessage

  init(_ message: JobMessage) {
    moment = .now
    self.message = message
  }

  private static let notANumber = (infinity: "inf", negative: "-inf", nan: "nan")

  /// The line, including the line break.
  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: Self.notANumber.infinity, negativeInfinity: Self.notANumber.negative,
      nan: Self.notANumber.nan)
    return try encoder.encode(self) + Data("\n".utf8)
  }

  init(encoded line: Data) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: Self.notANumber.infinity, negativeInfinity: Self.notANumber.negative,
      nan: Self.notANumber.nan)
    self = try decoder.decode(JobLine.self, from: line)
  }
}

/// Runs and their positions, from 1, by id.
struct NumberedRuns {
  private let places: [String: (run: IdentifiedRun, position: Int)]

  init(_ runs: some Sequence<IdentifiedRun>) {
    let numbered = runs.enumerated().map { ($1.identifier, (run: $1, position: $0 + 1)) }
    places = Dictionary(numbered) { first, _ in first }
  }

  var count: Int { places.count }

  subscript(identifier: String) -> (run: IdentifiedRun, position: Int)? { places[identifier] }
}
