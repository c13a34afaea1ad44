extension ComputeContext {
  public func readsPlanes(_ geometry: ConvolutionGeometry, _ layout: BatchLayout) -> Bool {
    Convolution(geometry, kernels: kernels).readsPlanes(layout)
  }

  public func highToLow(
    _ geometry: ConvolutionGeometry, _ low: FloatBuffer, from high: PlaneSource, weights: BufferSlice,
    then finish: PlaneFinish
  ) {
    require(low, high.shape.layout, geometry.lowChannels * geometry.lowPixels)
    Convolution(geometry, kernels: kernels)
      .highToLow(low.pointer, from: high, weights: weights.pointer, then: finish, context: self)
  }

  public func lowToHigh(
    _ geometry: ConvolutionGeometry, _ high: FloatBuffer, from low: PlaneSource, weights: BufferSlice,
    then finish: PlaneFinish
  ) {
    require(high, low.shape.layout, geometry.highChannels * geometry.highPixels)
    Convolution(geometry, kernels: kernels)
      .lowToHigh(high.pointer, from: low, weights: weights.pointer, then: finish, context: self)
  }

  public func backward(_ geometry: ConvolutionGeometry, _ pass: ConvolutionBackward, weights: BufferSlice) {
    Convolution(geometry, kernels: kernels).backward(pass, weights: weights.pointer, context: self)
  }

  public func read(_ source: PlaneSource, into target: FloatBuffer) {
    require(target, source.shape.count * source.shape.size)
    source.readAll(into: target.pointer, context: self)
  }

  public func apply(_ finish: PlaneFinish, to values: FloatBuffer, _ shape: PlaneShape) {
    require(values, shape.count * shape.size)
    finish.applyToAll(values.pointer, shape, context: self)
  }

  public func apply(_ activation: Activation, to values: FloatBuffer, _ shape: PlaneShape) {
    require(values, shape.count * shape.size)
    activation.apply(to: values.pointer, shape, context: self)
  }

  public func statistics(from moments: PlaneMoments, mean: FloatBuffer, variance: FloatBuffer) {
    BatchNormalization.statistics(from: moments, mean: mean.pointer, variance: variance.pointer)
  }

  public func copy(_ source: BufferSlice, to target: FloatBuffer, count: Int) {
    require(target, count)
    require(source.buffer, source.offset + count)
    target.pointer.update(from: source.pointer, count: count)
  }

  public func factor(
    _ factor: FloatBuffer, scale: BufferSlice?, variance: FloatBuffer, channels: Int, epsilon: Double
  ) {
    BatchNormalization.factor(
      factor.pointer, scale: scale.map { UnsafePointer($0.pointer) }, variance: variance.pointer,
      channels: channels, epsilon: epsilon)
  }

  public func normalizationGradient(
    of derivative: PlaneDerivative, variance: FloatBuffer, epsilon: Double, statisticsAreOfTheBatch: Bool,
    meanGradient: FloatBuffer, slope: FloatBuffer, scaleGradient: BufferSlice?, shiftGradient: BufferSlice?
  ) -> GradientNormalization {
    BatchNormalization.gradient(
      of: derivative, variance: variance.pointer, epsilon: epsilon,
      statisticsAreOfTheBatch: statisticsAreOfTheBatch, meanGradient: meanGradient.whole,
      slope: slope.whole, scaleGradient: scaleGradient?.pointer,
      shiftGradient: shiftGradient?.pointer)
  }

  public func addBiasGradient(_ biasGradient: BufferSlice, of derivative: PlaneDerivative) {
    BatchNormalization.addBiasGradient(biasGradient.pointer, of: derivative)
  }

  public func updateRunning(
    mean: BufferSlice, variance: BufferSlice, batchMean: FloatBuffer, batchVariance: FloatBuffer,
    channels: Int, perChannel: Int, momentum: Float
  ) {
    BatchNormalization.updateRunning(
      mean: mean.pointer, variance: variance.pointer, batchMean: batchMean.pointer,
      batchVariance: batchVariance.pointer, channels: channels, perChannel: perChannel, momentum: momentum)
  }
}
