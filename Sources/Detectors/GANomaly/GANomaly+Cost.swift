import Kernels
import NeuralNetworks

/// Multiply-adds of convolutions, the work that everything else is small beside.
public struct ConvolutionWork: Sendable, Equatable {
  /// By the definition of a convolution.
  public var byDefinition: Int
  /// By the algorithms that are used.
  public var performed: Int
}

extension GANomaly {
  /// A training step's work for one image, passes that the original makes twice counted once: the generator goes
  /// forward, and back to its weights and its latents; what the discriminator does says the objective.
  public var trainingWork: ConvolutionWork {
    let (g, d) = (step.generator.network, step.discriminator.network)
    let discriminator = DiscriminatorWork(
      whole: work(d, d.blocks.indices), first: work(d, 0..<1),
      last: work(d, d.blocks.count - 1..<d.blocks.count))
    return work(g, g.blocks.indices) * 3 - work(g, 0..<1) + step.objective.work(discriminator)
  }

  /// The work of scoring one image.
  public var scoringWork: ConvolutionWork {
    work(step.generator.network, step.generator.network.blocks.indices)
  }

  /// One pass through some blocks, in any direction, for one image of a full batch.
  private func work(_ network: Network, _ blocks: Range<Int>) -> ConvolutionWork {
    network.blocks[blocks].reduce(ConvolutionWork(byDefinition: 0, performed: 0)) { sum, block in
      let convolution = Convolution(block.geometry, kernels: context.kernels)
      return sum
        + ConvolutionWork(
          byDefinition: convolution.multiplyAdds, performed: convolution.performedMultiplyAdds)
    }
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
