import Images
import Kernels
import NeuralNetworks
import Settings

/// Runs a model on batches, in memory of its own; never changes the model.
///
/// Subclasses add the passes and turn a batch into scores.
class NetworkEvaluator<Model: DetectorModel>: Evaluator {
  let model: Model
  let setup: DetectorSetup<Model.Settings>
  let batchSize: Int
  final var isolatesImages = false
  /// The batch x and its layout.
  let x: FloatBuffer
  private(set) var layout: BatchLayout
  /// The statistics that batch norm uses; always the running ones for detectors that score with these alone.
  private(set) var mode = BatchNormMode.runningStatistics
  /// The images the batch was loaded from, and the positions in their store of those in the batch.
  private(set) var images: ImageSelection?
  private(set) var indices: ArraySlice<Int> = []

  init(_ model: Model, _ setup: DetectorSetup<Model.Settings>, batchSize: Int) {
    self.model = model
    self.setup = setup
    self.batchSize = batchSize
    layout = BatchLayout(images: batchSize)
    x = FloatBuffer(images: batchSize, perImage: setup.image.count)
  }

  final var settings: Model.Settings { setup.settings }
  final var engine: any Engine { setup.engine }

  // MARK: - Overridable

  /// Whether small batches are padded to full lanes; see `BatchLayout.init(images:padsSmallBatches:)`. Isolated images
  /// always are, since an image's lane computes the same bits whatever the other lanes hold.
  var padsSmallBatches: Bool { isolatesImages }

  /// Fills `x` with the images of the batch.
  func fill(_ indices: ArraySlice<Int>, of images: ImageSelection) {
    images.load(indices, into: x, layout: layout, engine: engine)
  }

  /// The scores of the batch. A subclass that computes them in pieces overrides `advance` instead.
  func evaluate() -> Scores { preconditionFailure("\(Self.self) has no scores") }

  // MARK: - Evaluator

  final func load(_ indices: ArraySlice<Int>, of images: ImageSelection, batchNorm: BatchNormStatistics) {
    (self.images, self.indices) = (images, indices)
    begin(images: indices.count, batchNorm)
    fill(indices, of: images)
  }

  /// Loads a batch given as pixel values, image by image.
  final func load(imageMajor values: [Float], images count: Int, batchNorm: BatchNormStatistics) {
    begin(images: count, batchNorm)
    engine.load(x, imageMajor: values, layout: layout, count: setup.image.count)
  }

  private func begin(images count: Int, _ batchNorm: BatchNormStatistics) {
    let usesBatch = Model.Settings.usesBatchNorm && batchNorm == .batch
    mode = usesBatch ? .batchStatistics : .runningStatistics
    layout = BatchLayout(images: count, padsSmallBatches: padsSmallBatches)
  }

  func advance() -> Scores? { evaluate() }

  // MARK: - For subclasses

  /// Runs a network, or some of its blocks, on a batch.
  final func forward(
    _ network: Network, _ weights: NetworkWeights, through blocks: Range<Int>? = nil, _ input: FloatBuffer,
    _ pass: Pass
  ) {
    network.forward(
      through: blocks, input, layout: layout, weights: weights, mode: mode, pass: pass, engine: engine)
  }

  /// A buffer's values, image by image.
  final func values(_ buffer: FloatBuffer, _ count: Int) -> [Float] {
    engine.imageMajor(buffer, layout: layout, count: count)
  }

  /// Converts a buffer of pixels to bytes on the images' own scale, image by image.
  final func bytes(_ buffer: FloatBuffer) -> [UInt8] {
    guard let images else { preconditionFailure("no batch is loaded") }
    return values(buffer, setup.image.count).map(images.scale.byte(nearestTo:))
  }
}
