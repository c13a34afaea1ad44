import Datasets
import Diagnostics
import Images
import Kernels
import Metrics
import Results
import Settings
import Specs
import TestSupport
import Testing

@testable import Detectors
@testable import Runner

/// A detector whose scores are given beforehand, by epoch and position in the store.
private final class ScriptedDetector: AnomalyDetector {
  let epochs: Int
  private let scores: [[Float]]
  /// The images of each scoring, and how it was to be done.
  private(set) var calls: [(indices: [Int], batchNorm: BatchNormStatistics, batchSize: Int)] = []
  var epoch = 1

  init(_ scores: [[Float]]) {
    self.scores = scores
    epochs = scores.count
  }

  func begin(epoch: Int, on images: ImageSelection) {}

  func advance(atMost steps: Int) -> TrainingAdvance {
    .epochEnd(EpochReport(losses: [], images: 0, redraws: 0))
  }

  func evaluator(batchSize: Int) -> any Evaluator {
    calls.append(([], .running, batchSize))
    return ScriptedEvaluator(self, batchSize: batchSize)
  }

  fileprivate func note(_ indices: ArraySlice<Int>, _ batchNorm: BatchNormStatistics) {
    calls[calls.count - 1].indices += indices
    calls[calls.count - 1].batchNorm = batchNorm
  }

  fileprivate func scores(of indices: [Int]) -> Scores {
    let values = indices.map { scores[epoch - 1][$0] }
    return Scores(["squared-l2": values, "l1": values.map { -$0 }])
  }

  var weights: [NamedTensor] { [] }

  func load(weights: [NamedTensor]) {}
}

private final class ScriptedEvaluator: Evaluator {
  let batchSize: Int
  var isolatesImages = false
  private let detector: ScriptedDetector
  private var indices: [Int] = []

  init(_ detector: ScriptedDetector, batchSize: Int) {
    self.detector = detector
    self.batchSize = batchSize
  }

  func load(_ indices: ArraySlice<Int>, of images: ImageSelection, batchNorm: BatchNormStatistics) {
    detector.note(indices, batchNorm)
    self.indices = Array(indices)
  }

  func advance() -> Scores? { detector.scores(of: indices) }
}

@Suite("Evaluations of a run")
struct EvaluationBookTests {
  /// Six empty images, the test set being positions 5, 1, 3 (normal) and 0, 4 (anomalous).
  private let test = ImageSelection(
    ImageStore(
      shape: ImageShape(channels: 1, height: 1, width: 1), bytes: [UInt8](repeating: 0, count: 6)),
    indices: [5, 1, 3, 0, 4], scale: .symmetric)
  private let isAnomalous = [false, false, false, true, true]

  private func run(_ evaluation: ProtocolSettings, seed: Int) -> Run {
    Run(
      dataset: DatasetSettings(), evaluation: evaluation, detector: DetectorSettings(GANomalySettings()),
      heldOut: "1", seed: seed)
  }

  private func evaluate(
    _ detector: ScriptedDetector, seed: Int = 1, _ change: (inout ProtocolSettings) -> Void = { _ in }
  ) throws -> EvaluationBook {
    var evaluation = ProtocolSettings()
    evaluation.testBatch = 2
    change(&evaluation)
    let run = run(evaluation, seed: seed)
    var book = EvaluationBook(run, run.evaluations, test: test, isAnomalous: isAnomalous)
    for epoch in 1...detector.epochs {
      detector.epoch = epoch
      try book.evaluate(detector, isLast: epoch == detector.epochs)
    }
    return book
  }

