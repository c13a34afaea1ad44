/// Everything that networks need from what computes them: operations on buffers, batches and planes.
///
/// Networks and detectors are given an engine and never ask which one it is; they know neither where a buffer's values
/// reside nor how a batch is laid out in them. `ComputeContext` is the engine of the processor, `OpenCLEngine` that of
/// an OpenCL device. Each operation leaves its results in buffers that the caller owns; operations that return numbers
/// wait for them, and those that return a `Measured` do not.
///
/// `layout` and `count` describe a batch: its images, and the number of values per image. Padded lanes of a gradient
/// are zero; sums over a batch exclude padding.
public protocol Engine: AnyObject, Sendable {
  /// Properties of the device that determine a result's last bits, by name; empty for the processor, whose are in
  /// `ComputeEnvironment`.
  var facts: [(name: String, value: String)] { get }

  /// Training steps worth starting before their losses are read: 1 where a step is done when its operations return.
  var stepsAhead: Int { get }

  // MARK: - Batches

  /// Fills `batch` from images, looking each byte up in a table of 256 values; padded lanes become zero.
  ///
  /// - Parameters:
  ///   - bytes: `[image][channel][pixel]`, all images of a data set, `count` bytes each.
  ///   - indices: the images of the batch, as many as `layout.images`.
  ///   - table: one table for all images, or one per image of the batch, one after another.
  func load(
    _ batch: FloatBuffer, bytes: [UInt8], indices: ArraySlice<Int>, table: [Float], layout: BatchLayout,
    count: Int)

  /// Fills `batch` from image-major values; padded lanes become zero.
  func load(_ batch: FloatBuffer, imageMajor values: [Float], layout: BatchLayout, count: Int)

  /// The batch in image-major order, without padding: `[image][channel][pixel]` (torch's NCHW).
  func imageMajor(_ batch: FloatBuffer, layout: BatchLayout, count: Int) -> [Float]

  /// Sets padded lanes to zero, as gradients require.
  func clearPadding(_ batch: FloatBuffer, layout: BatchLayout, count: Int)

  // MARK: - Convolutions

  /// Whether a convolution reads batches of this layout plane by plane, so that activations can be computed on load;
  /// otherwise activations must be final, and gradients are computed in place.
  func readsPlanes(_ geometry: ConvolutionGeometry, _ layout: BatchLayout) -> Bool

  /// low = convolution of high, the forward pass of a convolution; then applies `finish` to its planes.
  ///
  /// - Parameter weights: `[low][high][kernel][kernel]`.
  func highToLow(
    _ geometry: ConvolutionGeometry, _ low: FloatBuffer, from high: PlaneSource, weights: BufferSlice,
    then finish: PlaneFinish)

  /// high = transposed convolution of low, the forward pass of a transposed convolution; then applies `finish` to its
  /// planes.
  func lowToHigh(
    _ geometry: ConvolutionGeometry, _ high: FloatBuffer, from low: PlaneSource, weights: BufferSlice,
    then finish: PlaneFinish)

  /// Computes the weight gradient and the input gradient of a convolution, each if wanted.
  func backward(_ geometry: ConvolutionGeometry, _ pass: ConvolutionBackward, weights: BufferSlice)

  /// target = all planes of `source`; `target` may be the memory of the gradients themselves.
  func read(_ source: PlaneSource, into target: FloatBuffer)

  /// Applies `finish` to all planes of a batch.
  func apply(_ finish: PlaneFinish, to values: FloatBuffer, _ shape: PlaneShape)

  /// values = f(values)
  func apply(_ activation: Activation, to values: FloatBuffer, _ shape: PlaneShape)

  // MARK: - Batch norm

  /// The mean and biased variance of each channel, from the moments of its planes; overwrites both.
  func statistics(from moments: PlaneMoments, mean: FloatBuffer, variance: FloatBuffer)

  /// target = the first `count` values of `source`.
  func copy(_ source: BufferSlice, to target: FloatBuffer, count: Int)

  /// factor = scale/√(variance + ε); a nil scale counts as 1.
  func factor(
    _ factor: FloatBuffer, scale: BufferSlice?, variance: FloatBuffer, channels: Int, epsilon: Double)

  /// Batch norm's backward pass, from the planes' sums over the gradient.
  ///
  /// Overwrites `meanGradient` and `slope`, which the result refers to; accumulates into `scaleGradient` and
  /// `shiftGradient` where given.
  ///
  /// - Parameter statisticsAreOfTheBatch: false if the forward pass normalized with running statistics, which do not
  ///   depend on the batch, so that no gradient flows through them.
  func normalizationGradient(
    of derivative: PlaneDerivative, variance: FloatBuffer, epsilon: Double, statisticsAreOfTheBatch: Bool,
    meanGradient: FloatBuffer, slope: FloatBuffer, scaleGradient: BufferSlice?, shiftGradient: BufferSlice?
  ) -> GradientNormalization

  /// Accumulates the gradient of a bias: the sum over the planes of each channel, as `derivative` took it.
  func addBiasGradient(_ biasGradient: BufferSlice, of derivative: PlaneDerivative)

  /// Moves the running statistics toward those of one batch: r ← (1 − m)·r + m·b, with the unbiased variance.
  ///
  /// - Parameters:
  ///   - perChannel: values per channel in the batch.
  ///   - momentum: the weight m of the newest batch.
  func updateRunning(
    mean: BufferSlice, variance: BufferSlice, batchMean: FloatBuffer, batchVariance: FloatBuffer,
    channels: Int, perChannel: Int, momentum: Float)

