import Foundation
import HDF5
import Images
import Kernels
import NeuralNetworks
import Settings
import Testing

@testable import Detectors

/// Two steps of each objective as PyTorch computes them in float64: see Fixtures/generate_objectives.py.
private struct ObjectiveFixture {
  let root: HDF5Group
  let settings: GANomalySettings
  let image: ImageShape

  init(_ objective: GANomalyObjective) throws {
    let folder = try #require(Bundle.module.url(forResource: "Fixtures", withExtension: nil))
    root = try HDF5File.open(folder.appendingPathComponent("objectives.h5").path).root
    let attributes = root.attributes
    func number(_ name: String) throws -> Double { try attributes.readNumber(Double.self, name) }
    func integer(_ name: String) throws -> Int { try attributes.readNumber(Int.self, name) }
    var settings = GANomalySettings()
    settings.objective = objective
    settings.width = try integer("width")
    settings.latentSize = try integer("latent_size")
    settings.batchSize = try integer("batch_size")
    settings.learningRate = try number("learning_rate")
    settings.beta1 = try number("beta1")
    settings.beta2 = try number("beta2")
    settings.adversarialWeight = try number("adversarial_weight")
    settings.contextualWeight = try number("contextual_weight")
    settings.encoderWeight = try number("encoder_weight")
    self.settings = settings
    let side = try integer("side")
    image = ImageShape(channels: try integer("channels"), height: side, width: side)
  }

  /// A detector with the fixture's initial weights.
  func detector(threads: Int = 1) throws -> GANomaly {
    let detector = GANomaly(
      image: image, settings: settings, seed: 0, context: ComputeContext(threads: threads))
    for network in GANomalyNetwork.allCases {
      let buffer = detector.inspection.parameters(of: network)
      let values = try root.openDataset("initial/\(network)").read(Float.self, shape: [buffer.count])
      buffer.replace(from: 0, with: values)
    }
    return detector
  }

  /// The numbers of one step, of what the file has for each.
  func numbers(_ name: String, step: Int) throws -> [Double] {
    let (values, shape) = try root.openDataset("\(settings.objective.rawValue)/\(name)").read(Double.self)
    let count = values.count / shape[0]
    return Array(values[step * count..<(step + 1) * count])
  }

  func numbers(_ name: String) throws -> [Double] {
    try root.openDataset("\(settings.objective.rawValue)/\(name)").read(Double.self).values
  }

  /// The fixture's two steps, each with its losses handed to `check`.
  func train(_ detector: GANomaly, check: (_ step: Int, GANomalyLosses) throws -> Void) throws {
    let count = settings.batchSize
    let (images, _) = try root.openDataset("images").read(Float.self)
    let perStep = count * image.count
    for step in 0..<images.count / perStep {
      let batch = Array(images[step * perStep..<(step + 1) * perStep])
      try check(step, detector.inspection.trainingStep(onImages: batch, count: count))
    }
  }
}

/// ‖ours − truth‖₂ / ‖truth‖₂, of what a network's tensors have alone; infinite where a zero is missed.
private func worstError(_ ours: FloatBuffer, _ truth: [Double], _ tensors: [ParameterTensor]) -> Double {
  tensors.map { tensor in
    let (ours, truth) = (ours[tensor.range].map(Double.init), Array(truth[tensor.range]))
    let squares = zip(ours, truth).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let size = truth.reduce(0) { $0 + $1 * $1 }
    return squares == 0 ? 0 : (squares / size).squareRoot()
  }.max() ?? .infinity
}

