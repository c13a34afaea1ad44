import Kernels
import Synchronization

/// An engine from outside the module: it counts what it is asked for, and lets another do it.
final class CountingEngine: Engine {
  private let engine: ComputeContext
  private let counts = Mutex<[String: Int]>([:])

  let stepsAhead: Int

  init(_ engine: ComputeContext, stepsAhead: Int) {
    self.engine = engine
    self.stepsAhead = stepsAhead
  }

  var operations: [String: Int] { counts.withLock { $0 } }

  func value(of measured: Measured) -> Double {
    note("value")
    return engine.value(of: measured)
  }

  private func note(_ operation: String) { counts.withLock { $0[operation, default: 0] += 1 } }

  func load(
    _ batch: FloatBuffer, bytes: [UInt8], indices: ArraySlice<Int>, table: [Float], layout: BatchLayout,
    count: Int
  ) {
    note("load")
    engine.load(batch, bytes: bytes, indices: indices, table: table, layout: layout, count: count)
  }

  func load(_ batch: FloatBuffer, imageMajor values: [Float], layout: BatchLayout, count: Int) {
    note("load")
    engine.load(batch, imageMajor: values, layout: layout, count: count)
  }

  func imageMajor(_ batch: FloatBuffer, layout: BatchLayout, count: Int) -> [Float] {
    note("imageMajor")
    return engine.imageMajor(batch, layout: layout, count: count)
  }

  func clearPadding(_ batch: FloatBuffer, layout: BatchLayout, count: Int) {
    note("clearPadding")
    engine.clearPadding(batch, layout: layout, count: count)
  }

  func readsPlanes(_ geometry: ConvolutionGeometry, _ layout: BatchLayout) -> Bool {
    note("readsPlanes")
    return engine.readsPlanes(geometry, layout)
  }

  func highToLow(
    _ geometry: ConvolutionGeometry, _ low: FloatBuffer, from high: PlaneSource, weights: BufferSlice,
    then finish: PlaneFinish
  ) {
    note("highToLow")
    engine.highToLow(geometry, low, from: high, weights: weights, then: finish)
  }

  func lowToHigh(
    _ geometry: ConvolutionGeometry, _ high: FloatBuffer, from low: PlaneSource, weights: BufferSlice,
    then finish: PlaneFinish
  ) {
    note("lowToHigh")
    engine.lowToHigh(geometry, high, from: low, weights: weights, then: finish)
  }

  func backward(_ geometry: ConvolutionGeometry, _ pass: ConvolutionBackward, weights: BufferSlice) {
    note("backward")
    engine.backward(geometry, pass, weights: weights)
  }

  func read(_ source: PlaneSource, into target: FloatBuffer) {
    note("read")
    engine.read(source, into: target)
  }

  func apply(_ finish: PlaneFinish, to values: FloatBuffer, _ shape: PlaneShape) {
    note("apply")
    engine.apply(finish, to: values, shape)
  }

  func apply(_ activation: Activation, to values: FloatBuffer, _ shape: PlaneShape) {
    note("apply")
    engine.apply(activation, to: values, shape)
  }

  func statistics(from moments: PlaneMoments, mean: FloatBuffer, variance: FloatBuffer) {
    note("statistics")
    engine.statistics(from: moments, mean: mean, variance: variance)
  }

  func copy(_ source: BufferSlice, to target: FloatBuffer, count: Int) {
    note("copy")
    engine.copy(source, to: target, count: count)
  }

  func factor(
    _ factor: FloatBuffer, scale: BufferSlice?, variance: FloatBuffer, channels: Int, epsilon: Double
  ) {
    note("factor")
    engine.factor(factor, scale: scale, variance: variance, channels: channels, epsilon: epsilon)
  }

  func normalizationGradient(
    of derivative: PlaneDerivative, variance: FloatBuffer, epsilon: Double, statisticsAreOfTheBatch: Bool,
    meanGradient: FloatBuffer, slope: FloatBuffer, scaleGradient: BufferSlice?, shiftGradient: BufferSlice?
  ) -> GradientNormalization {
    note("normalizationGradient")
    return engine.normalizationGradient(
      of: derivative, variance: variance, epsilon: epsilon, statisticsAreOfTheBatch: statisticsAreOfTheBatch,
      meanGradient: meanGradient, slope: slope, scaleGradient: scaleGradient, shiftGradient: shiftGradient)
  }

  func addBiasGradient(_ biasGradient: BufferSlice, of derivative: PlaneDerivative) {
    note("addBiasGradient")
    engine.addBiasGradient(biasGradient, of: derivative)
  }

