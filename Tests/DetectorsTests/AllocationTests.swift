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
          store, indices: Array(0..<4 * steps), scale: PixelScale(.symmetric))
        let before = allocations_of_this_thread()
        _ = try detector.fit(epoch: epoch, on: images) { _ in }
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
      let images = ImageSelection(blobs(8), indices: Array(0..<8), scale: PixelScale(.symmetric))
      _ = try detector.fit(epoch: 1, on: images) { _ in }
      // That the counter counts.
      let before = allocations_of_this_thread()
      withExtendedLifetime(FloatBuffer(count: 100)) {}
      #expect(allocations_of_this_thread() > before)

      let layout = BatchLayout(images: 8, padsSmallBatches: true)
      _ = detector.step(layout)
      let start = allocations_of_this_thread()
      var last = GANomalyLosses()
      for _ in 0..<300 { last = detector.step(layout) }
      #expect(allocations_of_this_thread() == start)
      #expect(last.generator.isFinite)
    #endif
  }
}
