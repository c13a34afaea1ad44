/// All that networks ask of whatever computes them: operations on buffers, batches and planes.
///
/// This is the seam for a second engine. Networks and detectors are handed an engine and never ask which one it is;
/// they know neither where a buffer's numbers lie nor how a batch is arranged in them. `ComputeContext` is the engine
/// of the processor. Each operation leaves its results in buffers that the caller owns; those that give numbers wait
/// for them.
///
/// `layout` and `count` describe a batch: its images, and the numbers of one image. Padded lanes of a gradient are
/// zero; sums over a batch leave padding out.
public protocol Engine: AnyObject, Sendable {
  /// What of its device decides the last bits of a result, by name; empty for the processor, which says so itself.
  var facts: [(name: String, value: String)] { get }

  // MARK: - Batches

  /// Fills `batch` from images, each byte looked up in a table of 256 numbers; padded lanes become zero.
  ///
  /// - Parameters:
  ///   - bytes: `[image][channel][pixel]`, all images of a store, `count` bytes each.
  ///   - indices: the images of the batch, as many as the layout has.
  ///   - table: one for all images, or one for each image of the batch, one after the other.
  func load(
    _ batch: FloatBuffer, bytes: [UInt8], indices: ArraySlice<Int>, table: [Float], layout: BatchLayout,
    count: Int)

  /// Fills `batch` from numbers that lie image by image; padded lanes become zero.
  func load(_ batch: FloatBuffer, imageMajor values: [Float], layout: BatchLayout, count: Int)

  /// The batch image by image, without padding: `[image][channel][pixel]` (torch's NCHW).
  func imageMajor(_ batch: FloatBuffer, layout: BatchLayout, count: Int) -> [Float]

  /// Sets padded lanes to zero, as a gradient wants them.
  func clearPadding(_ batch: FloatBuffer, layout: BatchLayout, count: Int)

  // MARK: - Convolutions

  /// Whether a convolution reads such a batch plane by plane, so that activations may be computed on reading;
  /// otherwise it wants them final, and computes gradients in place.
  func readsPlanes(_ geometry: ConvolutionGeometry, _ layout: BatchLayout) -> Bool

  /// low = convolution of high, a convolution's forward; then `finish` is applied to its planes.
  ///
  /// - Parameter weights: `[low][high][kernel][kernel]`.
  func highToLow(
    _ geometry: ConvolutionGeometry, _ low: FloatBuffer, from high: PlaneSource, weights: BufferSlice,
    then finish: PlaneFinish)

  /// high = transposed convolution of low, a transposed convolution's forward; then `finish` is applied to its planes.
  func lowToHigh(
    _ geometry: ConvolutionGeometry, _ high: FloatBuffer, from low: PlaneSource, weights: BufferSlice,
    then finish: PlaneFinish)

  /// The gradients of a convolution's weights and input, each where wanted.
  func backward(_ geometry: ConvolutionGeometry, _ pass: ConvolutionBackward, weights: BufferSlice)

  /// target = all planes of `source`; `target` may be where the gradients lie themselves.
  func read(_ source: PlaneSource, into target: FloatBuffer)

  /// Applies `finish` to all planes of a batch.
  func apply(_ finish: PlaneFinish, to values: FloatBuffer, _ shape: PlaneShape)

  /// values = f(values)
  func apply(_ activation: Activation, to values: FloatBuffer, _ shape: PlaneShape)

  // MARK: - Batch norm

  /// Mean and biased variance of each channel, from its planes' moments; overwrites both.
  func statistics(from moments: PlaneMoments, mean: FloatBuffer, variance: FloatBuffer)

  /// target = `source` from its offset on, so many numbers.
  func copy(_ source: BufferSlice, to target: FloatBuffer, count: Int)

  /// factor = scale/√(variance + ε); a scale of nil counts as 1.
  func factor(
    _ factor: FloatBuffer, scale: BufferSlice?, variance: FloatBuffer, channels: Int, epsilon: Double)

  /// Batch norm's backward pass, from the planes' sums over the gradient.
  ///
  /// Overwrites `meanGradient` and `slope`, which the result refers to; accumulates into `scaleGradient` and
  /// `shiftGradient` where these are given.
  ///
  /// - Parameter statisticsAreOfTheBatch: false where the forward pass normalized with running statistics, which
  ///   do not depend on the batch: then no gradient goes through them.
  func normalizationGradient(
    of derivative: PlaneDerivative, variance: FloatBuffer, epsilon: Double, statisticsAreOfTheBatch: Bool,
    meanGradient: FloatBuffer, slope: FloatBuffer, scaleGradient: BufferSlice?, shiftGradient: BufferSlice?
  ) -> GradientNormalization

