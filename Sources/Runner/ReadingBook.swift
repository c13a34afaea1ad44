import Detectors
import Images
import Metrics
import Randomness
import Results
import Settings

/// Reads a detector's scores after every epoch, in every pass that the protocol asks for, and keeps what the
/// result needs: measures of all epochs, scores of the last, and the headline's of the best.
struct ReadingBook {
  /// Images in a batch where the batch has no influence.
  private static let neutralBatch = 64

  private let evaluation: ProtocolSettings
  private let test: ImageSelection
  private let isAnomalous: [Bool]
  private let shuffledOrder: [Int]
  /// The headline's first.
  private(set) var readings: [ReadingRecord]
  /// The headline's scores at its best epoch.
  private(set) var bestScores: [Float] = []

  /// - Parameter test: the test set, all normals first.
  init(_ evaluation: ProtocolSettings, test: ImageSelection, isAnomalous: [Bool], seed: Int) {
    self.evaluation = evaluation
    self.test = test
    self.isAnomalous = isAnomalous
    var stream = RandomStream(seed: UInt64(seed), name: "test order")
    shuffledOrder = stream.nextPermutation(of: test.count)
    readings = Self.order(evaluation).map { pass, score in
      ReadingRecord(
        name: Self.name(score, pass), measures: [], lastScores: [], bestEpoch: 0)
    }
  }

  /// As in `squared-l2, running`.
  static func name(_ score: LatentScore, _ pass: ScoringPass) -> String {
    "\(score.rawValue), \(pass.rawValue)"
  }

  /// The headline's pass and score first.
  private static func order(_ evaluation: ProtocolSettings) -> [(ScoringPass, LatentScore)] {
    let scores = [evaluation.score] + LatentScore.allCases.filter { $0 != evaluation.score }
    return evaluation.passes.flatMap { pass in scores.map { (pass, $0) } }
  }

  var headline: ReadingRecord { readings[0] }

  /// The epoch (from 1) that the headline is read at.
  var headlineEpoch: Int { evaluation.epoch == .last ? headline.measures.count : headline.bestEpoch }

  /// The scores at that epoch.
  var headlineScores: [Float] { evaluation.epoch == .last ? headline.lastScores : bestScores }

  /// Scores the whole test set in every pass.
  mutating func read(_ detector: any AnomalyDetector, epoch: Int) throws {
    var position = 0
    for pass in evaluation.passes {
      let scores = score(detector, pass)
      for (_, name) in Self.order(evaluation).filter({ $0.0 == pass }) {
        try enter(scores.byName[name] ?? [], at: position, epoch: epoch)
        position += 1
      }
    }
  }

  /// Scores in the order of the test set, whatever the order of the pass.
  private func score(_ detector: any AnomalyDetector, _ pass: ScoringPass) -> Scores {
    guard pass == .batchShuffled else {
      let batchSize = pass == .running ? Self.neutralBatch : evaluation.testBatch
      return detector.score(test, batchNorm: pass.batchNorm, batchSize: batchSize)
    }
    let shuffled = ImageSelection(
      test.store, indices: shuffledOrder.map { test.indices[$0] }, scale: test.scale)
    let scores = detector.score(shuffled, batchNorm: .batch, batchSize: evaluation.testBatch)
    return Scores(
      scores.byName.mapValues { values in
        var ordered = values
        for (place, sample) in shuffledOrder.enumerated() { ordered[sample] = values[place] }
        return ordered
      })
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
