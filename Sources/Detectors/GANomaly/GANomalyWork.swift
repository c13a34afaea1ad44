import Images
import Kernels
import NeuralNetworks
import Settings

/// Multiply-adds of convolutions, which dominate the work.
public struct ConvolutionWork: Sendable, Equatable {
  /// By the definition of convolution.
  public var byDefinition: Int
  /// By the algorithms actually used.
  public var performed: Int
}

/// The convolution work of GANomaly for one image of a full batch.
public struct GANomalyWork {
  /// A training step, counting once the passes that the original repeats. The generator runs forward, and back to its
  /// weights and its latents; the objective decides the discriminator's share.
  public let training: ConvolutionWork
  /// Scoring: one forward pass through the generator.
  public let scoring: ConvolutionWork

  /// Counts the work for images of this shape, with the algorithms that `kernels` chooses.
  public init(image: ImageShape, settings: GANomalySettings, kernels: KernelSet) {
    let shape = Shape(image.channels, image.height, image.width)
    let generator = Generator(image: shape, settings: settings).network
    let discriminator = Discriminator(image: shape, settings: settings).network
    /// One pass through some blocks, in either direction.
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
