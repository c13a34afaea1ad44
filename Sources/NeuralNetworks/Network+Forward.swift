import Kernels

extension Network {
  /// Runs the chain on a batch and fills `pass`.
  ///
  /// - Parameters:
  ///   - input: a batch in the kernels' layout.
  ///   - weights: with their transforms up to date.
  ///   - mode: where batch norm takes its statistics from. Running statistics are never changed here: see
  ///     `updateRunningStatistics`.
  public func forward(
    _ input: FloatBuffer, layout: BatchLayout, weights: NetworkWeights, mode: BatchNormMode, pass: Pass,
    context: ComputeContext
  ) {
    precondition(layout.images <= pass.capacity, "\(layout.images) images in a pass for \(pass.capacity)")
    let needed = layout.count(perImage: self.input.count)
    precondition(input.count >= needed, "\(input.count) numbers where the batch has \(needed)")
    pass.layout = layout
    var source = input
    for index in blocks.indices {
      convolve(block: index, source, weights: weights, pass: pass, context: context)
      normalizeAndActivate(block: index, weights: weights, mode: mode, pass: pass, context: context)
      source = pass.outputs[index]
    }
  }

  /// The convolution of one block, into `raw` where batch norm follows, else into `outputs`.
  private func convolve(
    block index: Int, _ source: FloatBuffer, weights: NetworkWeights, pass: Pass, context: ComputeContext
  ) {
    let block = blocks[index]
    let convolution = block.convolution(context)
    let target = (pass.raw[index] ?? pass.outputs[index]).pointer
    let transformed = pass.transformedInputs[index].pointer
    let operand = ConvolutionOperand(source.pointer, transformed: transformed)
    let weight = weights.operand(of: index, in: self)
    switch block.kind {
    case .convolution:
      convolution.transformHigh(transformed, source.pointer, layout: pass.layout, context: context)
      convolution.highToLow(target, high: operand, weights: weight, layout: pass.layout, context: context)
    case .transposed:
      convolution.transformLow(transformed, source.pointer, layout: pass.layout, context: context)
      convolution.lowToHigh(target, low: operand, weights: weight, layout: pass.layout, context: context)
    }
  }

  private func normalizeAndActivate(
    block index: Int, weights: NetworkWeights, mode: BatchNormMode, pass: Pass, context: ComputeContext
  ) {
    let block = blocks[index]
    let offsets = layout.blocks[index]
    let (channels, pixels) = (block.output.channels, block.output.pixels)
    let output = pass.outputs[index].pointer
    guard let raw = pass.raw[index], let mean = pass.mean[index], let variance = pass.variance[index] else {
      block.activation.apply(
        to: output, layout: pass.layout, channels: channels, pixels: pixels, context: context)
      return
    }
    switch mode {
    case .batchStatistics:
      BatchNormalization.statistics(
        of: raw.pointer, mean: mean.pointer, variance: variance.pointer, layout: pass.layout,
        channels: channels, pixels: pixels, context: context)
    case .runningStatistics:
      mean.pointer.update(from: weights.running.pointer + offsets.runningMean, count: channels)
      variance.pointer.update(from: weights.running.pointer + offsets.runningVariance, count: channels)
    }
    BatchNormalization.forward(
      output, input: raw.pointer, mean: mean.pointer, variance: variance.pointer,
      scale: weights.parameters.pointer + offsets.scale, shift: weights.parameters.pointer + offsets.shift,
      activation: block.activation, layout: pass.layout, channels: channels, pixels: pixels, context: context)
  }

  /// Moves the running statistics of all batch norms towards those of a pass made with batch statistics.
  public func updateRunningStatistics(of weights: NetworkWeights, from pass: Pass) {
    for (index, block) in blocks.enumerated() {
      guard let mean = pass.mean[index], let variance = pass.variance[index] else { continue }
      let offsets = layout.blocks[index]
      BatchNormalization.updateRunning(
        mean: weights.running.pointer + offsets.runningMean,
        variance: weights.running.pointer + offsets.runningVariance,
        batchMean: mean.pointer, batchVariance: variance.pointer,
        channels: block.output.channels, perChannel: pass.layout.images * block.output.pixels)
    }
  }
}
