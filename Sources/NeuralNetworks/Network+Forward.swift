import Kernels

extension Network {
  /// Runs some blocks of one chain on a batch and fills their part of `pass`.
  ///
  /// - Parameters:
  ///   - range: the blocks to run; nil for all blocks of a network with one chain. The output of the last block is
  ///     always stored in its final form.
  ///   - input: a batch for the range's first block, in the kernels' layout; must stay unchanged until the backward
  ///     pass is done.
  ///   - layout: the same for all parts of a pass.
  ///   - mode: where batch norm takes its statistics from. Running statistics are never updated here: see
  ///     `updateRunningStatistics`.
  public func forward(
    through range: Range<Int>? = nil, _ input: FloatBuffer, layout: BatchLayout, weights: NetworkWeights,
    mode: BatchNormMode, pass: Pass, engine: any Engine
  ) {
    let range = range ?? blocks.indices
    precondition(isInOneChain(range), "\(name): blocks \(range) are not part of one chain")
    precondition(layout.images <= pass.capacity, "\(layout.images) images in a pass for \(pass.capacity)")
    let shape = blocks[range.lowerBound].input
    let needed = layout.count(perImage: shape.count)
    precondition(input.count >= needed, "\(input.count) numbers where the batch has \(needed)")
    pass.layout = layout
    pass.mode = mode
    var source = Activations(
      input, shape: PlaneShape(layout, channels: shape.channels, pixels: shape.pixels))
    for index in range {
      convolve(block: index, source, weights: weights, mode: mode, pass: pass, engine: engine)
      source = finish(
        block: index, isLast: index + 1 == range.upperBound, weights: weights, pass: pass, engine: engine)
    }
  }

  /// Whether the blocks belong to one chain.
  func isInOneChain(_ range: Range<Int>) -> Bool {
    !range.isEmpty
      && chains.contains { $0.lowerBound <= range.lowerBound && range.upperBound <= $0.upperBound }
  }

  /// Runs one block's convolution, with batch norm's sums if needed, and sets the statistics to normalize with.
  private func convolve(
    block index: Int, _ source: Activations, weights: NetworkWeights, mode: BatchNormMode, pass: Pass,
    engine: any Engine
  ) {
    let block = blocks[index]
    pass.sources[index] = source
    let moments = PlaneMoments(pass.sums, shape: block.planes(pass.layout))
    let takesMoments = block.batchNorm != nil && mode == .batchStatistics
    let finish = takesMoments ? PlaneFinish.moments(moments) : .nothing
    let (raw, weight) = (pass.raw[index], weights.convolution(index, in: self))
    if block.kind == .convolution {
      engine.highToLow(block.geometry, raw, from: .activations(source), weights: weight, then: finish)
    } else {
      engine.lowToHigh(block.geometry, raw, from: .activations(source), weights: weight, then: finish)
    }
    guard let batchNorm = block.batchNorm, let statistics = pass.statistics[index] else { return }
    let offsets = layout.blocks[index]
    let channels = block.output.channels
    if takesMoments {
      engine.statistics(from: moments, mean: statistics.mean, variance: statistics.variance)
    } else {
      let running = weights.running
      engine.copy(running.slice(from: offsets.runningMean), to: statistics.mean, count: channels)
      engine.copy(running.slice(from: offsets.runningVariance), to: statistics.variance, count: channels)
    }
    engine.factor(
      statistics.factor, scale: batchNorm.isAffine ? weights.parameters.slice(from: offsets.scale) : nil,
      variance: statistics.variance, channels: channels, epsilon: batchNorm.epsilon)
  }

  /// Describes how the block's result is read, and computes now whatever cannot be computed on load.
  ///
  /// - Parameter isLast: whether the caller reads the result, rather than a convolution.
  private func finish(
    block index: Int, isLast: Bool, weights: NetworkWeights, pass: Pass, engine: any Engine
  ) -> Activations {
    let block = blocks[index]
    let planes = block.planes(pass.layout)
    if block.finishesInPlace {
      engine.apply(block.activation, to: pass.raw[index], planes)
      return Activations(pass.raw[index], shape: planes)
    }
    let isPiecewiseLinear = block.activation.slope != nil
    let result = activations(
      of: index, activation: isPiecewiseLinear ? block.activation : .identity, weights: weights, pass: pass)
    let isReadInPassing = !isLast && engine.readsPlanes(blocks[index + 1].geometry, pass.layout)
    if isPiecewiseLinear && isReadInPassing { return result }
    let output = pass.finishedMemory(of: index)
    engine.read(.activations(result), into: output)
    if !isPiecewiseLinear { engine.apply(block.activation, to: output, planes) }
    return Activations(output, shape: planes)
  }

  /// A block's convolution output, normalized, then passed through `activation`.
  func activations(
    of index: Int, activation: Activation, weights: NetworkWeights, pass: Pass
  ) -> Activations {
    let hasShift = blocks[index].normalization.hasShift
    let shift = weights.parameters.slice(from: layout.blocks[index].shift)
    let normalization = pass.statistics[index].map {
      ChannelNormalization(
        mean: $0.mean.whole, factor: $0.factor.whole,
        shift: hasShift ? shift : $0.noShift.whole)
    }
    return Activations(
      pass.raw[index], normalization: normalization, activation: activation,
      shape: blocks[index].planes(pass.layout))
  }

  /// Moves the running statistics of all batch norms toward those of a pass that used batch statistics.
  ///
  /// - Parameter range: the blocks to update; nil for all.
  public func updateRunningStatistics(
    of weights: NetworkWeights, from pass: Pass, through range: Range<Int>? = nil, engine: any Engine
  ) {
    for index in range ?? blocks.indices {
      guard let batchNorm = blocks[index].batchNorm, let statistics = pass.statistics[index] else { continue }
      let offsets = layout.blocks[index]
      let output = blocks[index].output
      engine.updateRunning(
        mean: weights.running.slice(from: offsets.runningMean),
        variance: weights.running.slice(from: offsets.runningVariance),
        batchMean: statistics.mean, batchVariance: statistics.variance,
        channels: output.channels, perChannel: pass.layout.images * output.pixels,
        momentum: batchNorm.momentum)
    }
  }
}
