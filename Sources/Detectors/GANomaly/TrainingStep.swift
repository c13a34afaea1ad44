import Kernels
import NeuralNetworks
import Settings

/// One optimisation step of GANomaly, and the memory that it works in.
///
/// What is done in a step, and in which order, says the objective: see `Objectives/ObjectiveV3.swift` for the
/// newest. The extensions of this class hold what the objectives are made of: passes, losses, gradients.
final class TrainingStep {
  let generator: Generator
  let discriminator: Discriminator
  let generatorWeights: NetworkWeights
  let discriminatorWeights: NetworkWeights
  let generatorPass: Pass
  let realPass: Pass
  let fakePass: Pass
  let generatorGradients: FloatBuffer
  let discriminatorGradients: FloatBuffer
  let generatorAdam: Adam
  let discriminatorAdam: Adam
  /// The batch x, and its layout.
  let batch: FloatBuffer
  private(set) var layout: BatchLayout

  let settings: GANomalySettings
  let objective: any Objective.Type
  let context: ComputeContext
  let workspace: GradientWorkspace
  let imageGradient: FloatBuffer
  let imageGradientThroughEncoder2: FloatBuffer
  let latentGradient: FloatBuffer
  let featureGradient: FloatBuffer
  let predictionGradient: FloatBuffer

  /// - Parameter batchSize: the most images in a batch.
  init(image: Shape, settings: GANomalySettings, batchSize: Int, context: ComputeContext) {
    self.settings = settings
    objective = settings.objective.steps
    self.context = context
    generator = Generator(image: image, settings: settings)
    discriminator = Discriminator(image: image, settings: settings)
    let (g, d) = (generator.network, discriminator.network)
    generatorWeights = NetworkWeights(for: g)
    discriminatorWeights = NetworkWeights(for: d)
    generatorPass = Pass(of: g, capacity: batchSize)
    realPass = Pass(of: d, capacity: batchSize)
    fakePass = Pass(of: d, capacity: batchSize)
    generatorGradients = FloatBuffer(count: g.parameterCount)
    discriminatorGradients = FloatBuffer(count: d.parameterCount)
    func adam(_ count: Int) -> Adam {
      Adam(
        parameterCount: count, learningRate: settings.learningRate, beta1: settings.beta1,
        beta2: settings.beta2)
    }
    generatorAdam = adam(g.parameterCount)
    discriminatorAdam = adam(d.parameterCount)
    func buffer(_ count: Int) -> FloatBuffer {
      FloatBuffer(count: BatchLayout.capacity(images: batchSize, perImage: count))
    }
    layout = BatchLayout(images: batchSize, padsSmallBatches: true)
    batch = buffer(image.count)
    workspace = GradientWorkspace(for: [g, d], capacity: batchSize)
    imageGradient = buffer(image.count)
    imageGradientThroughEncoder2 = buffer(image.count)
    latentGradient = buffer(settings.latentSize)
    featureGradient = buffer(discriminator.featureShape.count)
    predictionGradient = buffer(1)
  }

  /// x, z, x̂, ẑ and the features of the last pass.
  var latent: FloatBuffer { generatorPass.output(of: generator.latentBlock) }
  var reconstruction: FloatBuffer { generatorPass.output(of: generator.imageBlock) }
  var reencodedLatent: FloatBuffer { generatorPass.output(of: generator.network.blocks.count - 1) }
  func features(_ pass: Pass) -> FloatBuffer { pass.output(of: discriminator.featureBlock) }
  func predictions(_ pass: Pass) -> FloatBuffer { pass.output(of: discriminator.network.blocks.count - 1) }

  var imageCount: Int { generator.network.input.count }
  var featureCount: Int { discriminator.featureShape.count }

  /// One step on `batch`: passes, losses, gradients and updates as the objective has them.
  ///
  /// - Parameter layout: of the images that were loaded; see `BatchLayout.init(images:padsSmallBatches:)`.
  func callAsFunction(_ layout: BatchLayout) -> GANomalyLosses {
    self.layout = layout
    generatorGradients.fill(with: 0)
    discriminatorGradients.fill(with: 0)
    return objective.step(self)
  }
}
