import Kernels

extension Network {
  /// Backpropagates a gradient through some blocks of one chain. If the pass used running statistics, these count as
  /// constants.
  ///
  /// - Parameters:
  ///   - range: the blocks to go through, last first.
  ///   - gradient: with respect to the output of the range's last block, zero in padded lanes; overwritten.
  ///   - parameterGradients: laid out like the parameters; accumulated into. Nil if not wanted.
  ///   - inputGradient: overwritten with the gradient with respect to the input of the range's first block. Nil if not
  ///     wanted.
  public func backward(
    through range: Range<Int>, gradient: FloatBuffer, weights: NetworkWeights, pass: Pass,
    parameterGradients: FloatBuffer?, inputGradient: FloatBuffer?, workspace: GradientWorkspace,
    engine: any Engine
  ) {
    precondition(isInOneChain(range), "\(name): blocks \(range) are not part of one chain")
    var current = gradient
    let last = range.upperBound - 1
    engine.apply(
      derivative(of: last, weights: weights, pass: pass, workspace: workspace), to: current,
      blocks[last].planes(pass.layout))
    for index in range.reversed() {
      let isFirst = index == range.lowerBound
      let target = isFirst ? inputGradient : workspace.buffer(otherThan: current)
      backwardThroughConvolution(
        of: index, current, to: target, isFirst: isFirst, weights: weights, pass: pass,
        parameterGradients: parameterGradients, workspace: workspace, engine: engine)
      if let target { current = target }
    }
  }

  /// Turns a gradient with respect to a block's result into one with respect to batch norm's output or, without batch
  /// norm, the convolution's output.
  private func derivative(
    of index: Int, weights: NetworkWeights, pass: Pass, workspace: GradientWorkspace
  ) -> PlaneFinish {
    let block = blocks[index]
    if block.normalization == .none && block.activation == .identity { return .nothing }
    let isPiecewiseLinear = block.activation.slope != nil
    return .derivative(
      PlaneDerivative(
        activations(
          of: index, activation: isPiecewiseLinear ? block.activation : .identity, weights: weights,
          pass: pass),
        activation: block.activation, outputs: isPiecewiseLinear ? nil : pass.output(of: index),
        sums: block.normalization == .none ? nil : workspace.sums))
  }

  /// The gradient with respect to a block's convolution output, from what `derivative` left; accumulates into the
  /// gradients of batch norm's parameters or the bias.
  private func convolutionGradients(
    of index: Int, _ gradient: FloatBuffer, weights: NetworkWeights, pass: Pass,
    parameterGradients: FloatBuffer?, workspace: GradientWorkspace, engine: any Engine
  ) -> Gradients {
    let planes = blocks[index].planes(pass.layout)
    guard let statistics = pass.statistics[index],
      case .derivative(let derivative) = derivative(
        of: index, weights: weights, pass: pass, workspace: workspace)
    else { return Gradients(gradient, shape: planes) }
    let offsets = layout.blocks[index]
    guard let batchNorm = blocks[index].batchNorm else {
      if let parameterGradients {
        engine.addBiasGradient(parameterGradients.slice(from: offsets.shift), of: derivative)
      }
      return Gradients(gradient, shape: planes)
    }
    let affineGradients = batchNorm.isAffine ? parameterGradients : nil
    let normalization = engine.normalizationGradient(
      of: derivative, variance: statistics.variance, epsilon: batchNorm.epsilon,
      statisticsAreOfTheBatch: pass.mode == .batchStatistics, meanGradient: workspace.meanGradient,
      slope: workspace.slope, scaleGradient: affineGradients?.slice(from: offsets.scale),
      shiftGradient: affineGradients?.slice(from: offsets.shift))
    return Gradients(gradient, normalization: normalization, shape: planes)
  }

  /// Accumulates the weight gradient and computes the gradient with respect to the block's input, each if wanted.
  /// Unless the block is first in the range, the latter also goes through the previous block's activation.
  private func backwardThroughConvolution(
    of index: Int, _ gradient: FloatBuffer, to target: FloatBuffer?, isFirst: Bool, weights: NetworkWeights,
    pass: Pass, parameterGradients: FloatBuffer?, workspace: GradientWorkspace, engine: any Engine
  ) {
    let block = blocks[index]
    let slopes = convolutionGradients(
      of: index, gradient, weights: weights, pass: pass, parameterGradients: parameterGradients,
      workspace: workspace, engine: engine)
    let backward = ConvolutionBackward(
      isOfHighToLow: block.kind == .convolution, gradient: .gradients(slopes),
      input: .activations(pass.sources[index]),
      weightGradient: parameterGradients?.slice(from: layout.blocks[index].weight), inputGradient: target,
      then: isFirst
        ? .nothing : derivative(of: index - 1, weights: weights, pass: pass, workspace: workspace))
    engine.backward(block.geometry, backward, weights: weights.convolution(index, in: self))
  }
}
