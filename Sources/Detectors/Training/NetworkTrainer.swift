import Kernels
import NeuralNetworks
import Settings

/// The common part of network trainers: the batch, the memory of a backward pass, and passes with batch statistics.
///
/// Subclasses add the passes and define a step, which makes them a `ModelTrainer`.
class NetworkTrainer<Model: DetectorModel> {
  let model: Model
  let setup: DetectorSetup<Model.Settings>
  /// The batch x and its layout.
  let x: FloatBuffer
  final var layout: BatchLayout
  let workspace: GradientWorkspace

  /// - Parameter networks: the networks that gradients are propagated back through.
  init(_ model: Model, _ setup: DetectorSetup<Model.Settings>, networks: [Network]) {
    self.model = model
    self.setup = setup
    x = FloatBuffer(images: setup.settings.batchSize, perImage: setup.image.count)
    layout = BatchLayout(images: setup.settings.batchSize, padsSmallBatches: true)
    workspace = GradientWorkspace(for: networks, capacity: setup.settings.batchSize)
  }

  final var settings: Model.Settings { setup.settings }
  final var engine: any Engine { setup.engine }

  /// Whole batches only; a subclass may allow a smaller last one.
  var batches: BatchRule { BatchRule(size: settings.batchSize, dropsIncomplete: true) }

  /// Fills `x` with the batch, and sets `layout`.
  ///
  /// - Parameter table: the value of each byte; nil for the images' own scale.
  final func load(_ batch: TrainingBatch, table: [Float]? = nil) {
    layout = batch.layout
    batch.images.load(batch.indices, into: x, layout: layout, table: table, engine: engine)
  }

  /// Fills `x` with a batch given as pixel values, image by image, and sets `layout`.
  final func load(imageMajor values: [Float], images: Int) {
    layout = BatchLayout(images: images, padsSmallBatches: true)
    engine.load(x, imageMajor: values, layout: layout, count: setup.image.count)
  }

  /// Runs a network, or some of its blocks, with batch statistics.
  final func forward(
    _ trained: TrainedNetwork, through blocks: Range<Int>? = nil, _ input: FloatBuffer, _ pass: Pass
  ) {
    trained.network.forward(
      through: blocks, input, layout: layout, weights: trained.weights, mode: .batchStatistics, pass: pass,
      engine: engine)
  }

  /// Backpropagates a gradient through a network, or some of its blocks; see `Network.backward`.
  ///
  /// - Parameters:
  ///   - accumulates: whether to accumulate into the parameters' gradients.
  ///   - inputGradient: overwritten; nil if not wanted.
  final func backward(
    _ trained: TrainedNetwork, through blocks: Range<Int>? = nil, _ gradient: FloatBuffer, _ pass: Pass,
    accumulates: Bool = true, to inputGradient: FloatBuffer? = nil
  ) {
    trained.network.backward(
      through: blocks ?? trained.network.blocks.indices, gradient: gradient, weights: trained.weights,
      pass: pass, parameterGradients: accumulates ? trained.gradients : nil, inputGradient: inputGradient,
      workspace: workspace, engine: engine)
  }

  /// target = (a − b)·weight·2/n: the gradient of weight·mean (a − b)² with respect to a.
  ///
  /// - Parameter count: values per image.
  final func setSquaredDifferenceGradient(
    _ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, count: Int, weight: Double
  ) {
    engine.scaledDifference(
      target, a, b, factor: Float(weight * 2 / Double(count * layout.images)),
      count: layout.count(perImage: count))
    engine.clearPadding(target, layout: layout, count: count)
  }

  /// target += (a − b)·weight·2/n.
  final func addSquaredDifferenceGradient(
    _ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, count: Int, weight: Double
  ) {
    engine.addScaledDifference(
      target, a, b, factor: Float(weight * 2 / Double(count * layout.images)),
      count: layout.count(perImage: count))
    engine.clearPadding(target, layout: layout, count: count)
  }
}
