import Kernels
import NeuralNetworks
import Randomness

/// One pass of D(x, z) over a batch, with dropout in training.
final class JointPass {
  let pass: Pass
  /// Nil if nothing is dropped.
  let dropout: JointDropout?
  private let discriminator: JointDiscriminator
  /// The concatenated features of image and latent vector.
  private let joined: FloatBuffer

  /// - Parameters:
  ///   - capacity: the maximum number of images per batch.
  ///   - dropout: nil for scoring.
  init(of discriminator: JointDiscriminator, capacity: Int, dropout: Dropout?) {
    self.discriminator = discriminator
    pass = Pass(of: discriminator.network, capacity: capacity)
    joined = FloatBuffer(
      count: BatchLayout.capacity(
        images: capacity,
        perImage: discriminator.count(discriminator.image2) + discriminator.count(discriminator.latent)))
    self.dropout = dropout.flatMap {
      $0.rate > 0 ? JointDropout($0, discriminator, capacity: capacity) : nil
    }
  }

  /// f(x, z), in training before its dropout.
  var features: FloatBuffer { pass.output(of: discriminator.joint.lowerBound) }
  /// One number per image, contiguous.
  var logits: FloatBuffer { pass.output(of: discriminator.logit.lowerBound) }

  /// Computes D(x, z) into this pass.
  func forward(
    _ x: FloatBuffer, _ z: FloatBuffer, layout: BatchLayout, weights: NetworkWeights, mode: BatchNormMode,
    engine: any Engine
  ) {
    func run(_ chain: Range<Int>, _ input: FloatBuffer) -> FloatBuffer {
      discriminator.network.forward(
        through: chain, input, layout: layout, weights: weights, mode: mode, pass: pass, engine: engine)
      return pass.output(of: chain.lowerBound)
    }
    func dropped(_ values: FloatBuffer, _ mask: KeyPath<JointDropout, DropoutMask>) -> FloatBuffer {
      dropout?[keyPath: mask].drop(values, layout: layout, engine: engine) ?? values
    }
    let image = run(discriminator.image2, dropped(run(discriminator.image1, x), \.image))
    let latent = run(discriminator.latent, z)
    engine.join(
      joined, image, firstCount: discriminator.count(discriminator.image2), latent,
      secondCount: discriminator.count(discriminator.latent), layout: layout)
    let features = run(discriminator.joint, dropped(joined, \.joined))
    _ = run(discriminator.logit, dropped(features, \.features))
  }
}

/// One dropout layer of a pass: its mask and its output.
final class DropoutMask {
  /// 0 or 1/(1 − rate), for each value of a batch.
  let mask: FloatBuffer
  private let dropped: FloatBuffer
  private let count: Int

  /// - Parameter count: values per image.
  init(count: Int, capacity: Int) {
    self.count = count
    mask = FloatBuffer(count: BatchLayout.capacity(images: capacity, perImage: count))
    dropped = FloatBuffer(count: mask.count)
  }

  func draw(_ dropout: Dropout, layout: BatchLayout, from stream: inout RandomStream) {
    dropout.draw(mask, layout: layout, count: count, from: &stream)
  }

  /// Applies the mask to `values`; returns the result in memory of its own.
  func drop(_ values: FloatBuffer, layout: BatchLayout, engine: any Engine) -> FloatBuffer {
    engine.multiply(dropped, values, mask, count: layout.count(perImage: count))
    return dropped
  }

  /// Turns a gradient with respect to the output of `drop` into one with respect to its input, in place.
  func backward(_ gradient: FloatBuffer, layout: BatchLayout, engine: any Engine) {
    engine.multiply(gradient, gradient, mask, count: layout.count(perImage: count))
  }
}

/// The dropout layers of D(x, z): after the first convolution, after the concatenation (the original drops both parts
/// just before it), and after the features.
final class JointDropout {
  let image: DropoutMask
  let joined: DropoutMask
  let features: DropoutMask
  private let dropout: Dropout

  init(_ dropout: Dropout, _ discriminator: JointDiscriminator, capacity: Int) {
    self.dropout = dropout
    image = DropoutMask(count: discriminator.count(discriminator.image1), capacity: capacity)
    joined = DropoutMask(
      count: discriminator.count(discriminator.image2) + discriminator.count(discriminator.latent),
      capacity: capacity)
    features = DropoutMask(count: discriminator.count(discriminator.joint), capacity: capacity)
  }

  /// Draws new masks.
  ///
  /// - Parameter name: names the streams; never reused.
  func draw(seed: UInt64, name: String, layout: BatchLayout) {
    for (layer, mask) in [("image", image), ("joined", joined), ("features", features)] {
      var stream = RandomStream(seed: seed, name: "dropout/\(layer)/\(name)")
      mask.draw(dropout, layout: layout, from: &stream)
    }
  }
}
