extension Elementwise {
  /// target = a·b; `target` may be `a` or `b` itself.
  static func multiply(
    _ target: UnsafeMutablePointer<Float>, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int,
    context: ComputeContext
  ) {
    struct Product: ElementwiseFunction {
      let target: UnsafeMutablePointer<Float>
      let a, b: UnsafePointer<Float>

      func callAsFunction(_ range: Range<Int>) {
        for index in range { target[index] = a[index] * b[index] }
      }
    }
    apply(Product(target: target, a: a, b: b), count: count, context)
  }

  /// target += source·factor
  static func addScaled(
    _ source: UnsafePointer<Float>, to target: UnsafeMutablePointer<Float>, factor: Float, count: Int,
    context: ComputeContext
  ) {
    struct Sum: ElementwiseFunction {
      let source: UnsafePointer<Float>
      let target: UnsafeMutablePointer<Float>
      let factor: Float

      func callAsFunction(_ range: Range<Int>) {
        for index in range { target[index] += source[index] * factor }
      }
    }
    apply(Sum(source: source, target: target, factor: factor), count: count, context)
  }
}
