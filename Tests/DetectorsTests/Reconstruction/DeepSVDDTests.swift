import Images
import Kernels
import NeuralNetworks
import Settings
import TestSupport
import Testing

@testable import Detectors

@Suite("Deep SVDD")
struct DeepSVDDTests {
  private let context = ComputeContext(threads: 1)

  private func settings(_ change: (inout DeepSVDDSettings) -> Void = { _ in }) -> DeepSVDDSettings {
    var settings = DeepSVDDSettings()
    (settings.batchSize, settings.latentSize, settings.pretrainingEpochs) = (8, 16, 2)
    change(&settings)
    return settings
  }

  private func detector(_ change: (inout DeepSVDDSettings) -> Void = { _ in }) -> DeepSVDD {
    DeepSVDD(
      image: ImageShape(channels: 1, height: 32, width: 32), settings: settings(change), seed: 2,
      context: context)
  }

  private func selection(_ count: Int) -> ImageSelection {
    ImageSelection(blobs(count), indices: Array(0..<count), scale: .symmetric)
  }

  @Test(
    "objective, distances, gradients and the radius agree with PyTorch and numpy",
    arguments: [(DeepSVDDObjective.oneClass, "one_class", 0.1), (.softBoundary, "soft_boundary", 0.3)])
  func autograd(objective: DeepSVDDObjective, name: String, nu: Double) throws {
    let golden = try ReconstructionFixture("svdd_\(name)")
    let settings = settings {
      ($0.objective, $0.nu, $0.weightDecay) = (objective, nu, 0)
    }
    let setup = DetectorSetup(
      image: ImageShape(channels: 1, height: 32, width: 32), settings: settings, seed: 0, context: context)
    let model = DeepSVDDModel(setup)
    let step = DeepSVDDTrainer(model, setup)
    step.layout = BatchLayout(images: 5, padsSmallBatches: true)
    let layout = step.layout
    try golden.load(into: step.trained.weights, of: model.network.network)
    try golden.load("x", into: step.x, layout: layout)
    model.sphere.center.replace(from: 0, with: try golden.floats("centre"))
    model.sphere.radius[0] = objective == .softBoundary ? try golden.floats("radius")[0] : 0
    let losses = step.optimize(learningRate: 0, setsRadius: true)
    #expect(abs(losses.objective / (try golden.truth("objective")[0]) - 1) < 1e-5)
    let distances = try golden.truth("distances")
    #expect(
      relativeMaximumError(model.sphere.squaredDistances(step.pass.output, layout: layout), distances) < 1e-5)
    try golden.expectGradients(of: step.trained, within: 1e-4)
    if objective == .softBoundary {
      let radius = try golden.truth("radius")[0]
      let outside = distances.count { $0 > radius * radius }
      #expect((1..<5).contains(outside), "some images lie inside, some outside")
      #expect(abs(Double(model.sphere.radius[0]) / (try golden.truth("next_radius")[0]) - 1) < 1e-5)
    } else {
      #expect(model.sphere.radius[0] == 0)
    }
    let pass = ResampledPass(of: model.network, capacity: 5, goesBack: false)
    model.network.forward(
      step.x, layout: layout, weights: step.trained.weights, mode: .runningStatistics, pass: pass,
      engine: context)
    let embeddings = context.imageMajor(pass.output, layout: layout, count: 16)
    #expect(relativeMaximumError(embeddings, try golden.truth("embeddings")) < 1e-5)
  }

  @Test("coordinates of the centre near 0 are moved away from it, to their own side")
  func center() {
    let sphere = Sphere(size: 5)
    sphere.setCenter(sums: [0.1, -0.1, 4, 0, -2], count: 2, smallest: 0.1)
    #expect(sphere.center.array == [0.1, -0.1, 2, 0, -1])
  }

  @Test("the centre is the mean embedding that the pre-trained encoder gives")
  func centerOfTraining() throws {
    let detector = detector { ($0.learningRate, $0.smallestCoordinate) = (1e-30, 0) }
    let images = selection(20)
    try detector.train(epoch: 1, on: images)
    // The encoder has not moved since, but its running statistics have.
    let running = detector.trainer.pretraining.trained.weights.running.array
    detector.model.weights.running.replace(
      from: 0, with: Array(running.prefix(detector.model.weights.running.count)))
    let rows = detector.features(images)
    let means = (0..<16).map { index in (0..<20).reduce(0.0) { $0 + Double(rows[$1 * 16 + index]) } / 20 }
    #expect(relativeMaximumError(detector.model.sphere.center.array, means) < 1e-5)
  }

  @Test(
    "the first epoch reports the steps of pre-training under their own loss, and means of the others alone")
  func pretrainingSteps() throws {
    let detector = detector()
    var names: [[String]] = []
    let report = try detector.train(epoch: 1, on: selection(20)) { step in
      names.append(step.losses.map(\.name))
      #expect(step.steps == 9 && step.step == names.count)
    }
    // Three steps a pass; the last batch of 4 counts.
    #expect(
      names == Array(repeating: ["reconstruction"], count: 6)
        + Array(repeating: DeepSVDDLosses.names, count: 3))
    #expect(report.losses.map(\.name) == DeepSVDDLosses.names && report.images == 60)
    var steps = 0
    let second = try detector.train(epoch: 2, on: selection(20)) { _ in steps += 1 }
    #expect(steps == 3 && second.images == 20)
  }

  @Test(
    "training draws the embeddings to the centre", arguments: [DeepSVDDObjective.oneClass, .softBoundary])
  func learning(objective: DeepSVDDObjective) throws {
    let detector = detector { ($0.objective, $0.learningRate, $0.warmUp) = (objective, 2e-3, 3) }
    var distances: [Double] = []
    var radii: [Double] = []
    for epoch in 1...12 {
      let report = try detector.train(epoch: epoch, on: selection(32))
      distances.append(report.losses[1].value)
      radii.append(report.losses[2].value)
    }
    #expect(distances[11] < 0.5 * distances[0])
    #expect(radii[0..<3].allSatisfy { $0 == 0 })
    #expect((radii[11] > 0) == (objective == .softBoundary))
  }

  @Test("the soft boundary's score is the distance less the squared radius")
  func softScores() throws {
    let detector = detector { ($0.objective, $0.warmUp) = (.softBoundary, 0) }
    try detector.train(epoch: 1, on: selection(16))
    let radius = Double(detector.model.sphere.radius[0])
    #expect(radius > 0)
    let scores = try #require(
      detector.score(selection(10), batchNorm: .running, batchSize: 4).byName["distance"])
    let rows = detector.features(selection(10))
    let center = detector.model.sphere.center
    for (image, score) in scores.enumerated() {
      let distance = (0..<16).reduce(0.0) {
        let difference = Double(rows[image * 16 + $1]) - Double(center[$1])
        return $0 + difference * difference
      }
      #expect(abs(Double(score) - (distance - radius * radius)) < 1e-4 * max(distance, radius * radius))
    }
  }
}