  @Test("are of every pass and score, the headline's first")
  func order() throws {
    let scores: [Float] = [0, 1, 2, 3, 4, 5]
    let plain = try evaluate(ScriptedDetector([scores]))
    #expect(
      plain.scores.map(\.label) == [
        "squared-l2, running", "l1, running", "squared-l2, batch-shuffled", "l1, batch-shuffled",
      ])
    let leaking = try evaluate(ScriptedDetector([scores])) {
      $0.batchNorm = .batch
      $0.testOrder = .normalsFirst
      $0.score = .l1
      $0.passes = [.running]
    }
    #expect(
      leaking.scores.map(\.label) == [
        "l1, batch-normals-first", "squared-l2, batch-normals-first", "l1, running", "squared-l2, running",
      ])
    #expect(leaking.scores[0].lastScores == [-5, -1, -3, 0, -4])
  }

  @Test("of shuffled batches come back in the order of the test set", arguments: 0..<8)
  func shuffled(seed: Int) throws {
    let detector = ScriptedDetector([[0, 1, 2, 3, 4, 5]])
    let book = try evaluate(detector, seed: seed)
    for score in book.scores where score.label.hasPrefix("squared-l2") {
      #expect(score.lastScores == [5, 1, 3, 0, 4], "\(score.label)")
    }
    #expect(detector.calls.map(\.batchNorm) == [.running, .batch])
    #expect(detector.calls[0].indices == test.indices)
    #expect(detector.calls[1].indices.sorted() == test.indices.sorted())
    #expect(detector.calls[1].batchSize == 2)
  }

  @Test("shuffle the test set differently for different seeds, alike in every epoch")
  func orders() throws {
    let orders = try (0..<8).map { seed in
      let detector = ScriptedDetector([[0, 1, 2, 3, 4, 5], [5, 4, 3, 2, 1, 0]])
      _ = try evaluate(detector, seed: seed)
      #expect(detector.calls[1].indices == detector.calls[3].indices)
      return detector.calls[1].indices
    }
    #expect(Set(orders).count > 4)
  }

  @Test("at the best epoch are of the first with the highest AUROC")
  func bestEpoch() throws {
    // Anomalous are positions 0 and 4: AUROC 1/2, 1, 1/3, 1 again.
    let scripts: [[Float]] = [
      [0, 1, 2, 3, 9, 5], [8, 1, 2, 3, 9, 5], [4, 1, 2, 3, 0, 5], [7, 1, 2, 3, 6, 5],
    ]
    let last = try evaluate(ScriptedDetector(scripts))
    #expect(last.scores[0].measures.map(\.auroc) == [0.5, 1, 1.0 / 3, 1])
    #expect(last.scores[0].bestEpoch == 2)
    #expect(last.scores[0].bestScores == [5, 1, 3, 8, 9])
    #expect(last.scores[0].epoch(of: .last) == 4)
    #expect(last.scores[0].values(at: .last) == [5, 1, 3, 7, 6])
    #expect(last.bestEpochs == [2, 3])
    // The other score is best where this one is worst.
    #expect(last.scores[1].bestEpoch == 3)
  }

  /// A test set of 40 normals, then 20 anomalies, and scores for each epoch by position.
  private func sampled(
    _ scores: [[Float]], _ change: (inout ProtocolSettings) -> Void = { _ in }
  ) throws -> (book: EvaluationBook, calls: [[Int]]) {
    var evaluation = ProtocolSettings()
    (evaluation.epochSamples, evaluation.passes) = (12, [.running])
    change(&evaluation)
    let store = ImageStore(
      shape: ImageShape(channels: 1, height: 1, width: 1), bytes: [UInt8](repeating: 0, count: 60))
    let detector = ScriptedDetector(scores)
    let run = run(evaluation, seed: 3)
    var book = EvaluationBook(
      run, run.evaluations,
      test: ImageSelection(store, indices: Array(0..<60), scale: .symmetric),
      isAnomalous: (0..<60).map { $0 >= 40 })
    for epoch in scores.indices {
      detector.epoch = epoch + 1
      try book.evaluate(detector, isLast: epoch == scores.count - 1)
    }
    return (book, detector.calls.map(\.indices))
  }

  @Test(
    "of an epoch are of a sample with the test set's share of anomalies, the last and the best of all of it")
  func samples() throws {
    // All anomalies above all normals; then the other way round; then something between.
    let perfect = (0..<60).map(Float.init)
    let between = (0..<60).map { Float(($0 * 37) % 60) }
    let (book, calls) = try sampled([perfect.reversed(), perfect, between, perfect, between])
    let sample = calls[0]
    #expect(sample.count == 12 && sample == sample.sorted())
    #expect(sample.count { $0 >= 40 } == 4)
    // The first epoch is the best so far, and the second better; the fourth is only as good; the last in any case.
    let whole = Array(0..<60)
    #expect(calls.dropFirst() == [whole, sample, whole, sample, sample, whole, sample])
    #expect(book.scores[0].bestEpoch == 2)
    #expect(book.scores[0].best?.auroc == 1)
    #expect(book.scores[0].bestScores == perfect)
    #expect(book.scores[0].lastScores == between)
    #expect(
      book.scores[0].last
        == (try Measures(DetectionMetrics(scores: between, isAnomalous: whole.map { $0 >= 40 }))))
    #expect(
      book.scores[0].measures[2]
        == (try Measures(
          DetectionMetrics(scores: sample.map { between[$0] }, isAnomalous: sample.map { $0 >= 40 }))))
  }

  @Test("of a sample in shuffled batches are in the order of the whole test set's")
  func shuffledSample() throws {
    let scores = (0..<60).map(Float.init)
    let (book, calls) = try sampled([scores, scores]) { $0.passes = [.batchShuffled] }
    // Of each pass the sample; of the first epoch and of the last also the whole test set.
    let (wholeOrder, sampleOrder) = (calls[3], calls[2])
    #expect(wholeOrder.sorted() == Array(0..<60) && wholeOrder != Array(0..<60))
    #expect(sampleOrder == wholeOrder.filter(Set(sampleOrder).contains))
    #expect(book.scores.map(\.label)[2] == "squared-l2, batch-shuffled")
    #expect(book.scores[2].lastScores == scores)
  }

  @Test("may have each image as a batch of its own")
  func single() throws {
    let detector = ScriptedDetector([[0, 1, 2, 3, 4, 5]])
    let book = try evaluate(detector) { $0.passes = [.batchSingle] }
    #expect(book.scores.map(\.label)[2] == "squared-l2, batch-1")
    #expect(detector.calls[1].batchNorm == .batch && detector.calls[1].batchSize == 1)
  }

  @Test("that are not finite are the failure of the run")
  func notFinite() throws {
    expectProblem(.runFailed, "the score of test sample 1 (of 5) is nan") {
      _ = try evaluate(ScriptedDetector([[0, .nan, 2, 3, 4, 5]]))
    }
  }

  @Test("with a batch that holds the whole test set do not depend on its order")
  func wholeBatch() throws {
    let dataset = try Dataset.load(DatasetSettings(), from: DataSearchPath(candidates: []))
    let split = try Split.make(dataset, .pooled, classes: [3], seed: 0)
    var settings = GANomalySettings()
    (settings.width, settings.latentSize, settings.epochs) = (2, 4, 1)
    let detector = DetectorSettings(settings).makeDetector(
      image: dataset.images.shape, seed: 0, context: ComputeContext(threads: 2))
    let scale = PixelScale.symmetric
    try detector.begin(epoch: 1, on: ImageSelection(dataset.images, indices: split.train, scale: scale))
    while case .step = try detector.advance() {}
    func scores(batch: Int) throws -> [[Float]] {
      var evaluation = ProtocolSettings()
      (evaluation.testBatch, evaluation.batchNorm, evaluation.testOrder) = (batch, .batch, .normalsFirst)
      let run = run(evaluation, seed: 0)
      var book = EvaluationBook(
        run, run.evaluations, test: ImageSelection(dataset.images, indices: split.test, scale: scale),
        isAnomalous: split.testIsAnomalous)
      try book.evaluate(detector, isLast: true)
      return book.scores.map(\.lastScores)
    }
    let whole = try scores(batch: split.test.count)
    // Scores 0 and 4: the squared distance, normals first and shuffled.
    #expect(relativeL2Error(whole[0], whole[4]) < 1e-5)
    let small = try scores(batch: 16)
    #expect(relativeL2Error(small[0], small[4]) > 1e-3, "in small batches the order matters")
  }
}
