import Images
import Kernels
import Settings
import Testing

@testable import Detectors

@Suite("Engines")
struct EngineTests {
  private let images = ImageSelection(blobs(16), indices: Array(0..<16), scale: .symmetric)

  @Test("an engine from outside its module trains GANomaly and scores with it, to the same bits")
  func gANomaly() throws {
    var settings = GANomalySettings()
    (settings.width, settings.latentSize, settings.batchSize) = (4, 3, 8)
    try expectSameBits(GANomaly.self, settings)
  }

  @Test("it trains Skip-GANomaly, AnoGAN and EGBAD as well")
  func otherGANs() throws {
    var skip = SkipGANomalySettings()
    (skip.width, skip.latentSize, skip.batchSize) = (4, 3, 8)
    try expectSameBits(SkipGANomaly.self, skip)
    var anoGAN = AnoGANSettings()
    (anoGAN.width, anoGAN.latentSize, anoGAN.batchSize, anoGAN.steps) = (4, 3, 8, 3)
    try expectSameBits(AnoGAN.self, anoGAN)
    var egbad = EGBADSettings()
    (egbad.width, egbad.latentSize, egbad.batchSize) = (4, 3, 8)
    try expectSameBits(EGBAD.self, egbad)
  }

  /// Trains one epoch and scores by a counting engine and by the processor's, and compares all that comes out.
  private func expectSameBits<Model: DetectorModel>(
    _ type: TrainedDetector<Model>.Type, _ settings: Model.Settings
  ) throws {
    let context = ComputeContext(threads: 2)
    let engine = CountingEngine(context)
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
  }
}
