extension ComputeContext {
  public var stepsAhead: Int { 1 }

  /// - Precondition: the number was not measured by a device.
  public func value(of measured: Measured) -> Double {
    guard case .known(let value) = measured else { preconditionFailure("a number of another engine") }
    return value
  }

  public func meanSquaredDifference(
    _ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int
  ) -> Measured {
    require(a, b, layout, count)
    return .known(Reduction.meanSquaredDifference(a.pointer, b.pointer, layout: layout, count: count))
  }

  public func meanAbsoluteDifference(
    _ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int
  ) -> Measured {
    require(a, b, layout, count)
    return .known(Reduction.meanAbsoluteDifference(a.pointer, b.pointer, layout: layout, count: count))
  }

  public func differenceSumsByImage(
    _ a: FloatBuffer, _ b: FloatBuffer, layout: BatchLayout, count: Int
  ) -> [(absolute: Double, squared: Double)] {
    require(a, b, layout, count)
    return Reduction.differenceSumsByImage(a.pointer, b.pointer, layout: layout, count: count)
  }

  public func crossEntropy(_ predictions: Predictions, count: Int, target: Double) -> Measured {
    switch predictions {
    case .probabilities(let probabilities):
      require(probabilities, count)
      return .known(BinaryCrossEntropy.loss(probabilities.pointer, count: count, target: target))
    case .logits(let logits):
      require(logits, count)
      return .known(BinaryCrossEntropy.loss(logits: logits.pointer, count: count, target: target))
    }
  }

  public func crossEntropyGradient(
    _ gradient: FloatBuffer, _ predictions: Predictions, count: Int, target: Double, factor: Double
  ) {
    require(gradient, count)
    switch predictions {
    case .probabilities(let probabilities):
      require(probabilities, count)
      BinaryCrossEntropy.gradient(
        gradient.pointer, probabilities.pointer, count: count, target: target, factor: factor)
    case .logits(let logits):
      require(logits, count)
      BinaryCrossEntropy.gradient(
        gradient.pointer, logits: logits.pointer, count: count, target: target, factor: factor)
    }
  }

  private func require(_ a: FloatBuffer, _ b: FloatBuffer, _ layout: BatchLayout, _ count: Int) {
    require(a, layout, count)
    require(b, layout, count)
  }
}
