import Kernels

extension Network {
  /// Runs the chain on a batch and fills `pass`.
  ///
  /// - Parameters:
  ///   - input: `images` images in the kernels' layout.
  ///   - mode: where batch norm takes its statistics from. Running statistics are never changed here: see
  ///     `updateRunningStatistics`.
  public func forward(
    _ input: FloatBuffer, images: Int, weights: NetworkWeights, mode: BatchNormMode, pass: Pass,
    context: ComputeContext
  ) {
    precondition(images > 0 && images <= pass.capacity, "\(images) images in a pass for \(pass.capacity)")
    precondition(
      input.count >= images * self.input.count, "\(input.count) numbers for \(images) images of \(self.input)"
    )
    pass.images = images
    var source = input
    for index in blocks.indices {
      forward(
        block: index, source, images: images, weights: weights, mode: mode, pass: pass, context: context)
      source = pass.outputs[index]
    }
  }

  private func forward(
    block index: Int, _ source: FloatBuffer, images: Int, weights: NetworkWeights, mode: BatchNormMode,
    pass: Pass, context: ComputeContext
  ) {
    let block = blocks[index]
    let offsets = layout.blocks[index]
    let output = pass.outputs[index].pointer
    let convolved = pass.raw[index]?.pointer ?? output
    let weight = weights.parameters.pointer + offsets.weight
    switch block.kind {
    case .convolution:
      Convolution.highToLow(
        convolved, high: source.pointer, weights: weight, geometry: block.geometry, images: images,
        context: context)
    case .transposed:
      Convolution.lowToHigh(
        convolved, low: source.pointer, weights: weight, geometry: block.geometry, images: images,
        context: context)
    }
    let channels = block.output.channels
    let perChannel = images * block.output.pixels
    guard let mean = pass.mean[index], let variance = pass.variance[index] else {
      block.activation.apply(to: output, channels: channels, perChannel: perChannel, context: context)
      return
    }
    switch mode {
    case .batchStatistics:
      BatchNormalization.statistics(
        of: convolved, mean: mean.pointer, variance: variance.pointer, channels: channels,
        perChannel: perChannel, context: context)
    case .runningStatistics:
      mean.pointer.update(from: weights.running.pointer + offsets.runningMean, count: channels)
      variance.pointer.update(from: weights.running.pointer + offsets.runningVariance, count: channels)
    }
    BatchNormalization.forward(
      output, input: convolved, mean: mean.pointer, variance: variance.pointer,
      scale: weights.parameters.pointer + offsets.scale, shift: weights.parameters.pointer + offsets.shift,
      activation: block.activation, channels: channels, perChannel: perChannel, context: context)
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
        channels: block.output.channels, perChannel: pass.images * block.output.pixels)
    }
  }
}
