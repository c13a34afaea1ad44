import Diagnostics
import Images
import Kernels
import Settings
import Testing

@testable import Detectors

/// Images of soft blobs, the same at every call.
func blobs(_ count: Int, channels: Int = 1, side: Int = 32) -> ImageStore {
  var bytes: [UInt8] = []
  for image in 0..<count {
    for channel in 0..<channels {
      for y in 0..<side {
        for x in 0..<side {
          let (dx, dy) = (Double(x - 8 - image % 16), Double(y - 16 + channel))
          bytes.append(UInt8(255 / (1 + (dx * dx + dy * dy) / 20)))
        }
      }
    }
  }
  return ImageStore(shape: ImageShape(channels: channels, height: side, width: side), bytes: bytes)
}

@Suite("GANomaly")
struct GANomalyTests {
  private func detector(
    channels: Int = 1, side: Int = 32, threads: Int = 1, seed: UInt64 = 0,
    _ change: (inout GANomalySettings) -> Void = { _ in }
  ) -> GANomaly {
    var settings = GANomalySettings()
    settings.width = 4
    settings.latentSize = 6
    settings.batchSize = 8
    change(&settings)
    return GANomaly(
      image: ImageShape(channels: channels, height: side, width: side), settings: settings, seed: seed,
      context: ComputeContext(threads: threads))
  }

  private func selection(_ count: Int) -> ImageSelection {
    ImageSelection(blobs(count), indices: Array(0..<count), scale: .symmetric)
  }

  @Test(
    "the networks have the reference's numbers of parameters",
    arguments: [(1, 3_200_384, 661_248, 1_066_752), (3, 3_206_528, 663_296, 1_068_800)])
  func parameterCounts(channels: Int, generator: Int, discriminator: Int, encoder: Int) {
    let settings = GANomalySettings()
    let image = ImageShape(channels: channels, height: 32, width: 32)
    let detector = GANomaly(image: image, settings: settings, seed: 0, context: ComputeContext(threads: 1))
    #expect(detector.inspection.parameters(of: .generator).count == generator)
    #expect(detector.inspection.parameters(of: .discriminator).count == discriminator)
    let first = detector.inspection.layout(of: .generator).parameters.filter {
      $0.name.hasPrefix("encoder1.")
    }
    #expect(first.reduce(0) { $0 + $1.count } == encoder)
  }

  @Test(
    "a training step takes the millions of multiply-adds that were counted by hand",
    arguments: [(1, 275.6, 112.0), (3, 282.4, 118.8)])
  func work(channels: Int, byDefinition: Double, performed: Double) {
    let image = ImageShape(channels: channels, height: 32, width: 32)
    let work = GANomalyWork(image: image, settings: GANomalySettings(), kernels: .fast).training
    #expect(abs(Double(work.byDefinition) / 1e6 - byDefinition) < 0.051)
    #expect(abs(Double(work.performed) / 1e6 - performed) < 0.051)
  }

  @Test("weights are drawn as N(0, 0.02), scales as N(1, 0.02), shifts 0")
  func initialization() {
    let detector = detector { $0.width = 32 }
    for tensor in detector.inspection.layout(of: .generator).parameters where tensor.count > 20 {
      let values = detector.inspection.parameters(of: .generator)[tensor.range].map(Double.init)
      let mean = values.reduce(0, +) / Double(values.count)
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
      let expected = tensor.role == .batchNormScale ? 1.0 : 0.0
      let tolerance = 0.02 * 5 / Double(values.count).squareRoot()
      #expect(abs(mean - expected) <= tolerance, "\(tensor.name)")
      let deviation = tensor.role == .batchNormShift ? 0 : 0.02
      #expect(abs(variance.squareRoot() - deviation) <= tolerance, "\(tensor.name)")
    }
  }

  @Test(
    "every legal size trains and scores",
    arguments: [(32, 1, 0), (64, 3, 1), (128, 2, 0), (256, 1, 2)])
  func sizes(side: Int, channels: Int, extraLayers: Int) throws {
    let detector = detector(channels: channels, side: side) {
      $0.width = 2
      $0.batchSize = 2
      $0.extraLayers = extraLayers
    }
    let images = ImageSelection(
      blobs(5, channels: channels, side: side), indices: [0, 1, 2, 3, 4], scale: .symmetric)
    let report = try detector.train(epoch: 1, on: images)
    #expect(report.images == 4)
    #expect(report.losses.allSatisfy { $0.value.isFinite })
    for batchNorm in BatchNormStatistics.allCases {
      let scores = detector.score(images, batchNorm: batchNorm, batchSize: 3)
      #expect(scores.byName["l1"]?.count == 5)
      #expect(scores.byName["squared-l2"]?.allSatisfy { $0.isFinite && $0 >= 0 } == true)
    }
  }

