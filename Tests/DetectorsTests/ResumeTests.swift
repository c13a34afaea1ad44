import Diagnostics
import Images
import Kernels
import Settings
import Testing

@testable import Detectors

@Suite("GANomaly in the middle of its training")
struct ResumeTests {
  /// Four steps an epoch, with reinitializations in some of them.
  private let images = ImageSelection(blobs(33), indices: Array(0..<33), scale: .symmetric)

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
    try (epoch...3).map { try detector.train(epoch: $0, on: images) }
  }

  @Test(
    "continues in another process to the same bits, whatever the step it was stopped at", arguments: 1...12)
  func everyStep(stop: Int) throws {
    let undisturbed = detector()
    let reports = try finish(undisturbed)
    #expect(
      (1..<12).contains(undisturbed.trainer.reinitializations),
      "some steps end with a reinitialization, others do not")

    let stopped = detector()
    let epoch = try stopped.train(steps: stop, on: images)
    #expect(stopped.stepsInEpoch == stop - 4 * (epoch - 1))
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
    try stopped.train(epoch: 1, on: images)
    #expect(stopped.stepsInEpoch == 0)
    let continued = detector()
    try continued.restore(stopped.state)
    #expect(try finish(continued, from: 2) == Array(reports[1...]))
    #expect(continued.state == undisturbed.state)
  }

  @Test("refuses a state that lacks something or belongs to other settings, and stays as it was")
  func refusals() throws {
    let trained = detector()
    try trained.train(epoch: 1, on: images)
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

  @Test("fails as collapsed with the first reinitialization beyond the limit of an epoch")
  func collapse() throws {
    // Every step ends with a reinitialization: four in an epoch.
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
      _ = try beyond.train(epoch: 1, on: images) { _ in steps += 1 }
    }
    #expect(failure?.kind == .collapsed)
    #expect(
      failure?.cause == "the discriminator collapsed: it was reinitialized more than 2 times in epoch 1")
    #expect(steps == 2)
  }

  @Test("fails as diverged at the step whose loss is not finite, before anyone is told of it")
  func divergence() throws {
    let detector = detector { $0.learningRate = 1e30 }
    var losses: [Double] = []
    let failure = #expect(throws: TrainingFailure.self) {
      for epoch in 1...9 {
        _ = try detector.train(epoch: epoch, on: images) { losses += $0.losses.map(\.value) }
      }
    }
    #expect(failure?.kind == .diverged)
    #expect(try #require(failure).cause.hasPrefix("training diverged: the "))
    #expect(losses.allSatisfy { $0.isFinite })
  }

  @Test("scores batch by batch as it does in one go, whatever else is asked in between")
  func scoring() throws {
    let detector = detector()
    try detector.train(epoch: 1, on: images)
    for batchNorm in BatchNormStatistics.allCases {
      let scoring = detector.scoring(of: images, batchNorm: batchNorm, batchSize: 7)
      var known: [Int] = []
      while !scoring.isFinished {
        scoring.advance()
        known.append(scoring.scores.byName["l1"]?.count ?? 0)
        _ = detector.state
        _ = detector.score(images, batchNorm: batchNorm, batchSize: 5)
      }
      #expect(known == [7, 14, 21, 28, 33])
      #expect(scoring.scores == detector.score(images, batchNorm: batchNorm, batchSize: 7))
    }
  }

  @Test("an evaluator scores with the weights as they are, in memory that it keeps")
  func evaluator() throws {
    let detector = detector()
    let evaluator = detector.evaluator(batchSize: 7)
    for epoch in 1...2 {
      try detector.train(epoch: epoch, on: images)
      let scoring = Scoring(of: images, batchNorm: .running, by: evaluator)
      #expect(scoring.finish() == 5)
      #expect(scoring.scores == detector.score(images, batchNorm: .running, batchSize: 7))
    }
  }

  @Test("the state may be asked for before, between and after all steps, and changes nothing")
  func stateAtAnyTime() throws {
    let (watched, undisturbed) = (detector(), detector())
    _ = watched.state
    for epoch in 1...2 {
      let expected = try undisturbed.train(epoch: epoch, on: images)
      let report = try watched.train(epoch: epoch, on: images) { step in
        #expect(watched.stepsInEpoch == step.step)
        #expect(watched.state.counts["epoch.steps"] == step.step)
      }
      #expect(report == expected)
    }
    #expect(watched.state == undisturbed.state)
  }

  @Test("an epoch that is begun in the middle of another one gives that one up")
  func givenUp() throws {
    let detector = detector()
    detector.begin(epoch: 1, on: images)
    _ = try detector.advance()
    detector.begin(epoch: 2, on: images)
    guard case .step(let report) = try detector.advance() else {
      Issue.record("no step")
      return
    }
    #expect(report.step == 1 && detector.stepsInEpoch == 1)
  }
}
