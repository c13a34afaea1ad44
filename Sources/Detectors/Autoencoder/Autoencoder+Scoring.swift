import Images
import Kernels
import NeuralNetworks
import Settings

extension Autoencoder {
  /// The mean over all pixels of (x̂ − x)², of normalised images, with running statistics whatever `batchNorm` says.
  public func interimScore(
    _ images: ImageSelection, batchNorm: BatchNormReading, batchSize: Int, beforeBatch: () throws -> Void
  ) rethrows -> Scores {
    var errors: [Float] = []
    let reader = Reader(self, batchSize: batchSize)
    try images.forEachBatch(of: batchSize) { indices in
      try beforeBatch()
      let layout = reader.read(indices, of: images)
      errors +=
        Reduction.distancesByImage(
          reader.reconstruction.pointer, reader.batch.pointer, layout: layout, count: image.count
        ).squared
    }
    return Scores(["reconstruction-error": errors])
  }
}

extension Autoencoder: Reconstructing {
  /// The reconstructions with the contrast of the images they were made from.
  public func reconstruct(_ images: ImageSelection) -> ImageStore {
    var bytes: [UInt8] = []
    let reader = Reader(self, batchSize: 64)
    images.forEachBatch(of: 64) { indices in
      let layout = reader.read(indices, of: images)
      let rebuilt = ActivationLayout.imageMajor(
        reader.reconstruction.pointer, layout: layout, count: image.count)
      for (slot, index) in indices.enumerated() {
        bytes += normalization.bytes(
          rebuilt[slot * image.count..<(slot + 1) * image.count], from: index, of: images)
      }
    }
    return ImageStore(shape: image, bytes: bytes)
  }
}

/// Runs the network over images in memory of its own, and changes nothing in it.
private final class Reader {
  let batch: FloatBuffer
  private let step: AutoencoderStep
  private let normalization: ContrastNormalization
  private let pass: ResampledPass
  private let context: ComputeContext

  init(_ autoencoder: Autoencoder, batchSize: Int) {
    step = autoencoder.step
    context = autoencoder.context
    normalization = ContrastNormalization(like: autoencoder.normalization, batchSize: batchSize)
    batch = FloatBuffer(
      count: BatchLayout.capacity(images: batchSize, perImage: autoencoder.image.count))
    pass = ResampledPass(of: step.network, capacity: batchSize, goesBack: false)
  }

  var reconstruction: FloatBuffer { pass.output }

  /// Rebuilds images, given by their positions in the store.
  func read(_ indices: ArraySlice<Int>, of images: ImageSelection) -> BatchLayout {
    let layout = BatchLayout(images: indices.count)
    normalization.load(indices, of: images, into: batch, layout: layout)
    step.network.forward(
      batch, layout: layout, weights: step.trained.weights, mode: .runningStatistics, pass: pass,
      context: context)
    return layout
  }
}
