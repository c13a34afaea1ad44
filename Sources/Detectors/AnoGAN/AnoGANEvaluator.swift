import Images
import Kernels
import NeuralNetworks
import Randomness
import Settings

/// AnoGAN's score: Adam searches, from a random start, for the latent vector z whose image G(z) is most like x; the
/// score is the remaining difference.
///
/// The search minimizes, for each image, (1 − λ)·‖x − G(z)‖₁ + λ·‖f(x) − f(G(z))‖₁, sums over pixels and features. The
/// learning rate is .01, .001 after 200 steps and .0005 after 300 (the EGBAD authors' code). Networks use running
/// statistics, and an image's bytes name the stream for its first z, so a score depends neither on the batch's other
/// images nor on its size.
///
/// A batch takes hundreds of Adam steps; each one is a piece.
final class AnoGANEvaluator: NetworkEvaluator<AnoGANModel> {
  let z: FloatBuffer
  /// The gradient of the sum of all images' losses with respect to z, at the last step.
  let latentGradient: FloatBuffer
  private let generatorPass: Pass
  private let realPass: Pass
  private let rebuiltPass: Pass
  private let workspace: GradientWorkspace
  private let featureGradient: FloatBuffer
  private let imageGradient: FloatBuffer
  private let hiddenGradient: FloatBuffer
  /// For the loaded batch.
  private var adam: Adam?

  override init(_ model: AnoGANModel, _ setup: DetectorSetup<AnoGANSettings>, batchSize: Int) {
    let (g, d) = (model.generator.network, model.discriminator.network)
    z = FloatBuffer(images: batchSize, perImage: setup.settings.latentSize)
    latentGradient = FloatBuffer(images: batchSize, perImage: setup.settings.latentSize)
    generatorPass = Pass(of: g, capacity: batchSize)
    realPass = Pass(of: d, capacity: batchSize)
    rebuiltPass = Pass(of: d, capacity: batchSize)
    workspace = GradientWorkspace(for: [g, d], capacity: batchSize)
    featureGradient = FloatBuffer(images: batchSize, perImage: model.discriminator.featureCount)
    imageGradient = FloatBuffer(images: batchSize, perImage: setup.image.count)
    hiddenGradient = FloatBuffer(images: batchSize, perImage: model.generator.hiddenCount)
    super.init(model, setup, batchSize: batchSize)
  }

  override var padsSmallBatches: Bool { true }

  /// Loads x and draws each image's initial z.
  override func fill(_ indices: ArraySlice<Int>, of images: ImageSelection) {
    super.fill(indices, of: images)
    for (slot, index) in indices.enumerated() {
      let name = "latent of image/\(Self.name(of: images.store[index]))"
      var stream = RandomStream(seed: setup.seed, name: name)
      LatentNoise.draw(z, slot: slot, layout: layout, count: settings.latentSize, from: &stream)
    }
    beginSearch()
  }

  /// 64-bit FNV-1a of an image's bytes.
  private static func name(of image: ArraySlice<UInt8>) -> String {
    String(
      image.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }, radix: 16)
  }

  /// Begins a search from the current `z`.
  func beginSearch() {
    // Adam is elementwise and the images' gradients are separate, so one Adam serves all images independently.
    adam = Adam(parameterCount: z.count, learningRate: Self.rate(0), beta1: 0.9, beta2: 0.999)
    findFeatures(x, realPass)
  }

  /// One Adam step on z, for each image independently; returns the scores after the last.
  override func advance() -> Scores? {
    guard let adam else { preconditionFailure("no batch is loaded") }
    forward()
    findLatentGradient()
    adam.step(z, gradient: latentGradient, learningRate: Self.rate(adam.stepCount), engine: engine)
    return adam.stepCount < settings.steps ? nil : evaluate()
  }

  /// The scores at the current z.
  override func evaluate() -> Scores {
    forward()
    return Scores(
      reconstruction: imageDistances, feature: featureDistances, featureWeight: settings.featureWeight)
  }

  private static func rate(_ step: Int) -> Double { step < 200 ? 0.01 : step < 300 ? 0.001 : 0.0005 }

  private var discriminator: ImageDiscriminator { model.discriminator }
  private var rebuilt: FloatBuffer { model.generator.image(generatorPass) }

  /// Computes G(z) and f(G(z)).
  private func forward() {
    model.generator.forward(
      z, layout: layout, weights: model.generatorAverage.weights, mode: .runningStatistics,
      pass: generatorPass, engine: engine)
    findFeatures(rebuilt, rebuiltPass)
  }

  private func findFeatures(_ images: FloatBuffer, _ pass: Pass) {
    forward(
      discriminator.network, model.discriminatorAverage.weights, through: discriminator.featureBlocks, images,
      pass)
  }

  private func findLatentGradient() {
    // λ·sign(f(G(z)) − f(x)), back through D into the image.
    sign(
      of: discriminator.features(rebuiltPass), discriminator.features(realPass),
      factor: settings.featureWeight,
      count: discriminator.featureCount, to: featureGradient, startingWith: 0)
    discriminator.network.backward(
      through: discriminator.featureBlocks, gradient: featureGradient,
      weights: model.discriminatorAverage.weights,
      pass: rebuiltPass, parameterGradients: nil, inputGradient: imageGradient, workspace: workspace,
      engine: engine)
    // Plus (1 − λ)·sign(G(z) − x), then the sum back through G.
    sign(
      of: rebuilt, x, factor: 1 - settings.featureWeight, count: setup.image.count,
      to: imageGradient, startingWith: nil)
    model.generator.backward(
      imageGradient, hiddenGradient: hiddenGradient, weights: model.generatorAverage.weights,
      pass: generatorPass, parameterGradients: nil, latentGradient: latentGradient, workspace: workspace,
      engine: engine)
  }

  /// target += sign(a − b)·factor, zero in padded lanes.
  private func sign(
    of a: FloatBuffer, _ b: FloatBuffer, factor: Double, count: Int, to target: FloatBuffer,
    startingWith value: Float?
  ) {
    if let value { target.fill(with: value) }
    engine.addScaledSign(target, a, b, factor: Float(factor), count: layout.count(perImage: count))
    engine.clearPadding(target, layout: layout, count: count)
  }

  /// ‖x − G(z)‖₁ of each image.
  var imageDistances: [Double] {
    engine.differenceSumsByImage(x, rebuilt, layout: layout, count: setup.image.count).map(\.absolute)
  }

  /// ‖f(x) − f(G(z))‖₁ of each image.
  var featureDistances: [Double] {
    engine.differenceSumsByImage(
      discriminator.features(realPass), discriminator.features(rebuiltPass), layout: layout,
      count: discriminator.featureCount
    ).map(\.absolute)
  }
}
