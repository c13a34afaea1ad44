import Kernels

extension Network {
  /// Carries a gradient back through some of the blocks, of a pass made with batch statistics.
  ///
  /// - Parameters:
  ///   - range: the blocks to pass through, last first.
  ///   - gradient: with respect to the output of the range's last block, zero in padded lanes; overwritten.
  ///   - input: what the range's first block was given.
  ///   - parameterGradients: laid out like the parameters; accumulated into. Nil where they are not wanted.
  ///   - inputGradient: overwritten by the gradient with respect to `input`. Nil where it is not wanted.
  public func backward(
    through range: Range<Int>, gradient: FloatBuffer, input: FloatBuffer, weights: NetworkWeights, pass: Pass,
    parameterGradients: FloatBuffer?, inputGradient: FloatBuffer?, workspace: GradientWorkspace,
    context: ComputeContext
  ) {
    precondition(range.upperBound <= blocks.count && !range.isEmpty, "no blocks \(range) in \(blocks.count)")
    var current = gradient
    for index in range.reversed() {
      let isFirst = index == range.lowerBound
      let source = isFirst ? input : pass.outputs[index - 1]
      let target = isFirst ? inputGradient : workspace.buffer(otherThan: current)
      backwardThroughActivation(
        of: index, current, weights: weights, pass: pass, parameterGradients: parameterGradients,
        context: context)
      backwardThroughConvolution(
        of: index, current, source: source, target: target, weights: weights, pass: pass,
        parameterGradients: parameterGradients, workspace: workspace, context: context)
      if let target { current = target }
    }
  }

  /// The gradient with respect to the convolution's result, in place.
  private func backwardThroughActivation(
    of index: Int, _ gradient: FloatBuffer, weights: NetworkWeights, pass: Pass,
    parameterGradients: FloatBuffer?, context: ComputeContext
  ) {
    let block = blocks[index]
    let offsets = layout.blocks[index]
    let (channels, pixels) = (block.output.channels, block.output.pixels)
    guard let raw = pass.raw[index], let mean = pass.mean[index], let variance = pass.variance[index] else {
      block.activation.multiplyByDerivative(
        gradient.pointer, outputs: pass.outputs[index].pointer, layout: pass.layout, channels: channels,
        pixels: pixels, context: context)
      return
    }
    BatchNormalization.backward(
      gradient.pointer, output: pass.outputs[index].pointer, input: raw.pointer, mean: mean.pointer,
      variance: variance.pointer, scale: weights.parameters.pointer + offsets.scale,
      scaleGradient: parameterGradients.map { $0.pointer + offsets.scale },
      shiftGradient: parameterGradients.map { $0.pointer + offsets.shift },
      activation: block.activation, layout: pass.layout, channels: channels, pixels: pixels, context: context)
  }

  /// The weights' gradient, accumulated, and the gradient with respect to the block's input, each where wanted.
  private func backwardThroughConvolution(
    of index: Int, _ gradient: FloatBuffer, source: FloatBuffer, target: FloatBuffer?,
    weights: NetworkWeights,
    pass: Pass, parameterGradients: FloatBuffer?, workspace: GradientWorkspace, context: ComputeContext
  ) {
    let block = blocks[index]
    let convolution = block.convolution(context)
    let weight = weights.operand(of: index, in: self)
    let transformed = workspace.transformed.pointer
    let slope = ConvolutionOperand(gradient.pointer, transformed: transformed)
    let input = ConvolutionOperand(source.pointer, transformed: pass.transformedInputs[index].pointer)
    let weightGradient = parameterGradients.map { $0.pointer + layout.blocks[index].weight }
    switch block.kind {
    case .convolution:
      convolution.transformLow(transformed, gradient.pointer, layout: pass.layout, context: context)
      if let weightGradient {
        convolution.weightGradient(
          weightGradient, high: input, low: slope, layout: pass.layout, context: context)
      }
      if let target {
        convolution.lowToHigh(
          target.pointer, low: slope, weights: weight, layout: pass.layout, context: context)
      }
    case .transposed:
      convolution.transformHigh(transformed, gradient.pointer, layout: pass.layout, context: context)
      if let weightGradient {
        convolution.weightGradient(
          weightGradient, high: slope, low: input, layout: pass.layout, context: context)
      }
      if let target {
        convolution.highToLow(
          target.pointer, high: slope, weights: weight, layout: pass.layout, context: context)
      }
    }
  }
}