  func updateRunning(
    mean: BufferSlice, variance: BufferSlice, batchMean: FloatBuffer, batchVariance: FloatBuffer,
    channels: Int, perChannel: Int, momentum: Float
  ) {
    note("updateRunning")
    engine.updateRunning(
      mean: mean, variance: variance, batchMean: batchMean, batchVariance: batchVariance, channels: channels,
      perChannel: perChannel, momentum: momentum)
  }

  func join(
    _ joined: FloatBuffer, _ first: FloatBuffer, firstCount: Int, _ second: FloatBuffer, secondCount: Int,
    layout: BatchLayout
  ) {
    note("join")
    engine.join(joined, first, firstCount: firstCount, second, secondCount: secondCount, layout: layout)
  }

  func split(
    _ joined: FloatBuffer, _ first: FloatBuffer?, firstCount: Int, _ second: FloatBuffer?, secondCount: Int,
    layout: BatchLayout
  ) {
    note("split")
    engine.split(joined, first, firstCount: firstCount, second, secondCount: secondCount, layout: layout)
  }

  func maxPool(
    _ low: FloatBuffer, from high: FloatBuffer, layout: BatchLayout, channels: Int, height: Int, width: Int
  ) {
    note("maxPool")
    engine.maxPool(low, from: high, layout: layout, channels: channels, height: height, width: width)
  }

  func maxPoolGradient(
    _ highGradient: FloatBuffer, from lowGradient: FloatBuffer, high: FloatBuffer, layout: BatchLayout,
    channels: Int, height: Int, width: Int
  ) {
    note("maxPoolGradient")
    engine.maxPoolGradient(
      highGradient, from: lowGradient, high: high, layout: layout, channels: channels, height: height,
      width: width)
  }

  func upSample(
    _ high: FloatBuffer, from low: FloatBuffer, layout: BatchLayout, channels: Int, height: Int, width: Int
  ) {
    note("upSample")
    engine.upSample(high, from: low, layout: layout, channels: channels, height: height, width: width)
  }

  func upSampleGradient(
    _ lowGradient: FloatBuffer, from highGradient: FloatBuffer, layout: BatchLayout, channels: Int,
    height: Int, width: Int
  ) {
    note("upSampleGradient")
    engine.upSampleGradient(
      lowGradient, from: highGradient, layout: layout, channels: channels, height: height, width: width)
  }

  func add(_ source: FloatBuffer, to target: FloatBuffer, count: Int) {
    note("add")
    engine.add(source, to: target, count: count)
  }

  func addScaled(_ source: FloatBuffer, to target: FloatBuffer, factor: Float, count: Int) {
    note("addScaled")
    engine.addScaled(source, to: target, factor: factor, count: count)
  }

  func multiply(_ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, count: Int) {
    note("multiply")
    engine.multiply(target, a, b, count: count)
  }

  func scaledDifference(_ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, factor: Float, count: Int)
  {
    note("scaledDifference")
    engine.scaledDifference(target, a, b, factor: factor, count: count)
  }

  func addScaledDifference(
    _ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, factor: Float, count: Int
  ) {
    note("addScaledDifference")
    engine.addScaledDifference(target, a, b, factor: factor, count: count)
  }

  func addScaledSign(_ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, factor: Float, count: Int) {
    note("addScaledSign")
    engine.addScaledSign(target, a, b, factor: factor, count: count)
  }

  func rectify(_ target: FloatBuffer, _ source: FloatBuffer, count: Int) {
    note("rectify")
    engine.rectify(target, source, count: count)
  }

  func addRectifiedGradient(
    _ target: FloatBuffer, _ gradient: FloatBuffer, of source: FloatBuffer, count: Int
  ) {
    note("addRectifiedGradient")
    engine.addRectifiedGradient(target, gradient, of: source, count: count)
  }

  func adam(_ step: AdamStep) {
    note("adam")
    engine.adam(step)
  }

  func meanSquaredDifference(_ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int) -> Measured
  {
    note("meanSquaredDifference")
    return engine.meanSquaredDifference(a, b, layout: layout, count: count)
  }

  func meanAbsoluteDifference(_ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int) -> Measured
  {
    note("meanAbsoluteDifference")
    return engine.meanAbsoluteDifference(a, b, layout: layout, count: count)
  }

  func differenceSumsByImage(
    _ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int
  ) -> [(absolute: Double, squared: Double)] {
    note("differenceSumsByImage")
    return engine.differenceSumsByImage(a, b, layout: layout, count: count)
  }

  func crossEntropy(_ predictions: Predictions, count: Int, target: Double) -> Measured {
    note("crossEntropy")
    return engine.crossEntropy(predictions, count: count, target: target)
  }

  func crossEntropyGradient(
    _ gradient: FloatBuffer, _ predictions: Predictions, count: Int, target: Double, factor: Double
  ) {
    note("crossEntropyGradient")
    engine.crossEntropyGradient(gradient, predictions, count: count, target: target, factor: factor)
  }
}
