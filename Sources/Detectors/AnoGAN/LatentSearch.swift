import Images
import Kernels
import NeuralNetworks
import Randomness
import Settings

/// AnoGAN's score: the latent vector z whose image G(z) is most like x, found by Adam from a random start, and how
/// unlike it still is.
///
/// Minimised for each image is (1 − λ)·‖x − G(z)‖₁ + λ·‖f(x) − f(G(z))‖₁, sums over pixels and features; the rate is
/// .01, .001 after 200 steps, .0005 after 300 (the EGBAD authors' code). Networks use running statistics, and an
/// image's first z comes from a stream that its bytes name: so a score depends neither on the other images of a
/// batch nor on the batch's size.
final class LatentSearch {
  /// The batch x, and z.
  let batch: FloatBuffer
  let latent: FloatBuffer
  /// The gradient of the sum of all images' losses with respect to z, at the last step.
  let latentGradient: FloatBuffer
  var layout: BatchLayout
  private let step: AnoGANStep
  private let settings: AnoGANSettings
  private let context: ComputeContext
  private let generatorPass: Pass
  private let realPass: Pass
  private let rebuiltPass: Pass
  private let workspace: GradientWorkspace
  private let featureGradient: FloatBuffer
  private let imageGradient: FloatBuffer
  private let hiddenGradient: FloatBuffer

  /// - Parameter capacity: the most images in a batch.
  init(_ step: AnoGANStep, settings: AnoGANSettings, capacity: Int, context: ComputeContext) {
    func buffer(_ count: Int) -> FloatBuffer {
      FloatBuffer(count: BatchLayout.capacity(images: capacity, perImage: count))
    }
    let networks = step.networks
    self.step = step
    self.settings = settings
    self.context = context
    layout = BatchLayout(images: capacity, padsSmallBatches: true)
    batch = buffer(networks.discriminator.input.count)
    latent = buffer(settings.latentSize)
    latentGradient = buffer(settings.latentSize)
    generatorPass = Pass(of: networks.generator.network, capacity: capacity)
    realPass = Pass(of: networks.discriminator, capacity: capacity)
    rebuiltPass = Pass(of: networks.discriminator, capacity: capacity)
    workspace = GradientWorkspace(
      for: [networks.generator.network, networks.discriminator], capacity: capacity)
    featureGradient = buffer(networks.featureCount)
    imageGradient = buffer(networks.discriminator.input.count)
    hiddenGradient = buffer(networks.generator.hiddenCount)
  }

  private var networks: AnoGANNetworks { step.networks }
  private var rebuilt: FloatBuffer { networks.generator.image(generatorPass) }

  /// Loads x and draws each image's first z.
  func load(_ indices: ArraySlice<Int>, of images: ImageSelection, seed: UInt64) {
    layout = BatchLayout(images: indices.count, padsSmallBatches: true)
    images.load(indices, into: batch, layout: layout)
    for (slot, index) in indices.enumerated() {
      var stream = RandomStream(seed: seed, name: "latent of image/\(Self.name(of: images.store[index]))")
      LatentNoise.draw(latent, slot: slot, layout: layout, count: settings.latentSize, from: &stream)
    }
  }

  /// 64-bit FNV-1a of an image's bytes.
  private static func name(of image: ArraySlice<UInt8>) -> String {
    String(
      image.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }, radix: 16)
  }

  /// All of Adam's steps on z, each image by itself, then x̂ and the features of the last z.
  ///
  /// - Parameter beforeStep: called before each step; what it throws ends the search there.
  func run(beforeStep: () throws -> Void) rethrows {
    // Gradients lie image by image in lanes of their own, so one Adam is one for each image.
    let adam = Adam(parameterCount: latent.count, learningRate: Self.rate(0), beta1: 0.9, beta2: 0.999)
    findFeatures(batch, realPass)
    for index in 0..<settings.steps {
      try beforeStep()
      forward()
      findLatentGradient()
      adam.step(latent, gradient: latentGradient, learningRate: Self.rate(index), context: context)
    }
    forward()
  }

  private static func rate(_ step: Int) -> Double { step < 200 ? 0.01 : step < 300 ? 0.001 : 0.0005 }

  /// G(z) and f(G(z))
  private func forward() {
    networks.generator.forward(
      latent, layout: layout, weights: step.generatorAverage.weights, mode: .runningStatistics,
      pass: generatorPass, context: context)
    findFeatures(rebuilt, rebuiltPass)
  }

  private func findFeatures(_ x: FloatBuffer, _ pass: Pass) {
    networks.discriminator.forward(
      through: networks.featureBlocks, x, layout: layout, weights: step.discriminatorAverage.weights,
      mode: .runningStatistics, pass: pass, context: context)
  }

  private func findLatentGradient() {
    // λ·sign(f(G(z)) − f(x)), back through D into the image.
    sign(
      of: networks.features(rebuiltPass), networks.features(realPass), factor: settings.featureWeight,
      count: networks.featureCount, to: featureGradient, startingWith: 0)
    networks.discriminator.backward(
      through: networks.featureBlocks, gradient: featureGradient, weights: step.discriminatorAverage.weights,
      pass: rebuiltPass, parameterGradients: nil, inputGradient: imageGradient, workspace: workspace,
      context: context)
    // (1 − λ)·sign(G(z) − x), then all of it back through G.
    sign(
      of: rebuilt, batch, factor: 1 - settings.featureWeight, count: networks.discriminator.input.count,
      to: imageGradient, startingWith: nil)
    networks.generator.backward(
      imageGradient, hiddenGradient: hiddenGradient, weights: step.generatorAverage.weights,
      pass: generatorPass, parameterGradients: nil, latentGradient: latentGradient, workspace: workspace,
      context: context)
  }

  /// target += sign(a − b)·factor, zero in padded lanes.
  private func sign(
    of a: FloatBuffer, _ b: FloatBuffer, factor: Double, count: Int, to target: FloatBuffer,
    startingWith value: Float?
  ) {
    if let value { target.fill(with: value) }
    Elementwise.addScaledSign(
      target.pointer, a.pointer, b.pointer, factor: Float(factor), count: layout.count(perImage: count),
      context: context)
    ActivationLayout.clearPadding(target.pointer, layout: layout, count: count)
  }

  /// ‖x − G(z)‖₁ of each image.
  var imageDistances: [Double] {
    Reduction.absoluteSumsByImage(
      batch.pointer, rebuilt.pointer, layout: layout, count: networks.discriminator.input.count)
  }

  /// ‖f(x) − f(G(z))‖₁ of each image.
  var featureDistances: [Double] {
    Reduction.absoluteSumsByImage(
      networks.features(realPass).pointer, networks.features(rebuiltPass).pointer, layout: layout,
      count: networks.featureCount)
  }
}
