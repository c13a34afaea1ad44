import Images
import Kernels
import NeuralNetworks

/// Runs the generator over images batch by batch, in memory of its own, and changes nothing in it.
final class Scorer {
  private let step: TrainingStep
  private let batchSize: Int
  private let context: ComputeContext
  private let batch: FloatBuffer
  private let pass: Pass

  init(_ step: TrainingStep, batchSize: Int, context: ComputeContext) {
    self.step = step
    self.batchSize = batchSize
    self.context = context
    batch = FloatBuffer(
      count: BatchLayout.capacity(images: batchSize, perImage: step.generator.network.input.count))
    pass = Pass(of: step.generator.network, capacity: batchSize)
  }

  /// The batch of the last forward.
  var layout: BatchLayout { pass.layout }
  var latent: FloatBuffer { pass.output(of: step.generator.latentBlock) }
  var reconstruction: FloatBuffer { pass.output(of: step.generator.imageBlock) }
  var reencodedLatent: FloatBuffer { pass.output(of: step.generator.network.blocks.count - 1) }

  /// Calls `body` after each batch's forward pass; the last batch may be smaller.
  func forEachBatch(of images: ImageSelection, mode: BatchNormMode, _ body: () -> Void) {
    for start in stride(from: 0, to: images.count, by: batchSize) {
      let indices = images.indices[start..<min(images.count, start + batchSize)]
      let layout = BatchLayout(images: indices.count)
      images.load(indices, into: batch, layout: layout)
      forward(layout, mode: mode)
      body()
    }
  }

  /// One batch that is given as numbers, image by image.
  func forward(imageMajor values: [Float], images: Int, mode: BatchNormMode) {
    let layout = BatchLayout(images: images)
    ActivationLayout.load(
      batch.pointer, imageMajor: values, layout: layout, count: step.generator.network.input.count)
    forward(layout, mode: mode)
  }

  private func forward(_ layout: BatchLayout, mode: BatchNormMode) {
    step.generator.network.forward(
      batch, layout: layout, weights: step.generatorWeights, mode: mode, pass: pass, context: context)
  }
}
