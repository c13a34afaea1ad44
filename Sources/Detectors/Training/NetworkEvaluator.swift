import Images
import Kernels
import NeuralNetworks
import Settings

/// Runs a model over batches, in memory of its own, and changes nothing in the model.
///
/// A subclass adds the passes, and says how a batch becomes scores.
class NetworkEvaluator<Model: DetectorModel>: Evaluator {
  let model: Model
  let setup: DetectorSetup<Model.Settings>
  /// The most images that there is memory for.
  private let capacity: Int
  final var isolatesImages = false
  /// The batch x, and its layout.
  let x: FloatBuffer
  private(set) var layout: BatchLayout
  /// The statistics that batch norm uses; the running ones where the detector's scores are of these alone.
  private(set) var mode = BatchNormMode.runningStatistics
  /// The images of the batch: all that there are, and the positions in their store of those that make the batch.
  private(set) var images: ImageSelection?
  private(set) var indices: ArraySlice<Int> = []

  init(_ model: Model, _ setup: DetectorSetup<Model.Settings>, batchSize: Int) {
    self.model = model
    self.setup = setup
    capacity = batchSize
    layout = BatchLayout(images: batchSize)
    x = FloatBuffer(images: batchSize, perImage: setup.image.count)
  }

  /// Isolated images are computed as a few are, unless even these are padded: so one image takes no longer than
  /// otherwise, and each of many a tenth more.
  final var batchSize: Int {
    isolatesImages && !padsSmallBatches ? min(capacity, Self.isolatedCount) : capacity
  }

  /// Fewer than a group of lanes is made for; the memory of single images grows with their number.
  private static var isolatedCount: Int { 4 }

  final var settings: Model.Settings { setup.settings }
  final var engine: any Engine { setup.engine }

  // MARK: - What a detector may want otherwise

  /// Whether even a few images are laid out as many are; see `BatchLayout.init(images:padsSmallBatches:)`.
  var padsSmallBatches: Bool { false }

  /// Fills `x` from the images of the batch.
  func fill(_ indices: ArraySlice<Int>, of images: ImageSelection) {
    images.load(indices, into: x, layout: layout, engine: engine)
  }

  /// The scores of the batch; a subclass that takes them in pieces overrides `advance` instead.
  func evaluate() -> Scores { preconditionFailure("\(Self.self) has no scores") }

  // MARK: - Evaluator

  final func load(_ indices: ArraySlice<Int>, of images: ImageSelection, batchNorm: BatchNormStatistics) {
    (self.images, self.indices) = (images, indices)
    begin(images: indices.count, batchNorm)
    fill(indices, of: images)
  }

  /// Loads a batch that is given as numbers, image by image.
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

  /// Runs a network, or some blocks of it, on a batch.
  final func forward(
    _ network: Network, _ weights: NetworkWeights, through blocks: Range<Int>? = nil, _ input: FloatBuffer,
    _ pass: Pass
  ) {
    network.forward(
      through: blocks, input, layout: layout, weights: weights, mode: mode, pass: pass, engine: engine)
  }

  /// A buffer's numbers, image by image.
  final func values(_ buffer: FloatBuffer, _ count: Int) -> [Float] {
    engine.imageMajor(buffer, layout: layout, count: count)
  }

  /// The bytes that a buffer of pixels stands for, image by image, on the images' own scale.
  final func bytes(_ buffer: FloatBuffer) -> [UInt8] {
    guard let images else { preconditionFailure("no batch is loaded") }
    return values(buffer, setup.image.count).map(images.scale.byte(nearestTo:))
  }
}
