import Images
import Kernels
import Settings
import Testing

@testable import Detectors

@Suite("Engines")
struct EngineTests {
  private let images = ImageSelection(blobs(16), indices: Array(0..<16), scale: .symmetric)

  @Test(
    "an engine from outside its module trains GANomaly and scores with it, to the same bits, however many steps it takes at a time",
    arguments: [1, 3])
  func gANomaly(stepsAhead: Int) throws {
    for objective in GANomalyObjective.allCases {
      var settings = GANomalySettings()
      (settings.width, settings.latentSize, settings.batchSize) = (4, 3, 4)
      settings.objective = objective
      // Some steps of V0 reinitialize its discriminator.
      settings.redrawThreshold = 0.66
      let detector = try expectSameBits(GANomaly.self, settings, stepsAhead: stepsAhead)
      #expect(objective != .v0 || (1...3).contains(detector.trainer.reinitializations))
    }
  }

  @Test("it trains Skip-GANomaly, AnoGAN and EGBAD as well", arguments: [1, 3])
  func otherGANs(stepsAhead: Int) throws {
    var skip = SkipGANomalySettings()
    (skip.width, skip.latentSize, skip.batchSize) = (4, 3, 4)
    try expectSameBits(SkipGANomaly.self, skip, stepsAhead: stepsAhead)
    var anoGAN = AnoGANSettings()
    (anoGAN.width, anoGAN.latentSize, anoGAN.batchSize, anoGAN.steps) = (4, 3, 4, 3)
    try expectSameBits(AnoGAN.self, anoGAN, stepsAhead: stepsAhead)
    var egbad = EGBADSettings()
    (egbad.width, egbad.latentSize, egbad.batchSize) = (4, 3, 4)
    try expectSameBits(EGBAD.self, egbad, stepsAhead: stepsAhead)
  }

  /// Trains one epoch and scores by a counting engine and by the processor's, and compares all that comes out.
  @discardableResult
  private func expectSameBits<Model: DetectorModel>(
    _ type: TrainedDetector<Model>.Type, _ settings: Model.Settings, stepsAhead: Int
  ) throws -> TrainedDetector<Model> {
    let context = ComputeContext(threads: 2)
    let engine = CountingEngine(context, stepsAhead: stepsAhead)
    let detectors = [engine, context].map { (engine: any Engine) in
      type.init(
        DetectorSetup(
          image: images.store.shape, settings: settings, seed: 3, context: context, engine: engine))
    }
    for detector in detectors { try detector.train(epoch: 1, on: images) }
    let trained = engine.operations
    for operation in ["load", "highToLow", "lowToHigh", "backward", "statistics", "updateRunning", "adam"] {
      #expect(trained[operation, default: 0] > 0, "\(operation)")
    }
    let weights = detectors.map { $0.weights.map(\.values) }
    #expect(weights[0] == weights[1])
    let scores = detectors.map { $0.score(images, batchNorm: .running, batchSize: 8) }
    #expect(scores[0] == scores[1])
    #expect(engine.operations["highToLow", default: 0] > trained["highToLow", default: 0])
    return detectors[0]
  }
}
