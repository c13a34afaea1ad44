import Kernels
import NeuralNetworks

/// One optimisation step of a convolutional autoencoder, and the memory that it works in.
final class AutoencoderStep {
  let network: ResampledNetwork
  let trained: TrainedNetwork
  let pass: ResampledPass
  /// The batch x.
  let batch: FloatBuffer

  private let context: ComputeContext
  private let workspace: GradientWorkspace
  private let gradient: FloatBuffer
  private let pixels: Int

  /// - Parameter batchSize: the most images in a batch.
  init(
    _ leNet: LeNet, learningRate: Double, weightDecay: Double, batchSize: Int, context: ComputeContext
  ) {
    self.context = context
    network = leNet.autoencoder(name: "autoencoder")
    trained = TrainedNetwork(network.network, learningRate: learningRate, weightDecay: weightDecay)
    pass = ResampledPass(of: network, capacity: batchSize, goesBack: true)
    workspace = GradientWorkspace(for: [network.network], capacity: batchSize)
    pixels = leNet.image.count
    batch = FloatBuffer(count: BatchLayout.capacity(images: batchSize, perImage: pixels))
    gradient = FloatBuffer(count: batch.count)
  }

  var reconstruction: FloatBuffer { pass.output }

  /// One step on `batch`; returns the loss.
  func callAsFunction(_ layout: BatchLayout, learningRate: Double) -> Double {
    forward(layout)
    let loss = loss(layout)
    computeGradients(layout)
    trained.step(learningRate: learningRate, context: context)
    return loss
  }

  /// x̂ = decoder(encoder(x)), with batch statistics; updates the running statistics.
  private func forward(_ layout: BatchLayout) {
    network.forward(
      batch, layout: layout, weights: trained.weights, mode: .batchStatistics, pass: pass, context: context)
    network.network.updateRunningStatistics(of: trained.weights, from: pass.blocks)
  }

  /// The mean over the batch of ‖x̂ − x‖².
  private func loss(_ layout: BatchLayout) -> Double {
    Double(pixels)
      * Reduction.meanSquaredDifference(
        reconstruction.pointer, batch.pointer, layout: layout, count: pixels)
  }

  /// The loss's gradient 2(x̂ − x)/n, back through the whole network.
  private func computeGradients(_ layout: BatchLayout) {
    trained.gradients.fill(with: 0)
    Elementwise.scaledDifference(
      gradient.pointer, reconstruction.pointer, batch.pointer, factor: 2 / Float(layout.images),
      count: layout.count(perImage: pixels), context: context)
    ActivationLayout.clearPadding(gradient.pointer, layout: layout, count: pixels)
    network.backward(
      gradient, weights: trained.weights, pass: pass, parameterGradients: trained.gradients,
      workspace: workspace, context: context)
  }
}
