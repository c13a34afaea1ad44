/// Batch normalization over images and pixels (Ioffe and Szegedy 2015).
///
/// Convolutions take its sums plane by plane while they write their results (`PlaneMoments`, `PlaneDerivative`). The
/// functions here combine the planes in double precision and in a fixed order. The normalization itself is applied when
/// planes are read (`Activations`, `Gradients`).
public enum BatchNormalization {
  /// Default ε added to the variance (torch's).
  public static let epsilon = 1e-5
  /// Default weight of the newest batch in the running statistics (torch's).
  public static let momentum: Float = 0.1

  /// The mean and biased variance of each channel, from the moments of its planes; overwrites both.
  static func statistics(
    from moments: PlaneMoments, mean: UnsafeMutablePointer<Float>, variance: UnsafeMutablePointer<Float>
  ) {
    let shape = moments.shape
    for channel in 0..<shape.channels {
      var (sum, count) = (0.0, 0.0)
      for plane in stride(from: channel, to: shape.count, by: shape.channels) {
        sum += moments.sums[2 * plane] * Double(shape.valueCount(plane))
        count += Double(shape.valueCount(plane))
      }
      let center = sum / count
      var squares = 0.0
      for plane in stride(from: channel, to: shape.count, by: shape.channels) {
        let distance = moments.sums[2 * plane] - center
        squares += moments.sums[2 * plane + 1] + distance * distance * Double(shape.valueCount(plane))
      }
      mean[channel] = Float(center)
      variance[channel] = Float(squares / count)
    }
  }

  /// factor = scale/√(variance + ε); a nil scale counts as 1.
  static func factor(
    _ factor: UnsafeMutablePointer<Float>, scale: UnsafePointer<Float>?, variance: UnsafePointer<Float>,
    channels: Int, epsilon: Double
  ) {
    for channel in 0..<channels {
      let inverse = inverseDeviation(variance[channel], epsilon)
      factor[channel] = (scale?[channel] ?? 1) * inverse
    }
  }

  /// The backward pass, from the planes' sums over the gradient.
  ///
  /// Overwrites `meanGradient` and `slope`, which the result refers to; accumulates into `scaleGradient` and
  /// `shiftGradient` where given.
  ///
  /// - Parameter statisticsAreOfTheBatch: false if the forward pass normalized with running statistics, which do not
  ///   depend on the batch, so that no gradient flows through them.
  static func gradient(
    of derivative: PlaneDerivative, variance: UnsafePointer<Float>, epsilon: Double,
    statisticsAreOfTheBatch: Bool, meanGradient: BufferSlice, slope: BufferSlice,
    scaleGradient: UnsafeMutablePointer<Float>?, shiftGradient: UnsafeMutablePointer<Float>?
  ) -> GradientNormalization {
    let shape = derivative.raw.shape
    guard let sums = derivative.sums, let normalization = derivative.raw.normalization else {
      preconditionFailure("the batch norm's sums were not computed")
    }
    let count = Double(shape.layout.images * shape.pixels)
    for channel in 0..<shape.channels {
      var (sum, products) = (0.0, 0.0)
      for plane in stride(from: channel, to: shape.count, by: shape.channels) {
        sum += sums[2 * plane]
        products += sums[2 * plane + 1]
      }
      let inverse = Double(inverseDeviation(variance[channel], epsilon))
      shiftGradient?[channel] += Float(sum)
      scaleGradient?[channel] += Float(products * inverse)
      meanGradient.pointer[channel] = statisticsAreOfTheBatch ? Float(sum / count) : 0
      slope.pointer[channel] = statisticsAreOfTheBatch ? Float(products * inverse * inverse / count) : 0
    }
    return GradientNormalization(
      raw: derivative.raw.buffer, mean: normalization.mean, meanGradient: meanGradient, slope: slope,
      factor: normalization.factor)
  }

  /// Accumulates the gradient of a bias: the sum over the planes of each channel.
  ///
  /// - Parameter derivative: must have been applied to all planes, with sums.
  static func addBiasGradient(
    _ biasGradient: UnsafeMutablePointer<Float>, of derivative: PlaneDerivative
  ) {
    let shape = derivative.raw.shape
    guard let sums = derivative.sums else { preconditionFailure("the bias's sums were not computed") }
    for channel in 0..<shape.channels {
      var sum = 0.0
      for plane in stride(from: channel, to: shape.count, by: shape.channels) { sum += sums[2 * plane] }
      biasGradient[channel] += Float(sum)
    }
  }

