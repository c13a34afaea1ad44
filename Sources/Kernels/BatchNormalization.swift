/// Batch normalisation over images and pixels (Ioffe and Szegedy 2015), followed by an activation.
///
/// Activations are `[channel][image][pixel]`, with `perChannel` values a channel.
public enum BatchNormalization {
  public static let epsilon = 1e-5
  /// Weight of the newest batch in the running statistics.
  public static let momentum: Float = 0.1

  /// mean and biased variance of each channel; overwrites both, of `channels` elements.
  public static func statistics(
    of input: UnsafePointer<Float>, mean: UnsafeMutablePointer<Float>, variance: UnsafeMutablePointer<Float>,
    channels: Int, perChannel: Int, context: ComputeContext
  ) {
    nonisolated(unsafe) let (input, mean, variance) = (input, mean, variance)
    context.forEach(channels) { channel, _ in
      let values = input + channel * perChannel
      mean[channel] = Float(Reduction.sum(values, count: perChannel) / Double(perChannel))
      let squares = Reduction.squaredDeviations(values, from: mean[channel], count: perChannel)
      variance[channel] = Float(squares / Double(perChannel))
    }
  }

  /// output = f((input − mean)/√(variance + ε)·scale + shift); overwrites `output`.
  public static func forward(
    _ output: UnsafeMutablePointer<Float>, input: UnsafePointer<Float>, mean: UnsafePointer<Float>,
    variance: UnsafePointer<Float>, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>,
    activation: Activation, channels: Int, perChannel: Int, context: ComputeContext
  ) {
    nonisolated(unsafe) let (output, input, mean, variance) = (output, input, mean, variance)
    nonisolated(unsafe) let (scale, shift) = (scale, shift)
    context.forEach(channels) { channel, _ in
      let target = output + channel * perChannel
      let source = input + channel * perChannel
      let (center, offset) = (mean[channel], shift[channel])
      let factor = scale[channel] * inverseDeviation(variance[channel])
      for index in 0..<perChannel { target[index] = (source[index] - center) * factor + offset }
      activation.apply(to: target, count: perChannel)
    }
  }

  /// The gradient with respect to `input`, in place of the one with respect to `output`, for batch statistics.
  ///
  /// Overwrites `gradient`; accumulates into `scaleGradient` and `shiftGradient` where these are given.
  public static func backward(
    _ gradient: UnsafeMutablePointer<Float>, output: UnsafePointer<Float>, input: UnsafePointer<Float>,
    mean: UnsafePointer<Float>, variance: UnsafePointer<Float>, scale: UnsafePointer<Float>,
    scaleGradient: UnsafeMutablePointer<Float>?, shiftGradient: UnsafeMutablePointer<Float>?,
    activation: Activation, channels: Int, perChannel: Int, context: ComputeContext
  ) {
    nonisolated(unsafe) let (gradient, output, input) = (gradient, output, input)
    nonisolated(unsafe) let (mean, variance, scale) = (mean, variance, scale)
    nonisolated(unsafe) let (scaleGradient, shiftGradient) = (scaleGradient, shiftGradient)
    context.forEach(channels) { channel, _ in
      let values = gradient + channel * perChannel
      let source = input + channel * perChannel
      activation.multiplyByDerivative(values, outputs: output + channel * perChannel, count: perChannel)
      let center = mean[channel]
      let inverse = inverseDeviation(variance[channel])
      let sum = Reduction.sum(values, count: perChannel)
      let products = Reduction.productWithDeviations(values, source, from: center, count: perChannel)
      shiftGradient?[channel] += Float(sum)
      scaleGradient?[channel] += Float(products * Double(inverse))
      let meanGradient = Float(sum / Double(perChannel))
      let slope = Float(products * Double(inverse) * Double(inverse) / Double(perChannel))
      let factor = scale[channel] * inverse
      for index in 0..<perChannel {
        values[index] = (values[index] - meanGradient - (source[index] - center) * slope) * factor
      }
    }
  }

  /// Moves the running statistics towards those of one batch: r ← 0.9·r + 0.1·b, the variance unbiased.
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
