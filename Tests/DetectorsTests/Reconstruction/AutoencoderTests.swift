import Images
import Kernels
import NeuralNetworks
import Settings
import TestSupport
import Testing

@testable import Detectors

@Suite("Convolutional autoencoder")
struct AutoencoderTests {
  private let context = ComputeContext(threads: 1)

  private static func leNet(_ name: String) -> LeNet {
    name == "small"
      ? LeNet(image: Shape(1, 32, 32), channels: [8, 4], latentSize: 32, normalizesLatent: false)
      : LeNet(image: Shape(3, 32, 32), channels: [2, 3, 4], latentSize: 16, normalizesLatent: true)
  }

  @Test(
    "loss, reconstructions, gradients and running statistics agree with PyTorch",
    arguments: ["small", "large"])
  func autograd(name: String) throws {
    let golden = try ReconstructionFixture("autoencoder_\(name)")
    let leNet = Self.leNet(name)
    let resampled = leNet.autoencoder(name: "autoencoder")
    let network = resampled.network
    let step = ReconstructionTrainer(
      resampled, NetworkWeights(for: network), learningRate: 0, weightDecay: 0, batchSize: 3, engine: context
    )
    let layout = BatchLayout(images: 3, padsSmallBatches: true)
    try golden.load(into: step.trained.weights, of: network)
    try golden.load("x", into: step.x, layout: layout)
    let loss = step.optimize(layout, learningRate: 0)
    // The large network's batch norm over three numbers magnifies roundings.
    let factor = leNet.normalizesLatent ? 10.0 : 1
    #expect(abs(loss / (try golden.truth("loss")[0]) - 1) < 1e-6)
    func rebuilt(_ buffer: FloatBuffer) -> [Float] {
      context.imageMajor(buffer, layout: layout, count: leNet.image.count)
    }
    #expect(
      relativeMaximumError(rebuilt(step.reconstruction), try golden.truth("reconstruction")) < factor * 1e-5)
    try golden.expectGradients(of: step.trained, within: factor * 1e-4)
    for tensor in network.layout.running {
      let running = step.trained.weights.running[tensor.range]
      #expect(
        relativeMaximumError(running, try golden.truth("running/\(tensor.name)")) < factor * 1e-5,
        "\(tensor.name)")
    }
    let pass = ResampledPass(of: step.network, capacity: 3, goesBack: false)
    step.network.forward(
      step.x, layout: layout, weights: step.trained.weights, mode: .runningStatistics, pass: pass,
      engine: context)
    #expect(relativeMaximumError(rebuilt(pass.output), try golden.truth("evaluated")) < factor * 1e-5)
  }

  @Test("contrast normalization and min-max scaling agree with PyTorch, and bytes come back")
  func contrast() throws {
    let golden = try ReconstructionFixture("contrast")
    let bytes = try golden.group.openDataset("bytes").read(UInt8.self).values
    let store = ImageStore(shape: ImageShape(channels: 2, height: 4, width: 4), bytes: bytes)
    func selection(_ indices: [Int]) -> ImageSelection {
      ImageSelection(store, indices: indices, scale: .standardized)
    }
    let range = ContrastRange()
    range.measure(selection([0, 1, 2]))
    let normalization = ContrastNormalization(range, batchSize: 5)
    let layout = BatchLayout(images: 5)
    let batch = FloatBuffer(count: layout.count(perImage: 32))
    normalization.load([0, 1, 2, 3, 4], of: selection([]), into: batch, layout: layout, engine: context)
    let values = context.imageMajor(batch, layout: layout, count: 32)
    #expect(relativeMaximumError(values, try golden.truth("normalized")) < 1e-6)
    let training = values[0..<3 * 32]
    #expect(abs(training.min() ?? .nan) < 1e-6 && abs((training.max() ?? .nan) - 1) < 1e-6)
    for index in 0..<5 {
      let back = normalization.bytes(
        values[index * 32..<(index + 1) * 32], from: index, of: selection([]))
      #expect(back == Array(store[index]))
    }
  }

  @Test("images of a single color are normalized to finite numbers")
  func flatImages() throws {
    let store = ImageStore(
      shape: ImageShape(channels: 1, height: 32, width: 32), bytes: Array(repeating: 200, count: 4096))
    let images = ImageSelection(store, indices: [0, 1, 2, 3], scale: .symmetric)
    let detector = AutoencoderSettings().makeDetector(image: store.shape, seed: 0, context: context)
    let report = try detector.train(epoch: 1, on: images)
    #expect(report.losses.allSatisfy { $0.value.isFinite })
    let scores = detector.score(images, batchNorm: .running, batchSize: 64)
    #expect(scores.byName["reconstruction-error"]?.allSatisfy(\.isFinite) == true)
  }

  @Test(
    "every legal size makes both networks, which train and score",
    arguments: [(32, 1, LeNetSize.large), (64, 3, .small), (128, 1, .byChannels), (256, 1, .small)])
  func sizes(side: Int, channels: Int, size: LeNetSize) throws {
    var settings = AutoencoderSettings()
    (settings.network, settings.latentSize, settings.batchSize) = (size, 16, 2)
    let store = blobs(3, channels: channels, side: side)
    let detector = Autoencoder(image: store.shape, settings: settings, seed: 0, context: context)
    let images = ImageSelection(store, indices: [0, 1, 2], scale: .symmetric)
    let report = try detector.train(epoch: 1, on: images)
    // The last batch would be of one image, and batch norm would have no variance.
    #expect(report.images == 2)
    #expect(report.losses.allSatisfy { $0.value.isFinite })
    let scores = detector.score(images, batchNorm: .running, batchSize: 2)
    #expect(scores.byName["reconstruction-error"]?.count == 3)
    #expect(detector.reconstruct(images).bytes.count == store.bytes.count)
  }

  @Test("the networks have the numbers of parameters that the architecture gives")
  func parameterCounts() {
    func count(_ channels: Int) -> Int {
      LeNet(image: Shape(channels, 32, 32), size: .byChannels, latentSize: 0)
        .autoencoder(name: "a").network.parameterCount
    }
    // Convolutions to 8 and 4 channels, a linear layer from 8×8×4 to 32, and back from 2 channels.
    #expect(count(1) == 25 * (8 + 8 * 4) + 256 * 32 + 25 * (2 * 4 + 4 * 8 + 8))
    #expect(
      count(3) == 25 * (3 * 32 + 32 * 64 + 64 * 128) + 2048 * 128 + 25
        * (8 * 128 + 128 * 64 + 64 * 32 + 32 * 3)
    )
  }

  @Test("training brings the loss down, and the learning rate falls to a tenth where it shall")
  func learning() throws {
    var settings = AutoencoderSettings()
    (settings.learningRate, settings.batchSize) = (3e-3, 8)
    let store = blobs(32)
    let detector = Autoencoder(image: store.shape, settings: settings, seed: 0, context: context)
    let images = ImageSelection(store, indices: Array(0..<32), scale: .symmetric)
    let losses = try (1...15).map { try detector.train(epoch: $0, on: images).losses[0].value }
    #expect(losses[14] < 0.5 * losses[0])
    let schedule = StepSchedule(rate: 1, epochs: 50)
    #expect(schedule(epoch: 50) == 1 && schedule(epoch: 51) == 0.1)
  }
}