  // MARK: - Between convolutions

  /// joined = `first` and `second` concatenated along channels.
  func join(
    _ joined: FloatBuffer, _ first: FloatBuffer, firstCount: Int, _ second: FloatBuffer, secondCount: Int,
    layout: BatchLayout)

  /// Splits the result of `join`, or a gradient with respect to it, into its two parts; a nil part is skipped.
  func split(
    _ joined: FloatBuffer, _ first: FloatBuffer?, firstCount: Int, _ second: FloatBuffer?, secondCount: Int,
    layout: BatchLayout)

  /// low = the maximum of each 2×2 pixels of `high`; a last odd row or column is dropped.
  ///
  /// - Parameters:
  ///   - height: rows of the high side, at least 2.
  ///   - width: columns of the high side, at least 2.
  func maxPool(
    _ low: FloatBuffer, from high: FloatBuffer, layout: BatchLayout, channels: Int, height: Int, width: Int)

  /// The gradient of `maxPool` with respect to its input: the gradient of each low pixel goes to the first maximum, in
  /// row order, of its four pixels, as in torch.
  func maxPoolGradient(
    _ highGradient: FloatBuffer, from lowGradient: FloatBuffer, high: FloatBuffer, layout: BatchLayout,
    channels: Int, height: Int, width: Int)

  /// high = each pixel of `low` repeated as 2×2 pixels; `height` and `width` are those of the low side.
  func upSample(
    _ high: FloatBuffer, from low: FloatBuffer, layout: BatchLayout, channels: Int, height: Int, width: Int)

  /// The gradient of `upSample` with respect to its input: the sum of each 2×2 pixels; `height` and `width` are those
  /// of the low side.
  func upSampleGradient(
    _ lowGradient: FloatBuffer, from highGradient: FloatBuffer, layout: BatchLayout, channels: Int,
    height: Int, width: Int)

  // MARK: - Elementwise, on the first `count` values of each buffer

  /// target += source
  func add(_ source: FloatBuffer, to target: FloatBuffer, count: Int)
  /// target += source·factor
  func addScaled(_ source: FloatBuffer, to target: FloatBuffer, factor: Float, count: Int)
  /// target = a·b; `target` may be `a` or `b` itself.
  func multiply(_ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, count: Int)
  /// target = (a − b)·factor
  func scaledDifference(
    _ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, factor: Float, count: Int)
  /// target += (a − b)·factor
  func addScaledDifference(
    _ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, factor: Float, count: Int)
  /// target += sign(a − b)·factor, with sign(0) = 0
  func addScaledSign(_ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, factor: Float, count: Int)
  /// target = max(source, 0)
  func rectify(_ target: FloatBuffer, _ source: FloatBuffer, count: Int)
  /// target += gradient where source > 0: the backward pass of `rectify`, accumulated.
  func addRectifiedGradient(
    _ target: FloatBuffer, _ gradient: FloatBuffer, of source: FloatBuffer, count: Int)
  /// One step of Adam on all parameters.
  func adam(_ step: AdamStep)

  // MARK: - Losses

  /// Waits for a number.
  ///
  /// Read all numbers that were measured so far before measuring another: it may take their place.
  func value(of measured: Measured) -> Double

  /// Mean of (a − b)² over two batches.
  func meanSquaredDifference(_ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int) -> Measured
  /// Mean of |a − b| over two batches.
  func meanAbsoluteDifference(_ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int) -> Measured
  /// For each image, Σ |a − b| and Σ (a − b)².
  func differenceSumsByImage(
    _ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int
  ) -> [(absolute: Double, squared: Double)]

  /// Mean binary cross-entropy of `count` predictions, one per image, against a single target.
  func crossEntropy(_ predictions: Predictions, count: Int, target: Double) -> Measured

  /// gradient = factor times the gradient of `crossEntropy` with respect to the predictions.
  func crossEntropyGradient(
    _ gradient: FloatBuffer, _ predictions: Predictions, count: Int, target: Double, factor: Double)
}

extension Engine {
  /// None, as for the processor.
  public var facts: [(name: String, value: String)] { [] }
}

/// The output of a discriminator, one value per image of a batch.
public enum Predictions {
  case probabilities(FloatBuffer)
  /// Log odds, from which the loss is computed without overflow.
  case logits(FloatBuffer)
}

/// One step of Adam (Kingma and Ba 2015) as torch computes it:
/// m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², p ← p − α·m/(√v/√(1−β₂ᵗ) + ε), α = rate/(1−β₁ᵗ).
public struct AdamStep {
  /// All of the same count; the parameters and both moments are overwritten.
  public let parameters, gradient, firstMoment, secondMoment: FloatBuffer
  /// (β, 1 − β), the difference taken in double.
  public let decay1, decay2: (Float, Float)
  /// α
  public let stepSize: Float
  /// 1/√(1−β₂ᵗ)
  public let rootCorrection: Float
  /// ε
  public let epsilon: Float

  public init(
    parameters: FloatBuffer, gradient: FloatBuffer, firstMoment: FloatBuffer, secondMoment: FloatBuffer,
    decay1: (Float, Float), decay2: (Float, Float), stepSize: Float, rootCorrection: Float, epsilon: Float
  ) {
    self.parameters = parameters
    self.gradient = gradient
    self.firstMoment = firstMoment
    self.secondMoment = secondMoment
    self.decay1 = decay1
    self.decay2 = decay2
    self.stepSize = stepSize
    self.rootCorrection = rootCorrection
    self.epsilon = epsilon
  }
}
