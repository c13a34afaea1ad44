import Diagnostics
import Images
import Kernels
import Settings
import Testing

@testable import Detectors

@Suite("GANomaly in the middle of its training")
struct ResumeTests {
  private struct Stop: Error {}

  /// Four steps an epoch, with redraws in some of them.
  private let images = ImageSelection(blobs(33), indices: Array(0..<33), scale: PixelScale(.symmetric))

  private func detector(
    threads: Int = 1, seed: UInt64 = 3, _ change: (inout GANomalySettings) -> Void = { _ in }
  ) -> GANomaly {
    var settings = GANomalySettings()
    (settings.width, settings.latentSize, settings.batchSize) = (4, 6, 8)
    settings.redrawThreshold = 0.6
    change(&settings)
    return GANomaly(
      image: ImageShape(channels: 1, height: 32, width: 32), settings: settings, seed: seed,
      context: ComputeContext(threads: threads))
  }

  /// Trains up to and with epoch 3.
  private func finish(_ detector: GANomaly, from epoch: Int = 1) throws -> [EpochReport] {
    try (epoch...3).map { try detector.fit(epoch: $0, on: images) { _ in } }
  }

  @Test(
    "continues in another process to the same bits, whatever the step it was stopped at", arguments: 1...12)
  func everyStep(stop: Int) throws {
    let undisturbed = detector()
    let reports = try finish(undisturbed)
    #expect((1..<12).contains(undisturbed.redraws), "some steps end with a redraw, others do not")

    let stopped = detector()
    var (epoch, steps) = (1, 0)
    #expect(throws: Stop.self) {
      while true {
        _ = try stopped.fit(epoch: epoch, on: images) { _ in
          steps += 1
          if steps == stop { throw Stop() }
        }
        epoch += 1
      }
    }
    #expect(stopped.position == TrainingPosition(epoch: epoch, step: stop - 4 * (epoch - 1)))
    let continued = detector(threads: 2)
    try continued.restore(stopped.state)
    #expect(continued.state == stopped.state)
    #expect(try finish(continued, from: epoch) == Array(reports[(epoch - 1)...]))
    #expect(continued.state == undisturbed.state)
    // The one that was stopped can go on as well.
    #expect(try finish(stopped, from: epoch).last == reports.last)
    #expect(stopped.state == undisturbed.state)
  }

  @Test("continues between two epochs")
  func betweenEpochs() throws {
    let undisturbed = detector()
    let reports = try finish(undisturbed)
    let stopped = detector()
    _ = try stopped.fit(epoch: 1, on: images) { _ in }
    #expect(stopped.position == TrainingPosition(epoch: 0, step: 0))
    let continued = detector()
    try continued.restore(stopped.state)
    #expect(try finish(continued, from: 2) == Array(reports[1...]))
    #expect(continued.state == undisturbed.state)
  }

  @Test("refuses a state that lacks something or belongs to other settings, and stays as it was")
  func refusals() throws {
    let trained = detector()
    _ = try trained.fit(epoch: 1, on: images) { _ in }
    let good = trained.state
    var bad = [detector { $0.width = 8 }.state, detector { $0.latentSize = 7 }.state]
    for index in good.tensors.indices {
      bad.append(good)
      bad[bad.count - 1].tensors.remove(at: index)
    }
    for name in good.counts.keys {
      var without = good
      without.counts[name] = nil
      var negative = good
      negative.counts[name] = -1
      bad += [without, negative]
    }
    for name in good.sums.keys {
      bad.append(good)
      bad[bad.count - 1].sums[name] = nil
    }
    var unknown = good
    unknown.tensors.append(NamedTensor(name: "generator/none", shape: [1], values: [0]))
    bad.append(unknown)
    #expect(bad.count > 50)
    let fresh = detector()
    let before = fresh.state
    for state in bad { #expect(throws: Problem.self) { try fresh.restore(state) } }
    #expect(fresh.state == before)
    try fresh.restore(good)
    #expect(fresh.state == good)
  }

  @Test("fails as collapsed with the first redraw beyond the limit of an epoch")
  func collapse() throws {
    // Every step ends with a redraw: four in an epoch.
    let within = detector {
      $0.redrawThreshold = 1e9
      $0.redrawLimit = 4
    }
    #expect(try finish(within).map(\.redraws) == [4, 4, 4])
    let beyond = detector {
      $0.redrawThreshold = 1e9
      $0.redrawLimit = 2
    }
    var steps = 0
    let failure = #expect(throws: TrainingFailure.self) {
      _ = try beyond.fit(epoch: 1, on: images) { _ in steps += 1 }
    }
    #expect(failure?.kind == .collapsed)
    #expect(failure?.cause == "the discriminator collapsed: it was drawn anew more than 2 times in epoch 1")
    #expect(steps == 2)
  }

  @Test("fails as diverged at the step whose loss is not finite, before anyone is told of it")
  func divergence() throws {
    let detector = detector { $0.learningRate = 1e30 }
    var losses: [Double] = []
    let failure = #expect(throws: TrainingFailure.self) {
      for epoch in 1...9 {
        _ = try detector.fit(epoch: epoch, on: images) { losses += $0.losses.map(\.value) }
      }
    }
    #expect(failure?.kind == .diverged)
    #expect(try #require(failure).cause.hasPrefix("training diverged: the "))
    #expect(losses.allSatisfy { $0.isFinite })
  }

  @Test("scores batch by batch as it does in one go, and stops between two batches")
  func scoring() throws {
    let detector = detector()
    _ = try detector.fit(epoch: 1, on: images) { _ in }
    for batchNorm in BatchNormReading.allCases {
      var batches = 0
      let scores = try detector.score(images, batchNorm: batchNorm, batchSize: 7) { () throws in batches += 1
      }
      #expect(batches == 5)
      #expect(scores == detector.scorer(batchSize: 7)(images, batchNorm: batchNorm))
      #expect(throws: Stop.self) {
        try detector.score(images, batchNorm: batchNorm, batchSize: 7) { throw Stop() }
      }
    }
  }
}