  /// Moves the running statistics toward those of one batch: r ← (1 − m)·r + m·b, with the unbiased variance.
  ///
  /// - Parameters:
  ///   - perChannel: values per channel in the batch.
  ///   - momentum: the weight m of the newest batch.
  static func updateRunning(
    mean runningMean: UnsafeMutablePointer<Float>, variance runningVariance: UnsafeMutablePointer<Float>,
    batchMean: UnsafePointer<Float>, batchVariance: UnsafePointer<Float>, channels: Int, perChannel: Int,
    momentum: Float
  ) {
    precondition(
      perChannel > 1, "the unbiased variance needs at least 2 values per channel, not \(perChannel)")
    let unbiased = Float(Double(perChannel) / Double(perChannel - 1))
    for channel in 0..<channels {
      runningMean[channel] = (1 - momentum) * runningMean[channel] + momentum * batchMean[channel]
      runningVariance[channel] =
        (1 - momentum) * runningVariance[channel] + momentum * (batchVariance[channel] * unbiased)
    }
  }

  private static func inverseDeviation(_ variance: Float, _ epsilon: Double) -> Float {
    Float(1 / (Double(variance) + epsilon).squareRoot())
  }
}

/// The mean of each plane and the sum of squared deviations from it, excluding padding.
public struct PlaneMoments {
  /// Two values per plane, overwritten.
  let sums: UnsafeMutablePointer<Double>
  package let shape: PlaneShape
  /// The buffer behind `sums`, for an engine that keeps its own sums there.
  package unowned(unsafe) let memory: DoubleBuffer

  /// - Parameter sums: two values per plane; must outlive this value.
  public init(_ sums: DoubleBuffer, shape: PlaneShape) {
    memory = sums
    self.sums = sums.pointer
    self.shape = shape
  }

  @inline(__always)
  func apply(_ plane: Int, _ values: UnsafePointer<Float>) {
    let (size, count) = (shape.size, Double(shape.valueCount(plane)))
    // Masking with ones costs less than a second version of the loops.
    let mask = shape.mask(plane)
    let mean = Reduction.sum(values, mask: mask, count: size) / count
    sums[2 * plane] = mean
    // Take deviations from the mean rounded to float, then correct for the rounding.
    let center = Float(mean)
    let distance = mean - Double(center)
    sums[2 * plane + 1] =
      Reduction.squaredDeviations(values, from: center, mask: mask, count: size) - distance * distance * count
  }
}

/// Backpropagates a gradient through the activation, in place, and sums the result for batch norm or a bias: Σ g and
/// Σ g·(x − mean) of each plane.
public struct PlaneDerivative {
  /// The convolution's output x, read as the forward pass read it: gives the sign at which a piecewise linear
  /// activation was evaluated.
  package let raw: Activations
  /// The activation; if it is not piecewise linear, it is differentiated from `outputs`.
  package let activation: Activation
  package let outputs: BufferSlice?
  /// Two values per plane, overwritten; nil with neither batch norm nor a bias.
  let sums: UnsafeMutablePointer<Double>?
  /// The buffer behind `sums`, for an engine that keeps its own sums there.
  package unowned(unsafe) let memory: DoubleBuffer?

  /// - Parameters:
  ///   - raw: the convolution's output, as the forward pass read it.
  ///   - outputs: the activation's outputs, from which `activation` is differentiated; nil if `raw` suffices.
  ///   - sums: nil with neither batch norm nor a bias.
  public init(
    _ raw: Activations, activation: Activation, outputs: FloatBuffer?, sums: DoubleBuffer?
  ) {
    self.raw = raw
    self.activation = activation
    self.outputs = outputs?.whole
    self.sums = sums?.pointer
    memory = sums
  }

  @inline(__always)
  func apply(_ plane: Int, _ gradient: UnsafeMutablePointer<Float>) {
    let size = raw.shape.size
    let x = raw.values + plane * size
    if let outputs {
      activation.multiplyByDerivative(gradient, outputs: outputs.pointer + plane * size, count: size)
    } else if let slope = activation.slope, slope != 1 {
      if let n = raw.normalization {
        let channel = raw.shape.channel(plane)
        let (mean, factor, shift) = (
          n.mean.pointer[channel], n.factor.pointer[channel], n.shift.pointer[channel]
        )
        for index in 0..<size {
          let value = gradient[index]
          gradient[index] = (x[index] - mean) * factor + shift > 0 ? value : value * slope
        }
      } else {
        for index in 0..<size {
          let value = gradient[index]
          gradient[index] = x[index] > 0 ? value : value * slope
        }
      }
    }
    guard let sums, let n = raw.normalization else { return }
    let mean = n.mean.pointer[raw.shape.channel(plane)]
    // Padded lanes are zero, so whole planes can be summed.
    sums[2 * plane] = Reduction.sum(gradient, count: size)
    sums[2 * plane + 1] = Reduction.productWithDeviations(gradient, x, from: mean, count: size)
  }
}
