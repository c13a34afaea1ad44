import Detectors
import Diagnostics
import Images
import Metrics
import Results
import Settings
import Specs

/// Reads a detector's scores after every epoch, in every pass that the protocol asks for, and keeps what the
/// result needs.
///
/// Each epoch is read on a sample of the test set; the last epoch, and each that is the best so far, on all of it.
struct ReadingBook {
  private let evaluation: ProtocolSettings
  private let isReadEveryEpoch: Bool
  /// The headline's first, both.
  private let passes: [ScoringPass]
  private let scoreNames: [String]
  private let whole: TestPart
  /// What every epoch is read on.
  let sample: TestPart
  /// The headline's first; by pass, then by score.
  private(set) var readings: [ReadingRecord]
  /// The headline's scores at its best epoch.
  private(set) var bestScores: [Float] = []
  /// The headline's scores of the sample, at the epoch that was read last; empty where that one was not read.
  private(set) var sampleScores: [Float] = []

  /// - Parameter test: the test set, all normals first.
  init(_ run: Run, test: ImageSelection, isAnomalous: [Bool]) {
    evaluation = run.evaluation
    isReadEveryEpoch = run.detector.isReadEveryEpoch
    passes = run.passes
    scoreNames = run.detector.record.scoreNames(run.evaluation)
    whole = TestPart(whole: test, isAnomalous: isAnomalous, seed: run.seed)
    sample = whole.sample(of: run.evaluation.epochSamples, seed: run.seed)
    readings = run.readingNames.map { ReadingRecord(name: $0) }
  }

  var headline: ReadingRecord { readings[0] }

  /// The epoch (from 1) that the headline is read at.
  var headlineEpoch: Int { evaluation.epoch == .last ? headline.measures.count : headline.bestEpoch }

  /// The scores at that epoch, of the whole test set.
  var headlineScores: [Float] { evaluation.epoch == .last ? headline.lastScores : bestScores }

  /// Enters the epoch after those that there are. Where it throws, nothing was read.
  ///
  /// - Parameters:
  ///   - isLast: whether training ends here.
  ///   - beforeBatch: called before each batch; what it throws ends the reading.
  mutating func read(
    _ detector: any AnomalyDetector, isLast: Bool, beforeBatch: () throws -> Void = {}
  ) throws {
    var book = self
    book.sampleScores = []
    for (index, pass) in passes.enumerated() {
      let first = index * scoreNames.count
      if isLast || isReadEveryEpoch {
        try book.read(detector, pass, from: first, isLast: isLast, beforeBatch)
      } else {
        for position in scoreNames.indices { book.readings[first + position].measures.append(.unread) }
      }
    }
    self = book
  }

  /// Enters one pass's readings, which begin at `first`.
  private mutating func read(
    _ detector: any AnomalyDetector, _ pass: ScoringPass, from first: Int, isLast: Bool,
    _ beforeBatch: () throws -> Void
  ) throws {
    func scores(_ part: TestPart) throws -> Scores {
      try part.scores(detector, pass, batchSize: evaluation.testBatch, beforeBatch)
    }
    let isSampled = sample.count < whole.count
    var complete = isSampled && !isLast ? nil : try scores(whole)
    let sampled = try isSampled ? scores(sample) : complete
    for (offset, name) in scoreNames.enumerated() {
      let position = first + offset
      let measures = try sample.measures(sampled?.byName[name] ?? [])
      readings[position].measures.append(measures)
      if position == 0 { sampleScores = sampled?.byName[name] ?? [] }
      let isBest = readings[position].best == nil || measures.auroc > readings[position].bestAUROC
      guard isBest || isLast else { continue }
      let all = try complete ?? scores(whole)
      complete = all
      try enter(all.byName[name] ?? [], at: position, isBest: isBest, isLast: isLast)
    }
  }

  /// Enters the scores of the whole test set at the epoch that was entered last.
  private mutating func enter(_ scores: [Float], at position: Int, isBest: Bool, isLast: Bool) throws {
    let measures = try whole.measures(scores)
    if isBest {
      readings[position].bestEpoch = readings[position].measures.count
      readings[position].best = measures
      if position == 0 { bestScores = scores }
    }
    if isLast {
      readings[position].last = measures
      readings[position].lastScores = scores
    }
  }

  /// Goes on from what another process has read.
  ///
  /// - Throws: `Problem` when those are not this book's readings of this test set; then nothing is changed.
  mutating func restore(_ history: RunHistory) throws(Problem) {
    let fits = history.readings.allSatisfy { reading in
      reading.measures.count == history.readEpochs
        && [0, whole.count].contains(reading.lastScores.count)
        && (0...history.readEpochs).contains(reading.bestEpoch)
    }
    guard history.readings.map(\.name) == readings.map(\.name), fits,
      [0, whole.count].contains(history.bestScores.count)
    else { throw Problem(.badData, "its readings are not those of this run") }
    readings = history.readings
    bestScores = history.bestScores
  }
}

extension ReadingRecord {
  /// The AUROC by which the best epoch was chosen.
  fileprivate var bestAUROC: Double { measures[bestEpoch - 1].auroc }
}
