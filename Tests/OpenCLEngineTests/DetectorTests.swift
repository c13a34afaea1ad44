import Images
import Kernels
import OpenCL
import OpenCLEngine
import Settings
import Testing

@testable import Detectors

extension OnDevice {
  @Suite("Detectors")
  struct DetectorTests {
    private let images = ImageSelection(stripes(40), indices: Array(0..<40), scale: .symmetric)
    private let context = ComputeContext(threads: 2)

    private func trained<Model: DetectorModel>(
      _ settings: Model.Settings, _ model: Model.Type, engine: (any Engine)?, epochs: Int = 1
    ) throws -> TrainedDetector<Model> {
      let detector = TrainedDetector<Model>(
        DetectorSetup(
          image: images.store.shape, settings: settings, seed: 3, context: context, engine: engine))
      for epoch in 1...epochs { try train(detector, epoch: epoch) }
      return detector
    }

    private func train(_ detector: some AnomalyDetector, epoch: Int) throws {
      try detector.begin(epoch: epoch, on: images)
      while case .step = try detector.advance() {}
    }

    /// Trains an epoch on the device and on the processor, and compares scores by both kinds of statistics.
    private func expectNear<Model: DetectorModel>(
      _ settings: Model.Settings, _ model: Model.Type, bound: Float
    ) throws {
      let device = try trained(settings, model, engine: TestDevice.engine())
      let processor = try trained(settings, model, engine: nil)
      for statistics in [BatchNormStatistics.running, .batch] {
        let (ours, expected) = (
          device.score(images, batchNorm: statistics, batchSize: 16),
          processor.score(images, batchNorm: statistics, batchSize: 16)
        )
        #expect(Set(ours.byName.keys) == Set(expected.byName.keys))
        for (name, scores) in ours.byName {
          #expect(error(scores, expected.byName[name] ?? []) < bound, "\(name), \(statistics)")
        }
      }
      for (ours, expected) in zip(device.weights, processor.weights) {
        #expect(error(ours.values, expected.values) < bound, "\(ours.name)")
      }
    }

    @Test(
      "GANomaly trains as on the processor, by each of its objectives", arguments: GANomalyObjective.allCases)
    func gANomaly(objective: GANomalyObjective) throws {
      var settings = GANomalySettings()
      (settings.width, settings.latentSize, settings.batchSize, settings.objective) = (4, 3, 8, objective)
      settings.extraLayers = objective == .v3 ? 1 : 0
      try expectNear(settings, GANomalyModel.self, bound: 5e-3)
    }

    @Test("Skip-GANomaly, AnoGAN and EGBAD train as on the processor")
    func others() throws {
      var skip = SkipGANomalySettings()
      (skip.width, skip.latentSize, skip.batchSize) = (4, 3, 8)
      try expectNear(skip, SkipGANomalyModel.self, bound: 5e-3)
      var anoGAN = AnoGANSettings()
      (anoGAN.width, anoGAN.latentSize, anoGAN.batchSize, anoGAN.steps) = (4, 3, 8, 3)
      try expectNear(anoGAN, AnoGANModel.self, bound: 5e-3)
      var egbad = EGBADSettings()
      (egbad.width, egbad.latentSize, egbad.batchSize) = (4, 3, 8)
      try expectNear(egbad, EGBADModel.self, bound: 5e-3)
    }

    @Test("a training that is stopped and resumed gives the same bits, and so does a second one")
    func resume() throws {
      var settings = GANomalySettings()
      (settings.width, settings.latentSize, settings.batchSize) = (4, 3, 8)
      let whole = try trained(settings, GANomalyModel.self, engine: TestDevice.engine(), epochs: 2)
      let again = try trained(settings, GANomalyModel.self, engine: TestDevice.engine(), epochs: 2)
      #expect(again.weights.map(\.values) == whole.weights.map(\.values))

      let first = try trained(settings, GANomalyModel.self, engine: TestDevice.engine())
      // In the middle of the second epoch.
      first.begin(epoch: 2, on: images)
      _ = try first.advance(atMost: 2)
      let second = TrainedDetector<GANomalyModel>(
        DetectorSetup(
          image: images.store.shape, settings: settings, seed: 3, context: context,
          engine: try TestDevice.engine()))
      try second.restore(first.state)
      try train(second, epoch: 2)
      #expect(second.weights.map(\.values) == whole.weights.map(\.values))
      #expect(
        second.score(images, batchNorm: .running, batchSize: 7)
          == whole.score(images, batchNorm: .running, batchSize: 7))
    }
  }
}

/// Images of 32×32 with stripes of different widths.
func stripes(_ count: Int) -> ImageStore {
  let shape = ImageShape(channels: 1, height: 32, width: 32)
  let bytes = (0..<count).flatMap { image in
    (0..<shape.count).map { UInt8(truncatingIfNeeded: ($0 % 32) * (5 + image % 7) + ($0 / 32) * image) }
  }
  return ImageStore(shape: shape, bytes: bytes)
}