  /// The gradient of a bias, accumulated: the sum over each channel's planes, as `derivative` took them.
  func addBiasGradient(_ biasGradient: BufferSlice, of derivative: PlaneDerivative)

  /// Moves the running statistics towards those of one batch: r ← (1 − m)·r + m·b, the variance unbiased.
  ///
  /// - Parameters:
  ///   - perChannel: values of a channel in the batch.
  ///   - momentum: the weight m of the newest batch.
  func updateRunning(
    mean: BufferSlice, variance: BufferSlice, batchMean: FloatBuffer, batchVariance: FloatBuffer,
    channels: Int, perChannel: Int, momentum: Float)

  // MARK: - Between convolutions

  /// joined = the channels of both parts, the first one's before the second one's.
  func join(
    _ joined: FloatBuffer, _ first: FloatBuffer, firstCount: Int, _ second: FloatBuffer, secondCount: Int,
    layout: BatchLayout)

  /// The two parts of what `join` made, or of a gradient with respect to it; nil for one that is not wanted.
  func split(
    _ joined: FloatBuffer, _ first: FloatBuffer?, firstCount: Int, _ second: FloatBuffer?, secondCount: Int,
    layout: BatchLayout)

  /// low = the largest of each 2×2 pixels of `high`; a last odd row or column is left out.
  ///
  /// - Parameters:
  ///   - height: rows of the high side, at least 2; `width` likewise.
  func maxPool(
    _ low: FloatBuffer, from high: FloatBuffer, layout: BatchLayout, channels: Int, height: Int, width: Int)

  /// The gradient of `maxPool` with respect to its input: that of each low pixel goes to the first of its four, in
  /// row order, that is the largest, as in torch.
  func maxPoolGradient(
    _ highGradient: FloatBuffer, from lowGradient: FloatBuffer, high: FloatBuffer, layout: BatchLayout,
    channels: Int, height: Int, width: Int)

  /// high = each pixel of `low` four times, as 2×2 pixels; `height` and `width` are the low side's.
  func upSample(
    _ high: FloatBuffer, from low: FloatBuffer, layout: BatchLayout, channels: Int, height: Int, width: Int)

  /// The gradient of `upSample` with respect to its input: the sum over each 2×2 pixels.
  func upSampleGradient(
    _ lowGradient: FloatBuffer, from highGradient: FloatBuffer, layout: BatchLayout, channels: Int,
    height: Int, width: Int)

  // MARK: - Elementwise, on the first `count` numbers of each buffer

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

  /// Mean of (a − b)² over two batches.
  func meanSquaredDifference(_ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int) -> Double
  /// Mean of |a − b| over two batches.
  func meanAbsoluteDifference(_ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int) -> Double
  /// For each image, the mean over its numbers of |a − b| and of (a − b)².
  func distancesByImage(
    _ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int
  ) -> (absolute: [Float], squared: [Float])
  /// For each image, Σ |a − b|.
  func absoluteSumsByImage(_ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int) -> [Double]
  /// For each image, Σ (a − b)².
  func squaredSumsByImage(_ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int) -> [Double]

  /// The mean binary cross-entropy of `count` predictions, one an image, against one target.
  func crossEntropy(_ predictions: Predictions, count: Int, target: Double) -> Double

  /// gradient = factor times the gradient of `crossEntropy` with respect to the predictions.
  func crossEntropyGradient(
    _ gradient: FloatBuffer, _ predictions: Predictions, count: Int, target: Double, factor: Double)
}

extension Engine {
  public var facts: [(name: String, value: String)] { [] }
}

/// What a discriminator says of each image of a batch, one number an image.
public enum Predictions {
  case probabilities(FloatBuffer)
  /// Their log odds, of which no size makes a loss infinite.
  case logits(FloatBuffer)
}

/// One step of Adam (Kingma and Ba 2015) as torch computes it:
/// m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², p ← p − α·m/(√v/√(1−β₂ᵗ) + ε), α = rate/(1−β₁ᵗ).
public struct AdamStep {
  public let parameters, gradient, firstMoment, secondMoment: FloatBuffer
  /// (β, 1 − β), the difference taken in double.
  public let decay1, decay2: (Float, Float)
  /// α
  public let stepSize: Float
  /// 1/√(1−β₂ᵗ)
  public let rootCorrection: Float
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
