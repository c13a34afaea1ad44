import Kernels
import NeuralNetworks
import Settings

/// Deep SVDD's LeNet-type networks (Ruff et al. 2018, appendix): 5×5 convolutions without bias, batch norm without
/// affine parameters, leaky ReLU and 2×2 max pooling, then a linear layer; the decoder mirrors the encoder.
///
/// For 32×32 images, the small network (for MNIST, originally 28×28) has 8 and 4 channels and ends at 8×8 pixels; the
/// large one (for CIFAR-10) has 32, 64 and 128 and ends at 4×4. Each doubling of the side adds a level: one of 8
/// channels at the start of the small network, one of 128 at the end of the large one.
struct LeNet {
  private static let normalization = BlockNormalization.batch(BatchNorm(epsilon: 1e-4, isAffine: false))
  private static let leaky = Activation.leakyReLU(slope: 0.01)

  let image: Shape
  /// The channels after each convolution of the encoder.
  let channels: [Int]
  let latentSize: Int
  /// Whether batch norm follows the autoencoder's linear layer.
  let normalizesLatent: Bool
  /// The side of the encoder's last feature map, the linear layer's input; the decoder starts from 4×4.
  private var lastSide: Int { image.height >> channels.count }

  /// - Precondition: the image is square, pooling ends at 4×4 or 8×8 pixels, and the latent size is a multiple of 16.
  init(image: Shape, channels: [Int], latentSize: Int, normalizesLatent: Bool) {
    let last = image.height >> channels.count
    precondition(
      image.width == image.height && (last == 4 || last == 8) && last << channels.count == image.height,
      "no LeNet of \(channels.count) levels for \(image)")
    precondition(latentSize > 0 && latentSize % 16 == 0, "no 4×4 pixels in \(latentSize) numbers")
    self.image = image
    self.channels = channels
    self.latentSize = latentSize
    self.normalizesLatent = normalizesLatent
  }

  /// - Parameter latentSize: 0 for the network's default.
  /// - Precondition: the image is square, with a side of 2^k, at least 32.
  init(image: Shape, size: LeNetSize, latentSize: Int) {
    precondition(image.height >= 32, "no LeNet for \(image)")
    let isLarge = size.isLarge(channels: image.channels)
    let doublings = (image.height / 32).trailingZeroBitCount
    self.init(
      image: image,
      channels: isLarge
        ? [32, 64, 128] + Array(repeating: 128, count: doublings)
        : Array(repeating: 8, count: doublings) + [8, 4],
      latentSize: latentSize > 0 ? latentSize : isLarge ? 128 : 32, normalizesLatent: isLarge)
  }

  /// Deep SVDD's φ: from the image to `latentSize` numbers, with nothing after the linear layer.
  func encoder(name: String) -> ResampledNetwork {
    ResampledNetwork(name: name, chains: encoder(then: .none, activation: .identity))
  }

  /// From the image to its reconstruction in (0, 1).
  ///
  /// Its parameters and running statistics begin with those of `encoder`, in the same order.
  func autoencoder(name: String) -> ResampledNetwork {
    let latent = encoder(then: normalizesLatent ? Self.normalization : .none, activation: Self.leaky)
    return ResampledNetwork(name: name, chains: latent + decoder)
  }

  private func encoder(
    then normalization: BlockNormalization, activation: Activation
  ) -> [ResampledNetwork.Chain] {
    var shape = image
    var chains: [ResampledNetwork.Chain] = []
    for (level, count) in channels.enumerated() {
      let block = ConvolutionBlock.convolution(
        "encoder.conv\(level + 1)", from: shape, to: count, kernel: 5, stride: 1, padding: 2,
        then: Self.normalization, activation: Self.leaky)
      chains.append(ResampledNetwork.Chain(level == 0 ? .asItLies : .maxPooled, [block]))
      shape = Shape(count, shape.height / 2, shape.width / 2)
    }
    let dense = ConvolutionBlock.linear(
      "encoder.dense", from: shape, to: latentSize, then: normalization, activation: activation)
    return chains + [ResampledNetwork.Chain(.maxPooled, [dense])]
  }

  private var decoder: [ResampledNetwork.Chain] {
    // 4×4 pixels of latentSize/16 channels, up-sampled immediately when the encoder ends at 8×8.
    var shape = Shape(latentSize / 16, lastSide, lastSide)
    var input = lastSide == 4 ? ChainInput.asItLies : .upSampled
    var chains: [ResampledNetwork.Chain] = []
    func append(_ name: String, to count: Int, _ normalization: BlockNormalization, _ f: Activation) {
      let block = ConvolutionBlock.transposed(
        "decoder.\(name)", from: shape, to: count, kernel: 5, stride: 1, padding: 2, then: normalization,
        activation: f)
      chains.append(ResampledNetwork.Chain(input, [block]))
      input = .upSampled
      shape = Shape(count, 2 * shape.height, 2 * shape.width)
    }
    for (level, count) in channels.reversed().enumerated() {
      append("conv\(level + 1)", to: count, Self.normalization, Self.leaky)
    }
    append("image", to: image.channels, .none, .sigmoid)
    return chains
  }
}
