import Detectors
import Diagnostics
import Images
import Metrics
import Randomness
import Results
import Settings
import Specs

/// Reads a detector's scores after every epoch, in every pass that the protocol asks for, and keeps what the
/// result needs: measures of all epochs, scores of the last, and the headline's of the best.
struct ReadingBook {
  /// Images in a batch where the batch has no influence.
  private static let neutralBatch = 64

  private let evaluation: ProtocolSettings
  /// The headline's first, both.
  private let passes: [ScoringPass]
  private let scoreNames: [String]
  private let test: ImageSelection
  private let isAnomalous: [Bool]
  private let shuffledOrder: [Int]
  /// The headline's first.
  private(set) var readings: [ReadingRecord]
  /// The headline's scores at its best epoch.
  private(set) var bestScores: [Float] = []

  /// - Parameter test: the test set, all normals first.
  init(_ run: Run, test: ImageSelection, isAnomalous: [Bool]) {
    evaluation = run.evaluation
    passes = run.passes
    scoreNames = run.detector.record.scoreNames(run.evaluation)
    self.test = test
    self.isAnomalous = isAnomalous
    var stream = RandomStream(seed: UInt64(run.seed), name: "test order")
    shuffledOrder = stream.nextPermutation(of: test.count)
    readings = run.readingNames.map {
      ReadingRecord(name: $0, measures: [], lastScores: [], bestEpoch: 0)
    }
  }

  var headline: ReadingRecord { readings[0] }

  /// The epoch (from 1) that the headline is read at.
  var headlineEpoch: Int { evaluation.epoch == .last ? headline.measures.count : headline.bestEpoch }

  /// The scores at that epoch.
  var headlineScores: [Float] { evaluation.epoch == .last ? headline.lastScores : bestScores }

  /// Scores the whole test set in every pass. Where it throws, nothing was read.
  ///
  /// - Parameter beforeBatch: called before each batch; what it throws ends the reading.
  mutating func read(
    _ detector: any AnomalyDetector, epoch: Int, beforeBatch: () throws -> Void = {}
  ) throws {
    var book = self
    var position = 0
    for pass in passes {
      let scores = try score(detector, pass, beforeBatch)
      for name in scoreNames {
        try book.enter(scores.byName[name] ?? [], at: position, epoch: epoch)
        position += 1
      }
    }
    self = book
  }

  /// Scores in the order of the test set, whatever the order of the pass.
  private func score(
    _ detector: any AnomalyDetector, _ pass: ScoringPass, _ beforeBatch: () throws -> Void
  ) throws -> Scores {
    guard pass == .batchShuffled else {
      return try detector.score(
        test, batchNorm: pass.batchNorm,
        batchSize: pass == .running ? Self.neutralBatch : evaluation.testBatch, beforeBatch: beforeBatch)
    }
    let shuffled = ImageSelection(
      test.store, indices: shuffledOrder.map { test.indices[$0] }, scale: test.scale)
    let scores = try detector.score(
      shuffled, batchNorm: .batch, batchSize: evaluation.testBatch, beforeBatch: beforeBatch)
    return Scores(
      scores.byName.mapValues { values in
        var ordered = values
        for (place, sample) in shuffledOrder.enumerated() { ordered[sample] = values[place] }
        return ordered
      })
  }

  /// Goes on from what another process has read.
  ///
  /// - Throws: `Problem` when those are not this book's readings of this test set; then nothing is changed.
  mutating func restore(_ history: RunHistory) throws(Problem) {
    let count = history.readEpochs == 0 ? 0 : test.count
    let fits = history.readings.allSatisfy { reading in
      reading.measures.count == history.readEpochs && reading.lastScores.count == count
        && (0...history.readEpochs).contains(reading.bestEpoch)
    }
    guard history.readings.map(\.name) == readings.map(\.name), fits,
      [0, count].contains(history.bestScores.count)
    else { throw Problem(.badData, "its readings are not those of this run") }
    readings = history.readings
    bestScores = history.bestScores
  }

  private mutating func enter(_ scores: [Float], at position: Int, epoch: Int) throws {
    let measures = Measures(try DetectionMetrics(scores: scores, isAnomalous: isAnomalous))
    let best = readings[position].measures.map(\.auroc).max() ?? -.infinity
    readings[position].measures.append(measures)
    readings[position].lastScores = scores
    if measures.auroc > best {
      readings[position].bestEpoch = epoch
      if position == 0 { bestScores = scores }
    }
  }
}

extension Measures {
  init(_ metrics: DetectionMetrics) {
    self.init(
      auroc: metrics.areaUnderROC, averagePrecision: metrics.averagePrecision,
      equalErrorRate: metrics.equalErrorRate, falsePositiveRateAt95: metrics.falsePositiveRateAt95)
  }
}
