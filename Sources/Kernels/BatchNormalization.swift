/// Batch normalisation over images and pixels (Ioffe and Szegedy 2015), followed by an activation.
public enum BatchNormalization {
  public static let epsilon = 1e-5
  /// Weight of the newest batch in the running statistics.
  public static let momentum: Float = 0.1

  /// One channel of a batch: a run of pixels and lanes in each group.
  private struct Channel {
    let index: Int
    let layout: BatchLayout
    let channels: Int
    let pixels: Int

    /// Values of the channel, padding left out.
    var count: Int { layout.images * pixels }

    /// The position of the channel's run in a group.
    @inline(__always)
    func start(_ group: Int) -> Int { (group * channels + index) * run }

    var run: Int { pixels * layout.lanes }

    /// Adds up a sum over whole runs, and over the used lanes of a padded group one by one.
    @inline(__always)
    func sum(whole: (_ start: Int, _ count: Int) -> Double, single: (_ index: Int) -> Double) -> Double {
      var total = 0.0
      for group in 0..<layout.groups {
        let used = layout.usedLanes(inGroup: group)
        if used == layout.lanes {
          total += whole(start(group), run)
        } else {
          for pixel in 0..<pixels {
            for lane in 0..<used { total += single(start(group) + pixel * layout.lanes + lane) }
          }
        }
      }
      return total
    }
  }

  /// mean and biased variance of each channel; overwrites both, of `channels` elements.
  public static func statistics(
    of input: UnsafePointer<Float>, mean: UnsafeMutablePointer<Float>, variance: UnsafeMutablePointer<Float>,
    layout: BatchLayout, channels: Int, pixels: Int, context: ComputeContext
  ) {
    nonisolated(unsafe) let (input, mean, variance) = (input, mean, variance)
    context.forEach(channels, .normalization) { index, _ in
      let channel = Channel(index: index, layout: layout, channels: channels, pixels: pixels)
      let sum = channel.sum(
        whole: { Reduction.sum(input + $0, count: $1) }, single: { Double(input[$0]) })
      let center = Float(sum / Double(channel.count))
      let squares = channel.sum(
        whole: { Reduction.squaredDeviations(input + $0, from: center, count: $1) },
        single: { Double((input[$0] - center) * (input[$0] - center)) })
      mean[index] = center
      variance[index] = Float(squares / Double(channel.count))
    }
  }

  /// output = f((input − mean)/√(variance + ε)·scale + shift); overwrites `output`.
  public static func forward(
    _ output: UnsafeMutablePointer<Float>, input: UnsafePointer<Float>, mean: UnsafePointer<Float>,
    variance: UnsafePointer<Float>, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>,
    activation: Activation, layout: BatchLayout, channels: Int, pixels: Int, context: ComputeContext
  ) {
    nonisolated(unsafe) let (output, input, mean, variance) = (output, input, mean, variance)
    nonisolated(unsafe) let (scale, shift) = (scale, shift)
    let run = pixels * layout.lanes
    context.forEach(layout.groups * channels, .normalization) { item, _ in
      let channel = item % channels
      let (target, source) = (output + item * run, input + item * run)
      let (center, offset) = (mean[channel], shift[channel])
      let factor = scale[channel] * inverseDeviation(variance[channel])
      for index in 0..<run { target[index] = (source[index] - center) * factor + offset }
      activation.apply(to: target, count: run)
    }
  }

  /// The gradient with respect to `input`, in place of the one with respect to `output`, for batch statistics.
  ///
  /// Overwrites `gradient`, whose padded lanes must be zero and stay so; accumulates into `scaleGradient` and
  /// `shiftGradient` where these are given.
  public static func backward(
    _ gradient: UnsafeMutablePointer<Float>, output: UnsafePointer<Float>, input: UnsafePointer<Float>,
    mean: UnsafePointer<Float>, variance: UnsafePointer<Float>, scale: UnsafePointer<Float>,
    scaleGradient: UnsafeMutablePointer<Float>?, shiftGradient: UnsafeMutablePointer<Float>?,
    activation: Activation, layout: BatchLayout, channels: Int, pixels: Int, context: ComputeContext
  ) {
    nonisolated(unsafe) let (gradient, output, input) = (gradient, output, input)
    nonisolated(unsafe) let (mean, variance, scale) = (mean, variance, scale)
    nonisolated(unsafe) let (scaleGradient, shiftGradient) = (scaleGradient, shiftGradient)
    context.forEach(channels, .normalization) { index, _ in
      let channel = Channel(index: index, layout: layout, channels: channels, pixels: pixels)
      let (run, center, inverse) = (channel.run, mean[index], inverseDeviation(variance[index]))
      // Padded lanes are zero, so sums over whole runs are right.
      var (sum, products) = (0.0, 0.0)
      for group in 0..<layout.groups {
        let start = channel.start(group)
        activation.multiplyByDerivative(gradient + start, outputs: output + start, count: run)
        sum += Reduction.sum(gradient + start, count: run)
        products += Reduction.productWithDeviations(gradient + start, input + start, from: center, count: run)
      }
      shiftGradient?[index] += Float(sum)
      scaleGradient?[index] += Float(products * Double(inverse))
      let count = Double(channel.count)
      let meanGradient = Float(sum / count)
      let slope = Float(products * Double(inverse) * Double(inverse) / count)
      let factor = scale[index] * inverse
      for group in 0..<layout.groups {
        let (values, source) = (gradient + channel.start(group), input + channel.start(group))
        for position in 0..<run {
          values[position] = (values[position] - meanGradient - (source[position] - center) * slope) * factor
        }
      }
    }
    ActivationLayout.clearPadding(gradient, layout: layout, count: channels * pixels)
  }

  /// Moves the running statistics towards those of one batch: r ← 0.9·r + 0.1·b, the variance unbiased.
  ///
  /// - Parameter perChannel: values of a channel in the batch.
  public static func updateRunning(
    mean runningMean: UnsafeMutablePointer<Float>, variance runningVariance: UnsafeMutablePointer<Float>,
    batchMean: UnsafePointer<Float>, batchVariance: UnsafePointer<Float>, channels: Int, perChannel: Int
  ) {
    precondition(perChannel > 1, "the unbiased variance of \(perChannel) value")
    let unbiased = Float(Double(perChannel) / Double(perChannel - 1))
    for channel in 0..<channels {
      runningMean[channel] = (1 - momentum) * runningMean[channel] + momentum * batchMean[channel]
      runningVariance[channel] =
        (1 - momentum) * runningVariance[channel] + momentum * (batchVariance[channel] * unbiased)
    }
  }

  private static func inverseDeviation(_ variance: Float) -> Float {
    Float(1 / (Double(variance) + epsilon).squareRoot())
  }
}
