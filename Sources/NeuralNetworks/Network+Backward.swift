import Kernels

extension Network {
  /// Carries a gradient back through some of the blocks, of a pass made with batch statistics.
  ///
  /// - Parameters:
  ///   - range: the blocks to pass through, last first.
  ///   - gradient: with respect to the output of the range's last block; overwritten.
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
      backwardThroughActivation(
        of: index, current, weights: weights, pass: pass, parameterGradients: parameterGradients,
        context: context)
      if let parameterGradients {
        addWeightGradient(of: index, current, source, pass.images, to: parameterGradients, context)
      }
      if isFirst {
        if let inputGradient {
          carryBack(through: index, current, to: inputGradient, pass.images, weights, context)
        }
      } else {
        let next = workspace.buffer(otherThan: current)
        carryBack(through: index, current, to: next, pass.images, weights, context)
        current = next
      }
    }
  }

  /// The gradient with respect to the convolution's result, in place.
  private func backwardThroughActivation(
    of index: Int, _ gradient: FloatBuffer, weights: NetworkWeights, pass: Pass,
    parameterGradients: FloatBuffer?, context: ComputeContext
  ) {
    let block = blocks[index]
    let offsets = layout.blocks[index]
    let channels = block.output.channels
    let perChannel = pass.images * block.output.pixels
    guard let raw = pass.raw[index], let mean = pass.mean[index], let variance = pass.variance[index] else {
      block.activation.multiplyByDerivative(
        gradient.pointer, outputs: pass.outputs[index].pointer, channels: channels, perChannel: perChannel,
        context: context)
      return
    }
    BatchNormalization.backward(
      gradient.pointer, output: pass.outputs[index].pointer, input: raw.pointer, mean: mean.pointer,
      variance: variance.pointer, scale: weights.parameters.pointer + offsets.scale,
      scaleGradient: parameterGradients.map { $0.pointer + offsets.scale },
      shiftGradient: parameterGradients.map { $0.pointer + offsets.shift },
      activation: block.activation, channels: channels, perChannel: perChannel, context: context)
  }

  private func addWeightGradient(
    of index: Int, _ gradient: FloatBuffer, _ source: FloatBuffer, _ images: Int, to gradients: FloatBuffer,
    _ context: ComputeContext
  ) {
    let block = blocks[index]
    let (high, low) = block.kind == .convolution ? (source, gradient) : (gradient, source)
    Convolution.weightGradient(
      gradients.pointer + layout.blocks[index].weight, high: high.pointer, low: low.pointer,
      geometry: block.geometry, images: images, context: context)
  }

  private func carryBack(
    through index: Int, _ gradient: FloatBuffer, to target: FloatBuffer, _ images: Int,
    _ weights: NetworkWeights, _ context: ComputeContext
  ) {
    let block = blocks[index]
    let weight = weights.parameters.pointer + layout.blocks[index].weight
    switch block.kind {
    case .convolution:
      Convolution.lowToHigh(
        target.pointer, low: gradient.pointer, weights: weight, geometry: block.geometry, images: images,
        context: context)
    case .transposed:
      Convolution.highToLow(
        target.pointer, high: gradient.pointer, weights: weight, geometry: block.geometry, images: images,
        context: context)
    }
  }
}
