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
    batch = FloatBuffer(count: step.generator.network.input.count * batchSize)
    pass = Pass(of: step.generator.network, capacity: batchSize)
  }

  var latent: FloatBuffer { pass.outputs[step.generator.latentBlock] }
  var reconstruction: FloatBuffer { pass.outputs[step.generator.imageBlock] }
  var reencodedLatent: FloatBuffer { pass.outputs[pass.outputs.count - 1] }

  /// Calls `body` with the number of images after each batch's forward pass; the last batch may be smaller.
  func forEachBatch(of images: ImageSelection, mode: BatchNormMode, _ body: (Int) -> Void) {
    for start in stride(from: 0, to: images.count, by: batchSize) {
      let indices = images.indices[start..<min(images.count, start + batchSize)]
      step.load(indices, of: images, into: batch)
      forward(images: indices.count, mode: mode)
      body(indices.count)
    }
  }

  /// One batch that is given as numbers, image by image.
  func forward(imageMajor values: [Float], images: Int, mode: BatchNormMode) {
    let shape = step.generator.network.input
    ActivationLayout.load(
      batch.pointer, imageMajor: values, images: images, channels: shape.channels, pixels: shape.pixels)
    forward(images: images, mode: mode)
  }

  private func forward(images: Int, mode: BatchNormMode) {
    step.generator.network.forward(
      batch, images: images, weights: step.generatorWeights, mode: mode, pass: pass, context: context)
  }
}
