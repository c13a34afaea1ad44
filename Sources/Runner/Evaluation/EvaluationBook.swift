import Detectors
import Diagnostics
import Images
import Metrics
import Results
import Settings
import Specs

/// Evaluates a detector after every epoch in every requested way, and keeps what the result needs.
///
/// Each epoch is evaluated on a sample of the test set; the last epoch, and each new best, on the whole set.
struct EvaluationBook {
  private let run: Run
  private let whole: TestPart
  /// The samples on which epochs are evaluated, by size.
  private let samples: [Int: TestPart]
  private let evaluations: [Evaluation]
  private let scoreNames: [String]
  /// Ordered by evaluation, then by score.
  private(set) var scores: [ScoreRecord]
  /// The first score's values on the sample at the most recent epoch; empty if that epoch was not evaluated.
  private(set) var sampleScores: [Float] = []

  /// - Parameters:
  ///   - evaluations: the requested ones; at least one.
  ///   - test: the test set, normals first.
  init(_ run: Run, _ evaluations: [Evaluation], test: ImageSelection, isAnomalous: [Bool]) {
    self.run = run
    self.evaluations = evaluations
    scoreNames = run.detector.record.scoreNames(run.evaluation)
    let whole = TestPart(whole: test, isAnomalous: isAnomalous, seed: run.seed)
    self.whole = whole
    samples = Dictionary(
      evaluations.map { ($0.epochSamples, whole.sample(of: $0.epochSamples, seed: run.seed)) },
      uniquingKeysWith: { first, _ in first })
    scores = run.scores(in: evaluations).map(run.record)
  }

  /// The sample on which the first evaluation measures each epoch.
  var sample: TestPart { sample(of: evaluations[0]) }

  var epochs: Int { scores[0].measures.count }

  /// Whether the most recent epoch is the best so far for any score of any evaluation.
  var isBestAnywhere: Bool { scores.contains { $0.bestEpoch == epochs } }

  /// Epochs that are the best for any score.
  var bestEpochs: Set<Int> { Set(scores.map(\.bestEpoch)) }

  /// Training steps between two evaluations within an epoch; 0 for none.
  var stepsBetween: Int { evaluations[0].evaluateEvery }

  private func sample(of evaluation: Evaluation) -> TestPart { samples[evaluation.epochSamples] ?? whole }

  /// Evaluates the next epoch and enters it. On error, nothing is entered.
  ///
  /// - Parameters:
  ///   - isLast: whether training ends with this epoch.
  ///   - requireNotStopped: called between pieces of work; an error it throws ends the evaluation.
  mutating func evaluate(
    _ detector: any AnomalyDetector, isLast: Bool, requireNotStopped: () throws -> Void = {}
  ) throws {
    guard isLast || run.detector.isReadEveryEpoch else { return skipEpoch() }
    var book = self
    for index in evaluations.indices {
      try book.evaluate(detector, at: index, isLast: isLast, requireNotStopped)
    }
    self = book
  }

  /// Enters the next epoch without evaluating it.
  mutating func skipEpoch() {
    sampleScores = []
    for position in scores.indices { scores[position].measures.append(.unevaluated) }
  }

  /// Forgets the best epoch, for when not all epochs were evaluated.
  mutating func forgetBest() {
    for position in scores.indices {
      scores[position].bestEpoch = 0
      scores[position].best = nil
      scores[position].bestScores = []
    }
  }

  private mutating func evaluate(
    _ detector: any AnomalyDetector, at index: Int, isLast: Bool, _ requireNotStopped: () throws -> Void
  ) throws {
    let evaluation = evaluations[index]
    let sample = sample(of: evaluation)
    func scores(_ part: TestPart) throws -> Scores {
      try part.scores(detector, evaluation, requireNotStopped)
    }
    let isSampled = sample.count < whole.count
    var complete = isSampled && !isLast ? nil : try scores(whole)
    let sampled = try isSampled ? scores(sample) : complete
    for (offset, name) in scoreNames.enumerated() {
      let position = index * scoreNames.count + offset
      let values = try Self.values(name, of: sampled)
      let measures = try sample.measures(values)
      let isBest = self.scores[position].isBest(measures)
      self.scores[position].measures.append(measures)
      if position == 0 { sampleScores = values }
      guard isBest || isLast else { continue }
      let all = try complete ?? scores(whole)
      complete = all
      try enter(Self.values(name, of: all), at: position, isBest: isBest, isLast: isLast)
    }
  }

  private static func values(_ name: String, of scores: Scores?) throws(Problem) -> [Float] {
    guard let values = scores?.byName[name] else {
      throw Problem(.runFailed, "the detector has no score '\(name)'")
    }
    return values
  }

  /// Enters the scores of the whole test set at the most recent epoch.
  private mutating func enter(_ values: [Float], at position: Int, isBest: Bool, isLast: Bool) throws {
    let measures = try whole.measures(values)
    if isBest {
      scores[position].bestEpoch = scores[position].measures.count
      scores[position].best = measures
      scores[position].bestScores = values
    }
    if isLast {
      scores[position].last = measures
      scores[position].lastScores = values
    }
  }

  /// Evaluates within an epoch, in every requested way. On error, nothing is entered.
  mutating func evaluateWithinEpoch(
    _ detector: any AnomalyDetector, requireNotStopped: () throws -> Void
  ) throws {
    var book = self
    for (index, evaluation) in evaluations.enumerated() {
      let sample = sample(of: evaluation)
      let found = try sample.scores(detector, evaluation, requireNotStopped)
      for (offset, name) in scoreNames.enumerated() {
        book.scores[index * scoreNames.count + offset].course.append(
          try sample.measures(Self.values(name, of: found)))
      }
    }
    self = book
  }

  /// Continues from the evaluations of another process. Those may include others and be in another order, since the
  /// choice of the headline does not affect training.
  ///
  /// - Throws: `Problem` if this book's evaluations of this test set are not among them; nothing is changed then.
  mutating func restore(_ history: RunHistory) throws(Problem) {
    let known = Dictionary(history.scores.map { ($0.key, $0) }) { first, _ in first }
    let restored = scores.compactMap { known[$0.key] }
    let fits = history.scores.allSatisfy { score in
      score.measures.count == history.evaluatedEpochs
        && [0, whole.count].contains(score.lastScores.count)
        && [0, whole.count].contains(score.bestScores.count)
        && (0...history.evaluatedEpochs).contains(score.bestEpoch)
    }
    let hasSameCourse = history.scores.first?.key.evaluation.evaluateEvery == stepsBetween
    guard restored.count == scores.count, fits, hasSameCourse else {
      throw Problem(.badData, "its evaluations are not those of this run")
    }
    scores = restored
  }
}

extension ScoreRecord {
  /// Whether the next epoch's measures, on the sample, are the best so far.
  fileprivate func isBest(_ next: Measures) -> Bool {
    bestEpoch == 0 || next.auroc > measures[bestEpoch - 1].auroc
  }
}