  @Test("threads change no bit of weights and scores; a seed does")
  func determinism() throws {
    func trained(threads: Int, seed: UInt64 = 0) throws -> GANomaly {
      let detector = detector(threads: threads, seed: seed)
      for epoch in 1...2 { try detector.train(epoch: epoch, on: selection(33)) }
      return detector
    }
    let (one, two, other) = (
      try trained(threads: 1), try trained(threads: 2), try trained(threads: 1, seed: 1)
    )
    #expect(one.weights == two.weights)
    #expect(one.weights != other.weights)
    let scores = one.score(selection(33), batchNorm: .running, batchSize: 64)
    #expect(scores == two.score(selection(33), batchNorm: .running, batchSize: 64))
  }

  @Test(
    "twenty steps give the same weights, bit for bit, with any number of threads",
    arguments: [(32, 1, 16, 20), (64, 3, 8, 9)])
  func threads(side: Int, channels: Int, width: Int, batchSize: Int) throws {
    let images = ImageSelection(
      blobs(batchSize * 2, channels: channels, side: side), indices: Array(0..<batchSize * 2),
      scale: .symmetric)
    let weights = try [1, 2, 3, 4].map { threads in
      let detector = detector(channels: channels, side: side, threads: threads) {
        $0.width = width
        $0.batchSize = batchSize
      }
      for epoch in 1...10 { try detector.train(epoch: epoch, on: images) }
      return detector.weights
    }
    for other in weights.dropFirst() { #expect(other == weights[0]) }
  }

  @Test("a step's report has the loss terms, each under its name")
  func report() throws {
    var losses = GANomalyLosses()
    for (index, field) in GANomalyLosses.fields.enumerated() {
      losses[keyPath: field.path] = Double(index + 1)
    }
    let report = StepReport(
      step: 1, steps: 2, images: 3, lossNames: GANomalyLosses.names, lossValues: losses.values)
    #expect(report.losses.map(\.name) == losses.terms.map(\.name))
    #expect(report.losses.map(\.value) == [1, 2, 3, 4, 5, 6, 7])
    #expect(report.losses.map(\.value) == losses.terms.map(\.value))
  }

  @Test("training brings the contextual loss down")
  func learning() throws {
    let detector = detector { $0.learningRate = 2e-3 }
    var contextual: [Double] = []
    for epoch in 1...12 {
      let report = try detector.train(epoch: epoch, on: selection(64))
      contextual.append(report.losses.first { $0.name == "contextual" }?.value ?? .nan)
    }
    #expect(contextual[11] < 0.5 * contextual[0])
  }

  @Test("the discriminator is reinitialized when its loss falls below the threshold, the generator is not")
  func reinitialization() throws {
    let always = detector { $0.redrawThreshold = 1e9 }
    let never = detector { $0.redrawThreshold = 0 }
    let report = try always.train(epoch: 1, on: selection(16))
    try never.train(epoch: 1, on: selection(8))
    #expect(
      report.redraws == 2 && always.trainer.reinitializations == 2 && never.trainer.reinitializations == 0)
    let weight = always.inspection.layout(of: .discriminator).parameters[0]
    let fresh = detector()
    #expect(
      always.inspection.parameters(of: .discriminator)[weight.range]
        != fresh.inspection.parameters(of: .discriminator)[weight.range])
  }

  @Test("trained weights load into another detector, wrong ones are refused")
  func loading() throws {
    let trained = detector(seed: 3)
    try trained.train(epoch: 1, on: selection(16))
    let fresh = detector()
    try fresh.load(weights: trained.weights)
    #expect(fresh.weights == trained.weights)
    let other = detector { $0.latentSize = 7 }
    #expect(throws: Problem.self) { try other.load(weights: trained.weights) }
    #expect(throws: Problem.self) { try fresh.load(weights: Array(trained.weights.dropFirst())) }
    let extra = NamedTensor(name: "generator/none", shape: [1], values: [0])
    #expect(throws: Problem.self) { try fresh.load(weights: trained.weights + [extra]) }
  }

  @Test("batch statistics make a score depend on its batch, running statistics do not")
  func batchStatistics() throws {
    let detector = detector()
    try detector.train(epoch: 1, on: selection(32))
    let images = selection(12)
    func scores(_ batchNorm: BatchNormStatistics, _ size: Int) -> [Float] {
      detector.score(images, batchNorm: batchNorm, batchSize: size).byName["squared-l2"] ?? []
    }
    for (a, b) in zip(scores(.running, 12), scores(.running, 5)) { #expect(abs(a - b) <= 1e-5 * abs(a)) }
    #expect(scores(.batch, 12) != scores(.batch, 5))
  }
}
