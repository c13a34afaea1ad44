import Kernels
import NeuralNetworks

/// Memory for the backward pass of D(x, z).
final class JointBackward {
  private let discriminator: JointDiscriminator
  private let features: FloatBuffer
  private let joined: FloatBuffer
  private let image: FloatBuffer
  private let latent: FloatBuffer
  private let firstConvolution: FloatBuffer

  init(_ discriminator: JointDiscriminator, capacity: Int) {
    func buffer(_ chain: Range<Int>) -> FloatBuffer {
      FloatBuffer(count: BatchLayout.capacity(images: capacity, perImage: discriminator.count(chain)))
    }
    self.discriminator = discriminator
    features = buffer(discriminator.joint)
    image = buffer(discriminator.image2)
    latent = buffer(discriminator.latent)
    joined = FloatBuffer(count: image.count + latent.count)
    firstConvolution = buffer(discriminator.image1)
  }

  /// Backpropagates a gradient with respect to the logits.
  ///
  /// - Parameters:
  ///   - logitGradient: zero in padded lanes; overwritten.
  ///   - parameterGradients: accumulated into; nil if not wanted.
  ///   - imageGradient: with respect to x, overwritten; nil if not wanted.
  ///   - latentGradient: with respect to z, overwritten; nil if not wanted.
  func callAsFunction(
    _ logitGradient: FloatBuffer, of joint: JointPass, weights: NetworkWeights,
    parameterGradients: FloatBuffer?, imageGradient: FloatBuffer?, latentGradient: FloatBuffer?,
    workspace: GradientWorkspace, engine: any Engine
  ) {
    let d = discriminator
    let layout = joint.pass.layout
    func backward(_ chain: Range<Int>, _ gradient: FloatBuffer, to inputGradient: FloatBuffer?) {
      d.network.backward(
        through: chain, gradient: gradient, weights: weights, pass: joint.pass,
        parameterGradients: parameterGradients, inputGradient: inputGradient, workspace: workspace,
        engine: engine)
    }
    backward(d.logit, logitGradient, to: features)
    joint.dropout?.features.backward(features, layout: layout, engine: engine)
    backward(d.joint, features, to: joined)
    joint.dropout?.joined.backward(joined, layout: layout, engine: engine)
    let wantsImage = parameterGradients != nil || imageGradient != nil
    let wantsLatent = parameterGradients != nil || latentGradient != nil
    engine.split(
      joined, wantsImage ? image : nil, firstCount: d.count(d.image2),
      wantsLatent ? latent : nil, secondCount: d.count(d.latent), layout: layout)
    if wantsLatent { backward(d.latent, latent, to: latentGradient) }
    guard wantsImage else { return }
    backward(d.image2, image, to: firstConvolution)
    joint.dropout?.image.backward(firstConvolution, layout: layout, engine: engine)
    backward(d.image1, firstConvolution, to: imageGradient)
  }
}
