import Images
import Kernels
import NeuralNetworks

/// GANomaly's encoders and decoders: DCGAN pyramids (Radford et al. 2016) of 4×4 convolutions.
///
/// A side of 4·2^k gives k levels; each but the first doubles the channels.
enum Pyramid {
  private static let leaky = Activation.leakyReLU(slope: 0.2)

  /// - Precondition: images are square, with a side of 4·2^k, k ≥ 3.
  static func requireSide(_ image: ImageShape) {
    let side = image.height
    precondition(
      image.width == side && side >= 32 && side.nonzeroBitCount == 1,
      "images must be square with a side of 2^k ≥ 32, not \(image)")
  }

  /// From an image to `latentSize`×1×1.
  ///
  /// - Parameter last: the activation after the last convolution.
  static func encoder(
    _ prefix: String, image: Shape, latentSize: Int, width: Int, extraLayers: Int,
    last: Activation = .identity
  ) -> [ConvolutionBlock] {
    var blocks: [ConvolutionBlock] = []
    var shape = image
    func append(
      _ name: String, to channels: Int, kernel: Int, stride: Int, padding: Int, batchNorm: Bool,
      _ f: Activation
    ) {
      blocks.append(
        .convolution(
          "\(prefix).\(name)", from: shape, to: channels, kernel: kernel, stride: stride, padding: padding,
          batchNorm: batchNorm, activation: f))
      shape = blocks[blocks.count - 1].output
    }
    append("initial", to: width, kernel: 4, stride: 2, padding: 1, batchNorm: false, leaky)
    for layer in 0..<extraLayers {
      append("extra\(layer)", to: width, kernel: 3, stride: 1, padding: 1, batchNorm: true, leaky)
    }
    while shape.height > 4 {
      append(
        "pyramid\(shape.channels * 2)", to: shape.channels * 2, kernel: 4, stride: 2, padding: 1,
        batchNorm: true, leaky)
    }
    append("final", to: latentSize, kernel: 4, stride: 1, padding: 0, batchNorm: false, last)
    return blocks
  }

  /// From `latentSize`×1×1 to an image in (−1, 1).
  static func decoder(
    _ prefix: String, image: Shape, latentSize: Int, width: Int, extraLayers: Int
  ) -> [ConvolutionBlock] {
    var blocks: [ConvolutionBlock] = []
    var shape = Shape(latentSize, 1, 1)
    func append(_ name: String, to channels: Int, stride: Int, padding: Int, batchNorm: Bool, _ f: Activation)
    {
      blocks.append(
        .transposed(
          "\(prefix).\(name)", from: shape, to: channels, kernel: 4, stride: stride, padding: padding,
          batchNorm: batchNorm, activation: f))
      shape = blocks[blocks.count - 1].output
    }
    append("initial", to: width * image.height / 8, stride: 1, padding: 0, batchNorm: true, .relu)
    while shape.height < image.height / 2 {
      append(
        "pyramid\(shape.channels / 2)", to: shape.channels / 2, stride: 2, padding: 1, batchNorm: true, .relu)
    }
    for layer in 0..<extraLayers {
      blocks.append(
        .convolution(
          "\(prefix).extra\(layer)", from: shape, to: width, kernel: 3, stride: 1, padding: 1,
          batchNorm: true,
          activation: .relu))
    }
    append("final", to: image.channels, stride: 2, padding: 1, batchNorm: false, .tanh)
    return blocks
  }
}
