import Images
import Kernels
import NeuralNetworks
import Settings

/// Multiply-adds of convolutions, the work that everything else is small beside.
public struct ConvolutionWork: Sendable, Equatable {
  /// By the definition of a convolution.
  public var byDefinition: Int
  /// By the algorithms that are used.
  public var performed: Int
}

/// What GANomaly's convolutions take for one image of a full batch.
public struct GANomalyWork {
  /// A training step, passes that the original makes twice counted once: the generator goes forward, and back to its
  /// weights and its latents; what the discriminator does says the objective.
  public let training: ConvolutionWork
  public let scoring: ConvolutionWork

  public init(image: ImageShape, settings: GANomalySettings, kernels: KernelSet) {
    let shape = Shape(image.channels, image.height, image.width)
    let generator = Generator(image: shape, settings: settings).network
    let discriminator = Discriminator(image: shape, settings: settings).network
    /// One pass through some blocks, in any direction.
    func work(_ blocks: ArraySlice<ConvolutionBlock>) -> ConvolutionWork {
      blocks.reduce(ConvolutionWork(byDefinition: 0, performed: 0)) { sum, block in
        let convolution = Convolution(block.geometry, kernels: kernels)
        return sum
          + ConvolutionWork(
            byDefinition: convolution.multiplyAdds, performed: convolution.performedMultiplyAdds)
      }
    }
    scoring = work(generator.blocks[...])
    training =
      scoring * 3 - work(generator.blocks.prefix(1))
      + settings.objective.steps.work(
        DiscriminatorWork(
          whole: work(discriminator.blocks[...]), first: work(discriminator.blocks.prefix(1)),
          last: work(discriminator.blocks.suffix(1))))
  }
}

extension ConvolutionWork {
  static func + (a: ConvolutionWork, b: ConvolutionWork) -> ConvolutionWork {
    ConvolutionWork(byDefinition: a.byDefinition + b.byDefinition, performed: a.performed + b.performed)
  }

  static func - (a: ConvolutionWork, b: ConvolutionWork) -> ConvolutionWork { a + b * -1 }

  static func * (work: ConvolutionWork, factor: Int) -> ConvolutionWork {
    ConvolutionWork(byDefinition: work.byDefinition * factor, performed: work.performed * factor)
  }
}