@Suite("The versions of the objective")
struct ObjectiveTests {
  @Test(
    "give PyTorch's losses, gradients, updated weights and running statistics in two steps",
    arguments: GANomalyObjective.allCases)
  func agree(_ objective: GANomalyObjective) throws {
    let fixture = try ObjectiveFixture(objective)
    let detector = try fixture.detector()
    try fixture.train(detector) { step, losses in
      let truth = try fixture.numbers("losses", step: step)
      #expect(losses.terms.count == truth.count)
      for (term, truth) in zip(losses.terms, truth) {
        #expect(
          abs(term.value - truth) <= 1e-5 * abs(truth),
          "\(term.name), step \(step + 1): \(term.value), not \(truth)")
      }
      for network in GANomalyNetwork.allCases {
        let error = worstError(
          detector.inspection.gradients(of: network), try fixture.numbers("\(network)_gradients", step: step),
          detector.inspection.layout(of: network).parameters)
        #expect(error <= 1e-4, "gradients of the \(network), step \(step + 1): \(error)")
      }
    }
    for network in GANomalyNetwork.allCases {
      let layout = detector.inspection.layout(of: network)
      let weights = worstError(
        detector.inspection.parameters(of: network), try fixture.numbers("\(network)"), layout.parameters)
      #expect(weights <= 1e-4, "parameters of the \(network): \(weights)")
      let running = worstError(
        detector.inspection.runningStatistics(of: network), try fixture.numbers("\(network)_running"),
        layout.running)
      #expect(running <= 1e-5, "running statistics of the \(network): \(running)")
    }
  }

  @Test("fit no other version's gradients in the second step", arguments: GANomalyObjective.allCases)
  func differ(_ objective: GANomalyObjective) throws {
    let fixture = try ObjectiveFixture(objective)
    let detector = try fixture.detector()
    try fixture.train(detector) { _, _ in }
    for other in GANomalyObjective.allCases where other != objective {
      let theirs = try ObjectiveFixture(other)
      let errors = try GANomalyNetwork.allCases.map { network in
        worstError(
          detector.inspection.gradients(of: network), try theirs.numbers("\(network)_gradients", step: 1),
          detector.inspection.layout(of: network).parameters)
      }
      #expect(errors.max() ?? 0 > 1e-2, "\(objective) and \(other): \(errors)")
    }
  }

  @Test("train to the same bits with any number of threads", arguments: GANomalyObjective.allCases)
  func threads(_ objective: GANomalyObjective) throws {
    let fixture = try ObjectiveFixture(objective)
    let weights = try [1, 2, 3].map { threads in
      let detector = try fixture.detector(threads: threads)
      try fixture.train(detector) { _, _ in }
      return detector.weights
    }
    #expect(weights[0] == weights[1] && weights[0] == weights[2])
  }

  @Test("V1 never trains the discriminator's head, the others do", arguments: GANomalyObjective.allCases)
  func head(_ objective: GANomalyObjective) throws {
    let fixture = try ObjectiveFixture(objective)
    let detector = try fixture.detector()
    let head = try #require(detector.inspection.layout(of: .discriminator).parameters.last)
    #expect(head.name.hasSuffix("final.weight"))
    let before = detector.inspection.parameters(of: .discriminator)[head.range]
    try fixture.train(detector) { _, _ in }
    #expect((detector.inspection.parameters(of: .discriminator)[head.range] == before) == (objective == .v1))
  }

  @Test(
    "V2 keeps the adversarial term from the generator, the others do not",
    arguments: GANomalyObjective.allCases)
  func detached(_ objective: GANomalyObjective) throws {
    let fixture = try ObjectiveFixture(objective)
    let weights = try [1.0, 7.0].map { weight in
      var settings = fixture.settings
      settings.adversarialWeight = weight
      let detector = GANomaly(
        image: fixture.image, settings: settings, seed: 1, context: ComputeContext(threads: 1))
      try fixture.train(detector) { _, _ in }
      return detector.inspection.parameters(of: .generator).array
    }
    #expect((weights[0] == weights[1]) == (objective == .v2))
  }

  @Test(
    "reinitialize the discriminator by its loss, V0 by either cross-entropy",
    arguments: GANomalyObjective.allCases)
  func collapse(_ objective: GANomalyObjective) {
    func isReinitialized(real: Double, fake: Double, loss: Double) -> Bool {
      var losses = GANomalyLosses()
      (losses.discriminatorReal, losses.discriminatorFake, losses.discriminator) = (real, fake, loss)
      return objective.steps.hasCollapsed(losses, threshold: 1e-5)
    }
    #expect(isReinitialized(real: 0.9e-5, fake: 1, loss: 1) == (objective == .v0))
    #expect(isReinitialized(real: 1, fake: 0.9e-5, loss: 1) == (objective == .v0))
    #expect(isReinitialized(real: 1, fake: 1, loss: 0.9e-5) == (objective != .v0))
    #expect(!isReinitialized(real: 1e-5, fake: 1e-5, loss: 1e-5))
  }

  @Test("cost the passes that they make, in convolutions of one image", arguments: GANomalyObjective.allCases)
  func work(_ objective: GANomalyObjective) {
    func operations(_ count: Int) -> ConvolutionWork {
      ConvolutionWork(byDefinition: count, performed: count)
    }
    let discriminator = DiscriminatorWork(
      whole: operations(1000), first: operations(100), last: operations(10))
    let expected: [GANomalyObjective: Int] = [
      // Forward; to the weights; to the inputs but the image; to the image.
      .v0: 3000 + 2000 + 1800 + 1000, .v1: 3000 + 1980 + 1780 + 1000, .v2: 2000 + 2000 + 1800,
      .v3: 2000 + 2000 + 1800 + 990,
    ]
    #expect(objective.steps.work(discriminator).performed == expected[objective])
  }
}
