import CAllocationCounter
import Images
import Kernels
import Settings
import Testing

@testable import Detectors

@Suite("Memory of training")
struct AllocationTests {
  @Test("an epoch of forty steps allocates as often as one of two: per epoch, not per step")
  func epochs() throws {
    #if os(Linux)
      var settings = GANomalySettings()
      settings.width = 4
      settings.latentSize = 3
      settings.batchSize = 4
      let image = ImageShape(channels: 1, height: 32, width: 32)
      let detector = GANomaly(
        image: image, settings: settings, seed: 0, context: ComputeContext(threads: 1))
      let store = blobs(160)
      func allocations(steps: Int, epoch: Int) throws -> Int {
        let images = ImageSelection(
          store, indices: Array(0..<4 * steps), scale: .symmetric)
        let before = allocations_of_this_thread()
        try detector.train(epoch: epoch, on: images)
        return allocations_of_this_thread() - before
      }
      _ = try allocations(steps: 2, epoch: 1)
      let few = try allocations(steps: 2, epoch: 2)
      #expect(few > 0)
      #expect(try allocations(steps: 40, epoch: 3) == few)
    #endif
  }

  @Test(
    "hundreds of training steps after the first allocate nothing", arguments: [1, 2],
    GANomalyObjective.allCases)
  func steps(threads: Int, objective: GANomalyObjective) throws {
    #if os(Linux)
      var settings = GANomalySettings()
      settings.objective = objective
      settings.width = 8
      settings.latentSize = 6
      settings.batchSize = 8
      let image = ImageShape(channels: 1, height: 32, width: 32)
      let detector = GANomaly(
        image: image, settings: settings, seed: 0, context: ComputeContext(threads: threads))
      let images = ImageSelection(blobs(8), indices: Array(0..<8), scale: .symmetric)
      try detector.train(epoch: 1, on: images)
      // That the counter counts.
      let before = allocations_of_this_thread()
      withExtendedLifetime(FloatBuffer(count: 100)) {}
      #expect(allocations_of_this_thread() > before)

      let trainer = detector.trainer
      _ = trainer.optimize()
      let start = allocations_of_this_thread()
      var last = GANomalyLosses()
      for _ in 0..<300 { last = trainer.losses(trainer.optimize()) }
      #expect(allocations_of_this_thread() == start)
      #expect(last.generator.isFinite)
    #endif
  }

  @Test("neither reporting nor asking for the next step allocates anything", arguments: [1, 2])
  func advances(threads: Int) throws {
    #if os(Linux)
      var settings = GANomalySettings()
      (settings.width, settings.latentSize, settings.batchSize) = (4, 3, 4)
      let detector: any AnomalyDetector = DetectorSettings(settings).makeDetector(
        image: ImageShape(channels: 1, height: 32, width: 32), seed: 0,
        context: ComputeContext(threads: threads))
      let images = ImageSelection(blobs(160), indices: Array(0..<160), scale: .symmetric)
      try detector.train(epoch: 1, on: images)
      try detector.begin(epoch: 2, on: images)
      _ = try detector.advance()
      let start = allocations_of_this_thread()
      var steps = 0
      for _ in 0..<38 { if case .step(let report) = try detector.advance() { steps = report.step } }
      #expect(allocations_of_this_thread() == start)
      #expect(steps == 39)
    #endif
  }

  @Test("a detector that only scores has no memory for training", arguments: DetectorSettings.trainedKinds)
  func scoringAlone(record: any EpochTrainedRecord) throws {
    #if os(Linux)
      var large = record
      large.batchSize = 512
      let images = ImageSelection(blobs(4), indices: Array(0..<4), scale: .symmetric)
      func bytes(_ record: any EpochTrainedRecord) -> Int {
        let before = bytes_of_this_thread()
        let detector = DetectorSettings(record).makeDetector(
          image: images.store.shape, seed: 0, context: ComputeContext(threads: 1))
        _ = detector.evaluator(batchSize: 4)
        return bytes_of_this_thread() - before
      }
      var small = record
      small.batchSize = 2
      // But for what is allocated once, by whoever comes first.
      #expect(abs(bytes(large) - bytes(small)) < 65536)
    #endif
  }
}
