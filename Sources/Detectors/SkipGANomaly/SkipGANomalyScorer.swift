import Images
import Kernels
import NeuralNetworks

/// Runs Skip-GANomaly's networks over batches, in memory of its own.
final class SkipGANomalyScorer {
  /// The batch x.
  let batch: FloatBuffer
  var layout: BatchLayout
  private let step: SkipGANomalyStep
  private let context: ComputeContext
  private let generatorPass: UNetPass
  private let realPass: Pass
  private let rebuiltPass: Pass

  /// - Parameter capacity: the most images in a batch.
  init(_ step: SkipGANomalyStep, capacity: Int, context: ComputeContext) {
    self.step = step
    self.context = context
    layout = BatchLayout(images: capacity, padsSmallBatches: true)
    batch = FloatBuffer(
      count: BatchLayout.capacity(images: capacity, perImage: step.discriminator.network.input.count))
    generatorPass = UNetPass(of: step.unet, capacity: capacity)
    realPass = Pass(of: step.discriminator.network, capacity: capacity)
    rebuiltPass = Pass(of: step.discriminator.network, capacity: capacity)
  }

  /// - Parameter mode: with running statistics, even a few images are laid out as many are, so that no bit of a score
  ///   depends on the batch's size.
  func load(_ indices: ArraySlice<Int>, of images: ImageSelection, for mode: BatchNormMode) {
    layout = BatchLayout(images: indices.count, padsSmallBatches: mode == .runningStatistics)
    images.load(indices, into: batch, layout: layout)
  }

  /// x̂ = G(x)
  func reconstruct(_ mode: BatchNormMode) {
    generatorPass.forward(
      batch, layout: layout, weights: step.generator.weights, mode: mode, context: context)
  }

  /// f(x)
  func findRealFeatures(_ mode: BatchNormMode) { findFeatures(batch, realPass, mode) }

  /// x̂, f(x) and f(x̂)
  func forward(_ mode: BatchNormMode) {
    reconstruct(mode)
    findRealFeatures(mode)
    findFeatures(reconstruction, rebuiltPass, mode)
  }

  private func findFeatures(_ x: FloatBuffer, _ pass: Pass, _ mode: BatchNormMode) {
    step.featureDiscriminator.findFeatures(
      x, layout: layout, weights: step.discriminator.weights, mode: mode, pass: pass, context: context)
  }

  var reconstruction: FloatBuffer { generatorPass.image }
  var realFeatures: FloatBuffer { step.featureDiscriminator.features(realPass) }

  /// mean (x − x̂)² of each image.
  var imageDistances: [Double] {
    let count = step.discriminator.network.input.count
    return Reduction.squaredSumsByImage(batch.pointer, reconstruction.pointer, layout: layout, count: count)
      .map { $0 / Double(count) }
  }

  /// mean (f(x) − f(x̂))² of each image.
  var featureDistances: [Double] {
    let count = step.featureDiscriminator.featureCount
    let rebuilt = step.featureDiscriminator.features(rebuiltPass)
    return Reduction.squaredSumsByImage(realFeatures.pointer, rebuilt.pointer, layout: layout, count: count)
      .map { $0 / Double(count) }
  }

  /// A buffer's numbers, image by image.
  func values(_ buffer: FloatBuffer, _ count: Int) -> [Float] {
    ActivationLayout.imageMajor(buffer.pointer, layout: layout, count: count)
  }
}
