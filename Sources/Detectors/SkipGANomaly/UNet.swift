import Kernels
import NeuralNetworks

/// Skip-GANomaly's generator: a U-Net (Ronneberger et al. 2015, in the form of Isola et al. 2017) of 4×4 convolutions
/// of stride 2 down to 1×1 and transposed ones back up, with skip connections between them.
///
/// Level l, from 1 to log₂ side, has `width`·min(2^(l−1), 8) channels. With d_l the pre-activation on the way down to
/// level l, and u_l the output on the way up from it,
///
///     d_l = BN(conv(LReLU(d_(l−1))))              no batch norm on the outermost and the innermost level
///     u_l = ReLU(BN(convT([ReLU(d_l), u_(l+1)])))  u_1 = tanh(convT(…)), with a bias instead of batch norm
struct UNet {
  let network: Network
  let levels: Int

  /// - Precondition: a side of 2^k, k ≥ 2.
  init(image: Shape, width: Int) {
    let levels = image.height.trailingZeroBitCount
    precondition(
      image.height == image.width && image.height == 1 << levels && levels >= 2, "no U-Net for \(image)")
    func channels(_ level: Int) -> Int { level == 0 ? image.channels : width * min(8, 1 << (level - 1)) }
    var (down, up): ([[ConvolutionBlock]], [[ConvolutionBlock]]) = ([], [])
    for level in 1...levels {
      let (isOuter, isInner) = (level == 1, level == levels)
      let (outer, inner) = (image.height >> (level - 1), image.height >> level)
      down.append([
        .convolution(
          "down\(level)", from: Shape(channels(level - 1), outer, outer), to: channels(level), kernel: 4,
          stride: 2, padding: 1, batchNorm: !isOuter && !isInner,
          activation: isInner ? .relu : .leakyReLU(slope: 0.2))
      ])
      up.append([
        .transposed(
          "up\(level)", from: Shape(channels(level) * (isInner ? 1 : 2), inner, inner),
          to: channels(level - 1), kernel: 4, stride: 2, padding: 1,
          then: isOuter ? .bias : .batch(BatchNorm()), activation: isOuter ? .tanh : .relu)
      ])
    }
    self.levels = levels
    network = Network(name: "generator", chains: down + up)
  }

  /// The block leading down to a level, from 1.
  func down(_ level: Int) -> Int { level - 1 }
  /// The block leading up from a level, from 1.
  func up(_ level: Int) -> Int { levels + level - 1 }
  /// The size of a block's output for one image.
  func count(_ block: Int) -> Int { network.blocks[block].output.count }
}

/// One pass through a U-Net.
final class UNetPass {
  let pass: Pass
  private let unet: UNet
  /// [ReLU(d_l), u_(l+1)] of each level but the innermost.
  private let joined: [FloatBuffer]
  /// Scratch for ReLU(d_l).
  private let rectified: FloatBuffer

  /// - Parameter capacity: the maximum number of images per batch.
  init(of unet: UNet, capacity: Int) {
    self.unet = unet
    pass = Pass(of: unet.network, capacity: capacity)
    joined = (1..<unet.levels).map { level in
      FloatBuffer(
        count: BatchLayout.capacity(
          images: capacity, perImage: unet.network.blocks[unet.up(level)].input.count))
    }
    rectified = FloatBuffer(
      count: BatchLayout.capacity(images: capacity, perImage: unet.count(unet.down(1))))
  }

  /// x̂.
  var image: FloatBuffer { pass.output(of: unet.up(1)) }

  /// Computes x̂ = G(x) into this pass.
  func forward(
    _ x: FloatBuffer, layout: BatchLayout, weights: NetworkWeights, mode: BatchNormMode,
    engine: any Engine
  ) {
    func run(_ block: Int, _ input: FloatBuffer) -> FloatBuffer {
      unet.network.forward(
        through: block..<block + 1, input, layout: layout, weights: weights, mode: mode, pass: pass,
        engine: engine)
      return pass.output(of: block)
    }
    var current = x
    for level in 1...unet.levels { current = run(unet.down(level), current) }
    current = run(unet.up(unet.levels), current)
    for level in (1..<unet.levels).reversed() {
      let count = unet.count(unet.down(level))
      engine.rectify(rectified, pass.output(of: unet.down(level)), count: layout.count(perImage: count))
      engine.join(
        joined[level - 1], rectified, firstCount: count, current,
        secondCount: unet.count(unet.up(level + 1)), layout: layout)
      current = run(unet.up(level), joined[level - 1])
    }
  }
}

/// Memory for the backward pass of a U-Net.
final class UNetBackward {
  private let unet: UNet
  /// The gradients with respect to each level's joined input, to its two parts, and to each level's output downward.
  private let joined: FloatBuffer
  private let skipped: [FloatBuffer]
  private let raised: FloatBuffer
  private let lowered: [FloatBuffer]

  init(_ unet: UNet, capacity: Int) {
    func buffer(_ count: Int) -> FloatBuffer {
      FloatBuffer(count: BatchLayout.capacity(images: capacity, perImage: count))
    }
    self.unet = unet
    let outer = unet.count(unet.down(1))
    joined = buffer(2 * outer)
    skipped = (1..<unet.levels).map { buffer(unet.count(unet.down($0))) }
    raised = buffer(outer)
    lowered = (1...unet.levels).map { buffer(unet.count(unet.down($0))) }
  }

  /// Backpropagates a gradient with respect to x̂ into `parameterGradients`, which are accumulated into.
  ///
  /// - Parameter imageGradient: zero in padded lanes; overwritten.
  func callAsFunction(
    _ imageGradient: FloatBuffer, of forward: UNetPass, weights: NetworkWeights,
    parameterGradients: FloatBuffer, workspace: GradientWorkspace, engine: any Engine
  ) {
    let layout = forward.pass.layout
    func backward(_ block: Int, _ gradient: FloatBuffer, to inputGradient: FloatBuffer?) {
      unet.network.backward(
        through: block..<block + 1, gradient: gradient, weights: weights, pass: forward.pass,
        parameterGradients: parameterGradients, inputGradient: inputGradient, workspace: workspace,
        engine: engine)
    }
    // Up path: from u_1 to the innermost level, setting the skips' shares aside.
    var gradient = imageGradient
    for level in 1..<unet.levels {
      backward(unet.up(level), gradient, to: joined)
      engine.split(
        joined, skipped[level - 1], firstCount: unet.count(unet.down(level)), raised,
        secondCount: unet.count(unet.up(level + 1)), layout: layout)
      gradient = raised
    }
    backward(unet.up(unet.levels), gradient, to: lowered[unet.levels - 1])
    // Down path: the gradient from the level below plus the skip's share, where its ReLU let d_l through.
    for level in (1...unet.levels).reversed() {
      if level < unet.levels {
        engine.addRectifiedGradient(
          lowered[level - 1], skipped[level - 1],
          of: forward.pass.output(of: unet.down(level)),
          count: layout.count(perImage: unet.count(unet.down(level))))
      }
      backward(unet.down(level), lowered[level - 1], to: level > 1 ? lowered[level - 2] : nil)
    }
  }
}
