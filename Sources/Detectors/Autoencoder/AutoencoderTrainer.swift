import Images
import Kernels
import NeuralNetworks
import Settings

/// Trains an autoencoder; holds the memory for a step.
final class AutoencoderTrainer: ModelTrainer {
  static let lossNames = ["reconstruction"]

  let reconstruction: ReconstructionTrainer
  private let settings: AutoencoderSettings
  private let range: ContrastRange
  private let normalization: ContrastNormalization

  init(_ model: AutoencoderModel, _ setup: DetectorSetup<AutoencoderSettings>) {
    settings = setup.settings
    range = model.range
    normalization = ContrastNormalization(range, batchSize: settings.batchSize)
    reconstruction = ReconstructionTrainer(
      model.network, model.weights, learningRate: settings.learningRate, weightDecay: settings.weightDecay,
      batchSize: settings.batchSize, engine: setup.engine)
  }

  var networks: [TrainedNetwork] { [reconstruction.trained] }

  /// Batch norm needs at least two images for a variance.
  var batches: BatchRule { BatchRule(size: settings.batchSize, smallest: 2) }

  func begin(epoch: Int, on images: ImageSelection) { range.measure(images) }

  func step(_ batch: TrainingBatch) -> StepResult {
    reconstruction.load(batch, by: normalization)
    let schedule = StepSchedule(rate: settings.learningRate, epochs: settings.lowerRateAfter)
    return reconstruction.step(batch.layout, learningRate: schedule(epoch: batch.epoch))
  }
}

/// Optimizes a network that reconstructs its input: the autoencoder, and Deep SVDD's pre-training.
final class ReconstructionTrainer {
  let network: ResampledNetwork
  let trained: TrainedNetwork
  let pass: ResampledPass
  /// The batch x.
  let x: FloatBuffer

  private let engine: any Engine
  private let workspace: GradientWorkspace
  private let gradient: FloatBuffer
  private let pixels: Int

  /// - Parameter batchSize: the maximum number of images per batch.
  init(
    _ network: ResampledNetwork, _ weights: NetworkWeights, learningRate: Double, weightDecay: Double,
    batchSize: Int, engine: any Engine
  ) {
    self.network = network
    self.engine = engine
    trained = TrainedNetwork(network.network, weights, learningRate: learningRate, weightDecay: weightDecay)
    pass = ResampledPass(of: network, capacity: batchSize, goesBack: true)
    workspace = GradientWorkspace(for: [network.network], capacity: batchSize)
    pixels = network.network.input.count
    x = FloatBuffer(images: batchSize, perImage: pixels)
    gradient = FloatBuffer(images: batchSize, perImage: pixels)
  }

  /// Fills `x` with the normalized batch.
  func load(_ batch: TrainingBatch, by normalization: ContrastNormalization) {
    normalization.load(batch.indices, of: batch.images, into: x, layout: batch.layout, engine: engine)
  }

  var reconstruction: FloatBuffer { pass.output }

  func step(_ layout: BatchLayout, learningRate: Double) -> StepResult {
    StepResult(losses: SIMD8(optimize(layout, learningRate: learningRate), 0, 0, 0, 0, 0, 0, 0))
  }

  /// One step on `x`; returns the loss.
  func optimize(_ layout: BatchLayout, learningRate: Double) -> Double {
    forward(layout)
    let loss = loss(layout)
    computeGradients(layout)
    trained.step(learningRate: learningRate, engine: engine)
    return loss
  }

  /// x̂ = decoder(encoder(x)), with batch statistics; updates the running statistics.
  private func forward(_ layout: BatchLayout) {
    network.forward(
      x, layout: layout, weights: trained.weights, mode: .batchStatistics, pass: pass, engine: engine)
    trained.updateRunningStatistics(from: pass.blocks, engine: engine)
  }

  /// The mean over the batch of ‖x̂ − x‖².
  private func loss(_ layout: BatchLayout) -> Double {
    let mean = engine.meanSquaredDifference(reconstruction, x, layout: layout, count: pixels)
    return Double(pixels) * engine.value(of: mean)
  }

  /// The loss's gradient 2(x̂ − x)/n, back through the whole network.
  private func computeGradients(_ layout: BatchLayout) {
    trained.gradients.fill(with: 0)
    engine.scaledDifference(
      gradient, reconstruction, x, factor: 2 / Float(layout.images),
      count: layout.count(perImage: pixels))
    engine.clearPadding(gradient, layout: layout, count: pixels)
    network.backward(
      gradient, weights: trained.weights, pass: pass, parameterGradients: trained.gradients,
      workspace: workspace, engine: engine)
  }
}
