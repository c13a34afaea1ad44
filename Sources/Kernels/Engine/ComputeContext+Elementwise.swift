extension ComputeContext {
  public func add(_ source: FloatBuffer, to target: FloatBuffer, count: Int) {
    require(source, target, count)
    Elementwise.add(source.pointer, to: target.pointer, count: count, context: self)
  }

  public func addScaled(_ source: FloatBuffer, to target: FloatBuffer, factor: Float, count: Int) {
    require(source, target, count)
    Elementwise.addScaled(source.pointer, to: target.pointer, factor: factor, count: count, context: self)
  }

  public func multiply(_ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, count: Int) {
    require(target, a, b, count)
    Elementwise.multiply(target.pointer, a.pointer, b.pointer, count: count, context: self)
  }

  public func scaledDifference(
    _ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, factor: Float, count: Int
  ) {
    require(target, a, b, count)
    Elementwise.scaledDifference(
      target.pointer, a.pointer, b.pointer, factor: factor, count: count, context: self)
  }

  public func addScaledDifference(
    _ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, factor: Float, count: Int
  ) {
    require(target, a, b, count)
    Elementwise.addScaledDifference(
      target.pointer, a.pointer, b.pointer, factor: factor, count: count, context: self)
  }

  public func addScaledSign(
    _ target: FloatBuffer, _ a: FloatBuffer, _ b: FloatBuffer, factor: Float, count: Int
  ) {
    require(target, a, b, count)
    Elementwise.addScaledSign(
      target.pointer, a.pointer, b.pointer, factor: factor, count: count, context: self)
  }

  public func rectify(_ target: FloatBuffer, _ source: FloatBuffer, count: Int) {
    require(source, target, count)
    Elementwise.rectify(target.pointer, source.pointer, count: count, context: self)
  }

  public func addRectifiedGradient(
    _ target: FloatBuffer, _ gradient: FloatBuffer, of source: FloatBuffer, count: Int
  ) {
    require(target, gradient, source, count)
    Elementwise.addRectifiedGradient(
      target.pointer, gradient.pointer, of: source.pointer, count: count, context: self)
  }

  public func adam(_ step: AdamStep) {
    let count = step.parameters.count
    require(step.gradient, step.firstMoment, step.secondMoment, count)
    Elementwise.adam(
      parameters: step.parameters.pointer, gradient: step.gradient.pointer,
      firstMoment: step.firstMoment.pointer, secondMoment: step.secondMoment.pointer, decay1: step.decay1,
      decay2: step.decay2, stepSize: step.stepSize, rootCorrection: step.rootCorrection,
      epsilon: step.epsilon, count: count, context: self)
  }

  private func require(_ a: FloatBuffer, _ b: FloatBuffer, _ count: Int) {
    require(a, count)
    require(b, count)
  }

  private func require(_ a: FloatBuffer, _ b: FloatBuffer, _ c: FloatBuffer, _ count: Int) {
    require(a, b, count)
    require(c, count)
  }
}
