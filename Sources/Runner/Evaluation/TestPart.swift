import Detectors
import Images
import Metrics
import Randomness
import Results
import Settings
import Specs

/// The test set, or a sample of it, ready to be scored in any order.
struct TestPart {
  /// In test-set order: normals first.
  private let images: ImageSelection
  let isAnomalous: [Bool]
  /// Positions in `images`, in the order of shuffled batches.
  private let shuffledOrder: [Int]

  var count: Int { images.count }

  private init(_ images: ImageSelection, isAnomalous: [Bool], shuffledOrder: [Int]) {
    self.images = images
    self.isAnomalous = isAnomalous
    self.shuffledOrder = shuffledOrder
  }

  init(whole images: ImageSelection, isAnomalous: [Bool], seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), name: "test order")
    self.init(images, isAnomalous: isAnomalous, shuffledOrder: stream.nextPermutation(of: images.count))
  }

  /// A random sample with the same share of anomalies, at least one image of either kind.
  ///
  /// - Parameter size: 0, or at least the number of images, for all of them.
  func sample(of size: Int, seed: Int) -> TestPart {
    guard size > 0, size < count else { return self }
    let anomalies = isAnomalous.indices.filter { isAnomalous[$0] }
    let normals = isAnomalous.indices.filter { !isAnomalous[$0] }
    let share = Double(size) * Double(anomalies.count) / Double(count)
    let anomalyCount = min(max(1, Int(share.rounded())), anomalies.count)
    let normalCount = min(max(1, size - anomalyCount), normals.count)
    var stream = RandomStream(seed: UInt64(seed), name: "epoch samples")
    func draw(_ number: Int, from positions: [Int]) -> [Int] {
      stream.nextPermutation(of: positions.count).prefix(number).map { positions[$0] }
    }
    let chosen = (draw(normalCount, from: normals) + draw(anomalyCount, from: anomalies)).sorted()
    let place = Dictionary(uniqueKeysWithValues: chosen.enumerated().map { ($1, $0) })
    return TestPart(
      select(chosen), isAnomalous: chosen.map { isAnomalous[$0] },
      shuffledOrder: shuffledOrder.compactMap { place[$0] })
  }

  /// The first images of either kind, half of `count` each, normals first.
  func showcase(_ count: Int) -> ImageSelection {
    let positions = [false, true].flatMap { kind in
      isAnomalous.indices.lazy.filter { isAnomalous[$0] == kind }.prefix(count / 2)
    }
    return select(positions)
  }

  /// Scores in test-set order, whatever the order of the pass.
  ///
  /// - Parameter requireNotStopped: called between pieces of work; an error it throws ends the scoring.
  func scores(
    _ detector: any AnomalyDetector, _ evaluation: Evaluation, _ requireNotStopped: () throws -> Void
  ) throws -> Scores {
    let pass = evaluation.pass
    let isShuffled = pass == .batchShuffled
    let scoring = detector.scoring(
      of: isShuffled ? select(shuffledOrder) : images, batchNorm: pass.batchNorm,
      batchSize: pass == .running ? Scoring.neutralBatchSize : evaluation.testBatch)
    while !scoring.isFinished {
      try requireNotStopped()
      scoring.advance()
    }
    return isShuffled ? inOrder(scoring.scores) : scoring.scores
  }

  /// Reorders the scores of the shuffled images into test-set order.
  private func inOrder(_ shuffled: Scores) -> Scores {
    Scores(
      shuffled.byName.mapValues { values in
        var ordered = values
        for (place, sample) in shuffledOrder.enumerated() { ordered[sample] = values[place] }
        return ordered
      })
  }

  /// - Throws: `Problem` if a score is not finite.
  func measures(_ scores: [Float]) throws -> Measures {
    Measures(try DetectionMetrics(scores: scores, isAnomalous: isAnomalous))
  }

  private func select(_ positions: [Int]) -> ImageSelection {
    ImageSelection(images.store, indices: positions.map { images.indices[$0] }, scale: images.scale)
  }
}
